"""Consents: the proof of what somebody agreed to or refused. It outlives an erasure, because it names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage.tx import Tx

AT_ONCE = 500


async def record(
    tx: Tx,
    *,
    person_id: int,
    chat_id: int,
    purpose: str,
    granted: bool,
    text_version: str,
    pressed: str,
    identity_hash: bytes,
    at: datetime,
    witnessed: bool = False,
) -> None:
    """Keep a proof: which text in which wording, what was pressed, by which identity (hashed), when; witnessed by whom
    they were helped by, where it was typed on another's phone."""
    await tx.insert(
        "consents",
        ("person_id", "chat_id", "purpose", "granted", "text_version", "pressed", "identity_hash", "at", "witnessed"),
        [(person_id, chat_id, purpose, granted, text_version, pressed[:100], identity_hash, at, witnessed)],
    )


async def granted(tx: Tx, person_id: int, purpose: str) -> bool:
    """Whether the person's last word on this purpose was yes."""
    rows = await tx.rows(
        "SELECT granted FROM consents WHERE person_id = $1 AND purpose = $2 ORDER BY id DESC LIMIT 1",
        (person_id, purpose),
    )
    return bool(rows and rows[0][0])


async def granted_by(tx: Tx, person_ids: Sequence[int], purpose: str) -> set[int]:
    """Those of these people whose last word on this purpose was yes."""
    last: dict[int, bool] = {}
    for start in range(0, len(person_ids), AT_ONCE):
        some = person_ids[start : start + AT_ONCE]
        places = ",".join(f"${n}" for n in range(2, len(some) + 2))
        rows = await tx.rows(
            f"SELECT person_id, granted FROM consents WHERE purpose = $1 AND person_id IN ({places}) ORDER BY id",
            (purpose, *some),
        )
        last |= {person_id: bool(said) for person_id, said in rows}
    return {person_id for person_id, said in last.items() if said}
