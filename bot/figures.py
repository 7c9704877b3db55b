"""Keeping the dashboard's numbers: today and yesterday are counted anew every few minutes, an older day now and then.

A draft that is gone on with leaves the day it stood at, so the last four weeks are gone through one day after another;
what is older stays as it was when retention took the rows away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services import Services
from conversations.forms import FORMS
from storage import figures
from storage.figures import Counted, Figure
from storage.tx import Tx

FIGURES_EVERY = timedelta(minutes=5)
GONE_THROUGH = 28  # days; drafts are let go of after thirty
# Days counted where nobody ever looked: a database from before has its past, too.
CAUGHT_UP: Mapping[Figure, int] = {"signups": 92, "decided": 92, "stood": GONE_THROUGH}
SUBMITTED = "submitted"
ENDS = ("", SUBMITTED, *dict.fromkeys(stop for form in FORMS.values() for stop in form.stops))


async def count_days(services: Services, now: datetime, last: datetime | None) -> None:
    """Count the days that may have changed since the last look; None: this process has not looked yet."""
    zone = services.settings.zone
    today = now.astimezone(zone).date()
    for figure, most in CAUGHT_UP.items():
        await _count_back(services, figure, today, 2 if last else await _behind(services, figure, today, most))
    if last:
        older = 2 + int(now.timestamp() // FIGURES_EVERY.total_seconds()) % (GONE_THROUGH - 1)
        await _count(services, "stood", today - timedelta(days=older), zone)


async def count_all(services: Services, now: datetime) -> None:
    """Count every day that is kept, whatever was counted before."""
    for figure, days in CAUGHT_UP.items():
        await _count_back(services, figure, now.astimezone(services.settings.zone).date(), days)


async def _count_back(services: Services, figure: Figure, today: date, days: int) -> None:
    for back in range(days):
        await _count(services, figure, today - timedelta(days=back), services.settings.zone)


async def _behind(services: Services, figure: Figure, today: date, most: int) -> int:
    """How many days to count at a process's first look: those since somebody last looked, at most this many."""
    async with services.db.reading() as tx:
        counted = await figures.last_day(tx, figure, today.isoformat())
    return min(most, (today - date.fromisoformat(counted)).days + 2) if counted else most


async def _count(services: Services, figure: Figure, day: date, zone: ZoneInfo) -> None:
    """Read in one transaction, write in another: nobody's turn waits for a day to be counted."""
    counted: dict[figures.Key, int] = {}
    for since, until in _pieces(day, zone):
        async with services.db.reading() as tx:
            for key, n in (await _read(tx, figure, since, until)).items():
                counted[key] = counted.get(key, 0) + n
    async with services.db.reading() as tx:
        if not await figures.differs(tx, figure, day.isoformat(), counted):
            return
    async with services.db.writing() as tx:
        await figures.keep(tx, figure, day.isoformat(), counted)


async def _read(tx: Tx, figure: Figure, since: datetime, until: datetime) -> Counted:
    match figure:
        case "signups":
            return await figures.count_signups(tx, since, until)
        case "decided":
            return await figures.count_decided(tx, since, until)
        case _:
            return await figures.count_stood(tx, since, until, ENDS)


def _pieces(day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """A day here in quarters, so that no transaction is long."""
    begins = datetime.combine(day, time.min, zone)
    for quarter in range(4):
        yield begins + timedelta(hours=6 * quarter), begins + timedelta(hours=6 * quarter + 6)
