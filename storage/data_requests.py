"""Rights people use on their data: to correct, restrict or erase it, each due three times 24 hours after (UU 27/2022)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from storage import settling
from storage.columns import micros, moment, moment_or_none
from storage.keys import Keyring, PersonKey
from storage.tx import Tx

Kind = Literal["correct", "restrict", "erase"]
DUE = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class DataRequest:
    """One request. body, note: opened only by `one`; "" in a list, where none was given, and once forgotten.

    receipt: the application it is about, "" for everything we hold.
    """

    id: int
    kind: str
    chat_id: int
    person_id: int
    channel: str
    language: str
    receipt: str
    state: str
    at: datetime
    due_at: datetime
    settled_at: datetime | None
    settled_by: int | None
    body: str = ""
    note: str = ""


async def add(
    tx: Tx,
    *,
    kind: Kind,
    chat_id: int,
    person_id: int,
    key: PersonKey,
    now: datetime,
    receipt: str = "",
    body: str = "",
) -> int:
    """Keep a request and return its id. Asked again while it is open, it stays one: the words are added, the day stays."""
    place = f"data_requests.body/{person_id}"
    rows = await tx.rows(
        "SELECT id, body FROM data_requests WHERE chat_id = $1 AND person_id = $2 AND kind = $3 AND receipt = $4 "
        "AND state = 'open'",
        (chat_id, person_id, kind, receipt),
    )
    for row_id, sealed in rows:
        said = key.open(bytes(sealed), place).decode() if sealed is not None else ""
        if body and body not in said.splitlines():
            whole = "\n".join(part for part in (said, body) if part)
            await tx.rows("UPDATE data_requests SET body = $1 WHERE id = $2", (key.seal(whole.encode(), place), row_id))
        return int(row_id)
    columns = ("kind", "chat_id", "person_id", "receipt", "body", "state", "at", "due_at")
    sealed = key.seal(body.encode(), place) if body else None
    back = await tx.insert(
        "data_requests", columns, [(kind, chat_id, person_id, receipt, sealed, "open", now, now + DUE)], "", "id"
    )
    return int(back[0][0])


async def waiting(
    tx: Tx, state: str = "open", *, after: tuple[datetime, int] | None = None, limit: int = 50
) -> list[DataRequest]:
    """Requests nobody settled, the first due first, their words unopened."""
    at, row_id = (micros(after[0]), after[1]) if after else (0, 0)
    rows = await tx.rows(
        f"{_SELECT} WHERE r.state = $1 AND (r.due_at, r.id) > ($2, $3) ORDER BY r.due_at, r.id LIMIT $4",
        (state, at, row_id, limit),
    )
    return [_request(row) for row in rows]


async def open_for_chat(tx: Tx, chat_id: int) -> list[DataRequest]:
    """What one chat asked for and is not settled yet."""
    rows = await tx.rows(f"{_SELECT} WHERE r.chat_id = $1 AND r.state = 'open' ORDER BY r.due_at, r.id", (chat_id,))
    return [_request(row) for row in rows]


async def one(tx: Tx, keyring: Keyring, request_id: int) -> DataRequest | None:
    """One request with its words."""
    for row in await tx.rows(f"{_SELECT} WHERE r.id = $1", (request_id,)):
        body, note = settling.words_of(keyring, "data_requests", row[3], row[12], row[13], row[14])
        return replace(_request(row), body=body, note=note)
    return None


async def settle(
    tx: Tx, request_id: int, *, staff_id: int | None, now: datetime, note: str = "", key: PersonKey | None = None
) -> bool:
    """Settle a request; a note is sealed with its person's key. False: somebody settled it already."""
    return await settling.settle(tx, "data_requests", request_id, staff_id=staff_id, now=now, note=note, key=key)


async def count(tx: Tx, *, most: int = 100) -> int:
    """How many wait for somebody, counted up to `most`."""
    rows = await tx.rows(
        "SELECT COUNT(*) FROM (SELECT 1 FROM data_requests WHERE state = 'open' LIMIT $1) AS counted", (most,)
    )
    return int(rows[0][0])


async def count_overdue(tx: Tx, now: datetime, *, most: int = 100) -> int:
    """How many are past their day, counted up to `most`."""
    rows = await tx.rows(
        "SELECT COUNT(*) FROM (SELECT 1 FROM data_requests WHERE state = 'open' AND due_at <= $1 LIMIT $2) AS counted",
        (now, most),
    )
    return int(rows[0][0])


_SELECT = (
    "SELECT r.id, r.kind, r.chat_id, r.person_id, c.channel, c.language, r.receipt, r.state, r.at, r.due_at, "
    "r.settled_at, r.settled_by, r.body, r.note, p.key FROM data_requests r JOIN chats c ON c.id = r.chat_id "
    "LEFT JOIN people p ON p.id = r.person_id"
)


def _request(row: tuple[Any, ...]) -> DataRequest:
    values = (*row[:8], moment(row[8]), moment(row[9]), moment_or_none(row[10]), row[11])
    return DataRequest(*values)
