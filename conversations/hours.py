"""When somebody may be written to unasked: by day, where they live. All that is no answer asks here. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FROM, UNTIL = time(8), time(20)


def is_day(now: datetime, zone: ZoneInfo) -> bool:
    """Whether one may write now."""
    return FROM <= now.astimezone(zone).time() < UNTIL


def by_day(now: datetime, zone: ZoneInfo) -> datetime:
    """Now where that is by day, else the next morning."""
    return now if is_day(now, zone) else datetime.combine(morning_after(now, zone), FROM, zone)


def morning_after(now: datetime, zone: ZoneInfo) -> date:
    """The day of the next morning: today before it comes, else tomorrow."""
    here = now.astimezone(zone)
    return here.date() if here.time() < FROM else here.date() + timedelta(days=1)
