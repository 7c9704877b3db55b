"""What people say of their own payments becomes rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from conversations.turn import Json
from storage import payment_reports, standings
from storage.keys import Keyring
from storage.turns import Kept
from storage.tx import Tx


async def payment_report(tx: Tx, keyring: Keyring, kept: Kept, facts: Mapping[str, Json], now: datetime) -> None:
    """Keep a reported payment for the application it is about, if that one was sent from this chat."""
    found = await standings.own(tx, kept.place.chat_id, str(facts["receipt"]))
    months = facts["months"]
    if found is None or not isinstance(months, int):
        return
    application_id, person_id = found
    await payment_reports.add(
        tx,
        application_id=application_id,
        chat_id=kept.place.chat_id,
        person_id=person_id,
        paid_on=str(facts["paid_on"]),
        months=months,
        via="collector" if facts["via"] == "collector" else "self",
        now=now,
    )
