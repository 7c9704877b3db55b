"""My data: what is held and why, correcting and restricting it, what one agreed to. Erasing stands in obeying.py."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from conversations import engine
from conversations.fields.field import Asking, ReviewLine
from conversations.fields.sentence import Sentence
from conversations.form import Ask, Form
from conversations.questions import buttons
from conversations.rules import receipts
from conversations.standing import shown
from conversations.talking import Decided, House, ask_on, carry_on, menu, pressed, way_on
from conversations.turn import (
    Consented,
    Fact,
    Inbound,
    Json,
    Offered,
    Option,
    Phrase,
    Record,
    Reply,
    Session,
    Talk,
    Wants,
)

OWN = "registration"
DAYS = 3  # correcting and restricting: three times 24 hours, UU 27/2022
REASONS: Mapping[str, tuple[str, ...]] = {  # why we hold an answer → the steps
    "register": ("situation", "full_name", "nik", "born", "sex", "kelurahan", "rw"),
    "reach": ("phone", "email", "reminders"),
    "amount": ("occupation", "sector", "second_occupation", "income", "programme", "months"),
}
ALSO = ("numbers", "kept", "payments", "reports", "ticks", "volunteer", "helped")
PURPOSES = ("data", "reminders", "other")
REQUESTS = ("correct", "restrict", "erase")
RESTRICTED = "restricted"  # a fact of the talk: their own word, which the desk does not take back for them
_LIFT = Option("!", "restrict:lift", key="mydata.restrict.lift")
_WHICH = "which"
MOST_RECEIPTS, MOST_CONSENTS = 3, 8


class _By:
    """By when a request is settled."""

    samples: tuple[Mapping[str, Fact], ...] = ({"due": date(2026, 9, 30)},)

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        return {"due": asking.today + timedelta(days=DAYS)}


correction = Form(
    "correction",
    (Ask("what", Sentence(), listed=False),),
    offers=("my_data", "menu"),
    tells=_By(),
)


# ---- DATA SAYA ----------------------------------------------------------------------------------------------------


def my_data(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """DATA SAYA: what we hold and why. "history" behind it: what else, what was agreed to and asked for, and when."""
    return Decided(talk, effects=(Wants("my_data", {"page": argument}),))


def tell(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say what is held, masked, each with why."""
    if facts.get("page") == "history":
        end = Reply("mydata.end", options=(*buttons("my_data"), *way_on(talk)))
        return Decided(talk, (_also(talk, facts), *_history(facts), end))
    answers = _answers(house, talk)
    sent_on: list[tuple[str, Mapping[str, Fact]]] = [
        ("mydata.receipt", {"receipt": str(one["receipt"]), **_at(one["at"])})
        for one in _rows(facts, "receipts")[-MOST_RECEIPTS:]
    ]
    sent = (Reply("mydata.sent", lines=tuple(sent_on)),) if sent_on else ()
    answers = (*answers, *_changing(house, talk))
    head = Reply("mydata.head" if answers or sent else "mydata.none", private=bool(answers))
    reminders = Reply(f"mydata.reminders.{'on' if facts.get('reminders') else 'off'}")
    held_back = (Reply("mydata.restricted"),) if talk.facts.get(RESTRICTED) else ()
    rights = Reply(
        "mydata.rights" if answers or sent else "mydata.little", options=_rights(talk, held=bool(answers or sent))
    )
    return Decided(talk, (head, *answers, *sent, reminders, *held_back, rights))


def _also(talk: Talk, facts: Mapping[str, Json]) -> Reply:
    """What is held beside the form, on a page of its own: with the longest answers one message would not hold it."""
    also: list[tuple[str, Mapping[str, Fact]]] = [
        (f"mydata.also.{name}", {"n": cast(int, facts[name])}) for name in ALSO if facts.get(name)
    ]
    if talk.facts.get("ticked"):
        also.append(("mydata.also.ticks", {}))
    return Reply("mydata.also", lines=tuple(also))


