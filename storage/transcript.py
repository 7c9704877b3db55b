"""What was said in a chat, both ways, in the order it happened, opened for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.columns import moment
from storage.keys import Keyring
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Line:
    """One stored message, opened. id: its row; body: an inbox body or an outbox payload, as JSON bytes."""

    id: int
    side: Literal["them", "us"]
    at: datetime
    kind: str
    body: bytes
    state: str = ""


async def transcript(tx: Tx, keyring: Keyring, chat_id: int, *, limit: int = 500) -> list[Line]:
    """The newest `limit` messages of a chat, oldest first: what came in, then what answered it."""
    keys = await tx.rows(
        "SELECT c.person_id, p.key FROM chats c JOIN people p ON p.id = c.person_id WHERE c.id = $1", (chat_id,)
    )
    if not keys or keys[0][1] is None:
        return []
    person_id, key = keys[0][0], keyring.unwrap(bytes(keys[0][1]))
    came = await tx.rows(
        "SELECT id, arrived_at, kind, body, state FROM inbox WHERE chat_id = $1 ORDER BY id DESC LIMIT $2",
        (chat_id, limit),
    )
    went = await tx.rows(
        "SELECT id, created_at, purpose, payload, state, inbox_id FROM outbox WHERE chat_id = $1 "
        "ORDER BY id DESC LIMIT $2",
        (chat_id, limit),
    )
    lines = [
        ((row, 0, 0), Line(row, "them", moment(at), kind, key.open(bytes(body), f"inbox.body/{person_id}"), state))
        for row, at, kind, body, state in came
        if body is not None
    ]
    # An answer stands right after what it answers. What answers nothing stands after the last answer before it. Row
    # numbers say so, not times: a simulated clock may run ahead of ours.
    answered = 0
    for row, at, purpose, payload, state, inbox_id in reversed(went):
        answered = max(answered, inbox_id or 0)
        line = Line(row, "us", moment(at), purpose, key.open(bytes(payload), f"outbox.payload/{person_id}"), state)
        lines.append(((inbox_id or answered, 1, row), line))
    return [line for _, line in sorted(lines, key=lambda entry: entry[0])][-limit:]
