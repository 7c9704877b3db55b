"""BAYAR and SAYA SUDAH BAYAR: what is paid, with which number and where, and what somebody says they paid. Pure.

The bot takes no money and says so each time. What is reported here protects nobody: the agency's list does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from conversations.fields.field import Asking
from conversations.fields.month_count import MonthCount
from conversations.fields.one_of import OneOf
from conversations.fields.recent_day import RecentDay
from conversations.form import Ask, Form
from conversations.membership import ENDED, IN_HAND, Person, people
from conversations.pricing import bill, last_discounted, runs
from conversations.questions import buttons
from conversations.rules.benefits import benefit
from conversations.rules.contributions import MONTHS_OFFERED
from conversations.rules.protection import last_chance
from conversations.talking import Decided, House, ask_on, way_on
from conversations.turn import Fact, Inbound, Json, Option, Phrase, Record, Reply, Rupiah, Session, Talk, Wants

PAYMENT = "payment"
MOST_NAMED = 9  # people on one list of buttons
_SAID_FOR: Mapping[str, tuple[str, ...]] = {
    "self": ("sendiri", "saya sendiri", "bayar sendiri", "langsung", "lewat aplikasi", "by myself", "myself"),
    "collector": (
        *("titip", "dititip", "titip orang", "dititipkan", "lewat orang", "ke orang", "lewat relawan", "relawan"),
        *("petugas", "kolektor", "penagih", "lewat rt", "somebody else", "through somebody"),
    ),
}


# ---- BAYAR --------------------------------------------------------------------------------------------------------


def pay(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """BAYAR; a button of ours adds whose ("TK-…") and for how many months ("TK-…/6")."""
    receipt, _, months = argument.partition("/")
    return Decided(
        talk, effects=(Wants("pay", {"receipt": receipt, "months": int(months) if months.isdecimal() else 0}),)
    )


def tell_pay(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say how to pay for the one meant, or ask whose contribution is meant."""
    known = [one for one in people(facts) if one.state != "erased"]
    living = [one for one in known if one.stands(inbound.today) not in ENDED] or known[-1:]
    match _meant(living, facts):
        case Person() as one:
            asked = facts.get("months")
            months = asked if isinstance(asked, int) and asked in MONTHS_OFFERED else one.months or 1
            return Decided(
                talk, _with(how_to_pay(one, months, inbound.today), _beside(talk, one, months, inbound.today))
            )
        case None if not living:
            return Decided(talk, _with((Reply("pay.none"), *_ways(inbound.today)), way_on(talk)))
        case None:
            return Decided(talk, (Reply("pay.whose", options=(*_named("pay", living), *way_on(talk))),))


def how_to_pay(one: Person, months: int, today: date) -> tuple[Reply, ...]:
    """Everything to know before paying, as it stands for this person today."""
    stands = one.stands(today)
    if stands in ENDED or stands == "other":
        return (Reply("pay.closed", {"name": one.called}),)
    if stands in IN_HAND:
        return (Reply("pay.wait", {"name": one.called}), *_amounts(one, months, today), _NEVER, _first(today))
    after = {
        "late": Reply("pay.late", {"until": one.until, "ends": last_chance(one.until) if one.until else None}),
        "lapsed": Reply("pay.lapsed", first_facts(today)),
    }
    return (
        *_amounts(one, months, today),
        _number(one),
        Reply("pay.where"),
        _NEVER,
        *(() if stands == "active" else (after.get(stands, _first(today)),)),
        Reply("pay.then"),
    )


def _amounts(one: Person, months: int, today: date) -> tuple[Reply, ...]:
    """The amount month by month, with the discount of each month; or that it is no longer known to us."""
    if not one.income or not one.programme:
        return (Reply("pay.no_amount", {"name": one.called}),)
    priced = bill(one.income, one.sector, one.programme, one.until, today, months)
    lines: tuple[tuple[str, Mapping[str, Fact]], ...] = tuple(
        ("pay.run.many" if count > 1 else "pay.run.one", {"first": first, "last": last, "amount": amount, "n": count})
        for first, last, amount, count in runs(priced)
    )
    head = Reply("pay.bill", {"name": one.called, "programme": Phrase(f"pay.{one.programme}")}, lines=lines)
    facts: dict[str, Fact] = {
        "total": Rupiah(priced.total),
        "months": months,
        "until": last_discounted(one.sector, priced.months[0].month),
        "discount": Phrase("pay.discounted" if priced.discounted else "pay.full_price"),
    }
    return (head, Reply("pay.total", facts))


def _number(one: Person) -> Reply:
    """The kode iuran where the agency gave one, else the NIK, which is named and never shown."""
    if one.code:
        return Reply("pay.code", {"code": one.code}, private=True, copy=one.code)
    return Reply("pay.nik", {"name": one.called})


def _first(today: date) -> Reply:
    """What is to be known before the first payment: when protection begins, and the rule of the first months."""
    return Reply("pay.first", first_facts(today))


def first_facts(today: date) -> dict[str, Fact]:
    return {
        "death": Rupiah(benefit("death", today)),
        "burial": Rupiah(benefit("burial", today)),
        "rule": benefit("months_before_death", today),
    }


