"""What conversations want to know of storage: each `Wants` by its name, read in the turn's own transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from bot import standing_facts, volunteering
from conversations.turn import Json, Wants
from storage import applications
from storage.keys import Keyring
from storage.turns import Place
from storage.tx import Tx

Facts: TypeAlias = Mapping[str, Json]
LookedUp: TypeAlias = Callable[[Tx, Keyring, Place, Facts, datetime], Awaitable[dict[str, Json]]]


async def look_up(tx: Tx, keyring: Keyring, place: Place, wants: Wants, now: datetime) -> dict[str, Json]:
    """Answer what the conversation wants to know.

    Raises:
        KeyError: nobody looks this up. Our mistake.
    """
    return await LOOKUPS[wants.name](tx, keyring, place, wants.facts, now)


async def _my_data(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    return {"receipts": [a.receipt for a in await applications.states_for_chat(tx, place.chat_id)]}


LOOKUPS: Mapping[str, LookedUp] = {
    "status": standing_facts.people,
    "check": standing_facts.checked,
    "my_data": _my_data,
    "invitation": volunteering.invitation,
    "joined": volunteering.joined,
    "card": volunteering.card,
    "poster": volunteering.card,
}
