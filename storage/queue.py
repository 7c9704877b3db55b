"""The queue: applications as the desk looks for them, oldest first, a page at a time, flat at three million.

Every question is put together from arms: one for each state, or for each kind of hash that is looked for. An arm is
equality on columns that lead an index ending in (submitted_at, id), so the database reads a page's rows and no more,
whatever else the tables hold and without statistics.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from conversations.fields.text import fold
from storage.keys import Keyring
from storage.models import FLAGGED, has_flag
from storage.opened import COLUMNS, Listed, listed
from storage.tx import Tx

STATES = (
    *("submitted", "in_review", "needs_correction", "approved", "batched", "handed_over", "registered", "refused"),
    *("duplicate", "withdrawn", "waiting_for_payment", "active", "late", "lapsed", "erased"),
)
RARE = 1_000  # a flag on fewer applications than this is looked for by itself, whatever the area
COUNTED_UP_TO = 10_000  # a longer queue is "10.000 or more": counting millions at every look helps nobody
_STATE_APART = "state || ''"  # joined to nothing, so that no index of it is preferred to the one that leads
_AREAS = {5: "kota_code", 8: "kecamatan_code"}  # by the length of a code: 31.74, 31.74.05, 31.74.05.1003


@dataclass(frozen=True, slots=True)
class Filters:
    """What a queue shows. "" means any. area: a kota's, kecamatan's or kelurahan's code. find: a blind hash.

    volunteer: the code it counts for. reviewer: the one it returns to, once corrected; 0 for any. since, until: when
    it was submitted, from the first and before the second.
    """

    state: str = ""
    area: str = ""
    programme: str = ""
    sector: str = ""
    flag: str = ""
    find: bytes = b""
    receipt: str = ""
    volunteer: str = ""
    reviewer: int = 0
    simulated: str = ""
    since: datetime | None = None
    until: datetime | None = None


def name_hash(keyring: Keyring, name: str) -> bytes:
    """Find a name by this, however it is written."""
    return keyring.blind("name", fold(name))


def nik4_hash(keyring: Keyring, last_four: str) -> bytes:
    """Find the last four digits of a NIK by this."""
    return keyring.blind("nik4", last_four)


async def queue(
    tx: Tx, keyring: Keyring, filters: Filters, *, after: tuple[datetime, int] | None, limit: int
) -> list[Listed]:
    """Applications oldest first, from after (submitted_at, id) on."""
    args, led = _Args(tx.dialect), await _led(tx, filters)
    arms, where = _arms(filters, led, args), _where(filters, led, args)
    if after:
        where += f" AND (submitted_at, id) > ({args(after[0])}, {args(after[1])})"
    most = args(limit)
    page = " UNION ".join(
        f"SELECT * FROM (SELECT submitted_at, id FROM applications WHERE {arm}{where} "
        f"ORDER BY submitted_at, id LIMIT {most}) AS arm{n}"
        for n, arm in enumerate(arms)
    )
    rows = await tx.rows(
        f"WITH page AS ({page} ORDER BY submitted_at, id LIMIT {most}) SELECT {COLUMNS} FROM page "
        "CROSS JOIN applications a CROSS JOIN people p WHERE a.id = page.id AND p.id = a.person_id "
        "ORDER BY a.submitted_at, a.id",
        args.values,
    )
    return [listed(keyring, row)[0] for row in rows]


async def counts(tx: Tx, filters: Filters, *, up_to: int | None = None) -> dict[str, int]:
    """How many there are in each state, whatever state the filters say; each counted up to COUNTED_UP_TO, or less."""
    most = min(up_to or COUNTED_UP_TO, COUNTED_UP_TO)
    args, led = _Args(tx.dialect), await _led(tx, filters)
    states = {state: args(state) for state in STATES}
    found, where = _found(filters, led, args), _where(filters, led, args)
    same = _STATE_APART if led.by in ("find", "receipt", "flag") else "state"
    arms = [
        f"SELECT * FROM (SELECT state, id FROM applications WHERE {arm} AND {same} = {state}{where} "
        f"LIMIT {most}) AS arm{n}_{name}"
        for name, state in states.items()
        for n, arm in enumerate(found)
    ]
    rows = await tx.rows(
        f"SELECT state, COUNT(*) FROM ({(' UNION ' if len(found) > 1 else ' UNION ALL ').join(arms)}) AS counted "
        "GROUP BY state",
        args.values,
    )
    return {str(state): min(int(count), most) for state, count in rows}


@dataclass(frozen=True, slots=True)
class _Led:
    """What leads the search. ids: the applications with a rare flag."""

    by: Literal["receipt", "find", "reviewer", "volunteer", "flag", "area", "state"]
    ids: tuple[int, ...] = ()


class _Args:
    """The bound values of a statement; each call binds one more and names its place."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.values: list[Any] = []

    def __call__(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


async def _led(tx: Tx, filters: Filters) -> _Led:
    """By what to look. Of an area and a flag together: by the flag's own applications where they are few."""
    if filters.receipt:
        return _Led("receipt")
    if filters.find:
        return _Led("find")
    if filters.reviewer:
        return _Led("reviewer")
    if filters.volunteer:
        return _Led("volunteer")
    if not filters.area:
        return _Led("state")
    if filters.flag not in FLAGGED:
        return _Led("area")
    states = [filters.state] if filters.state else list(STATES)
    arms = " UNION ALL ".join(
        f"SELECT * FROM (SELECT id FROM applications WHERE state = ${n} AND {has_flag(filters.flag, tx.dialect)} LIMIT {RARE}) "
        f"AS arm{n}"
        for n, _ in enumerate(states, start=1)
    )
    few = await tx.rows(f"SELECT id FROM ({arms}) AS counted LIMIT {RARE}", states)
    return _Led("flag", tuple(int(row_id) for (row_id,) in few)) if len(few) < RARE else _Led("area")


def _arms(filters: Filters, led: _Led, args: _Args) -> list[str]:
    found = _found(filters, led, args)
    if led.by == "flag":
        return found  # which were chosen by state
    if filters.state:
        state = args(filters.state)
        same = _STATE_APART if led.by in ("find", "receipt") else "state"
        return [f"{arm} AND {same} = {state}" for arm in found]
    if led.by in ("find", "receipt"):
        return found
    states = [args(state) for state in STATES]
    return [f"{arm} AND state = {state}" for arm in found for state in states]


def _found(filters: Filters, led: _Led, args: _Args) -> list[str]:
    """What leads the index."""
    match led.by:
        case "receipt":
            return [f"receipt = {args(filters.receipt)}"]
        case "find":
            sought = args(filters.find)
            return [f"name_hash = {sought}", f"nik4_hash = {sought}"]
        case "reviewer":
            return [f"reviewer_id = {args(filters.reviewer)}"]
        case "volunteer":
            return [f"referral = {args(filters.volunteer)}"]
        case "area":
            return [f"{_AREAS.get(len(filters.area), 'area_code')} = {args(filters.area)}"]
        case "flag":
            return [f"id IN ({', '.join(map(str, led.ids)) or 'NULL'})"]
        case "state":
            return ["1 = 1"]


def _where(filters: Filters, led: _Led, args: _Args) -> str:
    """The rest, looked at row by row."""
    where = ""
    for column in ("programme", "sector"):
        if value := getattr(filters, column):
            where += f" AND {column} = {args(value)}"
    if filters.area and led.by != "area":
        where += f" AND {_AREAS.get(len(filters.area), 'area_code')} || '' = {args(filters.area)}"
    if filters.volunteer and led.by != "volunteer":
        where += f" AND referral || '' = {args(filters.volunteer)}"
    if filters.reviewer and led.by != "reviewer":
        where += f" AND reviewer_id + 0 = {args(filters.reviewer)}"
    if filters.flag in FLAGGED:
        where += f" AND {has_flag(filters.flag, args.dialect)}"
    elif filters.flag:
        sought = f'"{filters.flag}"'
        where += f" AND REPLACE(flags, {args(sought)}, '') <> flags"
    if filters.since:
        where += f" AND submitted_at >= {args(filters.since)}"
    if filters.until:
        where += f" AND submitted_at < {args(filters.until)}"
    if filters.simulated:
        where += f" AND simulated = {args(filters.simulated == 'yes')}"
    return where
