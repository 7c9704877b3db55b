"""Taking one's own record over: somebody who was signed up from another's phone proves it is theirs, from their own.

The proof is what only they should have together: the receipt, the birth date and the end of their NIK. The answer to a
wrong proof is the same whatever was wrong, so that nobody learns from it whether somebody is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from conversations.fields.day import Day
from conversations.fields.field import Asking
from conversations.fields.last_four import LastFour
from conversations.fields.receipt import ReceiptNumber
from conversations.form import Ask, Form
from conversations.questions import buttons
from conversations.talking import Decided, House, begin
from conversations.turn import Fact, Inbound, Json, Reply, Session, Talk, Wants

TRIES_A_DAY = 5


class _Taken:
    """Who it is and under which number, once the proof held."""

    def __init__(self) -> None:
        self.samples: tuple[Mapping[str, Fact], ...] = ({"who": "Siti Aminah", "receipt": "TK-7Q4F-92XM-C"},)

    def __call__(self, asking: Asking) -> Mapping[str, Fact]:
        return {"who": "", "receipt": str(asking.answers.get("receipt", ""))}


taking_over = Form(
    "taking_over",
    (
        Ask("receipt", ReceiptNumber(), listed=False),
        Ask("born", Day(), listed=False),
        Ask("nik4", LastFour(), listed=False),
    ),
    offers=("status", "menu"),
    tells=_Taken(),
)


def start(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """DATA INI MILIK SAYA: begin the proof anew."""
    left = {name: session for name, session in talk.sessions.items() if name != taking_over.name}
    return begin(house, replace(talk, sessions=left, active=""), inbound, taking_over.name)


def proved(house: House, said: Decided, inbound: Inbound, session: Session) -> Decided:
    """Have it looked up, a few times a day at most."""
    left = {name: s for name, s in said.talk.sessions.items() if name != taking_over.name}
    day, tries = inbound.today.isoformat(), 1
    if (before := said.talk.facts.get("takeover")) and cast("list[Json]", before)[0] == day:
        tries += int(cast("list[int]", before)[1])
    talk = replace(said.talk, sessions=left, facts={**said.talk.facts, "takeover": [day, tries]})
    if tries > TRIES_A_DAY:
        return Decided(talk, (Reply("taking_over.too_often", options=buttons("help", "menu")),))
    proof = {name: session.answers[name].value for name in ("receipt", "born", "nik4")}
    return Decided(talk, effects=(Wants("take_over", proof),))


def told(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say whether it worked, and no more."""
    if not facts.get("who"):
        return Decided(talk, (Reply("taking_over.no_match", options=buttons("take_over", "help", "menu")),))
    shown: dict[str, Fact] = {"who": str(facts["who"]), "receipt": str(facts["receipt"])}
    return Decided(talk, (Reply("taking_over.done", shown, buttons("status", "menu")),))
