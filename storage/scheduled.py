"""What is to happen at a time: rows with a key of their own, so that nothing is scheduled or happens twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.columns import micros
from storage.tx import Tx

LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Due:
    """A moment that came. facts: JSON text."""

    id: int
    chat_id: int
    channel: str
    kind: str
    key: str
    facts: str


async def schedule(tx: Tx, *, chat_id: int, kind: str, key: str, due_at: datetime, facts: str = "{}") -> bool:
    """Schedule something once. False when its key was scheduled before."""
    return bool(
        await tx.insert(
            "scheduled",
            ("chat_id", "kind", "key", "due_at", "facts", "state"),
            [(chat_id, kind, key, due_at, facts, "waiting")],
            "(key) DO NOTHING",
            "id",
        )
    )


async def claim_due(tx: Tx, now: datetime, *, limit: int, chat_id: int | None = None) -> list[Due]:
    """Take what is due, of all chats or of one, for two minutes; whoever dies in between leaves it to the next.

    A lease further away than two minutes was given by a clock that ran ahead, and holds nothing up.
    """
    at = micros(now)
    only = "" if chat_id is None else " AND s.chat_id = $4"
    lock = " FOR UPDATE OF s SKIP LOCKED" if tx.dialect == "postgresql" else ""
    rows = await tx.rows(
        "SELECT s.id, s.chat_id, c.channel, s.kind, s.key, s.facts FROM scheduled s JOIN chats c ON c.id = s.chat_id "
        "WHERE s.state = 'waiting' AND s.due_at <= $1 AND (s.lease_until IS NULL OR s.lease_until < $2 "
        f"OR s.lease_until - {LEASE // timedelta(microseconds=1)} > $2)"
        f"{only} ORDER BY s.due_at, s.id LIMIT $3{lock}",
        (at, at, limit, *(() if chat_id is None else (chat_id,))),
    )
    await tx.many("UPDATE scheduled SET lease_until = $1 WHERE id = $2", [(now + LEASE, row[0]) for row in rows])
    return [Due(*row) for row in rows]


async def done(tx: Tx, scheduled_id: int) -> None:
    """It happened."""
    await tx.rows("UPDATE scheduled SET state = 'taken' WHERE id = $1", (scheduled_id,))


async def put_off(tx: Tx, scheduled_id: int, due_at: datetime) -> None:
    """Not now, but then."""
    await tx.rows("UPDATE scheduled SET due_at = $1, lease_until = NULL WHERE id = $2", (due_at, scheduled_id))


async def cancel(tx: Tx, chat_id: int, kind: str) -> None:
    """Nothing more of this kind for this chat."""
    await tx.rows(
        "UPDATE scheduled SET state = 'cancelled' WHERE chat_id = $1 AND kind = $2 AND state = 'waiting'",
        (chat_id, kind),
    )
