"""Choosing who goes into a batch: approved, in a place, since a day, at most so many; and why others are left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from storage.keys import Keyring
from storage.opened import COLUMNS, Listed, listed
from storage.restrictions import STANDS
from storage.tx import Tx

_AREAS = {5: "kota_code", 8: "kecamatan_code"}  # by the length of a code: 31.74, 31.74.05, 31.74.05.1003
LEFT_OUT = ("restricted", "simulated", "real", "elsewhere", "other_days", "same_nik", "over_limit")
# Whose NIK is on its way, or with the agency already, is not sent a second time.
_ON_THE_WAY = "('batched','handed_over','registered','waiting_for_payment','active','late')"


class Args:
    """The bound values of a statement; each call binds one more and names its place."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def __call__(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a batch takes. area: a kota's, kecamatan's or kelurahan's code; within: the choosing member's own area.

    since, until: approved from the first and before the second. limit: 0 is no limit; the oldest go first.
    which: real people, or those made up in the simulator; never both.
    """

    area: str = ""
    within: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 0
    which: Literal["real", "simulated"] = "real"

    @property
    def place(self) -> str:
        """Where its people live: the narrower of the two, for somebody is in both."""
        return max(self.area, self.within, key=len)

    def facts(self) -> dict[str, str | int]:
        """What was chosen by, to be kept with the batch."""
        return {
            "area": self.area,
            "within": self.within,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "limit": self.limit,
            "which": self.which,
        }


@dataclass(frozen=True, slots=True)
class Mark:
    """What one look at a choice saw. Two equal marks are the same people with the same answers."""

    count: int = 0
    ids: int = 0
    versions: int = 0
    newest: int = 0

    def __str__(self) -> str:
        return f"{self.count}.{self.ids}.{self.versions}.{self.newest}"


def read_mark(text: str) -> Mark:
    """Read a mark as a form sends it back. What is malformed was never seen."""
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdecimal() and len(part) < 30 for part in parts):
        return Mark()
    return Mark(*map(int, parts))


def chosen(choice: Choice, args: Args) -> str:
    """A SELECT of id, version, submitted_at, changed_at of whom a choice takes, oldest first."""
    where = [f"a.state = 'approved' AND a.simulated = {args(choice.which == 'simulated')}"]
    where += [f"{_column(code)} = {args(code)}" for code in (choice.area, choice.within) if code]
    where += _days(choice, args)
    most = f" LIMIT {args(choice.limit)}" if choice.limit else ""
    return (
        f"SELECT a.id, a.version, a.submitted_at, a.changed_at FROM applications a WHERE {' AND '.join(where)} "
        f"AND NOT {_SAME_NIK} AND NOT {STANDS} ORDER BY a.submitted_at, a.id{most}"
    )


async def mark_of(tx: Tx, choice: Choice) -> Mark:
    """What the choice would take now."""
    args = Args()
    rows = await tx.rows(
        "SELECT COUNT(*), COALESCE(SUM(id), 0), COALESCE(SUM(version), 0), COALESCE(MAX(changed_at), 0) "
        f"FROM ({chosen(choice, args)}) AS chosen",
        args.values,
    )
    return Mark(*map(int, rows[0]))


async def left_out(tx: Tx, choice: Choice) -> dict[str, int]:
    """How many approved ones the choice does not take, by the first reason of LEFT_OUT that holds; "over_limit" last."""
    args = Args()
    other = f"a.simulated <> {args(choice.which == 'simulated')}"
    cases = [
        f"WHEN {STANDS} THEN 'restricted'",
        f"WHEN {other} THEN '{'real' if choice.which == 'simulated' else 'simulated'}'",
    ]
    if choice.area:
        cases.append(f"WHEN {_column(choice.area)} <> {args(choice.area)} THEN 'elsewhere'")
    if days := _days(choice, args):
        cases.append(f"WHEN NOT ({' AND '.join(days)}) THEN 'other_days'")
    cases.append(f"WHEN {_SAME_NIK} THEN 'same_nik'")
    within = f" AND {_column(choice.within)} = {args(choice.within)}" if choice.within else ""
    rows = await tx.rows(
        f"SELECT why, COUNT(*) FROM (SELECT CASE {' '.join(cases)} ELSE 'chosen' END AS why FROM applications a "
        f"WHERE a.state = 'approved'{within}) AS judged GROUP BY why",
        args.values,
    )
    counts = {str(why): int(count) for why, count in rows}
    beyond = max(counts.pop("chosen", 0) - choice.limit, 0) if choice.limit else 0
    return {why: count for why in LEFT_OUT if (count := beyond if why == "over_limit" else counts.get(why, 0))}


async def first_lines(tx: Tx, keyring: Keyring, choice: Choice, *, limit: int = 10) -> list[Listed]:
    """The first ones the choice takes, as the queue lists them."""
    args = Args()
    first = chosen(replace(choice, limit=min(limit, choice.limit or limit)), args)
    rows = await tx.rows(
        f"SELECT {COLUMNS} FROM ({first}) AS chosen CROSS JOIN applications a CROSS JOIN people p "
        "WHERE a.id = chosen.id AND p.id = a.person_id",
        args.values,
    )
    lines = [listed(keyring, row)[0] for row in rows]
    return sorted(lines, key=lambda line: (line.submitted_at, line.id))


def _column(code: str) -> str:
    return f"a.{_AREAS.get(len(code), 'area_code')}"


def _days(choice: Choice, args: Args) -> list[str]:
    """Since when somebody is approved: changed_at is when the state last changed."""
    days = [f"a.changed_at >= {args(choice.since)}"] if choice.since else []
    return [*days, f"a.changed_at < {args(choice.until)}"] if choice.until else days


# Somebody whose NIK is on its way already, or stands before them in the same queue. Equality on the hash is all that is
# searched by, so that both databases go by its index, whatever they know of the rest.
_SAME_NIK = (
    "COALESCE((SELECT MAX(CASE WHEN b.id <> a.id AND b.simulated = a.simulated "
    f"AND (b.state IN {_ON_THE_WAY} OR (b.state = 'approved' AND b.id < a.id)) THEN 1 ELSE 0 END) "
    "FROM applications b WHERE b.nik_hash = a.nik_hash), 0) = 1"
)
