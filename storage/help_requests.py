"""People who should be answered by a person."""

from __future__ import annotations

from datetime import datetime

from storage.tx import Tx


async def open_request(tx: Tx, chat_id: int, reason: str, now: datetime) -> int:
    """Ask staff to answer this chat; one open request a chat. Returns its id."""
    rows = await tx.rows("SELECT id FROM help_requests WHERE chat_id = $1 AND state = 'open'", (chat_id,))
    if rows:
        return int(rows[0][0])
    back = await tx.insert(
        "help_requests", ("chat_id", "reason", "state", "opened_at"), [(chat_id, reason, "open", now)], "", "id"
    )
    return int(back[0][0])


async def close_request(tx: Tx, request_id: int, now: datetime) -> bool:
    """Close a request. False when it was closed already."""
    return bool(
        await tx.rows(
            "UPDATE help_requests SET state = 'closed', closed_at = $1 WHERE id = $2 AND state <> 'closed' RETURNING id",
            (now, request_id),
        )
    )
