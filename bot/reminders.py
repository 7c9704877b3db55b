"""What reminders would go out until midnight, and what they would cost: told before the bill comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.house_keeping import opened
from bot.settings import Settings
from conversations.reminding import TEMPLATES, WHICH
from conversations.rules.tables import rows
from conversations.turn import Rupiah
from storage import reminders
from storage.tx import Tx

_PRICES = tuple(
    (date.fromisoformat(row["from_day"]), row["channel"], row["how"], int(row["rupiah"]))
    for row in rows("message_prices")
)


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of reminder on one channel. template: the approved purpose it needs, "" where none. rupiah: together."""

    which: str
    channel: str
    count: int
    template: str
    rupiah: int


def price(channel: str, how: str, day: date) -> int:
    """What one message costs in rupiah; nothing where the table names no price."""
    known = [(since, rupiah) for since, on, way, rupiah in _PRICES if (on, way) == (channel, how) and since <= day]
    return max(known)[1] if known else 0


async def today(settings: Settings, now: datetime) -> list[Line]:
    """What waits until midnight in the house's time zone, as the command line asks it."""
    async with opened(settings) as (db, _), db.reading() as tx:
        return await forecast(tx, settings, now)


async def forecast(tx: Tx, settings: Settings, now: datetime) -> list[Line]:
    """What waits until midnight, in the order of the year."""
    day = now.astimezone(settings.zone).date()
    midnight = datetime.combine(day + timedelta(days=1), time(), settings.zone)
    return lines(await reminders.to_come(tx, midnight), day)


async def sums(tx: Tx, settings: Settings, now: datetime) -> tuple[int, Rupiah]:
    """How many wait until midnight, and what they cost together: what the desk's overview says."""
    day = now.astimezone(settings.zone).date()
    midnight = datetime.combine(day + timedelta(days=1), time(), settings.zone)
    count, templates = await reminders.sums_to_come(tx, midnight)
    return count, Rupiah(templates * price("whatsapp", "template", day))


def lines(found: Mapping[tuple[str, str, str], int], day: date) -> list[Line]:
    """Counts with what they cost."""
    return [
        Line(which, channel, count, TEMPLATES[which] if how == "template" else "", count * price(channel, how, day))
        for (which, channel, how), count in sorted(found.items(), key=lambda one: (WHICH.index(one[0][0]), one[0]))
    ]


def table(told: list[Line]) -> str:
    """The lines as a table for a terminal, with their sum."""
    if not told:
        return "no reminder would go out today"
    head = ("reminder", "channel", "count", "template", "rupiah")
    body = [(one.which, one.channel, str(one.count), one.template or "-", str(one.rupiah)) for one in told]
    total = ("together", "", str(sum(one.count for one in told)), "", str(sum(one.rupiah for one in told)))
    written = [head, *body, total]
    widths = [max(len(row[column]) for row in written) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in written
    )
