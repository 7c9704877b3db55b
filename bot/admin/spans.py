"""Stretches of time as the dashboard groups them: days into weeks, waits into buckets, hours into a median."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

By: TypeAlias = Literal["day", "week"]
LONG_AGO = date(2020, 1, 1)
WAITED = (0, 1, 3, 7, 14)  # whole days since an application came in at which an age begins
DECIDED = (0, 1, 4, 24, 48, 72, 168)  # hours at which a bucket of the time to a decision begins


@dataclass(frozen=True, slots=True)
class Age:
    """An age of waiting: the first and the last day such an application came in. since None: any earlier day."""

    name: str
    since: date | None
    until: date


def ages(today: date) -> list[Age]:
    """The ages, youngest first."""
    found = []
    for place, begins in enumerate(WAITED):
        since = today - timedelta(days=WAITED[place + 1] - 1) if place + 1 < len(WAITED) else None
        found.append(Age(str(begins), since, today - timedelta(days=begins)))
    return found


def edges(found: Sequence[Age], zone: ZoneInfo) -> list[datetime]:
    """Where these ages meet, oldest first: local midnights."""
    oldest_first = list(reversed(found))
    begins = [midnight(age.since or LONG_AGO, zone) for age in oldest_first]
    return [*begins, midnight(found[0].until + timedelta(days=1), zone)]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def days(since: date, until: date) -> list[date]:
    return [since + timedelta(days=n) for n in range((until - since).days + 1)]


def in_weeks(by_day: Mapping[date, int]) -> dict[date, int]:
    """Sums of weeks, each under its Monday."""
    found: dict[date, int] = {}
    for day, n in by_day.items():
        monday = day - timedelta(days=day.weekday())
        found[monday] = found.get(monday, 0) + n
    return found


def quantile(hours: Mapping[int, int], share: float) -> int | None:
    """The hours within which this share was decided; None where nothing was."""
    total = sum(hours.values())
    passed = 0
    for hour in sorted(hours):
        passed += hours[hour]
        if passed >= share * total:
            return hour
    return None


def buckets(hours: Mapping[int, int]) -> list[tuple[int, int]]:
    """(hours at which it begins, how many) of every bucket."""
    starts = [*DECIDED, None]
    return [
        (begins, sum(n for hour, n in hours.items() if hour >= begins and (ends is None or hour < ends)))
        for begins, ends in zip(DECIDED, starts[1:], strict=True)
    ]
