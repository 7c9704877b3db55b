"""What every topic may do in a chat: ask on, go to the menu, begin a form or go on with it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from conversations import blocks, engine, slots
from conversations.form import Form
from conversations.questions import buttons
from conversations.standing import TOLD
from conversations.turn import Effect, FormOffered, Inbound, Option, Redact, Reply, Said, Session, Talk, Tapped, Turn
from conversations.wording import Words

TEXT_LIMIT = 500
MENU = (
    "register",
    "calculate",
    "questions",
    "status",
    "pay",
    "claims",
    "help",
    "more",
)  # at most eight, and a volunteer's card: a list holds ten
MORE = ("safe", "report", "check_volunteer", "help_other", "my_data", "privacy", "language")  # one level down
TRAINING = "registration:0"  # the slot of a made-up person
STARTS: Mapping[str, str] = {"register": "registration", "calculate": "calculator"}
FEW = 3  # buttons: so many stand under a courtesy once more, a whole menu does not
# Forms that only tell: no drafts, and nothing of them stays on going on.
ASIDES = ("calculator", "report", "payment", "correction", "helping", "taking_over", "pasted")


@dataclass(frozen=True)
class House:
    """All that can be talked about: the forms, and the words of each language."""

    forms: Mapping[str, Form]
    words: Mapping[str, Words]


@dataclass(frozen=True)
class Decided:
    """What is decided so far, before it is put into words. ended: a form that only tells and just came to its end."""

    talk: Talk
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    ended: Session | None = None


def clean(text: str) -> str:
    """Bring typed text into one form: NFKC, no control or direction characters, at most 500 characters.

    A whole form in one message may be longer: it is read part by part, and each part is short.
    """
    most = blocks.LONGEST if blocks.is_block(text[: blocks.LONGEST]) else TEXT_LIMIT
    folded = unicodedata.normalize("NFKC", text[: 4 * most])
    kept = "".join(c for c in folded if c == "\n" or c == "\u200d" or unicodedata.category(c)[0] != "C")
    return kept.strip()[:most]


def greet(house: House, talk: Talk, inbound: Inbound) -> Decided:
    """/start: greet, and go on where the person was. Never wipes a draft."""
    if (session := active_session(talk)) and not session.done:
        return recap(house, talk, inbound)
    return menu(talk, Reply("menu.hello"))


def begin(house: House, talk: Talk, inbound: Inbound, name: str) -> Decided:
    """Begin a form, or go on with the draft of it that is there."""
    session = talk.sessions.get(name)
    if session is None or (session.done and session.done != engine.SUBMITTED):
        facts = {k: v for k, v in talk.facts.items() if k in ("first_code", "last_code")}
        session = Session(name, facts=facts)
        return ask_on(house, replace(talk, active=name, sessions={**talk.sessions, name: session}), inbound)
    if session.done:
        return ask_on(house, replace(talk, active=name), inbound)
    return recap(house, replace(talk, active=name), inbound)


def way_on(talk: Talk) -> tuple[Option, ...]:
    """Offer to go on only where something waits, and the menu always."""
    session = active_session(talk)
    waits = open_draft(talk) or (session is not None and not session.done)
    return buttons("resume", "menu") if waits else buttons("menu")


def resume(house: House, talk: Talk, inbound: Inbound) -> Decided:
    if draft := open_draft(talk):
        return recap(house, replace(talk, active=draft), inbound)
    if (session := active_session(talk)) and not session.done:
        return recap(house, talk, inbound)
    return menu(talk)


def recap(house: House, talk: Talk, inbound: Inbound) -> Decided:
    session = active_session(talk)
    if session is None:
        return menu(talk)
    return carry_on(talk, inbound, engine.recap(house.forms[session.form], session, inbound))


def take(house: House, talk: Talk, inbound: Inbound) -> Decided:
    session = active_session(talk)
    if session is None:
        return menu(talk)
    shown, inside = slots.seen_in(talk.active, talk.offered), slots.into(talk.active, inbound)
    return carry_on(talk, inbound, engine.advance(house.forms[session.form], session, inside, shown))


def ask_on(house: House, talk: Talk, inbound: Inbound, *before: Reply) -> Decided:
    """Say something and ask what was open: the form's question, or the menu."""
    session = active_session(talk)
    if session is None:
        return menu(talk, *before)
    return carry_on(talk, inbound, engine.ask_again(house.forms[session.form], session, inbound, *before))


def ask_shortly(house: House, talk: Talk, inbound: Inbound, *before: Reply) -> Decided:
    """Say something and ask the open question again, in a few words where it was on the screen just now."""
    session = active_session(talk)
    if session is None or not in_sight(house, talk):
        return ask_on(house, talk, inbound, *before)
    return carry_on(talk, inbound, engine.ask_shortly(house.forms[session.form], session, inbound, *before))


def in_sight(house: House, talk: Talk) -> bool:
    """Say whether the open question of a form is what the person was told last, and not an answer of ours beside it."""
    session = active_session(talk)
    if session is None or session.done or session.form not in house.forms:
        return False
    return not talk.offered or any(o.step != "!" for o in talk.offered)


