"""Which topic answers which command, which looked-up facts and which moment. A topic is a file beside this one.

To add one: write its file (copy a neighbour), its words in commands.py, its functions here, its texts in keys.py.
What it must know of storage it asks for with `Wants(name)`; bot/lookups.py looks it up and it comes back to TOLD here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from conversations import claims, membership, volunteer
from conversations.talking import Decided, House
from conversations.turn import Inbound, Json, Session, Talk

Obeyed: TypeAlias = Callable[[House, Talk, Inbound, str], Decided]
Heard: TypeAlias = Callable[[House, Talk, Inbound, Mapping[str, Json]], Decided]
Ended: TypeAlias = Callable[[House, Decided, Inbound, Session], Decided]

TOPICS: Mapping[str, Obeyed] = {  # a command's name → what it does with what followed the command
    "claims": claims.open_claims,
    "accident": claims.accident,
    "death": claims.death,
    "savings": claims.savings,
    "scholarship": claims.scholarship,
    "checklist": claims.checklist,
    "tick": claims.tick,
    "status": membership.status,
    "check": membership.check,
    "card": volunteer.card,
    "poster": volunteer.poster,
}
TOLD: Mapping[str, Heard] = {
    "invitation": volunteer.tell_invitation,
    "joined": volunteer.tell_joined,
    "card": volunteer.tell_card,
    "poster": volunteer.tell_poster,
    "status": membership.tell_status,
    "check": membership.tell_check,
}  # the name of what was looked up → what is said of it
WOKE: Mapping[str, Heard] = {}  # a scheduled moment's kind → what is said then
ENDS: Mapping[str, Ended] = {  # a form that only tells → what its answers lead to, given what would be said
    "volunteer": volunteer.joined,
}
