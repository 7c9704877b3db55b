"""Reminders: which are due when, in whose hours, and whether one is still true at the moment it comes. Pure.

Planned from the day somebody is protected until. At its moment a reminder is said, moved out of the night, or let go
with the reason: whoever asks why nobody was reminded finds it in its row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from conversations import hours
from conversations.membership import ENDED, Person, people
from conversations.pricing import bill, last_discounted
from conversations.rules.protection import last_chance, protection
from conversations.talking import Decided, House
from conversations.turn import Fact, Inbound, Json, Month, Option, Phrase, Record, Reply, Rupiah, Talk, Wants

REMINDER = "reminder"  # the kind of its scheduled rows, and of the turn it becomes
BEFORE: Mapping[str, int] = {"before_7": 7, "before_1": 1}
AFTER: Mapping[str, int] = {"after_7": 7, "after_30": 30, "after_60": 60, "after_80": 80}
WHICH = (*BEFORE, *AFTER, "ended")
TEMPLATES: Mapping[str, str] = {  # what WhatsApp lets through outside its window, by what is said
    **dict.fromkeys(BEFORE, "reminder_before"),
    **dict.fromkeys(AFTER, "reminder_late"),
    "ended": "reminder_ended",
}
SPREAD = 11 * 60  # minutes after eight: a month's end is many people's day, and platforms take so many a second
LATEST = timedelta(days=2)  # what was missed by more is not sent late
BELIEVED = 30  # days a person's own word that they paid keeps reminders away


@dataclass(frozen=True, slots=True)
class Moment:
    """One reminder to come: which of WHICH, its key and its moment."""

    which: str
    key: str
    due: datetime


def moments(application: int, until: date, zone: ZoneInfo) -> Iterator[Moment]:
    """Every reminder about this protection's end, each at the person's own minute of the day."""
    days = {
        **{which: until - timedelta(days) for which, days in BEFORE.items()},
        **{which: until + timedelta(days) for which, days in AFTER.items()},
        "ended": last_chance(until) + timedelta(days=1),
    }
    for which, day in days.items():
        yield Moment(which, f"{prefix(application)}{until.isoformat()}:{which}", _on(day, application, zone))


def prefix(application: int) -> str:
    """What the keys of one application's reminders begin with."""
    return f"{REMINDER}:{application}:"


def next_morning(at: datetime, application: int, zone: ZoneInfo) -> datetime:
    """The next time after eight in the morning, at the person's own minute."""
    return _on(hours.morning_after(at, zone), application, zone)


def _on(day: date, application: int, zone: ZoneInfo) -> datetime:
    minute = int.from_bytes(hashlib.sha256(str(application).encode()).digest()[:4], "big") % SPREAD
    return (datetime.combine(day, hours.FROM, zone) + timedelta(minutes=minute)).astimezone(UTC)


# ---- its moment came ----------------------------------------------------------------------------------------------


