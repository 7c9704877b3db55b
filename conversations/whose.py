"""Whose form a message is about, where several people are signed up from one phone: each is read alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from conversations import slots
from conversations.talking import TRAINING
from conversations.turn import Content, Filled, Talk, Tapped

SEVERAL = "several"  # about more than one person, or about somebody who has no slot yet: it stands on nobody's page
_NOBODYS = ("helping", "pasted")  # forms that ask whose the next one is
_OF_SEVERAL = (
    *("helping.", "status.", "pay.", "paid.", "reminder.", "mydata.sent", "pasting.nobody"),
    *("printing.", "aloud."),
)
_OF_THEIR_PEOPLE = "people."  # a volunteer's, who may never have helped anybody on this phone


def said_of(before: Talk, after: Talk, keys: Iterable[str]) -> str:
    """The slot an answer of ours is about: "" for the chat's own person, `SEVERAL` for nobody alone.

    Only what stands under somebody's heading is about them: everything else is said to whoever holds the phone.
    """
    told = tuple(keys)
    if any(key.startswith("helping.heading") for key in told):
        ended = [slot for slot in before.sessions if slots.is_helped(slot) and slot not in after.sessions]
        return after.active if slots.is_helped(after.active) else ended[0] if len(ended) == 1 else SEVERAL
    if any(key.startswith(_OF_THEIR_PEOPLE) for key in told):
        return SEVERAL
    if "helped" in after.facts and any(key.startswith(_OF_SEVERAL) for key in told):
        return SEVERAL
    return SEVERAL if after.active in _NOBODYS else ""


def heard_of(before: Talk, after: Talk, content: Content, answer: str) -> str:
    """The slot what they sent is about. answer: the slot of what we said to it."""
    named = before.active
    if isinstance(content, Filled) and content.slot:
        named = content.slot
    if isinstance(content, Tapped) and content.step != "!":
        named = content.step.partition(".")[0]
    here = _slot(named)
    touched = {_slot(slot) for slot in _changed(before, after)}
    if answer == SEVERAL or here == SEVERAL or len(touched) > 1 or (here and touched and touched != {here}):
        return SEVERAL
    if touched:
        return touched.pop()
    return here if after.active == before.active else ""


def _slot(session: str) -> str:
    """A session's name as a slot: only somebody helped has one."""
    return session if slots.is_helped(session) else SEVERAL if session in _NOBODYS else ""


def _changed(before: Talk, after: Talk) -> set[str]:
    """The registrations a turn changed, began or ended; practice is nobody's."""
    everything = {**before.sessions, **after.sessions}
    return {
        slot
        for slot, session in everything.items()
        if session.form == "registration"
        and slot != TRAINING
        and before.sessions.get(slot) is not after.sessions.get(slot)
    }
