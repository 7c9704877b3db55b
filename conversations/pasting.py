"""A whole form in one message: what was understood is read back, and only what is missing is asked.

Nothing of it is used before the person agreed to the data notice: until then it waits in their slot; a no ends it.
Where it may be the chat's own person or somebody they help, that is asked first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from conversations import blocks, engine, slots
from conversations.blocks import Read
from conversations.fields.field import Asking, Took
from conversations.fields.one_of import OneOf
from conversations.form import Ask, Form
from conversations.guard import holds_nik
from conversations.helping import OPEN_AT_ONCE, first_name
from conversations.questions import buttons
from conversations.rules.spelling import words
from conversations.standing import asking
from conversations.talking import TRAINING, Decided, House, ask_on, carry_on, open_slots
from conversations.turn import Answer, Fact, Inbound, Json, Phrase, Record, Redact, Reply, Session, Talk

PASTED = "pasted"
_SAID_FOR: Mapping[str, tuple[str, ...]] = {
    "me": ("saya", "punya saya", "saya sendiri", "sendiri", "buat saya", "untuk saya", "punyaku", "mine", "me"),
    "other": (
        *(
            "orang lain",
            "punya orang lain",
            "bukan saya",
            "bukan",
            "buat orang lain",
            "tetangga",
            "warga",
            "warga saya",
        ),
        *("orang yang saya bantu", "ibu saya", "bapak saya", "suami saya", "istri saya", "somebody else", "other"),
    ),
}
_NOT_NAMES = frozenset(
    words(
        "no ibu bu bapak pak ayah mama mamah papa emak mak nyokap bokap abang bang mas mbak kak kakak adik adek suami"
        " istri anak nenek kakek tante om mertua tetangga teman saudara mother father neighbour"
    )
)
FORM = "registration"


class _Nothing:
    """There is nothing to tell at its end: the form it was about begins."""

    samples: tuple[Mapping[str, Fact], ...] = ({},)

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        return {}


pasted = Form(
    "pasted",
    (Ask("whose", OneOf("me", "other", words=_SAID_FOR, yes="me"), listed=False),),
    offers=("menu",),
    tells=_Nothing(),
)


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
    if waiting := _waiting(talk):  # whose the one before is was never said: more of the same, or somebody else's
        more = len(people) == 1 and not _another(talk.sessions[pasted.name], people[0])
        people = [_together(waiting, people[0])] if more else [waiting, *people]
    if len(people) == 1 and _may_be_own(begun, people[0]):
        asked = Session(pasted.name, facts={PASTED: _kept(people[0])})
        begun = replace(begun, active=pasted.name, sessions={**begun.sessions, pasted.name: asked})
    else:
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


def whose_told(house: House, said: Decided, inbound: Inbound, session: Session) -> Decided:
    """It is known whose it is: the form begins, and waits for their consent."""
    one = _read_of(session)
    left = {name: s for name, s in said.talk.sessions.items() if name != pasted.name}
    talk, effects = replace(said.talk, active="", sessions=left), cast("tuple[Record, ...]", ())
    if session.answers["whose"].value == "me":
        begun = _own(talk, one)
    else:
        begun, effects = _seated(talk, one, effects, "among others")
    asked = ask_on(house, begun, inbound)
    return replace(asked, effects=(*said.effects, *effects, *asked.effects))


def _waiting(talk: Talk) -> Read | None:
    """What was pasted just now and nobody said whose it is."""
    return _read_of(talk.sessions[pasted.name]) if talk.active == pasted.name else None


def _read_of(session: Session) -> Read:
    """What waits in a form."""
    read = cast("dict[str, Json]", session.facts[PASTED])
    return Read(cast("dict[str, str]", read["parts"]), cast("int", read["loose"]))


def _also(session: Session, read: Read) -> Session:
    """Let a block wait in a form, together with what waits there already."""
    both = _together(_read_of(session), read) if PASTED in session.facts else read
    return replace(session, facts={**session.facts, PASTED: _kept(both)})


def _together(first: Read, more: Read) -> Read:
    return Read({**first.parts, **more.parts}, first.loose + more.loose, more.twice)


def _kept(read: Read) -> Json:
    parts: dict[str, Json] = {**read.parts}
    return {"parts": parts, "loose": read.loose + len(read.twice)}


def _may_be_own(talk: Talk, read: Read) -> bool:
    """Whether a block may be about the chat's own person: no form is open that it fits into, and theirs is not sent."""
    here, own = talk.sessions.get(talk.active), talk.sessions.get(FORM)
    if here is not None and here.form == FORM and not here.done:
        return False
    return own is None or (own.done != engine.SUBMITTED and not (own.answers and _another(own, read)))


def _own(talk: Talk, read: Read) -> Talk:
    """Let it wait in the own form, begun anew or gone on with."""
    codes = {name: code for name, code in talk.facts.items() if name in ("first_code", "last_code")}
    own = talk.sessions.get(FORM)
    if own is None or own.done:
        own = Session(FORM, answers={"path": Answer("helped", "DAFTAR#")}, facts=codes)
    return _with(replace(talk, active=FORM), _also(own, read))


def _seated(talk: Talk, read: Read, effects: tuple[Record, ...], how: str) -> tuple[Talk, tuple[Record, ...]]:
    """Let what was read of somebody wait in a slot: the open form where it fits there, else somebody helped."""
    here = talk.sessions.get(talk.active)
    fits = here is not None and here.form == FORM and not here.done
    if how == "alone" and here is not None and fits and (talk.active == TRAINING or not _another(here, read)):
        return _with(talk, _also(here, read)), effects
    if how == "alone" and (theirs := _slot_of(talk, read)):
        return _with(replace(talk, active=theirs), _also(talk.sessions[theirs], read)), effects
    codes = {name: code for name, code in talk.facts.items() if name in ("first_code", "last_code")}
    path = {"path": Answer("helped", "DAFTAR#")}
    number = int(cast("int", talk.facts.get("helped", 1))) + 1
    slot = f"{FORM}:{number}"
    who = first_name(read.parts.get("full_name", "")) or f"No. {number}"
    if who.casefold() in {slots.who(s).casefold() for s in talk.sessions.values()}:
        who = f"{who} {number}"
    fresh = Session(FORM, answers=path, facts={**codes, "slot": slot, "who": who, PASTED: _kept(read)})
    seated = replace(talk, active=slot, sessions={**talk.sessions, slot: fresh}, facts={**talk.facts, "helped": number})
    return seated, (*effects, Record("helping", {"slot": slot}))


def _slot_of(talk: Talk, read: Read) -> str:
    """The open form that names the same person, "" where none does or several may."""
    named = set(words(read.parts.get("full_name", "")))
    found = [
        slot
        for slot in open_slots(talk)
        if named
        and slots.is_helped(slot)
        and _name(talk.sessions[slot]) == named
        and not _another(talk.sessions[slot], read)
    ]
    return found[0] if len(found) == 1 else ""


def _name(session: Session) -> set[str]:
    waiting = cast("dict[str, dict[str, str]]", session.facts.get(PASTED, {})).get("parts", {})
    answer = session.answers.get("full_name")
    return set(words(str(answer.value) if answer else waiting.get("full_name", "")))


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
