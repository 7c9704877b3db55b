"""Rows behind the trust kit: whose a volunteer's code is, as far as anybody may know, and reports of wrongs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from conversations.turn import Json
from storage import reports, volunteers
from storage.keys import Keyring
from storage.turns import Kept, Place
from storage.tx import Tx


async def volunteer(
    tx: Tx, keyring: Keyring, place: Place, facts: Mapping[str, Json], now: datetime
) -> dict[str, Json]:
    """Look a code up. Name and RW only where it is active; of the others only that they are not."""
    code = str(facts["code"])
    found = await volunteers.by_code(tx, keyring, code)
    if found is None or found.state == "invited":  # an invitation is nobody's code yet
        return {"code": code, "state": "unknown"}
    if found.state != "active":
        return {"code": code, "state": "inactive"}
    return {"code": code, "state": "active", "name": found.name, "area": found.area_code, "rw": found.rw}


async def report(tx: Tx, keyring: Keyring, kept: Kept, facts: Mapping[str, Json], now: datetime) -> None:
    """Keep what somebody reports, sealed with their own key."""
    place = kept.place
    await reports.add(
        tx,
        kind=str(facts["kind"]),
        chat_id=place.chat_id,
        person_id=place.person_id,
        key=place.key,
        body=str(facts["what"]),
        now=now,
        volunteer_code=str(facts["volunteer_code"]),
    )
