"""Knocking: outside a platform's window the words are held, and an approved template asks the person to open it."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import outbox
from storage.columns import micros
from storage.keys import Keyring
from storage.tx import Tx

PURPOSE = "knock"
ENOUGH = timedelta(days=1)  # one template opens the window for all that is held: each costs, and annoys


async def knock(tx: Tx, keyring: Keyring, chat_id: int, payload: bytes, now: datetime) -> None:
    """Queue a template, unless one of the last day still asks for the same."""
    knocked = await tx.rows(
        "SELECT 1 FROM outbox WHERE chat_id = $1 AND purpose = $2 AND created_at > $3 "
        "AND state NOT IN ('failed','dropped','held') LIMIT 1",
        (chat_id, PURPOSE, micros(now - ENOUGH)),
    )
    if not knocked:
        await outbox.add(tx, keyring, chat_id, payload, PURPOSE, now)


async def unsay(tx: Tx, channel: str, message_id: str) -> bool:
    """Drop what answers this inbound, where it is held or still waits. False where it may have been heard already."""
    dropped = await tx.rows(
        "UPDATE outbox SET state = 'dropped' WHERE state IN ('held','waiting') AND inbox_id IN "
        "(SELECT id FROM inbox WHERE channel = $1 AND message_id = $2) RETURNING id",
        (channel, message_id),
    )
    return bool(dropped)
