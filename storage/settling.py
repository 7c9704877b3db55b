"""What two of the desk's inboxes share: words sealed with a person's key, and settling once, with a note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from storage.columns import micros
from storage.database import Database
from storage.keys import Keyring, PersonKey
from storage.tx import Tx

Inbox: TypeAlias = Literal["reports", "data_requests"]
SETTLED = timedelta(days=30)
NEVER_SETTLED = timedelta(days=180)  # a wrong nobody looked into for half a year is not looked into any more
AT_ONCE = 500
_WORDS = "(body IS NOT NULL OR note IS NOT NULL)"
_DONE = f"(state = 'settled' AND settled_at < $1 AND {_WORDS})"
# A request on data is never let go of unanswered: the law gives it a day, and the desk counts those overdue.
_WORDED: Mapping[Inbox, tuple[str, tuple[timedelta, ...]]] = {
    "reports": (f"{_DONE} OR (state = 'open' AND at < $2 AND {_WORDS})", (SETTLED, NEVER_SETTLED)),
    "data_requests": (_DONE, (SETTLED,)),
}


def words_of(
    keyring: Keyring, inbox: Inbox, person_id: int, body: bytes | None, note: bytes | None, wrapped: bytes | None
) -> tuple[str, str]:
    """The body and the note of one row; "" for what is not there or cannot be read any more."""
    if wrapped is None:
        return "", ""
    key = keyring.unwrap(bytes(wrapped))

    def opened(name: str, sealed: bytes | None) -> str:
        return "" if sealed is None else key.open(bytes(sealed), f"{inbox}.{name}/{person_id}").decode()

    return opened("body", body), opened("note", note)


async def due(tx: Tx, now: datetime) -> dict[str, int]:
    """How many rows of each inbox would lose their words now."""
    found: dict[str, int] = {}
    for inbox, (where, ages) in _WORDED.items():
        [(count,)] = await tx.rows(f"SELECT COUNT(*) FROM {inbox} WHERE {where}", [micros(now - age) for age in ages])
        found[inbox] = int(count)
    return found


async def let_words_go(db: Database, now: datetime) -> dict[str, int]:
    """Take out the words of what was settled long enough ago, and of reports nobody settled. Kind, days and counts stay."""
    gone: dict[str, int] = {}
    for inbox, (where, ages) in _WORDED.items():
        gone[inbox] = 0
        while True:
            async with db.writing() as tx:
                rows = await tx.rows(
                    f"UPDATE {inbox} SET body = NULL, note = NULL WHERE id IN "
                    f"(SELECT id FROM {inbox} WHERE {where} LIMIT {AT_ONCE}) RETURNING id",
                    [micros(now - age) for age in ages],
                )
            gone[inbox] += len(rows)
            if len(rows) < AT_ONCE:
                break
    return gone


async def settle(
    tx: Tx, inbox: Inbox, row_id: int, *, staff_id: int | None, now: datetime, note: str, key: PersonKey | None
) -> bool:
    """Settle a row; a note is sealed with its person's key. False: somebody settled it already."""
    sealed = None
    if note and key:
        for (person_id,) in await tx.rows(f"SELECT person_id FROM {inbox} WHERE id = $1", (row_id,)):
            sealed = key.seal(note.encode(), f"{inbox}.note/{person_id}")
    done = await tx.rows(
        f"UPDATE {inbox} SET state = 'settled', settled_at = $1, settled_by = $2, note = $3 "
        "WHERE id = $4 AND state = 'open' RETURNING id",
        (now, staff_id, sealed, row_id),
    )
    return bool(done)
