"""What came in floods and was not answered, chat by chat: listed, taken again in its order, or set aside at once.

Chats are found by skipping from one to the next in the index of what is flooded, so that a flood of any size is one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage import parked
from storage.columns import moment
from storage.keys import Keyring
from storage.parked import Parked
from storage.tx import Tx

COUNTED_UP_TO = 1_000
CHATS = (
    "(WITH RECURSIVE flood(chat_id) AS (SELECT MIN(chat_id) FROM inbox WHERE state = 'flooded' AND chat_id > {after} "
    "UNION ALL SELECT (SELECT MIN(n.chat_id) FROM inbox n WHERE n.state = 'flooded' AND n.chat_id > flood.chat_id) "
    "FROM flood WHERE flood.chat_id IS NOT NULL) "
    "SELECT chat_id FROM flood WHERE chat_id IS NOT NULL LIMIT {limit})"
)
"""The chats with a flood, in their order, as a table."""

_MOVED_ON = "n.state = 'taken' AND n.message_id NOT LIKE 'again:%'"  # what we took again ourselves is no new message


@dataclass(frozen=True, slots=True)
class Flood:
    """What one chat sent too fast. count: at most COUNTED_UP_TO. last: its newest message's id.

    moved_on: the chat took another message since.
    """

    chat_id: int
    channel: str
    count: int
    first_at: datetime
    last_at: datetime
    last: int
    moved_on: bool


async def waiting(tx: Tx, *, after: int = 0, limit: int = 50) -> list[Flood]:
    """Floods nobody has seen to, by chat, from after this chat on."""
    chats = CHATS.format(after="$1", limit="$2")
    rows = await tx.rows(
        "SELECT f.chat_id, c.channel, a.arrived_at, z.arrived_at, z.id, "
        f"EXISTS (SELECT 1 FROM inbox n WHERE n.chat_id = f.chat_id AND n.id > z.id AND {_MOVED_ON}) "
        f"FROM {chats} AS f JOIN chats c ON c.id = f.chat_id "
        "JOIN inbox a ON a.id = (SELECT MIN(id) FROM inbox WHERE chat_id = f.chat_id AND state = 'flooded') "
        "JOIN inbox z ON z.id = (SELECT MAX(id) FROM inbox WHERE chat_id = f.chat_id AND state = 'flooded')",
        (after, limit),
    )
    return [
        Flood(chat_id, channel, await _count(tx, chat_id), moment(first), moment(latest), last, bool(moved_on))
        for chat_id, channel, first, latest, last, moved_on in sorted(rows)
    ]


async def to_take(tx: Tx, keyring: Keyring, chat_id: int, *, limit: int) -> list[Parked]:
    """The oldest messages of a chat's flood that still belong where the chat stands: those after its last own one."""
    last = await tx.rows(
        f"SELECT n.id FROM inbox n WHERE n.chat_id = $1 AND {_MOVED_ON} ORDER BY n.id DESC LIMIT 1", (chat_id,)
    )
    return await parked.flooded(tx, keyring, chat_id, after=last[0][0] if last else 0, limit=limit)


async def set_aside(tx: Tx, chat_id: int, up_to: int) -> int:
    """Say that nobody needs to look at a flood any more, up to the message that was seen. Returns how many went."""
    gone = await tx.rows(
        "UPDATE inbox SET state = 'ignored' WHERE chat_id = $1 AND id <= $2 AND state = 'flooded' RETURNING id",
        (chat_id, up_to),
    )
    return len(gone)


async def _count(tx: Tx, chat_id: int) -> int:
    rows = await tx.rows(
        "SELECT COUNT(*) FROM (SELECT 1 FROM inbox WHERE chat_id = $1 AND state = 'flooded' "
        f"LIMIT {COUNTED_UP_TO}) AS counted",
        (chat_id,),
    )
    return int(rows[0][0])