def at_rest(talk: Talk, reply: Reply) -> Decided:
    """Say something where nothing is asked; the few buttons that were there stay, else there is a way on."""
    few = 0 < len(talk.offered) <= FEW and all(o.step == "!" for o in talk.offered)
    again = tuple(Option(o.step, o.value, label=o.label) for o in talk.offered)
    return Decided(talk, (replace(reply, options=again if few else way_on(talk)),))


def carry_on(talk: Talk, inbound: Inbound, turn: Turn) -> Decided:
    if turn.session.done == TOLD:
        on = replace(talk, active=open_draft(talk) or "")
        return Decided(on, leading_back(talk, turn.replies), turn.effects, turn.session)
    sessions = {**talk.sessions, talk.active: replace(turn.session, touched=inbound.at)}
    turn = slots.out_of(talk.active, turn)
    if talk.active == TRAINING:
        return _tried(replace(talk, sessions=sessions), turn)
    if slots.is_helped(talk.active) and turn.session.done == engine.SUBMITTED:
        return _helped(replace(talk, sessions=sessions), turn)
    on = replace(talk, sessions=sessions)
    stopped = turn.session.done and turn.session.done != engine.SUBMITTED
    return Decided(on, leading_back(on, turn.replies) if stopped else turn.replies, turn.effects)


def _tried(talk: Talk, turn: Turn) -> Decided:
    """A made-up person's turn: nothing is agreed to or handed in, and at the end nothing is left."""
    effects = tuple(effect for effect in turn.effects if isinstance(effect, FormOffered | Redact))
    if not turn.session.done:
        return Decided(talk, turn.replies, effects)
    left = {slot: session for slot, session in talk.sessions.items() if slot != TRAINING}
    ended = Reply("training.done", options=buttons("training", "menu"))
    return Decided(replace(talk, active="", sessions=left), (turn.replies[0], ended), effects)


def _helped(talk: Talk, turn: Turn) -> Decided:
    """Somebody helped has finished: nothing of theirs can be read from this chat again."""
    left = {slot: session for slot, session in talk.sessions.items() if slot != talk.active}
    facts = {"who": slots.who(turn.session), "receipt": str(turn.session.facts["receipt"])}
    paper = tuple(Option("!", f"{name}:{facts['receipt']}", key=f"command.{name}") for name in ("print", "aloud"))
    finished = Reply("helping.finished", facts, (*paper, *buttons("help_other", "menu")), copy=facts["receipt"])
    said = tuple(replace(reply, options=(), copy="") for reply in turn.replies)
    return Decided(replace(talk, active="", sessions=left), (*said, finished), turn.effects)


def pressed(talk: Talk, inbound: Inbound) -> str:
    """What the person did, word for word: the proof of a consent says it."""
    match inbound.content:
        case Said(text):
            return text[:100]
        case Tapped(step, value):
            seen = (o.label for o in talk.offered if (o.step, o.value) == (step, value))
            return next(seen, value)
        case other:
            return type(other).__name__


def active_session(talk: Talk) -> Session | None:
    return talk.sessions.get(talk.active) if talk.active else None


def open_draft(talk: Talk) -> str | None:
    """Name the draft that waits to be gone on with, the latest first. A sum is no draft: it costs nothing."""
    kept = {slot: s for slot, s in talk.sessions.items() if slot not in (*ASIDES, TRAINING)}
    waiting = [(s.touched, slot) for slot, s in kept.items() if s.asked and not s.done]
    return max(waiting)[1] if waiting else None


def open_slots(talk: Talk) -> list[str]:
    """The registrations that are being filled in this chat; practice is nobody's."""
    return [slot for slot, s in talk.sessions.items() if s.form == "registration" and not s.done and slot != TRAINING]


def without_asides(talk: Talk) -> Talk:
    """Of a sum, a half-told report or practice nothing is kept once the person goes on to something else."""
    left = {name for name in talk.sessions if name in (*ASIDES, TRAINING) and name != talk.active}
    if not left:
        return talk
    return replace(talk, sessions={name: s for name, s in talk.sessions.items() if name not in left})


def leading_back(talk: Talk, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """Where a draft waits, its open question is offered instead of a new registration, or else of the menu."""
    if not open_draft(talk):
        return replies
    back = buttons("resume")[0]
    given = {o.value for r in replies for o in r.options if o.step == "!"}
    instead = ("!", "register" if "register" in given else "menu")
    return tuple(
        replace(r, options=tuple(back if (o.step, o.value) == instead else o for o in r.options)) for r in replies
    )


def menu(talk: Talk, *before: Reply) -> Decided:
    names: tuple[str, ...] = ("resume", *MENU[1:]) if open_draft(talk) else MENU
    if talk.facts.get("volunteer"):
        names = (*names[:-1], "card", names[-1])
    options = tuple(Option("!", name, key=f"command.{name}") for name in names)
    return Decided(replace(talk, active=""), (*before, Reply("menu.ask", options=options)))
