"""Slots: several people's forms in one chat. A slot is a session's name: "registration", or "registration:2" if helped.

A message about somebody helped carries the slot in each of its buttons, so that a late tap, a filled-in form or a typed
number never lands on anybody else. Inside the engine a form knows only its own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conversations.turn import Consented, Effect, FormOffered, Inbound, Offered, Option, Reply, Session, Tapped, Turn


def form_of(slot: str) -> str:
    """Name the form of a slot."""
    return slot.partition(":")[0]


def is_helped(slot: str) -> bool:
    """Say whether a slot is somebody else's than the chat's own person."""
    return ":" in slot


def who(session: Session) -> str:
    """The first name of the person a session is about, "" for the chat's own."""
    return str(session.facts.get("who") or "")


def into(slot: str, inbound: Inbound) -> Inbound:
    """Bring an inbound to the form inside its slot."""
    if isinstance(inbound.content, Tapped) and inbound.content.step.startswith(f"{slot}."):
        tapped = Tapped(_inward(slot, inbound.content.step), inbound.content.value)
        return replace(inbound, content=tapped)
    return inbound


def seen_in(slot: str, offered: Sequence[Offered]) -> tuple[Offered, ...]:
    """The options a person last saw that belong to this slot."""
    if not is_helped(slot):
        return tuple(o for o in offered if not is_helped(o.step.partition(".")[0]))
    return tuple(replace(o, step=_inward(slot, o.step)) for o in offered if o.step.startswith(f"{slot}."))


def out_of(slot: str, turn: Turn) -> Turn:
    """Name the slot in everything that comes back: buttons, secure forms, consents."""
    if not is_helped(slot):
        return turn
    kind = "training" if slot.endswith(":0") else "nik" if turn.session.asked == "nik" else ""
    heading = Reply(f"helping.heading{kind and '_'}{kind}", {"who": who(turn.session)})
    replies = tuple(replace(r, options=tuple(_outward(slot, o) for o in r.options)) for r in turn.replies)
    return replace(turn, replies=(heading, *replies), effects=tuple(_of_slot(slot, effect) for effect in turn.effects))


def _inward(slot: str, step: str) -> str:
    return form_of(slot) + step.removeprefix(slot)


def _outward(slot: str, option: Option) -> Option:
    form = form_of(slot)
    return replace(option, step=slot + option.step.removeprefix(form)) if option.step.startswith(f"{form}.") else option


def _of_slot(slot: str, effect: Effect) -> Effect:
    match effect:
        case FormOffered():
            return replace(effect, form=slot)
        case Consented():
            return replace(effect, slot=slot)
        case _:
            return effect
