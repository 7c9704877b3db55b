"""What conversations want to know of storage: each `Wants` by its name, read in the turn's own transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from bot import data_rights, helping_rows, paper_facts, people_facts, standing_facts, trust_rows, volunteering
from conversations.turn import Json, Wants
from storage.keys import Keyring
from storage.turns import Place
from storage.tx import Tx

Facts: TypeAlias = Mapping[str, Json]
LookedUp: TypeAlias = Callable[[Tx, Keyring, Place, Facts, datetime], Awaitable[dict[str, Json]]]


async def look_up(tx: Tx, keyring: Keyring, place: Place, wants: Wants, now: datetime) -> dict[str, Json]:
    """Answer what the conversation wants to know. now: in the house's zone, which the days that people read are of.

    Raises:
        KeyError: nobody looks this up. Our mistake.
    """
    return await LOOKUPS[wants.name](tx, keyring, place, wants.facts, now)


LOOKUPS: Mapping[str, LookedUp] = {
    "sent_back": helping_rows.sent_back,
    "my_people": people_facts.theirs,
    "take_over": helping_rows.take_over,
    "print": paper_facts.receipts,
    "aloud": paper_facts.receipts,
    "status": standing_facts.people,
    "check": standing_facts.checked,
    "pay": standing_facts.people,
    "paid": standing_facts.people,
    "reminder": standing_facts.reminded,
    "my_data": data_rights.my_data,
    "correctable": data_rights.correctable,
    "erasure": data_rights.erasure,
    "invitation": volunteering.invitation,
    "joined": volunteering.joined,
    "card": volunteering.card,
    "poster": volunteering.card,
    "resign": volunteering.card,
    "resigned": volunteering.resigned,
    "volunteer": trust_rows.volunteer,
}
