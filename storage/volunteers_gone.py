"""Invitations nobody took, and volunteers who ended: thirty days later nothing ties them to a person any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import people, quiet
from storage.columns import micros
from storage.database import Database
from storage.keys import Keyring
from storage.tx import Tx

KEPT_FOR = timedelta(days=30)
AT_ONCE = 50  # each may be an erasure, and turns wait meanwhile
_UNUSED = "state = 'invited' AND invite_until < $1"
_ENDED = "state = 'ended' AND person_id IS NOT NULL AND changed_at < $1"


async def due(tx: Tx, now: datetime) -> int:
    """How many would go now."""
    rows = await tx.rows(f"SELECT COUNT(*) FROM volunteers WHERE ({_UNUSED}) OR ({_ENDED})", (micros(now - KEPT_FOR),))
    return int(rows[0][0])


async def let_go(db: Database, keyring: Keyring, now: datetime) -> int:
    """Drop unused invitations; forget ended volunteers who have nothing else with us, and untie the others."""
    old, went = micros(now - KEPT_FOR), 0
    while True:
        async with db.writing() as tx:
            unused = await tx.rows(
                f"DELETE FROM volunteers WHERE id IN (SELECT id FROM volunteers WHERE {_UNUSED} LIMIT {AT_ONCE}) "
                "RETURNING id, chat_id",
                (old,),
            )
            ended = await tx.rows(
                f"SELECT id, chat_id FROM volunteers WHERE {_ENDED} ORDER BY id LIMIT {AT_ONCE}", (old,)
            )
            chats = sorted({int(chat_id) for _, chat_id in (*unused, *ended) if chat_id is not None})
            await tx.many(
                "UPDATE volunteers SET chat_id = NULL, person_id = NULL WHERE id = $1",
                [(row_id,) for row_id, _ in ended],
            )
            for person_id, _ in await quiet.strangers(tx, chats, now, "to forget"):
                await people.erase(tx, keyring, person_id, now)
        went += len(unused) + len(ended)
        if len(unused) < AT_ONCE and len(ended) < AT_ONCE:
            return went
