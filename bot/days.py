"""The last days as people count them, where they live: since when, and how many things fell on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

WEEK = 7


def since(now: datetime, days: int = WEEK) -> datetime:
    """When the first of the last days began, today being the last of them. now: in the time of the people."""
    return datetime.combine(now.date() - timedelta(days=days - 1), time(), now.tzinfo)


def by_day(moments: Iterable[datetime], now: datetime, days: int = WEEK) -> list[tuple[date, int]]:
    """How many fell on each of the last days, oldest first; a day without any is there, too."""
    counted = Counter(moment.astimezone(now.tzinfo).date() for moment in moments)
    first = since(now, days).date()
    return [(day, counted[day]) for day in (first + timedelta(days=n) for n in range(days))]
