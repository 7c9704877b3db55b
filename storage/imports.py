"""What becomes of a file of the agency's: claimed by one who applies it, undone, discarded, let go of by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.columns import micros
from storage.database import Database
from storage.tx import Tx

LOCK = 7_823_004  # PostgreSQL's advisory lock: files are applied and undone one after another
AT_ONCE = 500
LEFT_LYING = timedelta(hours=1)  # a file whose reading ended in a crash
KEPT_FOR = timedelta(days=30)  # its lines, after the last thing that was done with it; till then it can be undone


async def claim(tx: Tx, import_id: int, *, staff_id: int | None, now: datetime) -> bool:
    """Take it upon oneself to apply it. False: somebody did, or applied the very same file, or it was let go."""
    await _one_at_a_time(tx)
    moved = await tx.rows(
        "UPDATE result_imports SET state = 'applied', applied_by = $1, applied_at = $2 WHERE id = $3 "
        "AND state = 'previewed' AND NOT EXISTS (SELECT 1 FROM result_imports other WHERE other.file_hash = "
        "result_imports.file_hash AND other.state = 'applied') RETURNING id",
        (staff_id, now, import_id),
    )
    return bool(moved)


async def claim_undo(tx: Tx, import_id: int, *, staff_id: int | None, now: datetime) -> bool:
    """Take it upon oneself to undo it. False: somebody did, it was never applied, or its lines are gone."""
    await _one_at_a_time(tx)
    moved = await tx.rows(
        "UPDATE result_imports SET state = 'undone', undone_by = $1, undone_at = $2 WHERE id = $3 "
        "AND state = 'applied' AND EXISTS (SELECT 1 FROM result_rows WHERE import_id = $3) RETURNING id",
        (staff_id, now, import_id),
    )
    return bool(moved)


async def discard(tx: Tx, import_id: int) -> bool:
    """Let a file go that was not applied; its lines go at once."""
    moved = await tx.rows(
        "UPDATE result_imports SET state = 'discarded' WHERE id = $1 AND state IN ('previewed', 'reading') RETURNING id",
        (import_id,),
    )
    if moved:
        await tx.rows("DELETE FROM result_rows WHERE import_id = $1", (import_id,))
    return bool(moved)


async def forget_unread(tx: Tx, now: datetime) -> None:
    """Let go of files whose reading ended in a crash."""
    rows = await tx.rows(
        "SELECT id FROM result_imports WHERE state = 'reading' AND uploaded_at < $1", (now - LEFT_LYING,)
    )
    for (import_id,) in rows:
        await discard(tx, import_id)


async def overtaken(tx: Tx, import_id: int) -> int:
    """How many of those it spoke of were spoken of by a later file: that one is to be undone first."""
    rows = await tx.rows(
        "SELECT COUNT(*) FROM result_rows r JOIN memberships m ON m.application_id = r.application_id "
        "WHERE r.import_id = $1 AND r.applied AND (m.import_id IS NULL OR m.import_id <> $1)",
        (import_id,),
    )
    return int(rows[0][0])


async def spoken_by(tx: Tx, application_ids: Sequence[int]) -> dict[int, int | None]:
    """From which file the agency's last word on each of these was read."""
    found: dict[int, int | None] = {}
    for start in range(0, len(application_ids), AT_ONCE):
        some = application_ids[start : start + AT_ONCE]
        rows = await tx.rows(
            f"SELECT application_id, import_id FROM memberships WHERE application_id IN ({_places(len(some))})", some
        )
        found |= dict(rows)
    return found


async def waits_for_answer(tx: Tx, batch_id: int) -> bool:
    """Whether somebody in this batch has no answer of the agency's."""
    return bool(
        await tx.rows(
            "SELECT 1 FROM batch_entries e JOIN applications a ON a.id = e.application_id "
            "WHERE e.batch_id = $1 AND e.live AND a.state IN ('batched', 'handed_over') LIMIT 1",
            (batch_id,),
        )
    )


async def _one_at_a_time(tx: Tx) -> None:
    if tx.dialect == "postgresql":
        await tx.rows(f"SELECT pg_advisory_xact_lock({LOCK})")


# ---- by the clock ---------------------------------------------------------------------------------------------------

_OVER = (
    "state <> 'reading' AND COALESCE(undone_at, applied_at, uploaded_at) < $1 "
    "AND EXISTS (SELECT 1 FROM result_rows WHERE import_id = result_imports.id)"
)


async def due(tx: Tx, now: datetime) -> int:
    """How many files' lines would be let go of now."""
    rows = await tx.rows(f"SELECT COUNT(*) FROM result_imports WHERE {_OVER}", (micros(now - KEPT_FOR),))
    return int(rows[0][0])


async def let_go(db: Database, now: datetime) -> int:
    """Let go of lines: they name people, and nothing more is done with them. One never applied counts as discarded."""
    async with db.reading() as tx:
        over = await tx.rows(f"SELECT id FROM result_imports WHERE {_OVER}", (micros(now - KEPT_FOR),))
    for (import_id,) in over:
        async with db.writing() as tx:
            await tx.rows(
                "UPDATE result_imports SET state = 'discarded' WHERE id = $1 AND state = 'previewed'", (import_id,)
            )
        gone = AT_ONCE
        while gone == AT_ONCE:
            async with db.writing() as tx:
                rows = await tx.rows(
                    "DELETE FROM result_rows WHERE id IN (SELECT id FROM result_rows WHERE import_id = $1 LIMIT $2) "
                    "RETURNING id",
                    (import_id, AT_ONCE),
                )
            gone = len(rows)
    return len(over)


def _places(count: int) -> str:
    return ",".join(f"${n}" for n in range(1, count + 1))
