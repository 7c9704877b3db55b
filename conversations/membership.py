"""STATUS and CEK: where each person signed up from a chat stands, from whom we know it, and what comes next. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast
from zoneinfo import ZoneInfo

from conversations import engine, slots
from conversations.questions import buttons
from conversations.rules import receipts
from conversations.rules.protection import last_chance, protection
from conversations.talking import Decided, House, active_session, ask_on, open_slots, way_on
from conversations.turn import Fact, Inbound, Json, Option, Phrase, Reply, Talk, Wants

IN_HAND = ("submitted", "in_review", "needs_correction", "approved", "batched", "handed_over")
PAYING = ("registered", "waiting_for_payment", "active", "late", "lapsed")  # the agency knows them: they may pay
ENDED = ("refused", "duplicate", "withdrawn", "erased")
SAID = (*IN_HAND, *PAYING, *ENDED)  # whatever else storage may say one day is said as "other"
A_PAGE = 4  # people: with their next steps they still fit into one message everywhere


@dataclass(frozen=True, slots=True)
class Reported:
    """A payment as the person reported it. state: waiting, confirmed, contradicted, withdrawn."""

    on: date
    months: int
    via: str
    state: str
    at: date


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed up from this chat. What is no longer kept is "", 0 or None. code: the agency's kode iuran.

    until: the last day of protection by the agency's list; listed: the day of that list.
    """

    application: int
    receipt: str
    state: str
    at: date
    name: str
    sector: str
    programme: str
    months: int
    income: int
    code: str
    until: date | None
    listed: date | None
    reported: Reported | None

    def stands(self, today: date) -> str:
        """Name their state today: what a list said once grows old by itself."""
        return standing(self.state, self.until, today)

    @property
    def called(self) -> Fact:
        """Their first name, or a word for it where it is no longer kept."""
        return self.name or Phrase("status.somebody")


def standing(state: str, until: date | None, today: date) -> str:
    """The state of an application today: of members it follows from the day they are protected until."""
    if state in PAYING and until is not None:
        return protection(until, today)
    return state if state in SAID else "other"


def people(facts: Mapping[str, Json]) -> list[Person]:
    """Read everybody out of looked-up facts, in the order they signed up."""
    return [_person(cast("Mapping[str, Json]", one)) for one in cast("Sequence[Json]", facts.get("people") or ())]


def _person(known: Mapping[str, Json]) -> Person:
    reported = cast("Mapping[str, Json] | None", known.get("reported"))
    return Person(
        application=_number(known.get("application")),
        receipt=str(known.get("receipt") or ""),
        state=str(known.get("state") or ""),
        at=date.fromisoformat(str(known["at"])),
        name=str(known.get("name") or ""),
        sector=str(known.get("sector") or ""),
        programme=str(known.get("programme") or ""),
        months=_number(known.get("months")),
        income=_number(known.get("income")),
        code=str(known.get("code") or ""),
        until=_day(known.get("until")),
        listed=_day(known.get("listed")),
        reported=_reported(reported) if reported else None,
    )


def _reported(known: Mapping[str, Json]) -> Reported:
    return Reported(
        on=date.fromisoformat(str(known["on"])),
        months=_number(known["months"]),
        via=str(known["via"]),
        state=str(known["state"]),
        at=date.fromisoformat(str(known["at"])),
    )


# ---- STATUS -------------------------------------------------------------------------------------------------------


