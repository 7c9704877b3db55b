"""Rows behind people's rights on their data: what is held, requests to correct or restrict, and proof of an erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from conversations.turn import Json
from storage import applications, audit, consents, data_requests, held, restrictions
from storage.data_requests import Kind
from storage.keys import Keyring
from storage.turns import Kept, Place
from storage.tx import Tx

Facts = Mapping[str, Json]
NOBODY = "somebody"  # who they were is not known any more, and may not be


async def my_data(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """All that is held of a chat's person, as counts, days and receipts: nothing of it is opened."""
    sent = await applications.states_for_chat(tx, place.chat_id)
    beside = await held.held(tx, place.chat_id, place.person_id)
    words = await held.words(tx, place.person_id)
    requests = await data_requests.open_for_chat(tx, place.chat_id)
    return {
        **facts,
        "receipts": [{"receipt": a.receipt, "at": _day(a.changed_at, now)} for a in sent if a.state != "erased"],
        "payments": beside.payments,
        "reports": beside.reports,
        "helped": beside.helped,
        "volunteer": int(beside.volunteer),
        "numbers": beside.numbers,
        "kept": beside.kept,
        "reminders": await consents.granted(tx, place.person_id, "reminders"),
        "consents": [
            {"purpose": w.purpose, "word": "yes" if w.granted else "no", "at": _day(w.at, now)} for w in words
        ],
        "requests": [{"kind": r.kind, "due": _day(r.due_at, now)} for r in requests],
    }


async def correctable(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """Whether a chat's application can still be corrected by the person: "open", "sent", or "" where there is none."""
    sent = {a.receipt: a for a in await applications.states_for_chat(tx, place.chat_id) if a.state != "erased"}
    asked = str(facts.get("receipt", ""))
    found = sent.get(asked) or next(iter(reversed(sent.values())), None)
    if found is None:
        return {**facts, "state": ""}
    mine = found.receipt == asked  # only what this chat's own form still holds can be asked again here
    still = "open" if mine and found.state in applications.CORRECTABLE else "sent"
    return {**facts, "state": still, "receipt": found.receipt}


async def request(tx: Tx, keyring: Keyring, kept: Kept, facts: Facts, now: datetime) -> None:
    """Keep a request for the desk, due three times 24 hours from now."""
    place = kept.place
    await data_requests.add(
        tx,
        kind=cast(Kind, facts["kind"]),
        chat_id=place.chat_id,
        person_id=place.person_id,
        key=place.key,
        now=now,
        receipt=str(facts["receipt"]),
        body=str(facts["what"]),
    )


async def restricted(tx: Tx, keyring: Keyring, kept: Kept, facts: Facts, now: datetime) -> None:
    """BATASI: from this moment on none of their applications goes into a batch."""
    await restrictions.restrict(tx, kept.place.chat_id, kept.place.person_id, now)


async def restriction_lifted(tx: Tx, keyring: Keyring, kept: Kept, facts: Facts, now: datetime) -> None:
    """They took it back: their applications go on."""
    await restrictions.lift(tx, kept.place.chat_id, kept.place.person_id, now)


async def prove_erasure(tx: Tx, number: str, erased: int, now: datetime) -> None:
    """Write down that an erasure with this number happened. It names nobody: only who keeps the number can show it."""
    await audit.append(
        tx,
        actor=NOBODY,
        action="person.erased",
        subject=f"erasure:{number}",
        facts={"number": number, "applications": erased},
        at=now,
    )


async def erasure(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """Whether an erasure with this number is on record, and of which day."""
    found = await audit.about(tx, f"erasure:{facts['number']}", limit=1)
    return {**facts, "at": _day(found[0].at, now) if found else ""}


def _day(at: datetime, now: datetime) -> str:
    """A moment's day in the zone of "now"."""
    return at.astimezone(now.tzinfo).date().isoformat()
