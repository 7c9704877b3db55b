"""Look-alikes: applications with the same NIK, the same name and birth date, or the same phone, found without opening
one; and merging: one is handled with the other, both keep their history. Nobody outside the desk hears of either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from storage.columns import moment
from storage.decisions import UNDECIDED, decide, undo, void
from storage.tx import Tx

FLAG = "possible_duplicate"
MERGEABLE = (*UNDECIDED, "approved")  # what is in a batch stays what it is: only the other may be the duplicate
OUT = ("duplicate", "withdrawn", "erased")  # these make nobody a possible duplicate, and nothing is merged into them
AT_MOST = 50
_SAME = {
    "nik": "b.nik_hash = a.nik_hash",
    "name": "b.name_hash = a.name_hash AND b.born_hash = a.born_hash",
    "phone": "b.phone_hash = a.phone_hash",
}


@dataclass(frozen=True, slots=True)
class Alike:
    """Another application that looks like one. same: nik, name (and birth date), phone."""

    id: int
    receipt: str
    state: str
    submitted_at: datetime
    area_code: str
    same: tuple[str, ...]


async def alike(tx: Tx, application_id: int) -> list[Alike]:
    """Whatever looks like it, oldest first; made up ones only among themselves."""
    arms = " UNION ALL ".join(
        f"SELECT * FROM (SELECT b.id, b.receipt, b.state, b.submitted_at, b.area_code, '{name}' AS same "
        f"FROM applications a JOIN applications b ON {same} WHERE a.id = $1 AND b.id <> a.id "
        f"AND b.simulated = a.simulated AND b.training = a.training LIMIT {AT_MOST}) AS arm_{name}"
        for name, same in _SAME.items()
    )
    found: dict[int, Alike] = {}
    for row_id, receipt, state, at, area, same in await tx.rows(arms, (application_id,)):
        before = found[row_id].same if row_id in found else ()
        found[row_id] = Alike(row_id, receipt, state, moment(at), area, (*before, same))
    return sorted(found.values(), key=lambda one: (one.submitted_at, one.id))


async def flag(tx: Tx, application_id: int, formerly: Sequence[int] = ()) -> None:
    """Raise or lower the flag on an application and on all that it looks like, or formerly did."""
    now = await alike(tx, application_id)
    await _flag_one(tx, application_id, now)
    for other in {one.id for one in now} | set(formerly):
        await _flag_one(tx, other, await alike(tx, other))


async def _flag_one(tx: Tx, application_id: int, found: Sequence[Alike]) -> None:
    rows = await tx.rows("SELECT flags, state FROM applications WHERE id = $1", (application_id,))
    flags = [name for name in orjson.loads(rows[0][0]) if name != FLAG]
    if rows[0][1] not in OUT and any(one.state not in OUT for one in found):
        flags.append(FLAG)
    written = orjson.dumps(flags).decode()
    if written != rows[0][0]:
        await tx.rows("UPDATE applications SET flags = $1 WHERE id = $2", (written, application_id))


# ---- merging ------------------------------------------------------------------------------------------------------


async def merge(tx: Tx, *, application_id: int, version: int, into: int, staff_id: int, now: datetime) -> int:
    """Mark an application as a duplicate of another. Returns the decision's id, 0 where that cannot be (any more).

    It cannot be where it was handed on, where the other is out itself, or where others were merged into it.
    """
    if application_id == into:
        return 0
    lock = " FOR UPDATE" if tx.dialect == "postgresql" else ""  # in one order: two merges may cross
    both = await tx.rows(
        f"SELECT id, state FROM applications WHERE id IN ($1, $2) ORDER BY id{lock}", (application_id, into)
    )
    states = {row_id: str(state) for row_id, state in both}
    if states.get(into, "erased") in OUT or await merged_into(tx, application_id):
        return 0
    decision = await decide(
        tx, application_id=application_id, kind="mark_duplicate", staff_id=staff_id, now=now, from_states=MERGEABLE,
        to_state="duplicate", version=version, also={"duplicate_of": into},
    )  # fmt: skip
    if decision:
        await void(tx, application_id, "approve", now)
        await flag(tx, application_id)
    return decision


async def unmerge(tx: Tx, *, application_id: int, version: int, staff_id: int, now: datetime) -> int:
    """Take a merging back: it waits again, beside the other."""
    decision = await undo(
        tx, kind="mark_duplicate", application_id=application_id, version=version, staff_id=staff_id, now=now
    )
    if decision:
        await flag(tx, application_id)
    return decision


async def merged_into(tx: Tx, application_id: int) -> list[str]:
    """The receipts of what was merged into it, oldest first."""
    rows = await tx.rows("SELECT receipt FROM applications WHERE duplicate_of = $1 ORDER BY id", (application_id,))
    return [str(receipt) for (receipt,) in rows]


async def merged_with(tx: Tx, application_id: int) -> str:
    """The receipt of what it was merged into, "" for nothing."""
    rows = await tx.rows(
        "SELECT b.receipt FROM applications a JOIN applications b ON b.id = a.duplicate_of WHERE a.id = $1",
        (application_id,),
    )
    return str(rows[0][0]) if rows else ""
