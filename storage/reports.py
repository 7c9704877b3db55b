"""What people tell us is wrong: a bot that is not ours, somebody who collects money. Sealed, for the desk to act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from storage import settling
from storage.columns import micros, moment, moment_or_none
from storage.keys import Keyring, PersonKey
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Report:
    """One report. body, note: opened only by `one`; "" in a list, where none was given, and once forgotten."""

    id: int
    kind: str
    chat_id: int
    person_id: int
    channel: str
    language: str
    volunteer_code: str
    state: str
    at: datetime
    settled_at: datetime | None
    settled_by: int | None
    body: str = ""
    note: str = ""


async def add(
    tx: Tx,
    *,
    kind: str,
    chat_id: int,
    person_id: int,
    key: PersonKey,
    body: str,
    now: datetime,
    volunteer_code: str = "",
) -> int:
    """Keep a report and return its id. kind: "bot", "money", "collector" or "other"."""
    sealed = key.seal(body.encode(), f"reports.body/{person_id}") if body else None
    columns = ("kind", "chat_id", "person_id", "volunteer_code", "body", "state", "at")
    row = (kind, chat_id, person_id, volunteer_code, sealed, "open", now)
    return int((await tx.insert("reports", columns, [row], "", "id"))[0][0])


async def waiting(
    tx: Tx, state: str = "open", *, after: tuple[datetime, int] | None = None, limit: int = 50
) -> list[Report]:
    """Reports nobody settled, the oldest first, their words unopened."""
    at, row_id = (micros(after[0]), after[1]) if after else (0, 0)
    rows = await tx.rows(
        f"{_SELECT} WHERE r.state = $1 AND (r.at, r.id) > ($2, $3) ORDER BY r.at, r.id LIMIT $4",
        (state, at, row_id, limit),
    )
    return [_report(row) for row in rows]


async def one(tx: Tx, keyring: Keyring, report_id: int) -> Report | None:
    """One report with its words."""
    for row in await tx.rows(f"{_SELECT} WHERE r.id = $1", (report_id,)):
        body, note = settling.words_of(keyring, "reports", row[3], row[11], row[12], row[13])
        return replace(_report(row), body=body, note=note)
    return None


async def settle(
    tx: Tx, report_id: int, *, staff_id: int | None, now: datetime, note: str = "", key: PersonKey | None = None
) -> bool:
    """Settle a report; a note is sealed with its person's key. False: somebody settled it already."""
    return await settling.settle(tx, "reports", report_id, staff_id=staff_id, now=now, note=note, key=key)


async def about(tx: Tx, codes: Sequence[str]) -> dict[str, int]:
    """How many reports there are about each of these volunteers, settled ones too."""
    found: dict[str, int] = dict.fromkeys(codes, 0)
    if codes:
        among = ", ".join(f"${n}" for n in range(1, len(codes) + 1))
        found |= dict(
            await tx.rows(
                f"SELECT volunteer_code, COUNT(*) FROM reports WHERE volunteer_code IN ({among}) GROUP BY volunteer_code",
                codes,
            )
        )
    return found


async def count(tx: Tx, *, most: int = 100) -> int:
    """How many wait for somebody, counted up to `most`."""
    rows = await tx.rows(
        "SELECT COUNT(*) FROM (SELECT 1 FROM reports WHERE state = 'open' LIMIT $1) AS counted", (most,)
    )
    return int(rows[0][0])


_SELECT = (
    "SELECT r.id, r.kind, r.chat_id, r.person_id, c.channel, c.language, r.volunteer_code, r.state, r.at, "
    "r.settled_at, r.settled_by, r.body, r.note, p.key FROM reports r JOIN chats c ON c.id = r.chat_id "
    "JOIN people p ON p.id = r.person_id"
)


def _report(row: tuple[Any, ...]) -> Report:
    values = (*row[:8], moment(row[8]), moment_or_none(row[9]), row[10])
    return Report(*values)
