"""Coverage: how many people of an area the agency's files say are members. Counted once a day, so that no number moves by
a single person while somebody watches; true numbers stay here, what is shown is coarser (bot/coverage/rounding.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from storage.tx import Tx

AT_ONCE = 20_000  # memberships a transaction reads
FIGURE = "covered"
Cell: TypeAlias = tuple[str, str]
"""A kelurahan's code and an RW's number, "" where it is not known."""
Which: TypeAlias = Literal["real", "made_up"]


@dataclass(frozen=True, slots=True)
class Page:
    """What one reading counted, and where the next begins; last 0: there is no next."""

    counts: Mapping[Cell, int]
    last: int


async def count_page(tx: Tx, after: int, which: Which = "real") -> Page:
    """Count the next memberships, by area and RW. Only what the agency said counts, and nobody of a training."""
    rows = await tx.rows(
        f"SELECT MAX(id), COUNT(*) FROM (SELECT id FROM memberships WHERE id > $1 ORDER BY id LIMIT {AT_ONCE}) AS page",
        (after,),
    )
    last, read = rows[0]
    if not last:
        return Page({}, 0)
    found = await tx.rows(
        "SELECT a.area_code, COALESCE(a.rw, ''), COUNT(*) FROM memberships m JOIN applications a "
        "ON a.id = m.application_id WHERE m.id > $1 AND m.id <= $2 AND m.state IN ('registered', 'active') "
        "AND a.simulated = $3 AND NOT a.training AND a.area_code <> '' GROUP BY a.area_code, a.rw",
        (after, last, which == "made_up"),
    )
    return Page({(code, str(rw)): int(n) for code, rw, n in found}, int(last) if read == AT_ONCE else 0)


async def keep(tx: Tx, day: str, counts: Mapping[Cell, int]) -> None:
    """Write a day's numbers in place of those before: only the last are shown."""
    await tx.rows("DELETE FROM daily_figures WHERE figure = $1", (FIGURE,))
    await tx.insert(
        "daily_figures",
        ("figure", "area", "day", "channel", "detail", "n"),
        [(FIGURE, code, day, "", rw, n) for (code, rw), n in sorted(counts.items())] or [(FIGURE, "", day, "", "", 0)],
    )


async def latest(tx: Tx) -> tuple[str, dict[Cell, int]]:
    """The day of the last count ("" for none yet) and its true numbers."""
    rows = await tx.rows("SELECT area, detail, day, n FROM daily_figures WHERE figure = $1", (FIGURE,))
    return (str(rows[0][2]) if rows else ""), {(code, rw): int(n) for code, rw, _, n in rows if code}


async def targets(tx: Tx) -> dict[Cell, int]:
    """How many people each area aims at, where somebody said so."""
    return {(code, rw): int(n) for code, rw, n in await tx.rows("SELECT area_code, rw, target FROM targets")}


async def aim(tx: Tx, *, area: str, rw: str, target: int, staff_id: int, now: datetime) -> None:
    """Set an area's target; 0 takes it away."""
    if not target:
        await tx.rows("DELETE FROM targets WHERE area_code = $1 AND rw = $2", (area, rw))
        return
    await tx.insert(
        "targets",
        ("area_code", "rw", "target", "set_by", "set_at"),
        [(area, rw, target, staff_id, now)],
        "(area_code, rw) DO UPDATE SET target = excluded.target, set_by = excluded.set_by, set_at = excluded.set_at",
    )
