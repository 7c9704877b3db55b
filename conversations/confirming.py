"""A yes or a no, and what it is said to: never to a question that the person does not have before their eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conversations import slots
from conversations.fields.stance import YES, stance
from conversations.rules.spelling import words
from conversations.talking import House, active_session
from conversations.turn import Offered, Session, Talk

ASKED: Mapping[str, str] = {  # the button that says yes → the command that asks again
    "erase_yes": "erase",
    "restrict:yes": "restrict",
    "restrict:lift": "restrict",
    "restart_yes": "restart",
    "resign_yes": "resign",
}
_NEVER_MIND = frozenset(("gausah", "gajadi", "gakjadi", "nggakjadi", "gamau", "gakmau", "never mind", "nevermind"))
_NAMED = frozenset(("setuju", "menyetujui", "agree", "kirim", "kirimkan", "send", "submit"))


def open_question(offered: Sequence[Offered]) -> str:
    """Name the yes that a command of ours waits for, "" where none does."""
    return next((o.value for o in offered if o.step == "!" and o.value in ASKED), "")


def slang(yes: str) -> Mapping[str, tuple[str, ...]]:
    """What people say for that button, and for any of the others: give it to `choose`."""
    return {yes: YES} if yes else {}


def refuses(text: str) -> bool:
    """Say whether a text turns down what was asked last."""
    return stance(text) in ("no", "no?") or " ".join(words(text)) in _NEVER_MIND


def is_weighty(house: House, session: Session) -> bool:
    """Whether the open question agrees to a text, or hands a form in."""
    form = house.forms[session.form]
    ask = form.asks.get(session.asked)
    return ask is not None and bool(ask.consent or ask is form.closing)


def out_of_sight(house: House, talk: Talk, text: str) -> bool:
    """Whether a bare yes or no would answer a question of a form that was not on the screen just now.

    Above all it would agree to a text, or hand a form in; there a bare number is not believed either.
    """
    session = active_session(talk)
    if session is None or session.done or session.form not in house.forms:
        return False
    form = house.forms[session.form]
    ask = form.asks.get(session.asked)
    step = f"{session.form}.{session.asked}"
    shown = any(o.step == step for o in slots.seen_in(talk.active, talk.offered))
    weighty = ask is not None and bool(ask.consent or ask is form.closing) and not shown
    elsewhere = bool(talk.offered) and all(o.step == "!" for o in talk.offered)
    if weighty and text.strip().isdigit():
        return True
    return (weighty or elsewhere) and stance(text) is not None and not _NAMED & set(words(text))
