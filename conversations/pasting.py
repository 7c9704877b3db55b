"""A whole form in one message: what was understood is read back, and only what is missing is asked.

Nothing of it is used before the person agreed to the data notice: until then it waits in their slot; a no ends it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from conversations import blocks, engine, slots
from conversations.blocks import Read
from conversations.fields.field import Took
from conversations.form import Form
from conversations.guard import holds_nik
from conversations.helping import OPEN_AT_ONCE, first_name
from conversations.questions import buttons
from conversations.rules.spelling import words
from conversations.standing import asking
from conversations.talking import TRAINING, Decided, House, ask_on, carry_on, open_slots
from conversations.turn import Answer, Inbound, Json, Phrase, Record, Redact, Reply, Session, Talk

PASTED = "pasted"
_NOT_NAMES = frozenset(
    words(
        "no ibu bu bapak pak ayah mama mamah papa emak mak nyokap bokap abang bang mas mbak kak kakak adik adek suami"
        " istri anak nenek kakek tante om mertua tetangga teman saudara mother father neighbour"
    )
)
FORM = "registration"


def blank(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """FORMULIR: a form to fill in without a signal, and to send in one message later."""
    key = "pasting.blank" if "take_full_id" in inbound.can else "pasting.blank_without_nik"
    return Decided(talk, (Reply(key, options=buttons("register", "menu")),))


def paste(house: House, talk: Talk, inbound: Inbound, text: str) -> Decided:
    """Take a block: into the open form where it fits there, else each person into a slot of their own."""
    people = blocks.read(text, house.forms[FORM], inbound.today)
    left_out = holds_nik(text) and "take_full_id" not in inbound.can
    redact = (Redact("nik_in_chat" if left_out else "private_answer"),) if holds_nik(text) else ()
    if left_out:
        people = [replace(one, parts={s: said for s, said in one.parts.items() if s != "nik"}) for one in people]
    before = (Reply("pasting.nik_left_out"),) if left_out else ()
    if not people:
        said = ask_on(house, talk, inbound, Reply("pasting.nobody"))
        return replace(said, effects=(*said.effects, *redact))
    if len(people) > OPEN_AT_ONCE - len(open_slots(talk)):
        said = ask_on(house, talk, inbound, Reply("helping.too_many", {"most": OPEN_AT_ONCE}))
        return replace(said, effects=(*said.effects, *redact))
    begun, effects = talk, cast("tuple[Record, ...]", ())
    for one in people:
        begun, effects = _seated(begun, one, effects, "alone" if len(people) == 1 else "among others")
    if len(people) > 1:
        begun = replace(begun, active=open_slots(begun)[-len(people)])
        before = (*before, Reply("pasting.several", {"n": len(people)}))
    said = ask_on(house, begun, inbound, *before)
    return replace(said, effects=(*effects, *said.effects, *redact))


def unpacked(house: House, said: Decided, inbound: Inbound) -> Decided:
    """Once the person agreed, what was pasted becomes answers; once they refused, it is gone."""
    session = said.talk.sessions.get(said.talk.active)
    if session is None or PASTED not in session.facts:
        return said
    consent = session.answers.get("consent")
    if consent is None and not session.done:
        return said
    read = cast("dict[str, Json]", session.facts[PASTED])
    bare = replace(session, facts={name: fact for name, fact in session.facts.items() if name != PASTED})
    if consent is None or consent.value != "agree":
        return replace(said, talk=_with(said.talk, bare))
    form = house.forms[session.form]
    filled, missed = fill(form, bare, cast("dict[str, str]", read["parts"]), inbound)
    turn = engine.ask_again(form, filled, inbound, *_read_back(form, filled, missed, cast("int", read["loose"])))
    asked = carry_on(said.talk, inbound, turn)
    first = tuple(reply for reply in said.replies if reply.key.startswith("pasting."))
    return replace(asked, replies=(*first, *asked.replies), effects=(*said.effects, *asked.effects))


def _seated(talk: Talk, read: Read, effects: tuple[Record, ...], how: str) -> tuple[Talk, tuple[Record, ...]]:
    """Let what was read of somebody wait in a slot: their own form where it is free, else somebody helped."""
    parts: dict[str, Json] = {**read.parts}
    pasted: Json = {"parts": parts, "loose": read.loose + len(read.twice)}
    here = talk.sessions.get(talk.active)
    fits = here is not None and here.form == FORM and not here.done
    if how == "alone" and here is not None and fits and (talk.active == TRAINING or not _another(here, read)):
        return _with(talk, replace(here, facts={**here.facts, PASTED: pasted})), effects
    codes = {name: code for name, code in talk.facts.items() if name in ("first_code", "last_code")}
    path = {"path": Answer("helped", "DAFTAR#")}
    own = talk.sessions.get(FORM)
    if how == "alone" and not fits and (own is None or own.done not in ("", engine.SUBMITTED)):
        fresh = Session(FORM, answers=path, facts={**codes, PASTED: pasted})
        return replace(talk, active=FORM, sessions={**talk.sessions, FORM: fresh}), effects
    number = int(cast("int", talk.facts.get("helped", 1))) + 1
    slot = f"{FORM}:{number}"
    who = first_name(read.parts.get("full_name", "")) or f"No. {number}"
    if who.casefold() in {slots.who(s).casefold() for s in talk.sessions.values()}:
        who = f"{who} {number}"
    fresh = Session(FORM, answers=path, facts={**codes, "slot": slot, "who": who, PASTED: pasted})
    seated = replace(talk, active=slot, sessions={**talk.sessions, slot: fresh}, facts={**talk.facts, "helped": number})
    return seated, (*effects, Record("helping", {"slot": slot}))


def _another(here: Session, read: Read) -> bool:
    """Whether what was read is clearly about somebody else than the open form: it must never end up in there."""
    waiting = cast("dict[str, dict[str, str]]", here.facts.get(PASTED, {})).get("parts", {})
    known = {step: str(answer.value) for step, answer in here.answers.items() if step in ("full_name", "nik")}
    known = {**{step: waiting[step] for step in ("full_name", "nik") if step in waiting}, **known}
    numbers = [re.sub(r"\D", "", said["nik"]) for said in (known, read.parts) if "nik" in said]
    if len(set(numbers)) > 1:
        return True
    names = [set(words(said["full_name"])) for said in (known, read.parts) if "full_name" in said]
    if len(names) == 1 and read.parts.get("full_name") and (called := words(slots.who(here))):
        names.append(set() if called[0] in _NOT_NAMES else {called[0]})
    return len(names) == 2 and all(names) and not (names[0] <= names[1] or names[1] <= names[0])


def _with(talk: Talk, session: Session) -> Talk:
    return replace(talk, sessions={**talk.sessions, talk.active: session})


def fill(form: Form, session: Session, parts: Mapping[str, str], inbound: Inbound) -> tuple[Session, list[str]]:
    """Keep each part that reads without any doubt; name the steps of those that do not."""
    missed: list[str] = []
    for ask in form.questions:
        said = next((parts[name] for name in (ask.name, *ask.was) if name in parts), None)
        if said is None or ask.name in session.answers:
            continue
        here = asking(form, session, ask, inbound)
        reading = ask.field.read(said, here)
        if isinstance(reading, Took) and ask.check is not None:
            reading = ask.check(reading, here)
        if isinstance(reading, Took):
            answer = Answer(reading.value, said[:500], reading.flags)
            session = replace(session, answers={**session.answers, ask.name: answer})
        else:
            missed.append(ask.name)
    return session, missed


def _read_back(form: Form, session: Session, missed: list[str], loose: int) -> tuple[Reply, ...]:
    lines = [(f"{form.name}.{line.step}.line", line.facts) for line in engine.review_lines(form, session)]
    read: tuple[Reply, ...] = (Reply("pasting.read", lines=tuple(lines), private=True),) if lines else ()
    if missed:
        names = tuple(("pasting.item", {"name": Phrase(f"{form.name}.{step}.name")}) for step in missed)
        read = (*read, Reply("pasting.unclear", lines=names))
    return (*read, Reply("pasting.loose", {"n": loose})) if loose else read