def _answers(house: House, talk: Talk) -> tuple[Reply, ...]:
    """The answers of one's own form by why we hold them, masked and numbered as for correcting them."""
    lines = _lines(house, talk)
    groups = [(why, [line for line in lines if line.step in steps]) for why, steps in REASONS.items()]
    known = {step for steps in REASONS.values() for step in steps}
    groups[0][1].extend(line for line in lines if line.step not in known)
    return tuple(
        Reply(f"mydata.why.{why}", lines=tuple((f"{OWN}.{line.step}.line", line.facts) for line in some))
        for why, some in groups
        if some
    )


def _changing(house: House, talk: Talk) -> tuple[Reply, ...]:
    """What was taken back or is asked about once more: no answer any more, and held all the same."""
    session = talk.sessions.get(OWN)
    if session is None:
        return ()
    form = house.forms[OWN]
    held = {step: answer.value for step, answer in session.kept.items() if step not in session.answers}
    if session.doubt is not None and session.doubt.step not in session.answers:
        held[session.doubt.step] = session.doubt.value
    lines = tuple(
        ("mydata.changing.line", {"name": Phrase(f"{OWN}.{step}.name"), **shown(form, form.asks[step], value)})
        for step, value in held.items()
        if step in form.asks and form.asks[step].listed
    )
    return (Reply("mydata.changing", lines=lines, private=True),) if lines else ()


def _lines(house: House, talk: Talk) -> tuple[ReviewLine, ...]:
    session = talk.sessions.get(OWN)
    return engine.review_lines(house.forms[OWN], session) if session else ()


def _rights(talk: Talk, held: bool) -> tuple[Option, ...]:
    history = Option("!", "my_data:history", key="mydata.history")
    return (*(buttons("correct", "restrict", "erase") if held else buttons("erase")), history, *way_on(talk))


def _history(facts: Mapping[str, Json]) -> tuple[Reply, ...]:
    """What was agreed to and asked for, and when."""
    consents = [
        (f"mydata.consent.{one['purpose'] if one['purpose'] in PURPOSES else 'other'}.{one['word']}", _at(one["at"]))
        for one in _rows(facts, "consents")[-MOST_CONSENTS:]
    ]
    requests = [(f"mydata.request.{one['kind']}", _at(one["due"])) for one in _rows(facts, "requests")]
    said = Reply("mydata.consents" if consents else "mydata.no_consents", lines=tuple(consents))
    return (said, Reply("mydata.requests", lines=tuple(requests))) if requests else (said,)


def _at(day: Json) -> Mapping[str, Fact]:
    return {"at": date.fromisoformat(str(day))}


def _rows(facts: Mapping[str, Json], name: str) -> Sequence[Mapping[str, Json]]:
    return cast("Sequence[Mapping[str, Json]]", facts.get(name) or ())


# ---- PERBAIKI -----------------------------------------------------------------------------------------------------


