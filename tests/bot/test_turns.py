"""Turns: one at a time and together, in order, never lost between two workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.channel import Address, Arrived
from bot.channels.terminal import Terminal
from bot.house import build_house
from bot.settings import Settings
from bot.turns import Turns
from conversations.turn import Content, Opened, Said, Sent
from storage import outbox
from storage.database import Database
from storage.keys import Keyring
from storage.migrate import migrate
from storage.opening import open_keyring
from storage.tx import Tx


@pytest.fixture
async def turns(tmp_path: Path) -> AsyncIterator[Turns]:
    url = f"sqlite+aiosqlite:///{tmp_path}/turns.db"
    await migrate(url)
    db = await Database.open(url)
    keyring = await open_keyring(db, "", tmp_path / "keys")
    yield Turns(db, keyring, build_house(), {"terminal": Terminal()}, Settings(), lambda: datetime.now(UTC))
    await db.close()


def arrived(who: str, number: int, content: Content) -> Arrived:
    return Arrived("terminal", f"{who}-{number}", (Address("tty", who),), content, datetime.now(UTC))


async def told(turns: Turns, who: str) -> list[bytes]:
    keyring: Keyring = turns.keyring
    async with turns.db.reading() as tx:
        chat = await outbox.find_chat(tx, keyring, "terminal", who)
        assert chat is not None
        return [payload for _, payload in await outbox.told_since(tx, keyring, chat, 0)]


async def test_turns_taken_one_after_the_other_are_all_taken(turns: Turns) -> None:
    """A turn that arrives while the worker before it is just ending must not wait for ever."""
    async with asyncio.timeout(20):
        for number in range(50):
            assert await turns.take(arrived("siti", number, Said("menu"))) == "taken"
    assert len(await told(turns, "siti")) == 50


async def test_one_chats_messages_are_taken_in_order(turns: Turns) -> None:
    texts = ["daftar", "dibantu", "setuju", "1", "Siti Aminah", "3174055708950003", "17-8-1995"]
    async with asyncio.timeout(20):
        await turns.take(arrived("siti", 0, Opened()))
        await asyncio.gather(*(turns.take(arrived("siti", 1 + n, Said(text))) for n, text in enumerate(texts)))
    assert b"kelamin" in (await told(turns, "siti"))[-1]


async def test_a_message_seen_before_does_nothing(turns: Turns) -> None:
    async with asyncio.timeout(20):
        assert await turns.take(arrived("siti", 1, Opened())) == "taken"
        again = [turns.take(arrived("siti", 1, Opened())) for _ in range(5)]
        assert set(await asyncio.gather(*again)) == {"seen"}
    assert len(await told(turns, "siti")) == 1


async def test_a_turn_that_crashes_is_parked_and_does_not_stop_the_others(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    import bot.turns as module

    real = module.converse

    def fragile(house: object, talk: object, inbound: object) -> object:
        if getattr(inbound, "content", None) == Said("bom"):
            raise RuntimeError("3174055708950003")
        return real(house, talk, inbound)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "converse", fragile)
    async with asyncio.timeout(20):
        await asyncio.gather(turns.take(arrived("siti", 1, Opened())), turns.take(arrived("budi", 1, Opened())))
        outcomes = await asyncio.gather(
            turns.take(arrived("siti", 2, Said("bom"))), turns.take(arrived("budi", 2, Said("daftar")))
        )
    assert outcomes == ["parked", "taken"]
    assert b"belum bisa kami proses" in (await told(turns, "siti"))[-1]
    async with turns.db.reading() as tx:
        rows = await tx.rows("SELECT error FROM inbox WHERE state = 'parked'")
    assert len(rows) == 1
    assert "3174" not in rows[0][0]


async def test_nothing_a_child_typed_is_kept(turns: Turns) -> None:
    texts = ["daftar", "dibantu", "setuju", "1", "Ana Kecil", "3174055708120003", "17-8-2012", "ya"]
    async with asyncio.timeout(20):
        for number, text in enumerate(texts):
            await turns.take(arrived("ana", number, Said(text)))
    async with turns.db.reading() as tx:
        assert await tx.rows("SELECT COUNT(*) FROM inbox WHERE body IS NOT NULL") == [(0,)]
    (last,) = await told(turns, "ana")
    assert b"18" in last
    assert b"Ana" not in last


async def test_a_kind_of_message_nobody_knows_yet_gets_a_kind_answer(turns: Turns) -> None:
    async with asyncio.timeout(20):
        assert await turns.take(arrived("siti", 1, Sent("hologram"))) == "taken"
    assert b"belum bisa saya baca" in (await told(turns, "siti"))[-1]


async def test_who_arrives_while_others_wait_to_write_is_committed_with_them(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import turns as rows

    sizes: list[int] = []
    load = rows.load

    async def counted(tx: Tx, keyring: Keyring, calls: Sequence[rows.Call], now: datetime) -> object:
        sizes.append(len(calls))
        return await load(tx, keyring, calls, now)

    monkeypatch.setattr(rows, "load", counted)
    async with asyncio.timeout(20):
        async with turns.db.writing():
            first = asyncio.create_task(turns.take(arrived("siti", 1, Opened())))
            await asyncio.sleep(0.05)
            others = [asyncio.create_task(turns.take(arrived(who, 1, Opened()))) for who in ("budi", "ana")]
            again = asyncio.create_task(turns.take(arrived("siti", 2, Said("daftar"))))
            await asyncio.sleep(0.05)
        assert await asyncio.gather(first, *others, again) == ["taken"] * 4
    assert sizes == [3, 1]  # a chat's second message waits for its first
    assert b"cara yang mana" in (await told(turns, "siti"))[-1]
