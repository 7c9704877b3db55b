"""How long somebody is protected: until the day the agency's list names, then up to three months late, then no more."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Literal, TypeAlias

LATE_AT_MOST = 3  # months after the protection's end in which paying still continues the membership

Protection: TypeAlias = Literal["active", "late", "lapsed"]


def last_chance(paid_until: date) -> date:
    """The last day on which a late member is still one: three months on, a month's end staying a month's end."""
    months = paid_until.year * 12 + paid_until.month - 1 + LATE_AT_MOST
    year, month = divmod(months, 12)
    days, length = monthrange(paid_until.year, paid_until.month)[1], monthrange(year, month + 1)[1]
    return date(year, month + 1, length if paid_until.day == days else min(paid_until.day, length))


def protection(paid_until: date, today: date) -> Protection:
    """Where somebody stands today whose contributions are paid until this day, that day included."""
    if today <= paid_until:
        return "active"
    return "late" if today <= last_chance(paid_until) else "lapsed"
