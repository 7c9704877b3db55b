"""Somebody whose form was begun on another's phone and rests: thirty days after the last answer they are forgotten.

Their draft goes by the rule of all drafts, however long their helper's chat lives: their key, what was said about them
there, and the row that says they were helped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage import helped, people
from storage.columns import micros
from storage.database import Database
from storage.keys import Keyring
from storage.tx import Tx

KEPT_FOR = timedelta(days=30)
AT_ONCE = 50  # each is an erasure, and turns wait meanwhile
_RESTS = (
    "h.finished_at IS NULL AND h.started_at < $1 AND NOT EXISTS "
    "(SELECT 1 FROM sessions s WHERE s.chat_id = h.chat_id AND s.slot = h.slot AND s.touched_at >= $2)"
)


async def due(tx: Tx, now: datetime) -> int:
    """How many people would be forgotten now."""
    old = micros(now - KEPT_FOR)
    return int((await tx.rows(f"SELECT COUNT(*) FROM helped h WHERE {_RESTS}", (old, old)))[0][0])


async def let_go(db: Database, keyring: Keyring, now: datetime) -> int:
    """Forget who rests. Returns how many went."""
    gone = 0
    while True:
        async with db.writing() as tx:
            old = micros(now - KEPT_FOR)
            found = await tx.rows(
                f"SELECT h.id, h.chat_id FROM helped h WHERE {_RESTS} ORDER BY h.started_at, h.id LIMIT {AT_ONCE}",
                (old, old),
            )
            went = await _forget(tx, keyring, [(int(row), int(chat)) for row, chat in found], now)
        gone += went
        if len(found) < AT_ONCE or not went:
            return gone


async def let_go_of_chat(tx: Tx, keyring: Keyring, chat_id: int, now: datetime) -> int:
    """The same for the people of one chat, as of a time of its own."""
    found = await tx.rows("SELECT id FROM helped WHERE chat_id = $1 AND finished_at IS NULL", (chat_id,))
    return await _forget(tx, keyring, [(int(row), chat_id) for (row,) in found], now)


async def _forget(tx: Tx, keyring: Keyring, found: Sequence[tuple[int, int]], now: datetime) -> int:
    """Forget those of these that still rest once their chats are held: a helper may be answering this moment."""
    if not found:
        return 0
    old = micros(now - KEPT_FOR)
    if tx.dialect == "postgresql":
        chats = sorted({chat_id for _, chat_id in found})
        await tx.rows(f"SELECT id FROM chats WHERE id IN ({_places(chats)}) ORDER BY id FOR UPDATE", chats)
    ids = [row_id for row_id, _ in found]
    resting = await tx.rows(
        f"SELECT h.id, h.person_id, h.chat_id, h.slot FROM helped h WHERE {_RESTS} "
        f"AND h.id IN ({_places(ids, start=3)}) ORDER BY h.id",
        (old, old, *ids),
    )
    for row_id, person_id, chat_id, slot in resting:
        if person_id is not None:
            await people.erase(tx, keyring, int(person_id), now)
        await helped.forget_what_nobody_marked(tx, int(chat_id), now - KEPT_FOR)
        await tx.rows("DELETE FROM secure_forms WHERE chat_id = $1 AND form = $2", (chat_id, slot))
        await tx.rows("DELETE FROM helped WHERE id = $1", (row_id,))
    return len(resting)


def _places(values: Sequence[int], start: int = 1) -> str:
    return ",".join(f"${n}" for n in range(start, start + len(values)))
