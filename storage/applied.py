"""What applying a list writes, many rows at a time: states, decisions, messages, and reported payments it settles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from storage.keys import PersonKey
from storage.tx import Tx

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Reported:
    """A payment somebody reported and nobody at the desk has settled. state: waiting or contradicted."""

    id: int
    application_id: int
    paid_on: date
    months: int
    state: str


async def move(tx: Tx, states: Iterable[tuple[int, str]], *, staff_id: int | None, now: datetime) -> None:
    """Give applications the state the agency's answer stands for, and write each down as a decision."""
    moves = list(states)
    await tx.many(
        "UPDATE applications SET state = $1, changed_at = $2 WHERE id = $3 AND state <> 'erased'",
        [(state, now, row_id) for row_id, state in moves],
    )
    await decided(tx, [(row_id, f"result_{state}") for row_id, state in moves], staff_id=staff_id, now=now)


async def put_back(tx: Tx, states: Iterable[tuple[int, str]], *, staff_id: int | None, now: datetime) -> None:
    """Give applications back the state they had before a list that was wrong."""
    moves = list(states)
    await tx.many(
        "UPDATE applications SET state = $1, changed_at = $2 WHERE id = $3 AND state <> 'erased'",
        [(state, now, row_id) for row_id, state in moves],
    )
    await decided(tx, [(row_id, "result_undone") for row_id, _ in moves], staff_id=staff_id, now=now)


async def decided(tx: Tx, kinds: Iterable[tuple[int, str]], *, staff_id: int | None, now: datetime) -> None:
    """Write decisions down."""
    rows = [(row_id, kind, staff_id, now, "[]") for row_id, kind in kinds]
    await tx.insert("decisions", ("application_id", "kind", "staff_id", "at", "steps"), rows)


async def enqueue(tx: Tx, messages: Sequence[tuple[int, int, PersonKey, bytes]], now: datetime) -> list[int]:
    """Queue messages (chat, person, their key, payload). Returns their ids in the order given."""
    columns = ("chat_id", "purpose", "priority", "payload", "state", "due_at", "attempts", "billable", "created_at")
    rows = [
        (chat_id, "notice", 1, key.seal(payload, f"outbox.payload/{person_id}"), "waiting", now, 0, 0, now)
        for chat_id, person_id, key, payload in messages
    ]
    ids = await tx.insert("outbox", columns, rows, returning="id")
    return sorted(int(row_id) for (row_id,) in ids)  # ids are given out in the order of the rows


async def drop_unsent(tx: Tx, outbox_ids: Sequence[int]) -> set[int]:
    """Take back messages that have not left us. Returns which; the others were told, or may have been."""
    dropped: set[int] = set()
    for start in range(0, len(outbox_ids), AT_ONCE):
        some = outbox_ids[start : start + AT_ONCE]
        rows = await tx.rows(
            f"UPDATE outbox SET state = 'dropped' WHERE id IN ({_places(len(some))}) AND state IN ('waiting', 'held') "
            "AND attempts = 0 RETURNING id",
            some,
        )
        dropped |= {int(row_id) for (row_id,) in rows}
    return dropped


async def reported(tx: Tx, application_ids: Sequence[int]) -> dict[int, list[Reported]]:
    """Reported payments of these applications that a list may settle."""
    found: dict[int, list[Reported]] = {}
    for start in range(0, len(application_ids), AT_ONCE):
        some = application_ids[start : start + AT_ONCE]
        rows = await tx.rows(
            "SELECT id, application_id, paid_on, months, state FROM payment_reports "
            f"WHERE application_id IN ({_places(len(some))}) AND settled_by IS NULL "
            "AND state IN ('waiting', 'contradicted') ORDER BY id",
            some,
        )
        for row_id, who, paid_on, months, state in rows:
            found.setdefault(who, []).append(Reported(row_id, who, date.fromisoformat(paid_on), months, state))
    return found


async def put_back_reports(tx: Tx, reports: Iterable[tuple[int, str]]) -> None:
    """Let reported payments wait again that a wrong list settled; what somebody at the desk said since stands."""
    await tx.many(
        "UPDATE payment_reports SET state = CAST($1 AS TEXT), settled_at = CASE WHEN CAST($1 AS TEXT) = 'waiting' THEN NULL ELSE settled_at END "
        "WHERE id = $2 AND settled_by IS NULL",
        [(state, row_id) for row_id, state in reports],
    )


async def batches_of(tx: Tx, application_ids: Sequence[int]) -> set[int]:
    """The live batches these applications are in."""
    found: set[int] = set()
    for start in range(0, len(application_ids), AT_ONCE):
        some = application_ids[start : start + AT_ONCE]
        rows = await tx.rows(
            f"SELECT DISTINCT batch_id FROM batch_entries WHERE live AND application_id IN ({_places(len(some))})", some
        )
        found |= {int(batch_id) for (batch_id,) in rows}
    return found


def _places(count: int) -> str:
    return ",".join(f"${n}" for n in range(1, count + 1))