def correct(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """PERBAIKI, alone or with an answer's number. An open form is corrected at once; a sent one is looked up first."""
    session = talk.sessions.get(OWN)
    if session is not None and not session.done:
        return _ask_which(house, talk, inbound) if not argument else _reopen(house, talk, inbound, session, argument)
    return Decided(talk, effects=(Wants("correctable", {"number": argument, "receipt": _receipt(session)}),))


def tell_correctable(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Until it is handed over the person corrects it themself; after that an officer does, within three days."""
    session = talk.sessions.get(OWN)
    match facts.get("state"):
        case "open" if session is not None and _lines(house, talk):
            number = str(facts.get("number", ""))
            return _reopen(house, talk, inbound, session, number) if number else _ask_which(house, talk, inbound)
        case "open" | "sent":
            asked = Session("correction", facts={"receipt": str(facts["receipt"])})
            fresh = replace(talk, active="correction", sessions={**talk.sessions, "correction": asked})
            return ask_on(house, fresh, inbound, Reply("mydata.correct.sent"))
        case _:
            return menu(talk, Reply("mydata.correct.nothing"))


def _ask_which(house: House, talk: Talk, inbound: Inbound) -> Decided:
    lines = tuple((f"{OWN}.{line.step}.line", line.facts) for line in _lines(house, talk))
    if not lines:
        return ask_on(house, talk, inbound, Reply("mydata.correct.nothing"))
    out = Option("!", f"menu:{_WHICH}", key="command.menu")  # by this button a number typed next is known for a line's
    return Decided(talk, (Reply("mydata.correct.which", options=(out,), lines=lines, private=True),))


def which_number(text: str, offered: Sequence[Offered]) -> str:
    """Hear "2" under the list of answers as that line, "" for anything else."""
    asked = any(o.value == f"menu:{_WHICH}" for o in offered)
    found = re.fullmatch(r"(?:no|nomor|nomer|number)?\.? ?([0-9]{1,2})", text.strip().casefold())
    return found[1] if asked and found else ""


def _reopen(house: House, talk: Talk, inbound: Inbound, session: Session, argument: str) -> Decided:
    """Ask one answer again. The form is sent anew only after its review page, as when an officer asks again."""
    number = int(argument) if argument.isdecimal() else 0
    if number not in {line.number for line in _lines(house, talk)}:
        return _ask_which(house, talk, inbound)
    form = house.forms[OWN]
    answers = {step: answer for step, answer in session.answers.items() if step != form.steps[-1].name}
    unsent = replace(session, answers=answers, done="")
    turn = engine.change(form, unsent, inbound, number)
    return carry_on(replace(talk, active=OWN), inbound, turn)


def correction_told(house: House, said: Decided, inbound: Inbound, session: Session) -> Decided:
    """What is wrong goes to the desk, with its deadline."""
    facts: Mapping[str, Json] = {
        "kind": "correct",
        "receipt": str(session.facts.get("receipt", "")),
        "what": str(session.answers["what"].value),
    }
    return replace(said, effects=(*said.effects, Record("data_request", facts)))


def _receipt(session: Session | None) -> str:
    return str(session.facts.get("receipt", "")) if session else ""


# ---- BATASI -------------------------------------------------------------------------------------------------------


def restrict(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """BATASI takes a yes; then reminders and handing over stop at once. Said again it offers the way back."""
    if argument == "lift":
        on = replace(talk, facts={name: fact for name, fact in talk.facts.items() if name != RESTRICTED})
        return Decided(on, (Reply("mydata.restrict.lifted", options=way_on(on)),), (Record("restriction_lifted"),))
    if talk.facts.get(RESTRICTED) and argument != "yes":
        return Decided(talk, (Reply("mydata.restricted", options=(_LIFT, *way_on(talk))),))
    if argument != "yes":
        yes = Option("!", "restrict:yes", key="mydata.restrict.yes")
        return Decided(talk, (Reply("mydata.restricting", options=(yes, *way_on(talk))),))
    quiet = replace(talk, facts={**talk.facts, "reminders_off": True, RESTRICTED: True})
    effects = (
        Consented("reminders", False, "mydata.restricting", pressed(talk, inbound)),
        Record("reminders_stopped"),
        Record("restricted"),
        Record("data_request", {"kind": "restrict", "receipt": "", "what": ""}),
    )
    due = inbound.today + timedelta(days=DAYS)
    return Decided(quiet, (Reply("mydata.restrict.done", {"due": due}, way_on(talk)),), effects)


# ---- proof of an erasure ------------------------------------------------------------------------------------------


def check_erasure(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """CEK HAPUS with the number somebody kept."""
    number = receipts.read(argument)
    if number:
        return Decided(talk, effects=(Wants("erasure", {"number": number}),))
    return Decided(talk, (Reply("mydata.erasure.which", options=way_on(talk)),))


def tell_erasure(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say that an erasure is on record, and of which day; whose it was is not known any more."""
    number = str(facts["number"])
    if not facts.get("at"):
        return Decided(talk, (Reply("mydata.erasure.unknown", {"number": number}, way_on(talk)),))
    return Decided(talk, (Reply("mydata.erasure.found", {"number": number, **_at(facts["at"])}, way_on(talk)),))
