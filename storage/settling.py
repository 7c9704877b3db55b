"""What two of the desk's inboxes share: words sealed with a person's key, and settling once, with a note."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from storage.keys import Keyring, PersonKey
from storage.tx import Tx

Inbox: TypeAlias = Literal["reports", "data_requests"]


def words_of(
    keyring: Keyring, inbox: Inbox, person_id: int, body: bytes | None, note: bytes | None, wrapped: bytes | None
) -> tuple[str, str]:
    """The body and the note of one row; "" for what is not there or cannot be read any more."""
    if wrapped is None:
        return "", ""
    key = keyring.unwrap(bytes(wrapped))

    def opened(name: str, sealed: bytes | None) -> str:
        return "" if sealed is None else key.open(bytes(sealed), f"{inbox}.{name}/{person_id}").decode()

    return opened("body", body), opened("note", note)


async def settle(
    tx: Tx, inbox: Inbox, row_id: int, *, staff_id: int | None, now: datetime, note: str, key: PersonKey | None
) -> bool:
    """Settle a row; a note is sealed with its person's key. False: somebody settled it already."""
    sealed = None
    if note and key:
        for (person_id,) in await tx.rows(f"SELECT person_id FROM {inbox} WHERE id = $1", (row_id,)):
            sealed = key.seal(note.encode(), f"{inbox}.note/{person_id}")
    done = await tx.rows(
        f"UPDATE {inbox} SET state = 'settled', settled_at = $1, settled_by = $2, note = $3 "
        "WHERE id = $4 AND state = 'open' RETURNING id",
        (now, staff_id, sealed, row_id),
    )
    return bool(done)
