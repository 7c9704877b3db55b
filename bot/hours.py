"""When somebody may be written to unasked: by day, where they live."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

FROM, UNTIL = time(8), time(20)


def is_day(now: datetime, zone: ZoneInfo) -> bool:
    """Whether one may write now."""
    return FROM <= now.astimezone(zone).time() < UNTIL


def by_day(now: datetime, zone: ZoneInfo) -> datetime:
    """Now where that is by day, else the next morning."""
    here = now.astimezone(zone)
    if FROM <= here.time() < UNTIL:
        return now
    morning = datetime.combine(here.date(), FROM, zone)
    return morning if here.time() < FROM else morning + timedelta(days=1)
