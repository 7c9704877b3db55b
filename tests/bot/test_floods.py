"""Floods: answered up to a limit, told once, then kept unanswered until it is calm; nobody who types meets it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import floods
from bot.channels.channel import Address, Arrived
from bot.channels.terminal import Terminal
from bot.floods import Answering, weigh
from bot.house import build_house
from bot.settings import Settings
from bot.turns import Turns
from conversations.turn import Content, Left, Said, Tapped
from storage import outbox
from storage.columns import micros
from storage.database import Database
from storage.flow import STILL, Flow
from storage.opening import open_keyring
from storage.turns import CHAT

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HELPED = 25  # messages that signing up one person takes, with some slips


def arrived(content: Content, kind: str = "id", number: int = 1, who: str = "siti") -> Arrived:
    return Arrived("telegram", f"{who}-{number}", (Address(kind, who),), content, START)


def stream(count: int, every: float, flow: Flow = STILL, start: float = 0.0) -> tuple[list[Answering], Flow]:
    """What is done with so many messages, one each so many seconds."""
    done: list[Answering] = []
    for number in range(count):
        weighed = weigh(flow, arrived(Said("halo")), micros(START + timedelta(seconds=start + number * every)))
        done.append(weighed.answering)
        flow = weighed.flow
    return done, flow


# ---- the decision -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "every"),
    [
        (6, 0.1),  # six short messages in a breath
        (60, 0.0),  # what a phone sends at once when it finds a network
        (HELPED * 30, 4.0),  # a helper with thirty people, without a pause
        (HELPED * 60, 12.0),  # and with sixty, five hours long
        (3_000, 60.0),  # two days and nights, once a minute
    ],
)
def test_nobody_who_types_meets_the_limit(count: int, every: float) -> None:
    assert set(stream(count, every)[0]) == {"answer"}


def test_a_flood_is_answered_up_to_the_limit_and_told_once() -> None:
    done, _ = stream(500, 0.1)
    assert done[:62] == ["answer"] * 62, "in six seconds two more got room"
    assert Counter(done) == {"answer": 62, "tell": 1, "keep": 437}


def test_a_flood_is_over_after_a_minutes_rest_and_leaves_room_to_talk() -> None:
    _, flow = stream(500, 0.1)
    assert stream(1, 1.0, flow, start=50 + 59)[0] == ["keep"]
    assert stream(20, 0.5, flow, start=50 + 61)[0] == ["answer"] * 20


def test_who_tries_again_every_half_minute_comes_out_of_a_flood_too() -> None:
    _, flow = stream(500, 0.1)
    assert stream(4, 30.0, flow, start=80)[0] == ["keep", "keep", "answer", "answer"]


def test_a_machine_that_goes_on_is_never_answered_again() -> None:
    done, _ = stream(3_600, 1.0)
    assert Counter(done)["answer"] < 100
    assert Counter(done)["tell"] == 1


def test_a_machine_that_answers_us_slowly_ends_too() -> None:
    done, _ = stream(5 * 900, 4.0)
    assert Counter(done) == {"answer": 1_153, "tell": 1, "keep": 4_500 - 1_154}


def test_waiting_times_are_said_as_they_are() -> None:
    _, quick = stream(61, 0.0)
    assert quick.flooded_at is not None
    told = [weigh(Flow(minute=micros(START) + floods.MINUTE.full), arrived(Said("halo")), micros(START))]
    told += [weigh(Flow(day=micros(START) + floods.DAY.full), arrived(Said("halo")), micros(START))]
    assert [(one.answering, one.minutes) for one in told] == [("tell", 1), ("tell", 10)]


def test_what_we_send_into_a_chat_and_who_leaves_are_no_flood() -> None:
    _, flow = stream(500, 0.1)
    for one in (arrived(Said("halo"), CHAT), arrived(Left())):
        assert weigh(flow, one, micros(START + timedelta(seconds=50))) == floods.Weighed("answer", flow)


@pytest.mark.parametrize("content", [Said("BERHENTI"), Said("stop"), Tapped("!", "stop")])
def test_in_a_flood_who_says_stop_is_obeyed(content: Content) -> None:
    _, flow = stream(500, 0.1)
    weighed = weigh(flow, arrived(content), micros(START + timedelta(seconds=50)))
    assert weighed.answering == "obey"
    assert weighed.flow.flooded_at == flow.flooded_at, "and the flood goes on"


def test_a_clock_put_back_makes_no_flood() -> None:
    _, flow = stream(500, 0.1)
    back = micros(START - timedelta(days=1))
    assert weigh(flow, arrived(Said("halo")), back).answering == "answer"


# ---- through real turns -------------------------------------------------------------------------------------------


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


class Chats:
    """Two processes on one database, with people who write to either."""

    def __init__(self, *turns: Turns, clock: Clock) -> None:
        self.turns, self.clock, self.number = turns, clock, 0

    async def says(self, *texts: str, who: str = "siti", together: bool = False) -> list[str]:
        sent = []
        for text in texts:
            self.number += 1
            said = Arrived("telegram", f"m{self.number}", (Address("id", who),), Said(text), self.clock())
            sent.append(self.turns[self.number % len(self.turns)].take(said))
        return list(await asyncio.gather(*sent)) if together else [str(await one) for one in sent]

    async def heard(self, who: str = "siti") -> list[str]:
        turns = self.turns[0]
        async with turns.db.reading() as tx:
            chat = await outbox.find_chat(tx, turns.keyring, "telegram", who)
            assert chat is not None
            return [payload.decode() for _, payload in await outbox.told_since(tx, turns.keyring, chat, 0)]

    async def ask(self, sql: str, *args: object) -> list[tuple[object, ...]]:
        async with self.turns[0].db.reading() as tx:
            return await tx.rows(sql, args)


@pytest.fixture
async def chats(database_url: str, tmp_path: Path) -> AsyncIterator[Chats]:
    clock, dbs = Clock(), [await Database.open(database_url) for _ in range(2)]
    keyring = await open_keyring(dbs[0], "", tmp_path / "keys")
    house = build_house()
    yield Chats(
        *(Turns(db, keyring, house, {"telegram": Terminal()}, Settings(), clock) for db in dbs), clock=clock
    )  # fmt: skip
    for db in dbs:
        await db.close()


async def test_a_flood_over_two_processes_is_counted_as_one(chats: Chats) -> None:
    outcomes = await chats.says(*["halo"] * 100)
    assert outcomes == ["taken"] * 60 + ["flooded"] * 40
    heard = await chats.heard()
    assert len(heard) == 61
    assert "pelan-pelan" in heard[-1]
    assert "Tunggu 1 menit" in heard[-1]
    assert await chats.ask("SELECT state, COUNT(*) FROM inbox GROUP BY state ORDER BY state") == [
        ("flooded", 40),
        ("taken", 60),
    ]
    assert await chats.ask("SELECT COUNT(*) FROM inbox WHERE body IS NULL") == [(0,)], "nothing is lost"


async def test_others_are_answered_while_somebody_floods(chats: Chats) -> None:
    flood = [chats.says(*["halo"] * 200, who="siti", together=True)]
    await asyncio.gather(*flood, chats.says("menu", "daftar", "dibantu", who="budi"))
    assert len(await chats.heard("budi")) == 3
    assert len(await chats.heard("siti")) == 61


async def test_after_the_flood_the_open_question_still_waits(chats: Chats) -> None:
    await chats.says("daftar", "dibantu", *["ngawur"] * 100)
    chats.clock.passes(seconds=61)
    assert await chats.says("setuju") == ["taken"]
    assert "ngawur" not in (await chats.heard())[-1]
    assert await chats.ask("SELECT flooded_at FROM chats") == [(None,)]


async def test_stop_in_a_flood_ends_reminders_without_a_word(chats: Chats) -> None:
    await chats.says(*["halo"] * 70)
    before = len(await chats.heard())
    assert await chats.says("BERHENTI") == ["taken"]
    assert await chats.ask("SELECT purpose, granted FROM consents") in ([("reminders", 0)], [("reminders", False)])
    assert len(await chats.heard()) == before


async def test_while_an_officer_talks_a_flood_is_kept_in_silence(chats: Chats) -> None:
    await chats.says("bantuan")
    async with chats.turns[0].db.writing() as tx:
        await tx.rows("UPDATE chats SET quiet_until = $1", (chats.clock() + timedelta(hours=1),))
    assert "flooded" in await chats.says(*["halo"] * 70)
    assert len(await chats.heard()) == 1
