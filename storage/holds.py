"""Holds: who has an application open to decide on it. A hold is renewed while the page is open and lapses by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.columns import micros, moment
from storage.tx import Tx

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody looks at it, until then."""

    application_id: int
    staff_id: int
    name: str
    until: datetime


async def take(tx: Tx, application_id: int, staff_id: int, now: datetime) -> Hold | None:
    """Take or renew a hold. Returns whoever else holds it, None where it is now ours."""
    mine = await tx.rows(
        "INSERT INTO holds (application_id, staff_id, until) VALUES ($1, $2, $3) ON CONFLICT (application_id) DO UPDATE "
        "SET staff_id = excluded.staff_id, until = excluded.until WHERE holds.staff_id = $4 OR holds.until <= $5 "
        "RETURNING staff_id",
        (application_id, staff_id, micros(now + LASTS), staff_id, micros(now)),
    )
    return None if mine else await held_by_another(tx, application_id, staff_id, now)


async def renew(tx: Tx, application_id: int, staff_id: int, now: datetime) -> bool:
    """Keep a hold that is still ours. One that lapsed is not taken anew: somebody may have been waiting for it."""
    kept = await tx.rows(
        "UPDATE holds SET until = $1 WHERE application_id = $2 AND staff_id = $3 AND until > $4 RETURNING staff_id",
        (micros(now + LASTS), application_id, staff_id, micros(now)),
    )
    return bool(kept)


async def let_go(tx: Tx, application_id: int, staff_id: int, until: datetime | None = None) -> None:
    """Give a hold back. until: only if it was not renewed since, by another page of the same person."""
    only = "" if until is None else " AND until = $3"
    await tx.rows(
        f"DELETE FROM holds WHERE application_id = $1 AND staff_id = $2{only}",
        (application_id, staff_id, *(() if until is None else (micros(until),))),
    )


async def held_by_another(tx: Tx, application_id: int, staff_id: int, now: datetime) -> Hold | None:
    """Who else has it open now."""
    found = (await held(tx, [application_id], now)).get(application_id)
    return found if found and found.staff_id != staff_id else None


async def held(tx: Tx, application_ids: Sequence[int], now: datetime) -> dict[int, Hold]:
    """Which of these somebody has open now."""
    if not application_ids:
        return {}
    marks = ", ".join(f"${n}" for n in range(2, 2 + len(application_ids)))
    rows = await tx.rows(
        "SELECT h.application_id, h.staff_id, s.name, h.until FROM holds h JOIN staff s ON s.id = h.staff_id "
        f"WHERE h.until > $1 AND h.application_id IN ({marks})",
        (micros(now), *application_ids),
    )
    return {row[0]: Hold(row[0], row[1], row[2], moment(row[3])) for row in rows}
