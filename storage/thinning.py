"""Thirty days after an application came to its end, all goes but the NIK's keyed hash, the area, the state and the dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage import helped
from storage.columns import micros
from storage.database import Database
from storage.quiet import SILENT, forget_messages, with_nothing_whole
from storage.tx import Tx

KEPT_FOR = timedelta(days=30)
ENDED = "('registered','waiting_for_payment','active','late','lapsed','refused','duplicate','withdrawn')"
CONTINUED_FOR = timedelta(days=92)  # three months at their longest: conversations.rules.protection.last_chance
LOOKED_BACK = timedelta(days=800)  # so that those long since done with are not read every hour
AT_ONCE = 100


async def due(tx: Tx, now: datetime) -> int:
    """How many applications would be thinned now."""
    rows = await tx.rows(f"SELECT COUNT(*) FROM applications WHERE {_WHOLE}", (micros(now - KEPT_FOR),))
    return int(rows[0][0])


async def thin(db: Database, now: datetime) -> int:
    """Thin them, with their versions, reasons, sessions and old messages. Returns how many."""
    thinned = 0
    while True:
        async with db.writing() as tx:
            lock = " FOR UPDATE SKIP LOCKED" if tx.dialect == "postgresql" else ""
            rows = await tx.rows(
                f"SELECT id, chat_id FROM applications WHERE {_WHOLE} LIMIT {AT_ONCE}{lock}", (micros(now - KEPT_FOR),)
            )
            ids = [(row_id,) for row_id, _ in rows]
            await tx.many(
                "UPDATE applications SET answers = $1, nik4_hash = NULL, name_hash = NULL, born_hash = NULL, "
                "phone_hash = NULL, rw = NULL, programme = '', months = 0, sector = '', flags = '[]', thinned_at = $2 "
                "WHERE id = $3",
                [(b"", now, *row_id) for row_id in ids],
            )
            await tx.many(
                "UPDATE application_versions SET answers = $1 WHERE application_id = $2", [(b"", *i) for i in ids]
            )
            await tx.many("UPDATE decisions SET reason = NULL WHERE application_id = $1", ids)
            await helped.forget_words(tx, await _helped(tx, [row_id for row_id, _ in rows]), "stays")
            chats = await with_nothing_whole(tx, sorted({chat_id for _, chat_id in rows}))
            await tx.many("DELETE FROM sessions WHERE chat_id = $1 AND done = 'submitted'", [(c,) for c in chats])
            await forget_messages(tx, chats, now - SILENT)
        thinned += len(rows)
        if len(rows) < AT_ONCE:
            break
    await _let_kept_go(db, now)
    return thinned


async def _helped(tx: Tx, ids: Sequence[int]) -> list[int]:
    """Those of these applications' people who were signed up from another's phone."""
    if not ids:
        return []
    places = ",".join(f"${n}" for n in range(1, 1 + len(ids)))
    rows = await tx.rows(f"SELECT person_id FROM helped WHERE application_id IN ({places})", list(ids))
    return [int(person_id) for (person_id,) in rows if person_id is not None]


async def _let_kept_go(db: Database, now: datetime) -> None:
    """What was kept for reminders goes thirty days after a membership could last be continued."""
    today = now.date()
    window = ((today - LOOKED_BACK).isoformat(), (today - CONTINUED_FOR - KEPT_FOR).isoformat())
    while True:
        async with db.writing() as tx:
            gone = await tx.rows(
                "UPDATE memberships SET kept = NULL WHERE id IN (SELECT id FROM memberships WHERE state IN "
                f"('active','ended') AND paid_until > $1 AND paid_until < $2 AND kept IS NOT NULL LIMIT {AT_ONCE}) "
                "RETURNING id",
                window,
            )
        if len(gone) < AT_ONCE:
            return


_WHOLE = f"state IN {ENDED} AND thinned_at IS NULL AND changed_at < $1"