def _ways(today: date) -> tuple[Reply, ...]:
    return (Reply("pay.where"), _NEVER, _first(today))


def _beside(talk: Talk, one: Person, months: int, today: date) -> tuple[Option, ...]:
    stands = one.stands(today)
    if stands in ENDED or stands == "other":
        return (*buttons("help"), *way_on(talk))
    priced = one.income and one.programme
    others = [n for n in MONTHS_OFFERED if n != months] if priced else []
    asked = tuple(Option("!", f"pay:{one.receipt}/{n}", key=f"pay.option.{n}") for n in others)
    paid = () if stands in IN_HAND else (Option("!", f"paid:{one.receipt}", key="command.paid"),)
    return (*asked, *paid, *way_on(talk))


# ---- SAYA SUDAH BAYAR ---------------------------------------------------------------------------------------------


class Thanks:
    """A report's last words: what was noted, and what follows from how it was paid."""

    samples: tuple[Mapping[str, Fact], ...] = tuple(
        {"name": name, "months": 24, "paid_on": date(2026, 9, 30), "via": Phrase(f"payment.via.{via}")}
        for name, via in (("Muhammad", "self"), (Phrase("status.somebody"), "collector"))
    )

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        months = asking.answers["months"]
        name = str(asking.facts.get("name") or "")
        return {
            "name": name or Phrase("status.somebody"),
            "months": months if isinstance(months, int) else 0,
            "paid_on": date.fromisoformat(str(asking.answers["paid_on"])),
            "via": Phrase(f"payment.via.{asking.answers['via']}"),
        }


payment = Form(
    PAYMENT,
    (
        Ask("paid_on", RecentDay(), listed=False),
        Ask("months", MonthCount(), listed=False),
        Ask("via", OneOf("self", "collector", words=_SAID_FOR), listed=False),
    ),
    offers=("status", "menu"),
    tells=Thanks(),
)


def paid(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """SAYA SUDAH BAYAR; a button of ours adds whose."""
    return Decided(talk, effects=(Wants("paid", {"receipt": argument}),))


def tell_paid(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Begin the report for the one meant, or ask whose contribution was paid."""
    living = [one for one in people(facts) if one.stands(inbound.today) not in ENDED]
    match _meant(living, facts):
        case Person() as one:
            session = Session(PAYMENT, facts={"receipt": one.receipt, "name": one.name})
            sessions = {**talk.sessions, PAYMENT: session}
            return ask_on(house, replace(talk, active=PAYMENT, sessions=sessions), inbound)
        case None if not living:
            return Decided(talk, (Reply("paid.none", options=(*buttons("help"), *way_on(talk))),))
        case None:
            return Decided(talk, (Reply("paid.whose", options=(*_named("paid", living), *way_on(talk))),))


def reported(house: House, said: Decided, inbound: Inbound, session: Session) -> Decided:
    """The report is complete: it becomes a row of its own, for the desk and for the next list to settle."""
    values = {step: answer.value for step, answer in session.answers.items()}
    facts: dict[str, Json] = {
        "receipt": session.facts.get("receipt", ""),
        **{step: values[step] for step in ("paid_on", "months", "via")},
    }
    return replace(said, effects=(*said.effects, Record("payment_report", facts)))


# ---- whose --------------------------------------------------------------------------------------------------------


def _meant(living: Sequence[Person], facts: Mapping[str, Json]) -> Person | None:
    """The one whose receipt was named, or the only one there is."""
    receipt = facts.get("receipt")
    named = [one for one in living if receipt and one.receipt == receipt]
    return named[0] if named else living[0] if len(living) == 1 else None


def _named(command: str, living: Sequence[Person]) -> tuple[Option, ...]:
    """A button for each, by first name, the newest first; where names repeat, the receipt tells them apart."""
    shown = living[::-1][: MOST_NAMED - 1]
    names = [one.name for one in shown]
    return tuple(
        Option(
            "!", f"{command}:{one.receipt}", label=one.name if names.count(one.name) == 1 and one.name else one.receipt
        )
        for one in shown
    )


def _with(replies: tuple[Reply, ...], options: tuple[Option, ...]) -> tuple[Reply, ...]:
    return (*replies[:-1], replace(replies[-1], options=options))


_NEVER = Reply("pay.never")


# ---- for lint -----------------------------------------------------------------------------------------------------

_LONG_DAY = date(2026, 9, 30)
SAMPLES: Mapping[str, Mapping[str, Fact]] = {
    "pay.bill": {"name": "Muhammad", "programme": Phrase("pay.three")},
    "pay.total": {
        "total": Rupiah(7_533_600),
        "months": 12,
        "until": _LONG_DAY,
        "discount": Phrase("pay.discounted"),
    },
    "pay.code": {"code": "9" * 16},
    "pay.late": {"until": _LONG_DAY, "ends": _LONG_DAY},
    "pay.first": first_facts(_LONG_DAY),
    "pay.lapsed": first_facts(_LONG_DAY),
}
