"""When officers answer: the hours of service from `rules/data/organisation.toml`, and when they begin again."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from conversations.turn import Fact, Phrase, Reply


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of service. days: 1 is Monday."""

    zone: ZoneInfo
    days: tuple[int, ...]
    opens: time
    closes: time


@cache
def hours() -> Hours:
    """Read the hours of service."""
    table = tomllib.loads((files("conversations.rules") / "data" / "organisation.toml").read_text(encoding="utf-8"))
    given = table["service"]
    return Hours(
        ZoneInfo(given["zone"]),
        tuple(given["days"]),
        time.fromisoformat(given["opens"]),
        time.fromisoformat(given["closes"]),
    )


def next_opening(kept: Hours, at: datetime) -> datetime | None:
    """When officers begin again, in their own time; None while they are there."""
    local = at.astimezone(kept.zone)
    if local.isoweekday() in kept.days and kept.opens <= local.time() < kept.closes:
        return None
    later = 0 if local.time() < kept.opens else 1
    days = (local.date() + timedelta(days=n) for n in range(later, later + 8))
    day = next(day for day in days if day.isoweekday() in kept.days)
    return datetime.combine(day, kept.opens, kept.zone)


def received(at: datetime) -> Reply:
    """Say that a request for a person was received, and when it will be answered."""
    kept = hours()
    opening = next_opening(kept, at)
    if opening is None:
        return Reply("help.asked")
    ahead = (opening.date() - at.astimezone(kept.zone).date()).days
    day = {0: "service.today", 1: "service.tomorrow"}.get(ahead, f"service.day_{opening.isoweekday()}")
    facts: dict[str, Fact] = {"day": Phrase(day), "hour": f"{opening:%H.%M}"}
    return Reply("service.asked_later", facts)
