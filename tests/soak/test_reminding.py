"""Reminders under kill -9, a clock that jumps both ways, two processes on one PostgreSQL: once each, or explained."""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.moments import inbound_id
from conversations.reminding import moments
from storage import applications, consents, memberships, reminders
from storage.database import Database
from storage.keys import Keyring
from storage.memberships import Membership
from tests.storage.world import a_form, submit

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CAME = re.compile(r"reminder\b.*\bcame=(?P<came>\w+).*\bwhich=(?P<which>\w+)")
JAKARTA = ZoneInfo("Asia/Jakarta")
UNTIL = date(2026, 12, 31)
MEMBERS = 40


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026 if month > 6 else 2027, month, day, hour, minute, tzinfo=JAKARTA).astimezone(UTC)


@dataclass
class Two:
    """Two served processes on one database, that can be killed and come back, and their clock."""

    clock: Path
    environment: dict[str, str]
    log: Path
    chance: random.Random
    children: list[asyncio.subprocess.Process | None] = field(default_factory=lambda: [None, None])
    listening: list[asyncio.Task[None]] = field(default_factory=list)
    explained: Counter[tuple[str, str]] = field(default_factory=Counter)
    kills: int = 0

    async def start(self, which: int) -> None:
        with self.log.open("ab") as log:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.soak.reminding_child", str(self.clock)),
                env=self.environment | {"PORT": str(8100 + which)}, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        assert child.stdout is not None
        while b"ready" not in (line := await asyncio.wait_for(child.stdout.readline(), 40)):
            assert line, f"the process ended at once; see {self.log}"
        self.children[which] = child
        self.listening.append(asyncio.create_task(self._listen(child.stdout)))

    async def _listen(self, said: asyncio.StreamReader) -> None:
        """Count what the log says came of reminders."""
        while line := (await said.readline()).decode():
            if found := _CAME.search(_COLOUR.sub("", line)):
                self.explained[found["which"], found["came"]] += 1

    async def kill(self, which: int) -> None:
        child = self.children[which]
        assert child is not None
        child.kill()
        await child.wait()
        self.children[which] = None
        self.kills += 1

    async def end(self) -> None:
        for which, child in enumerate(self.children):
            if child is not None:
                await self.kill(which)

    def set(self, now: datetime) -> None:
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(now.isoformat(), encoding="ascii")
        fresh.replace(self.clock)

    async def until(self, db: Database, now: datetime) -> None:
        """Jump there, let time tick on a little, kill one or both in the middle of it, and wait for all that is due."""
        self.set(now)
        await asyncio.sleep(self.chance.uniform(0.05, 0.3))
        struck = self.chance.sample((0, 1), self.chance.choice((1, 2)))
        for which in struck:
            await self.kill(which)
        await asyncio.gather(*map(self.start, struck))
        for _ in range(100):
            now += timedelta(minutes=1)
            self.set(now)
            await asyncio.sleep(0.1)
            if not await _due(db, now):
                return
        raise AssertionError(f"{await _due(db, now)} moments were still waiting at {now}")


async def _due(db: Database, now: datetime) -> int:
    async with db.reading() as tx:
        waiting = await tx.rows(
            "SELECT COUNT(*) FROM scheduled WHERE state = 'waiting' AND kind = 'reminder' AND due_at <= $1",
            (int(now.timestamp() * 1_000_000),),
        )
        unsent = await tx.rows("SELECT COUNT(*) FROM outbox WHERE purpose = 'reminder' AND state <> 'sent'")
    return int(waiting[0][0]) + int(unsent[0][0])


async def _members(db: Database, keyring: Keyring) -> list[int]:
    """People protected until the end of the year, who want to be reminded."""
    found: list[int] = []
    for number in range(MEMBERS):
        receipt = f"R-{number}"
        place = await submit(
            db, keyring, f"{number:032x}", form=a_form(receipt, income=1_500_000), channel="web", at=at(11, 24, 10)
        )
        async with db.writing() as tx:
            await consents.record(
                tx, person_id=place.person_id, chat_id=place.chat_id, purpose="reminders", granted=True,
                text_version="id-1", pressed="Ya", identity_hash=place.identity_hash, at=at(11, 24, 10),
            )  # fmt: skip
            one = await applications.one(tx, keyring, receipt)
            assert one is not None
            said = Membership(one.id, place.person_id, "active", at(11, 24, 10), paid_until=UNTIL, listed_on=UNTIL)
            await memberships.put(tx, keyring, said)
            await tx.rows("UPDATE applications SET state = 'active' WHERE id = $1", (one.id,))
            found.append(one.id)
    return found


async def _plan(db: Database, application_ids: list[int], now: datetime) -> None:
    async with db.writing() as tx:
        await reminders.plan_all(tx, application_ids, now, JAKARTA)


async def _told(db: Database) -> dict[str, int]:
    """How often each moment was said, as far as messages are kept."""
    async with db.reading() as tx:
        rows = await tx.rows(
            "SELECT i.message_id, COUNT(*) FROM outbox o JOIN inbox i ON i.id = o.inbox_id "
            "WHERE o.purpose = 'reminder' GROUP BY i.message_id"
        )
    return {str(message): int(count) for message, count in rows}


@pytest.mark.postgres
async def test_each_reminder_goes_out_once_or_says_why_not_whatever_the_clock_and_the_kills_do(
    postgres_url: str, tmp_path: Path
) -> None:
    keys = Keyring.create(tmp_path / "keys")
    db = await Database.open(postgres_url)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM", "TWILIO", "DATA"))},
        "DATABASE_URL": postgres_url,
        "DATA_KEYS": (tmp_path / "keys").read_text(),
        "SIMULATOR": "true",
    }
    two = Two(tmp_path / "clock", environment, tmp_path / "log", random.Random(20261124))
    try:
        everybody = await _members(db, keys)
        await _plan(db, everybody, at(11, 24, 10))
        two.set(at(12, 24, 5))
        await asyncio.gather(two.start(0), two.start(1))
        await two.until(db, at(12, 24, 20, 30))  # down all day, up in the evening: everything moves to the morning
        await two.until(db, at(12, 25, 19, 5))
        early = await _told(db)  # retention lets go of messages after thirty days
        await two.until(db, at(1, 31, 19, 5))  # a month ahead: two are missed, the one of yesterday is still true
        two.set(at(12, 28, 12))  # and back again: what was taken stays taken, even where all is planned anew
        await _plan(db, everybody, at(12, 28, 12))
        await two.until(db, at(12, 31, 12))
        await two.until(db, at(3, 1, 19, 5))
    finally:
        await two.end()
    told = early | await _told(db)
    async with db.reading() as tx:
        left = await tx.rows("SELECT key FROM scheduled WHERE kind = 'reminder' AND state = 'waiting'")
    await db.close()
    planned = [moment for one in everybody for moment in moments(one, UNTIL, JAKARTA)]
    said = Counter(moment.which for moment in planned if told.pop(inbound_id(moment.key), 0) == 1)
    moved = Counter(moment.which for moment in planned if told.pop(inbound_id(f"{moment.key}@2026-12-25"), 0) == 1)
    assert told == {}, "what was said twice, or that no plan knows"
    assert said == {"after_30": MEMBERS, "after_60": MEMBERS}
    assert moved == {"before_7": MEMBERS}
    for which, came in (("before_7", "moved"), ("before_1", "missed"), ("after_7", "missed")):
        assert two.explained[which, came] >= MEMBERS, f"{which}: {two.explained}"
    assert Counter(str(key).rpartition(":")[2] for (key,) in left) == {"after_80": MEMBERS, "ended": MEMBERS}
    assert two.kills >= 6
