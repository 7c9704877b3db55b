"""What WhatsApp never confirmed: waited for, then sent again, in the end given up; no chat is mute for ever."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.channels.channel import Delivered, Outcome, Outgoing, Undelivered
from bot.delivery import Delivery
from bot.payload import pack
from storage import outbox
from storage.database import Database
from storage.keys import Keyring
from tests.storage.world import NOW, SITI, later, talk


class SilentPlatform:
    """Takes messages, and for as many as it is told gives no answer."""

    name = "whatsapp"
    can: frozenset[str] = frozenset()
    rate = 1000.0
    rate_per_chat = 1000.0

    def __init__(self, silent: int) -> None:
        self.silent = silent
        self.texts: list[str] = []

    async def send(self, address: str, message: Outgoing, outbox_id: int) -> Delivered:
        self.texts.append(message.text)
        if self.silent:
            self.silent -= 1
            raise Undelivered(Outcome.UNKNOWN, "timeout")
        return Delivered(f"SM{outbox_id}")

    async def open(self) -> None: ...

    async def close(self) -> None: ...


class Passing:
    """A clock that is moved by hand."""

    now = NOW

    def __call__(self) -> object:
        return self.now


async def told(db: Database, keyring: Keyring, text: str) -> int:
    return await talk(db, keyring, SITI, channel="whatsapp", told=pack(Outgoing(text)).decode())


async def deliver(delivery: Delivery) -> None:
    """Rounds until nothing is in flight: claim, send, write down."""
    for _ in range(4):
        await delivery._round()
        while delivery._sending:
            await asyncio.sleep(0)


async def states(db: Database) -> list[tuple[str, str | None]]:
    async with db.reading() as tx:
        return [(state, error) for state, error in await tx.rows("SELECT state, error FROM outbox ORDER BY id")]


@pytest.fixture
def clock() -> Passing:
    return Passing()


async def test_a_message_nobody_confirmed_is_sent_again_and_the_next_one_follows(
    database: Database, keyring: Keyring, clock: Passing
) -> None:
    await told(database, keyring, "satu")
    await told(database, keyring, "dua")
    platform = SilentPlatform(silent=1)
    delivery = Delivery(database, keyring, {"whatsapp": platform}, clock, "here", ZoneInfo("Asia/Jakarta"))  # type: ignore[arg-type,dict-item]
    await deliver(delivery)
    assert platform.texts == ["satu"]
    clock.now = later(seconds=59)
    await deliver(delivery)
    assert platform.texts == ["satu"]
    clock.now = later(seconds=60)
    await deliver(delivery)
    assert platform.texts == ["satu", "satu", "dua"]
    assert await states(database) == [("sent", None), ("sent", None)]


async def test_a_message_confirmed_while_we_waited_is_not_sent_again(
    database: Database, keyring: Keyring, clock: Passing
) -> None:
    first = await told(database, keyring, "satu")
    platform = SilentPlatform(silent=1)
    delivery = Delivery(database, keyring, {"whatsapp": platform}, clock, "here", ZoneInfo("Asia/Jakarta"))  # type: ignore[arg-type,dict-item]
    await deliver(delivery)
    async with database.writing() as tx:
        await outbox.note_status(tx, first, "SM1", "delivered", None)
    clock.now = later(hours=1)
    await deliver(delivery)
    assert platform.texts == ["satu"]


async def test_what_was_in_flight_when_a_process_died_waits_for_word_before_it_is_sent_again(
    database: Database, keyring: Keyring, clock: Passing
) -> None:
    await told(database, keyring, "satu")
    async with database.writing() as tx:
        await outbox.claim(tx, keyring, "dead", NOW, 5, lease=timedelta(seconds=60))
    platform = SilentPlatform(silent=0)
    delivery = Delivery(database, keyring, {"whatsapp": platform}, clock, "here", ZoneInfo("Asia/Jakarta"))  # type: ignore[arg-type,dict-item]
    await deliver(delivery)
    assert platform.texts == []
    clock.now = later(minutes=2)
    await deliver(delivery)
    assert platform.texts == ["satu"]


async def test_a_platform_silent_for_a_day_is_given_up_after_few_repeats(
    database: Database, keyring: Keyring, clock: Passing
) -> None:
    await told(database, keyring, "satu")
    platform = SilentPlatform(silent=1000)
    delivery = Delivery(database, keyring, {"whatsapp": platform}, clock, "here", ZoneInfo("Asia/Jakarta"))  # type: ignore[arg-type,dict-item]
    for minute in range(0, 48 * 60, 5):
        clock.now = later(minutes=minute)
        await deliver(delivery)
    assert await states(database) == [("failed", "gave_up:timeout")]
    assert len(platform.texts) < 16