def status(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """STATUS, or a further page of it."""
    return Decided(talk, effects=(Wants("status", {"page": int(argument) if argument.isdecimal() else 1}),))


def tell_status(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say of each, newest first, where they stand, what comes next and how fresh that is."""
    known = people(facts)[::-1]
    drafts = _drafts(house, talk, inbound)
    if not known:
        said = (Reply("status.only_drafts"), *drafts) if drafts else (Reply("status.none"),)
        return Decided(talk, (*said[:-1], replace(said[-1], options=way_on(talk))))
    pages = -(-len(known) // A_PAGE)
    page = min(max(_number(facts.get("page")), 1), pages)
    shown = known[(page - 1) * A_PAGE : page * A_PAGE]
    told = (*(reply for one in shown for reply in _told(one, inbound.today)), *drafts)
    more = (Option("!", f"status:{page % pages + 1}", key="status.more"),) if pages > 1 else ()
    options = (*more, *_next_steps(shown, inbound.today), *way_on(talk))
    last = replace(told[-1], options=options)
    return Decided(talk, (Reply("status.head"), *told[:-1], last))


def _drafts(house: House, talk: Talk, inbound: Inbound) -> tuple[Reply, ...]:
    """Every registration in this chat that is begun and not sent: whose, how far it is, and since when it rests."""
    said = []
    for slot in open_slots(talk):
        session = talk.sessions[slot]
        if (place := engine.place(house.forms[session.form], session)) is None:
            continue
        n, total = place
        since = session.touched.astimezone(ZoneInfo(inbound.zone)).date()
        facts: dict[str, Fact] = {"who": slots.who(session), "n": n, "total": total, "since": since}
        said.append(Reply("status.draft_helped" if slots.is_helped(slot) else "status.draft", facts, private=True))
    return tuple(said)


def _told(one: Person, today: date) -> tuple[Reply, ...]:
    """One person: the agency's word or ours, and apart from it what they reported themselves."""
    said = Reply(f"status.line.{one.stands(today)}", line_facts(one), private=True)
    if one.reported is None or one.reported.state not in ("waiting", "contradicted"):
        return (said,)
    reported = Reply(f"status.reported.{one.reported.state}", reported_facts(one.reported))
    return (said, reported)


def line_facts(one: Person) -> dict[str, Fact]:
    """The facts a person's line is said with."""
    return {
        "name": one.called,
        "receipt": one.receipt,
        "at": one.at,
        "until": one.until,
        "ends": last_chance(one.until) if one.until else None,
        "source": Phrase("status.source.list" if one.listed else "status.source.news"),
        "listed": one.listed,
    }


def reported_facts(reported: Reported) -> dict[str, Fact]:
    return {"paid_on": reported.on, "months": reported.months, "told": reported.at}


def _next_steps(shown: Sequence[Person], today: date) -> tuple[Option, ...]:
    states = {one.stands(today) for one in shown}
    if states & set(PAYING):
        return buttons("pay", "paid")
    return buttons("help") if states & {"refused", "duplicate", "other"} else ()


# ---- CEK ----------------------------------------------------------------------------------------------------------


def check(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """CEK and a receipt number, anybody's: only its state is told."""
    if receipts.read(argument) is None:
        return _aside(house, talk, inbound, Reply("check.mistyped"))
    return Decided(talk, effects=(Wants("check", {"receipt": argument}),))


def tell_check(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say a receipt's state."""
    return _aside(house, talk, inbound, checked(facts, inbound.today))


def checked(facts: Mapping[str, Json], today: date) -> Reply:
    """A receipt's state in words: the same in the chat and on the page."""
    state, until = str(facts.get("state") or ""), _day(facts.get("until"))
    said = f"check.state.{standing(state, until, today)}" if state else "check.unknown"
    return Reply(said, {"receipt": str(facts.get("receipt") or "")})


def _aside(house: House, talk: Talk, inbound: Inbound, reply: Reply) -> Decided:
    """Answer, and ask the open question again where there is one."""
    session = active_session(talk)
    if session and not session.done:
        return ask_on(house, talk, inbound, reply)
    return Decided(talk, (replace(reply, options=way_on(talk)),))


def _day(value: Json | None) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _number(value: Json | None) -> int:
    return value if isinstance(value, int) else 0


# ---- for lint -----------------------------------------------------------------------------------------------------

_LONGEST = Person(
    *(0, "TK-7Q4F-92XM-C", "active", date(2026, 9, 30), "Muhammad", "other", "three", 12, 20_700_000, "9" * 16),
    *(date(2026, 9, 30), date(2026, 9, 30), None),
)
SAMPLES: tuple[Mapping[str, Fact], ...] = (line_facts(_LONGEST), line_facts(replace(_LONGEST, name="", listed=None)))
