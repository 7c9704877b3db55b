"""Parked messages: what crashed or could not be read, waiting for an admin to try it again or set it aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from storage.columns import moment
from storage.keys import Keyring
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Parked:
    """One parked message. chat_id: None where nobody could tell whose it was. error: a kind and a place, never a text.

    body: as it was kept, opened; b"" where nothing was. moved_on: the chat took another message since.
    """

    id: int
    channel: str
    chat_id: int | None
    kind: str
    arrived_at: datetime
    error: str
    body: bytes
    moved_on: bool


async def waiting(tx: Tx, keyring: Keyring, *, after: int = 0, limit: int = 100) -> list[Parked]:
    """Parked messages, the oldest first, from after this id on."""
    return await _parked(tx, keyring, "i.state = 'parked' AND i.id > $1 ORDER BY i.id LIMIT $2", (after, limit))


async def one(tx: Tx, keyring: Keyring, parked_id: int) -> Parked | None:
    """One message, while it is parked."""
    found = await _parked(tx, keyring, "i.state = 'parked' AND i.id = $1", (parked_id,))
    return found[0] if found else None


async def flooded(tx: Tx, keyring: Keyring, chat_id: int, *, after: int, limit: int) -> list[Parked]:
    """Messages of one chat's flood, the oldest first, from after this id on."""
    where = "i.chat_id = $1 AND i.state = 'flooded' AND i.id > $2 ORDER BY i.id LIMIT $3"
    return [replace(one, moved_on=False) for one in await _parked(tx, keyring, where, (chat_id, after, limit))]


async def count(tx: Tx) -> int:
    """How many are parked."""
    return int((await tx.rows("SELECT COUNT(*) FROM inbox WHERE state = 'parked'"))[0][0])


async def set_aside(tx: Tx, parked_id: int) -> bool:
    """Say that nobody needs to look at it any more. False when somebody said so already."""
    done = await tx.rows(
        "UPDATE inbox SET state = 'ignored' WHERE id = $1 AND state IN ('parked', 'flooded') RETURNING id", (parked_id,)
    )
    return bool(done)


async def _parked(tx: Tx, keyring: Keyring, where: str, args: tuple[int, ...]) -> list[Parked]:
    rows = await tx.rows(
        "SELECT i.id, i.channel, i.chat_id, i.kind, i.arrived_at, i.error, i.body, c.person_id, p.key, "
        "EXISTS (SELECT 1 FROM inbox n WHERE n.chat_id = i.chat_id AND n.id > i.id AND n.state = 'taken') FROM inbox i "
        f"LEFT JOIN chats c ON c.id = i.chat_id LEFT JOIN people p ON p.id = c.person_id WHERE {where}",
        args,
    )
    found = []
    for row_id, channel, chat_id, kind, arrived, error, sealed, person_id, wrapped, moved_on in rows:
        body = b""
        if sealed is not None and wrapped is not None:
            body = keyring.unwrap(bytes(wrapped)).open(bytes(sealed), f"inbox.body/{person_id}")
        found.append(Parked(row_id, channel, chat_id, kind, moment(arrived), error or "", body, bool(moved_on)))
    return found
