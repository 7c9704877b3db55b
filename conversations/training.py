"""LATIHAN: a volunteer tries a sign-up with a made-up person. Nothing of it is handed in, counted, or kept.

It is a registration in a slot of its own whose every message is marked. At its end there is no application at all, so
there is nothing that an export or a number could hold by mistake.
"""

from __future__ import annotations

from dataclasses import replace

from conversations.questions import buttons
from conversations.talking import TRAINING, Decided, House, ask_on
from conversations.turn import Inbound, Reply, Session, Talk


def start(house: House, talk: Talk, inbound: Inbound, argument: str) -> Decided:
    """Begin anew each time: what was tried before is worth nothing."""
    session = Session("registration", facts={"slot": TRAINING, "who": "LATIHAN"})
    begun = replace(talk, active=TRAINING, sessions={**talk.sessions, TRAINING: session})
    asked = ask_on(house, begun, inbound, Reply("training.begins"))
    last = asked.replies[-1]  # the way out stands last: numbers count from the question's own options
    return replace(asked, replies=(*asked.replies[:-1], replace(last, options=(*last.options, *buttons("menu")))))
