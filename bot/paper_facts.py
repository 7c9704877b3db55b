"""What CETAK and BACAKAN ask of storage: whose receipts this chat may have, cut down to what is printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from conversations.printing import KEPT, LISTED
from conversations.turn import Json
from storage import papers
from storage.keys import Keyring
from storage.turns import Place
from storage.tx import Tx


async def receipts(tx: Tx, keyring: Keyring, place: Place, facts: Mapping[str, Json], now: datetime) -> dict[str, Json]:
    """The receipts of this chat, or only the one that is asked for. until: of somebody helped, till when; else ""."""
    found = await papers.of_chat(tx, keyring, place.chat_id, now - KEPT, most=LISTED, receipt=str(facts["receipt"]))
    people: list[Json] = [
        {
            "who": one.name,
            "receipt": one.receipt,
            "at": one.sent_at.isoformat(),
            "until": (one.finished_at + KEPT).isoformat() if one.finished_at else "",
        }
        for one in found
    ]
    return {**facts, "people": people}
