"""Helping somebody from one's own phone, as rows: whose key, whose form came back, who takes their record over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from conversations.helping import first_name
from conversations.saved import dump_answers
from conversations.turn import Json
from storage import applications, audit, helped
from storage.keys import Keyring
from storage.turns import Kept, Place
from storage.tx import Tx


async def begin(tx: Tx, keyring: Keyring, kept: Kept, facts: Mapping[str, Json], now: datetime) -> None:
    """The person in a slot gets a key of their own."""
    slot = str(facts["slot"])
    if session := kept.talk.sessions.get(slot):
        await helped.open_slot(tx, keyring, kept.place.chat_id, slot, session, now)


async def sent_back(
    tx: Tx, keyring: Keyring, place: Place, facts: Mapping[str, Json], now: datetime
) -> dict[str, Json]:
    """The form of somebody helped, for the one answer an officer asks for; nothing where it is not of this chat.

    The chat's own form is asked about too, where its session was let go of meanwhile.
    """
    receipt = str(facts["receipt"])
    slot = await helped.slot_of(tx, place.chat_id, receipt)
    found = await applications.one(tx, keyring, receipt)
    if found is None or not found.answers or (not slot and found.chat_id != place.chat_id):
        return {}
    slot = slot or found.form
    return {
        **facts,
        "slot": slot,
        "who": first_name(str(found.answers["full_name"].value)) if "full_name" in found.answers else "",
        "answers": dump_answers(found.answers),
    }


async def take_over(
    tx: Tx, keyring: Keyring, place: Place, facts: Mapping[str, Json], now: datetime
) -> dict[str, Json]:
    """Give a record to whom it is about, on proof."""
    receipt = str(facts["receipt"])
    taken = await helped.take_over(
        tx, keyring, chat_id=place.chat_id, receipt=receipt, born=str(facts["born"]), nik4=str(facts["nik4"]),
        now=now, today=now.date().isoformat(),
    )  # fmt: skip
    if taken is None:
        return {}
    await audit.append(
        tx, actor="applicant", action="application.taken_over", subject=f"application:{receipt}", facts={}, at=now
    )
    found = await applications.one(tx, keyring, receipt)
    return {"who": first_name(str(found.answers["full_name"].value)) if found else "", "receipt": receipt}
