"""People who fell silent before they submitted anything are forgotten; of the others only old messages go.

Every message passes the thirty-day mark once. A cursor in the house table remembers how far we have looked, so that a
look costs what became old since the last one, however many chats there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from storage import people
from storage.columns import micros
from storage.database import Database
from storage.keys import Keyring
from storage.tx import Tx

SILENT = timedelta(days=30)
CURSOR = "quiet_cursor"
AT_ONCE = 50  # each may be an erasure, and turns wait meanwhile


@dataclass(frozen=True, slots=True)
class _Page:
    """Messages that became old: up to which id, and the chats silent since."""

    last: int
    chats: tuple[int, ...]
    ended: bool


async def due(tx: Tx, now: datetime) -> int:
    """How many people would be forgotten now."""
    found: set[int] = set()
    last = await _cursor(tx, "to read")
    while True:
        page = await _page(tx, last, now)
        found |= {person for person, _ in await strangers(tx, page.chats, now, "to count")}
        if page.ended:
            return len(found)
        last = page.last


async def let_go(db: Database, keyring: Keyring, now: datetime) -> int:
    """Forget who fell silent. Returns how many people went."""
    gone = 0
    while True:
        async with db.writing() as tx:
            page = await _page(tx, await _cursor(tx, "to move"), now)
            silent = await strangers(tx, page.chats, now, "to forget")
            for person_id, _ in silent:
                await people.erase(tx, keyring, person_id, now)
            kept = sorted(set(page.chats) - {chat_id for _, chat_id in silent})
            await forget_messages(tx, await with_nothing_whole(tx, kept), now - SILENT)
            mark = str(page.last).encode()
            await tx.insert("house", ("name", "value"), [(CURSOR, mark)], "(name) DO UPDATE SET value = excluded.value")
        gone += len({person_id for person_id, _ in silent})
        if page.ended:
            return gone


async def forget_messages(tx: Tx, chats: Sequence[int], before: datetime) -> None:
    """Take what was said before a time out of chats that go on."""
    at = micros(before)
    await tx.many("UPDATE inbox SET body = NULL WHERE chat_id = $1 AND arrived_at < $2", [(c, at) for c in chats])
    await tx.many(
        "DELETE FROM outbox WHERE chat_id = $1 AND created_at < $2 "
        "AND state NOT IN ('waiting','sending','unknown','held')",
        [(c, at) for c in chats],
    )


async def with_nothing_whole(tx: Tx, chats: Sequence[int]) -> list[int]:
    """Those of these chats whose applications have all been thinned or erased, and there are some."""
    if not chats:
        return []
    places = ",".join(f"${n}" for n in range(1, 1 + len(chats)))
    rows = await tx.rows(
        f"SELECT chat_id FROM applications WHERE chat_id IN ({places}) GROUP BY chat_id "
        "HAVING SUM(CASE WHEN thinned_at IS NULL AND state <> 'erased' THEN 1 ELSE 0 END) = 0",
        list(chats),
    )
    return [int(chat_id) for (chat_id,) in rows]


async def _page(tx: Tx, last: int, now: datetime) -> _Page:
    """The next messages that are old. A simulated one from the future stops nobody."""
    old, present = micros(now - SILENT), micros(now)
    rows = await tx.rows(
        f"SELECT id, chat_id, arrived_at FROM inbox WHERE id > $1 ORDER BY id LIMIT {AT_ONCE}", (last,)
    )
    chats: set[int] = set()
    for row_id, chat_id, arrived_at in rows:
        if old <= arrived_at <= present:
            return _Page(last, tuple(sorted(chats)), ended=True)
        last = row_id
        if chat_id is not None and arrived_at < old:
            chats.add(chat_id)
    return _Page(last, tuple(sorted(chats)), ended=len(rows) < AT_ONCE)


async def strangers(
    tx: Tx, chats: Sequence[int], now: datetime, purpose: Literal["to count", "to forget"]
) -> list[tuple[int, int]]:
    """(person, chat) of those who are silent everywhere, never submitted anything, and are no volunteers.

    Whoever was one is looked at once more when the tie goes: see volunteers_gone.
    """
    if not chats:
        return []
    places = ",".join(f"${n}" for n in range(3, 3 + len(chats)))
    lock = " FOR UPDATE OF c" if purpose == "to forget" and tx.dialect == "postgresql" else ""
    old = micros(now - SILENT)
    rows = await tx.rows(
        f"SELECT c.person_id, c.id FROM chats c JOIN people p ON p.id = c.person_id WHERE c.id IN ({places}) "
        "AND c.last_inbound_at < $1 AND p.key IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM chats o WHERE o.person_id = c.person_id AND o.last_inbound_at >= $2) "
        "AND NOT EXISTS (SELECT 1 FROM applications a WHERE a.person_id = c.person_id) "
        "AND NOT EXISTS (SELECT 1 FROM applications a WHERE a.chat_id = c.id) "
        "AND NOT EXISTS (SELECT 1 FROM volunteers v WHERE v.person_id = c.person_id) "
        f"ORDER BY c.id{lock}",
        (old, old, *chats),
    )
    return [(int(person_id), int(chat_id)) for person_id, chat_id in rows]


async def _cursor(tx: Tx, purpose: Literal["to read", "to move"]) -> int:
    """How far we have looked. To move it is to hold it: other processes wait until this transaction ends."""
    if purpose == "to read":
        rows = await tx.rows("SELECT value FROM house WHERE name = $1", (CURSOR,))
    else:
        same = "(name) DO UPDATE SET value = house.value"
        rows = await tx.insert("house", ("name", "value"), [(CURSOR, b"0")], same, "value")
    return int(bytes(rows[0][0])) if rows else 0
