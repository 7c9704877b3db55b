"""Decisions: what a member of staff decided on an application, each a row, and each undone only while it still stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from storage.keys import Keyring
from storage.queue import STATES
from storage.tx import Tx

OPEN = ("submitted", "in_review")
UNDECIDED = (*OPEN, "needs_correction")

# What can be undone → the state it left the application in. Undoing is a decision too, named undo_….
UNDOABLE: Mapping[str, str] = {
    "approve": "approved",
    "ask_again": "needs_correction",
    "refuse": "refused",
    "mark_duplicate": "duplicate",
}
UNDOING: Mapping[str, str] = {
    "approve": "undo_approval",
    "ask_again": "undo_ask_again",
    "refuse": "undo_refusal",
    "mark_duplicate": "undo_duplicate",
}


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """What a reviewer wants to be asked once more. answers stay with the application; stands: it was not undone."""

    receipt: str
    steps: tuple[str, ...]
    reason: str
    stands: bool


async def decide(
    tx: Tx,
    keyring: Keyring | None = None,
    *,
    application_id: int,
    kind: str,
    staff_id: int | None,
    now: datetime,
    from_states: Sequence[str],
    to_state: str,
    version: int,
    reason: str = "",
    steps: tuple[str, ...] = (),
    also: Mapping[str, int | None] | None = None,
    standing: str = "",
) -> int:
    """Move an application and write down who decided it. Returns the decision's id, 0 when somebody else was faster.

    version: the one that was looked at. Answers that were corrected meanwhile are not decided on unseen.
    also: other columns of the application that change with it. standing: a decision of this kind must still stand.
    """
    assert to_state in STATES, to_state
    args: list[Any] = []

    def bound(value: Any) -> str:
        args.append(value)
        return f"${len(args)}"

    sets = ", ".join(
        f"{column} = {bound(value)}" for column, value in {"state": to_state, "changed_at": now, **(also or {})}.items()
    )
    where = f"id = {bound(application_id)} AND version = {bound(version)}"
    where += f" AND state IN ({', '.join(bound(state) for state in from_states)})"
    if standing:
        where += (
            f" AND EXISTS (SELECT 1 FROM decisions WHERE application_id = {bound(application_id)} "
            f"AND kind = {bound(standing)} AND undone_at IS NULL)"
        )
    moved = await tx.rows(f"UPDATE applications SET {sets} WHERE {where} RETURNING person_id, receipt", args)
    if not moved:
        return 0
    sealed = None
    if reason and keyring is not None:
        person_id, receipt = moved[0]
        wrapped = (await tx.rows("SELECT key FROM people WHERE id = $1", (person_id,)))[0][0]
        if wrapped is not None:
            sealed = keyring.unwrap(bytes(wrapped)).seal(reason.encode(), f"decisions.reason/{receipt}")
    back = await tx.insert(
        "decisions",
        ("application_id", "kind", "staff_id", "at", "steps", "reason"),
        [(application_id, kind, staff_id, now, orjson.dumps(steps).decode(), sealed)],
        returning="id",
    )
    return int(back[0][0])


async def approve(tx: Tx, *, application_id: int, version: int, staff_id: int, now: datetime) -> int:
    """Approve what was looked at. 0 when it no longer waits, or was corrected since."""
    return await decide(
        tx, application_id=application_id, kind="approve", staff_id=staff_id, now=now, from_states=OPEN,
        to_state="approved", version=version,
    )  # fmt: skip


async def ask_again(
    tx: Tx,
    keyring: Keyring,
    *,
    application_id: int,
    version: int,
    staff_id: int,
    now: datetime,
    steps: tuple[str, ...],
    reason: str,
) -> int:
    """Send a form back for some steps; whoever asked is the one it returns to."""
    assert steps
    assert reason
    return await decide(
        tx, keyring, application_id=application_id, kind="ask_again", staff_id=staff_id, now=now, from_states=OPEN,
        to_state="needs_correction", version=version, reason=reason, steps=steps, also={"reviewer_id": staff_id},
    )  # fmt: skip


async def refuse(
    tx: Tx, keyring: Keyring, *, application_id: int, version: int, staff_id: int, now: datetime, reason: str
) -> int:
    """Refuse, with a reason the person reads."""
    assert reason
    return await decide(
        tx, keyring, application_id=application_id, kind="refuse", staff_id=staff_id, now=now,
        from_states=UNDECIDED, to_state="refused", version=version, reason=reason,
    )  # fmt: skip


async def undo(
    tx: Tx, *, kind: str, application_id: int, version: int, staff_id: int, now: datetime, to_state: str = "submitted"
) -> int:
    """Take a decision back while it stands; it stays, marked as undone. 0 once it was handed on, or undone before."""
    moved = await decide(
        tx, application_id=application_id, kind=UNDOING[kind], staff_id=staff_id, now=now,
        from_states=(UNDOABLE[kind],), to_state=to_state, version=version, standing=kind,
        also={"duplicate_of": None} if kind == "mark_duplicate" else None,
    )  # fmt: skip
    if moved:
        await void(tx, application_id, kind, now)
    return moved


async def undo_approval(tx: Tx, *, application_id: int, version: int, staff_id: int, now: datetime) -> int:
    """Take an approval back while nothing was handed over."""
    return await undo(
        tx, kind="approve", application_id=application_id, version=version, staff_id=staff_id, now=now
    )  # fmt: skip


async def void(tx: Tx, application_id: int, kind: str, now: datetime) -> None:
    """Mark what stands of this kind as undone."""
    await tx.rows(
        "UPDATE decisions SET undone_at = $1 WHERE application_id = $2 AND kind = $3 AND undone_at IS NULL",
        (now, application_id, kind),
    )


async def asked_again(tx: Tx, keyring: Keyring, decision_id: int) -> AskedAgain | None:
    """What this decision asks the person for. None where there is nobody left to ask."""
    rows = await tx.rows(
        "SELECT a.receipt, a.state, d.steps, d.reason, d.undone_at, p.key FROM decisions d "
        "JOIN applications a ON a.id = d.application_id JOIN people p ON p.id = a.person_id WHERE d.id = $1",
        (decision_id,),
    )
    if not rows or rows[0][5] is None:
        return None
    receipt, state, steps, sealed, undone_at, wrapped = rows[0]
    key = keyring.unwrap(bytes(wrapped))
    reason = key.open(bytes(sealed), f"decisions.reason/{receipt}").decode() if sealed else ""
    stands = undone_at is None and state == "needs_correction"
    return AskedAgain(receipt, tuple(orjson.loads(steps)), reason, stands)


async def returned(tx: Tx, application_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Which of these came back corrected, and to whom: the reviewer's id and name."""
    if not application_ids:
        return {}
    marks = ", ".join(f"${n}" for n in range(1, 1 + len(application_ids)))
    rows = await tx.rows(
        "SELECT a.id, s.id, s.name FROM applications a JOIN staff s ON s.id = a.reviewer_id "
        f"WHERE a.id IN ({marks}) AND a.state || '' IN ('submitted','in_review')",  # by their ids, never by the state
        application_ids,
    )
    return {row_id: (staff_id, name) for row_id, staff_id, name in rows}


async def count_returned(tx: Tx, staff_id: int) -> int:
    """How many came back to this reviewer and wait; a hundred is enough to know."""
    rows = await tx.rows(
        "SELECT COUNT(*) FROM (SELECT 1 FROM applications WHERE reviewer_id = $1 AND state IN ('submitted','in_review') "
        "LIMIT 100) AS counted",
        (staff_id,),
    )
    return int(rows[0][0])
