"""What deserves a second look beside others, though nothing is blocked: many people signed up from one chat, and NIKs
in a row. Raised when a form arrives or is corrected, on it and on those it stands out with; the desk decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.columns import micros, moment
from storage.duplicates import OUT
from storage.keys import Keyring
from storage.models import has_flag
from storage.tx import Tx

MANY, RUN = "many_from_one_chat", "nik_run"


@dataclass(frozen=True, slots=True)
class Enough:
    """So many people within such a span is nothing; more is flagged."""

    people: int
    within: timedelta


# A family and its neighbours are ten people; whoever helps more is asked whether they want to be a volunteer.
ANYBODY = Enough(10, timedelta(days=30))
# A hall of thirty in a day is what volunteers are for.
VOLUNTEER = Enough(40, timedelta(days=1))

# The last four digits of a NIK count those born on one day in one kecamatan. Twins are two in a row; strangers who
# happen to be neighbours hardly sign up in the same days. So a run is three, close in number and in time.
NEAR, AT_LEAST, CLOSE = 5, 3, timedelta(days=3)
AT_MOST = 50
_IN = ", ".join(f"'{state}'" for state in OUT)


@dataclass(frozen=True, slots=True)
class _One:
    """The application that arrived."""

    id: int
    chat_id: int
    submitted_at: datetime
    simulated: bool


async def flag(tx: Tx, keyring: Keyring, application_id: int, nik: str) -> None:
    """Raise what an application stands out by. Its own flags were written anew just before; those of others stay."""
    [(chat_id, at, simulated)] = await tx.rows(
        "SELECT chat_id, submitted_at, simulated FROM applications WHERE id = $1", (application_id,)
    )
    one = _One(application_id, chat_id, moment(at), bool(simulated))
    await _raise(tx, MANY, await _crowd(tx, one))
    await _raise(tx, RUN, await _run(tx, keyring, one, nik))


async def _crowd(tx: Tx, one: _One) -> set[int]:
    """Those signed up from the same chat around the same time, itself too, where they are more than enough."""
    helping = await tx.rows("SELECT 1 FROM volunteers WHERE chat_id = $1 AND state = 'active' LIMIT 1", (one.chat_id,))
    enough = VOLUNTEER if helping else ANYBODY
    rows = await tx.rows(
        "SELECT id FROM applications WHERE chat_id = $1 AND submitted_at >= $2 AND submitted_at <= $3 "
        f"AND state NOT IN ({_IN}) LIMIT {AT_MOST}",
        (one.chat_id, *_around(one, enough.within)),
    )
    found = {int(row_id) for (row_id,) in rows} | {one.id}
    return found if len(found) > enough.people else set()


async def _run(tx: Tx, keyring: Keyring, one: _One, nik: str) -> set[int]:
    """Those whose NIK counts on from it, itself too. They are found by the hashes that their NIKs would have."""
    if len(nik) != 16 or not nik.isdecimal():
        return set()
    before, serial = nik[:12], int(nik[12:])
    numbers = [serial + step for step in range(-NEAR, NEAR + 1) if step and 0 < serial + step <= 9999]
    places = ", ".join(f"${n}" for n in range(4, 4 + len(numbers)))
    rows = await tx.rows(
        f"SELECT id, nik_hash FROM applications WHERE nik_hash IN ({places}) AND simulated = $1 "
        f"AND submitted_at >= $2 AND submitted_at <= $3 AND state NOT IN ({_IN}) LIMIT {AT_MOST}",
        (one.simulated, *_around(one, CLOSE), *(keyring.blind("nik", f"{before}{n:04d}") for n in numbers)),
    )
    others = {bytes(hashed) for _, hashed in rows}
    return {int(row_id) for row_id, _ in rows} | {one.id} if 1 + len(others) >= AT_LEAST else set()


def _around(one: _One, span: timedelta) -> tuple[int, int]:
    return micros(one.submitted_at - span), micros(one.submitted_at + span)


async def _raise(tx: Tx, name: str, ids: Collection[int]) -> None:
    """Add a flag to those that lack it, in one order: two turns may raise it on the same."""
    await tx.many(
        f"UPDATE applications SET flags = CASE WHEN flags = '[]' THEN '[\"{name}\"]' "
        f"ELSE SUBSTR(flags, 1, LENGTH(flags) - 1) || ',\"{name}\"]' END WHERE id = $1 AND NOT {has_flag(name, tx.dialect)}",
        [(row_id,) for row_id in sorted(ids)],
    )
