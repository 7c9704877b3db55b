"""Batches: approved people handed over together. Whom a sealed one holds never changes, and nobody is in two live ones.

    approved ── start ──▶ building ── seal ──▶ ready ── hand_over ──▶ handed_over ── mark_answered ──▶ answered
        ▲                    └──────── cancel ───┘
        └───────────────────────────────┘

Who is chosen is decided in the database (choosing.py), so a hundred thousand take no more memory than one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from storage.choosing import Args, Choice, Mark, chosen, mark_of
from storage.columns import moment, moment_or_none
from storage.restrictions import STANDS
from storage.tx import Tx

LOCK = 7_823_003  # PostgreSQL's advisory lock: batches are begun one after another
STATES = ("building", "ready", "handed_over", "answered", "cancelled")
PAGE = 500


class ChoiceChanged(Exception):
    """Those who were looked at are no longer those who would be taken; nothing was kept. Look again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch. chosen: how it was chosen; column_map: its columns, frozen; digests: SHA-256 in hex by format.

    counts: how many, by kelurahan and by programme, as sealed. The …_by are names, "" where nobody did it yet.
    """

    id: int
    state: str
    branch: str
    area: str
    chosen: Mapping[str, Any]
    column_map: Sequence[Mapping[str, Any]]
    size: int
    digests: Mapping[str, str]
    counts: Mapping[str, Any]
    created_by: str
    created_at: datetime
    sealed_by: str
    sealed_at: datetime | None
    handed_over_by: str
    handed_over_at: datetime | None
    answered_at: datetime | None
    cancelled_at: datetime | None

    @property
    def simulated(self) -> bool:
        """A batch of people made up in the simulator: for practice, never for the agency."""
        return self.chosen.get("which") == "simulated"


@dataclass(frozen=True, slots=True)
class Entry:
    """One application in a batch. state: the application's own, now."""

    batch_id: int
    position: int
    application_id: int
    version: int
    receipt: str
    state: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody whose form was just handed over, and who is to be told."""

    application_id: int
    position: int
    receipt: str
    chat_id: int
    language: str


# ---- looking ------------------------------------------------------------------------------------------------------

_BATCH = (
    "SELECT b.id, b.state, b.branch, b.area, b.chosen, b.column_map, b.size, b.digests, "
    "COALESCE(c.name, ''), b.created_at, COALESCE(s.name, ''), b.sealed_at, COALESCE(h.name, ''), b.handed_over_at, "
    "b.answered_at, b.cancelled_at FROM batches b LEFT JOIN staff c ON c.id = b.created_by "
    "LEFT JOIN staff s ON s.id = b.sealed_by LEFT JOIN staff h ON h.id = b.handed_over_by "
)
_ENTRY = (
    "SELECT e.batch_id, e.position, e.application_id, e.version, a.receipt, a.state FROM batch_entries e "
    "JOIN applications a ON a.id = e.application_id "
)


async def one(tx: Tx, batch_id: int) -> Batch | None:
    """One batch, or None where there is none of this number."""
    rows = await tx.rows(f"{_BATCH}WHERE b.id = $1", (batch_id,))
    return _batch(rows[0]) if rows else None


async def newest(tx: Tx, *, area: str = "", before: int = 0, limit: int = 50) -> list[Batch]:
    """Batches newest first, below an id where one is given. area: only those that lie in it."""
    args = Args()
    where = [f"b.id < {args(before)}"] if before else []
    if area:
        where.append(f"(b.area = {args(area)} OR SUBSTR(b.area, 1, {len(area) + 1}) = {args(area + '.')})")
    only = f"WHERE {' AND '.join(where)} " if where else ""
    rows = await tx.rows(f"{_BATCH}{only}ORDER BY b.id DESC LIMIT {args(limit)}", args.values)
    return [_batch(row) for row in rows]


async def entries(tx: Tx, batch_id: int, *, after: int = 0, limit: int = PAGE) -> list[Entry]:
    """Who is in a batch, a page in the order of the file, from the position after `after`; of a cancelled one: was."""
    rows = await tx.rows(
        f"{_ENTRY}WHERE e.batch_id = $1 AND e.position > $2 ORDER BY e.position LIMIT $3", (batch_id, after, limit)
    )
    return [Entry(*row) for row in rows]


async def of_application(tx: Tx, application_id: int) -> Entry | None:
    """The live batch an application is in, and as which version; None where it is in none."""
    return (await of_applications(tx, [application_id])).get(application_id)


async def of_applications(tx: Tx, application_ids: Sequence[int]) -> dict[int, Entry]:
    """The same for many at once; those in no live batch are left out."""
    found: dict[int, Entry] = {}
    for start in range(0, len(application_ids), PAGE):
        some = application_ids[start : start + PAGE]
        places = ",".join(f"${n}" for n in range(1, len(some) + 1))
        rows = await tx.rows(f"{_ENTRY}WHERE e.live AND e.application_id IN ({places})", some)
        found |= {row[2]: Entry(*row) for row in rows}
    return found


def _batch(row: tuple[Any, ...]) -> Batch:
    row_id, state, branch, area, how, column_map, size, digests, created_by, created_at, *rest = row
    sealed_by, sealed_at, handed_over_by, handed_over_at, answered_at, cancelled_at = rest
    sealed = orjson.loads(digests)
    return Batch(
        *(row_id, state, branch, area, orjson.loads(how), orjson.loads(column_map), size),
        *(sealed.get("sha256", {}), sealed.get("counts", {}), created_by, moment(created_at)),
        *(sealed_by, moment_or_none(sealed_at), handed_over_by, moment_or_none(handed_over_at)),
        *(moment_or_none(answered_at), moment_or_none(cancelled_at)),
    )


# ---- the life of a batch --------------------------------------------------------------------------------------------


async def start(
    tx: Tx,
    choice: Choice,
    seen: Mark,
    *,
    branch: str,
    column_map: Sequence[Mapping[str, Any]],
    staff_id: int | None,
    now: datetime,
) -> int:
    """Take those who were looked at into a new batch and return its number. From here on its members are fixed.

    Raises:
        ChoiceChanged: somebody else took some of them, or more were approved meanwhile. The block undoes what was done.
    """
    if tx.dialect == "postgresql":
        await tx.rows(f"SELECT pg_advisory_xact_lock({LOCK})")
    if not seen.count or await mark_of(tx, choice) != seen:
        raise ChoiceChanged
    [(batch_id,)] = await tx.insert(
        "batches",
        ("state", "branch", "area", "chosen", "column_map", "size", "digests", "created_by", "created_at"),
        [
            (
                *("building", branch, choice.place, orjson.dumps(choice.facts()).decode()),
                *(orjson.dumps(list(column_map)).decode(), seen.count, "{}", staff_id, now),
            )
        ],
        returning="id",
    )
    args = Args()
    number = args(batch_id)
    await tx.rows(
        "INSERT INTO batch_entries (batch_id, position, application_id, version, live) "
        f"SELECT {number}, ROW_NUMBER() OVER (ORDER BY submitted_at, id), id, version, TRUE "
        f"FROM ({chosen(choice, args)}) AS chosen",
        args.values,
    )
    await tx.rows(
        "UPDATE applications SET state = 'batched', changed_at = $1 WHERE state = 'approved' AND id IN "
        "(SELECT application_id FROM batch_entries WHERE batch_id = $2)",
        (now, batch_id),
    )
    [(taken,)] = await tx.rows(
        "SELECT COUNT(*) FROM batch_entries e JOIN applications a ON a.id = e.application_id "
        f"WHERE e.batch_id = $1 AND a.state = 'batched' AND a.version = e.version AND NOT {STANDS}",
        (batch_id,),
    )
    if taken != seen.count:  # PostgreSQL: an approval was taken back, or data restricted, between two of our statements
        raise ChoiceChanged
    return int(batch_id)


async def seal(
    tx: Tx, batch_id: int, *, digests: Mapping[str, str], counts: Mapping[str, Any], staff_id: int | None, now: datetime
) -> bool:
    """Write down what its files are. False when it was sealed or cancelled meanwhile."""
    written = orjson.dumps({"sha256": dict(digests), "counts": dict(counts)}).decode()
    moved = await tx.rows(
        "UPDATE batches SET state = 'ready', digests = $1, sealed_by = $2, sealed_at = $3 "
        "WHERE id = $4 AND state = 'building' RETURNING id",
        (written, staff_id, now, batch_id),
    )
    return bool(moved)


async def cancel(tx: Tx, batch_id: int, now: datetime) -> bool:
    """Return its people to the approved, before it was handed over. False when that is no longer possible."""
    moved = await tx.rows(
        "UPDATE batches SET state = 'cancelled', cancelled_at = $1 WHERE id = $2 AND state IN ('building', 'ready') "
        "RETURNING id",
        (now, batch_id),
    )
    if not moved:
        return False
    await tx.rows(
        "UPDATE applications SET state = 'approved', changed_at = $1 WHERE state = 'batched' AND id IN "
        "(SELECT application_id FROM batch_entries WHERE batch_id = $2 AND live)",
        (now, batch_id),
    )
    await tx.rows("UPDATE batch_entries SET live = FALSE WHERE batch_id = $1 AND live", (batch_id,))
    return True


async def hand_over(tx: Tx, batch_id: int, *, staff_id: int | None, now: datetime) -> bool:
    """The branch office has it. False when it was not ready, or somebody else was faster. Its people follow: `move`."""
    moved = await tx.rows(
        "UPDATE batches SET state = 'handed_over', handed_over_by = $1, handed_over_at = $2 "
        "WHERE id = $3 AND state = 'ready' RETURNING id",
        (staff_id, now, batch_id),
    )
    return bool(moved)


async def move(tx: Tx, batch_id: int, now: datetime, *, after: int = 0, limit: int = PAGE) -> list[Moved]:
    """Hand over the next of its people, in the order of the file; each once. Who was forgotten is passed over.

    after: the position of the last one moved, so that the next page need not look past the first again.
    """
    waiting = await tx.rows(
        "SELECT e.application_id, e.position FROM batch_entries e JOIN applications a ON a.id = e.application_id "
        "WHERE e.batch_id = $1 AND e.position > $2 AND e.live AND a.state = 'batched' ORDER BY e.position LIMIT $3",
        (batch_id, after, limit),
    )
    if not waiting:
        return []
    positions: dict[int, int] = dict(waiting)
    places = ",".join(f"${n}" for n in range(2, len(waiting) + 2))
    moved = await tx.rows(
        f"UPDATE applications SET state = 'handed_over', changed_at = $1 WHERE state = 'batched' AND id IN ({places}) "
        "RETURNING id, receipt, chat_id, language",
        (now, *positions),
    )
    people = [Moved(row_id, positions[row_id], *rest) for row_id, *rest in moved]
    return sorted(people, key=lambda person: person.position)


async def to_be_moved(tx: Tx, batch_id: int) -> int:
    """How many people of a batch handed over were not told yet: none, but after a crash."""
    rows = await tx.rows(
        "SELECT COUNT(*) FROM batch_entries e JOIN applications a ON a.id = e.application_id "
        "JOIN batches b ON b.id = e.batch_id "
        "WHERE e.batch_id = $1 AND b.state = 'handed_over' AND e.live AND a.state = 'batched'",
        (batch_id,),
    )
    return int(rows[0][0])


async def half_told(tx: Tx) -> list[int]:
    """Batches handed over of which somebody was not told: what a crash left. Led by those who wait in a batch at all."""
    rows = await tx.rows(
        "SELECT DISTINCT e.batch_id FROM applications a CROSS JOIN batch_entries e CROSS JOIN batches b "
        "WHERE a.state = 'batched' AND e.application_id = a.id AND e.live AND b.id = e.batch_id "
        "AND b.state = 'handed_over' ORDER BY e.batch_id"
    )
    return [int(batch_id) for (batch_id,) in rows]


async def mark_answered(tx: Tx, batch_id: int, now: datetime) -> bool:
    """The agency answered for all of its people. False while one of them still waits for an answer, or once it was."""
    moved = await tx.rows(
        "UPDATE batches SET state = 'answered', answered_at = $1 WHERE id = $2 AND state = 'handed_over' AND NOT EXISTS "
        "(SELECT 1 FROM batch_entries e JOIN applications a ON a.id = e.application_id WHERE e.batch_id = $2 AND e.live "
        "AND a.state IN ('batched', 'handed_over')) RETURNING id",
        (now, batch_id),
    )
    return bool(moved)


async def mark_unanswered(tx: Tx, batch_id: int) -> bool:
    """An import was undone: people of this batch wait for their answer again. False where it was not answered."""
    moved = await tx.rows(
        "UPDATE batches SET state = 'handed_over', answered_at = NULL WHERE id = $1 AND state = 'answered' RETURNING id",
        (batch_id,),
    )
    return bool(moved)