def remind(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """A reminder's moment: what can be seen without looking anything up is decided here."""
    zone, due = ZoneInfo(str(facts["zone"])), datetime.fromisoformat(str(facts["due"]))
    if talk.facts.get("reminders_off"):
        return _let_go(talk, facts, "stopped")
    if inbound.at - due > LATEST:
        return _let_go(talk, facts, "missed")
    if not hours.is_day(inbound.at, zone):
        later = next_morning(inbound.at, _application(facts), zone)
        key = f"{str(facts['key']).partition('@')[0]}@{later.astimezone(zone).date().isoformat()}"
        moved: dict[str, Json] = {**facts, "key": key, "at": later.isoformat()}
        return Decided(talk, effects=(Record("reminder_moved", moved), _settled(facts, "moved")))
    return Decided(talk, effects=(Wants(REMINDER, facts),))


def tell_reminder(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say the reminder if it is still true by what storage knows now; else let it go with the reason."""
    one = next((p for p in people(facts) if p.application == _application(facts)), None)
    which, until = str(facts["which"]), date.fromisoformat(str(facts["until"]))
    why = _why_not(one, which, until, inbound.today, facts)
    if one is None or why:
        return _let_go(talk, facts, why)
    return Decided(talk, (reminder(one, which, inbound.today),), (_settled(facts, "said"),))


def _why_not(one: Person | None, which: str, until: date, today: date, facts: Mapping[str, Json]) -> str:
    """The reason for silence, or ""."""
    if one is None or one.state in ENDED:
        return "gone"
    if not facts.get("consented"):
        return "stopped"
    if not facts.get("reachable"):
        return "unreachable"
    if one.until != until:
        return "paid"
    due = "active" if which in BEFORE else "late" if which in AFTER else "lapsed"
    if protection(until, today) != due:
        return "overtaken"
    own = one.reported
    if own and own.state == "waiting" and (today - own.at).days <= BELIEVED:
        return "reported"
    return ""


def reminder(one: Person, which: str, today: date) -> Reply:
    """A reminder in words, with the ways on under it, and what fills its template."""
    options = (
        Option("!", f"pay:{one.receipt}", key="command.pay"),
        Option("!", f"paid:{one.receipt}", key="command.paid"),
        Option("!", "stop", key="command.stop"),
    )
    facts = reminder_facts(one, today)
    variables = {"reminder_before": ("name", "until"), "reminder_late": ("name", "until", "ends")}
    fill = variables.get(TEMPLATES[which], ("name",))
    return Reply(
        f"reminder.{'before' if which in BEFORE else which}",
        facts,
        options,
        private=True,
        template=TEMPLATES[which],
        variables=tuple(facts[name] for name in fill),
    )


def reminder_facts(one: Person, today: date) -> dict[str, Fact]:
    until = one.until or today
    left = (until - today).days
    when = {0: "reminder.left.today", 1: "reminder.left.tomorrow"}.get(left, "reminder.left.days")
    return {
        "name": one.name or Phrase("reminder.you"),
        "until": until,
        "ends": last_chance(until),
        "left": Phrase(when),
        "days": left,
        "left_to_end": (last_chance(until) - today).days,
        **_price(one, today),
    }


def _price(one: Person, today: date) -> dict[str, Fact]:
    """What the next month costs, and whether the discount is still in it."""
    if not one.income or not one.programme:
        return {
            "price": Phrase("reminder.price.unknown"),
            "month": Month(today.year, today.month, 1),
            "amount": Rupiah(0),
            "last_day": None,
        }
    month = bill(one.income, one.sector, one.programme, one.until, today, 1).months[0]
    last = last_discounted(one.sector, one.until or today)
    how = "discounted" if month.discounted else "ended" if last else "full"
    return {
        "price": Phrase(f"reminder.price.{how}"),
        "month": Month(month.month.year, month.month.month, 1),
        "amount": Rupiah(month.total),
        "last_day": last,
    }


def _let_go(talk: Talk, facts: Mapping[str, Json], why: str) -> Decided:
    return Decided(talk, effects=(_settled(facts, why),))


def _settled(facts: Mapping[str, Json], came: str) -> Record:
    """What came of it, written into its row."""
    return Record("reminder_settled", {"key": facts["key"], "came": came})


def _application(facts: Mapping[str, Json]) -> int:
    application = facts["application"]
    return application if isinstance(application, int) else 0


# ---- for lint -----------------------------------------------------------------------------------------------------

_LONG_DAY = date(2026, 9, 30)
_PLAIN: Mapping[str, Fact] = {
    "name": "Muhammad",
    "until": _LONG_DAY,
    "ends": _LONG_DAY,
    "last_day": _LONG_DAY,
    "days": 7,
    "left_to_end": 33,
    "month": Month(2026, 9, 1),
    "amount": Rupiah(627_800),
}
SAMPLES: tuple[Mapping[str, Fact], ...] = tuple(
    {**_PLAIN, "left": Phrase("reminder.left.days"), "price": Phrase(f"reminder.price.{price}")}
    for price in ("discounted", "full", "ended", "unknown")
)
