"""Outside the window a template knocks, and the words wait until the person writes; one knock a day is enough."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.channels.channel import Delivered, Outcome, Outgoing, Undelivered
from bot.delivery import Delivery
from bot.payload import pack
from storage import night, outbox, scheduled
from storage.database import Database
from storage.keys import Keyring
from tests.storage.world import NOW, SITI, later, talk

JAKARTA = ZoneInfo("Asia/Jakarta")


class Platform:
    """Takes everything, and remembers it; templates it does not know it refuses."""

    name = "whatsapp"
    can: frozenset[str] = frozenset()
    rate = rate_per_chat = 1000.0

    def __init__(self, *templates: str) -> None:
        self.templates = templates
        self.heard: list[str] = []

    async def send(self, address: str, message: Outgoing, outbox_id: int) -> Delivered:
        if not message.text and message.template not in self.templates:
            raise Undelivered(Outcome.WINDOW_CLOSED, f"no template {message.template}")
        self.heard.append(message.text or f"<{message.template} {' '.join(message.variables)}>")
        return Delivered(f"SM{outbox_id}", billable=1)

    async def open(self) -> None: ...

    async def close(self) -> None: ...


class Desk:
    """Delivery to one chat whose window closed a day after NOW, by a clock that is moved by hand."""

    def __init__(self, db: Database, keyring: Keyring, platform: Platform) -> None:
        self.db, self.keyring, self.platform, self.now = db, keyring, platform, later(hours=26)
        channels = {"whatsapp": platform}
        self.delivery = Delivery(db, keyring, channels, lambda: self.now, "here", JAKARTA)  # type: ignore[arg-type]
        self.chat = 0

    async def begins(self) -> None:
        await talk(self.db, self.keyring, SITI, channel="whatsapp", told=None, window=later(hours=24))
        async with self.db.reading() as tx:
            [(self.chat,)] = await tx.rows("SELECT id FROM chats")

    async def tells(self, text: str, template: str = "result_ready", *, purpose: str = "notice") -> None:
        payload = pack(Outgoing(text, template=template, variables=("TK-1",)))
        priority = outbox.UNASKED if purpose == "reminder" else 1
        async with self.db.writing() as tx:
            await outbox.add(tx, self.keyring, self.chat, payload, purpose, self.now, priority=priority)
        await self.delivers()

    async def wakes(self) -> None:
        """Take what is due, as upkeep does."""
        async with self.db.writing() as tx:
            for moment in await scheduled.claim_due(tx, self.now, limit=10):
                assert moment.kind == night.MORNING
                await night.go(tx, moment, self.now)
        await self.delivers()

    async def writes(self) -> None:
        window = self.now + timedelta(hours=24)
        await talk(self.db, self.keyring, SITI, channel="whatsapp", told=None, at=self.now, window=window)
        await self.delivers()

    async def delivers(self) -> None:
        for _ in range(5):
            await self.delivery._round()
            while self.delivery._sending:
                await asyncio.sleep(0)

    async def states(self) -> list[str]:
        async with self.db.reading() as tx:
            return [state for (state,) in await tx.rows("SELECT state FROM outbox ORDER BY id")]


@pytest.fixture
async def desk(database: Database, keyring: Keyring) -> Desk:
    made = Desk(database, keyring, Platform("result_ready", "data_needed_again"))
    await made.begins()
    return made


async def test_a_template_goes_and_the_words_follow_once_they_write(desk: Desk) -> None:
    await desk.tells("kabar baik")
    assert desk.platform.heard == ["<result_ready TK-1>"]
    assert await desk.states() == ["held", "sent"]
    await desk.writes()
    assert desk.platform.heard == ["<result_ready TK-1>", "kabar baik"]
    assert await desk.states() == ["sent", "sent"]


async def test_one_knock_is_enough_for_all_that_waits_that_day(desk: Desk) -> None:
    await desk.tells("satu")
    desk.now += timedelta(hours=20)
    await desk.tells("dua", "data_needed_again")
    assert desk.platform.heard == ["<result_ready TK-1>"]
    desk.now += timedelta(hours=5)
    await desk.tells("tiga")
    assert desk.platform.heard == ["<result_ready TK-1>"] * 2
    await desk.writes()
    assert desk.platform.heard[2:] == ["satu", "dua", "tiga"]


async def test_words_without_a_template_and_templates_nobody_approved_wait_in_silence(desk: Desk) -> None:
    await desk.tells("tanpa", "")
    await desk.tells("tak dikenal", "unheard_of")
    assert desk.platform.heard == []
    await desk.writes()
    assert desk.platform.heard == ["tanpa", "tak dikenal"]
    assert await desk.states() == ["sent", "sent", "dropped"]


async def test_inside_the_window_the_words_go_at_once(desk: Desk) -> None:
    desk.now = NOW
    await desk.tells("halo")
    assert desk.platform.heard == ["halo"]


async def test_a_window_that_closes_within_minutes_counts_as_closed(desk: Desk) -> None:
    desk.now = later(hours=24, minutes=-5)
    await desk.tells("halo")
    assert desk.platform.heard == ["<result_ready TK-1>"]


async def test_a_reminder_that_could_not_leave_by_day_waits_for_the_morning_and_blocks_nothing(desk: Desk) -> None:
    desk.now = NOW.replace(hour=13, minute=5)  # five past eight in the evening in Jakarta
    await desk.tells("pengingat", purpose="reminder")
    await desk.tells("kata petugas")
    assert desk.platform.heard == ["kata petugas"]
    assert await desk.states() == ["held", "sent"]
    await desk.writes()  # whoever writes at night is answered, and still not reminded
    desk.now = NOW.replace(hour=0, minute=59) + timedelta(days=1)
    await desk.wakes()
    assert desk.platform.heard == ["kata petugas"]
    desk.now += timedelta(minutes=1)
    await desk.wakes()
    assert desk.platform.heard == ["kata petugas", "pengingat"]
    assert await desk.states() == ["sent", "sent"]


async def test_a_reminder_of_the_night_knocks_in_the_morning_where_the_window_is_closed(desk: Desk) -> None:
    desk.now = later(days=3).replace(hour=13)
    await desk.tells("pengingat", purpose="reminder")
    assert desk.platform.heard == []
    desk.now = desk.now.replace(hour=1) + timedelta(days=1)
    await desk.wakes()
    assert desk.platform.heard == ["<result_ready TK-1>"]
    await desk.writes()
    assert desk.platform.heard == ["<result_ready TK-1>", "pengingat"]


async def test_what_was_taken_back_in_the_night_is_not_said_in_the_morning(desk: Desk) -> None:
    desk.now = NOW.replace(hour=13)
    await desk.tells("pengingat", purpose="reminder")
    async with desk.db.writing() as tx:
        await tx.rows("UPDATE outbox SET state = 'dropped'")
    desk.now = NOW.replace(hour=2) + timedelta(days=1)
    await desk.wakes()
    assert desk.platform.heard == []
