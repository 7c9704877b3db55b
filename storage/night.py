"""The night: what nobody waits for and what could not leave by day is held, blocks nothing, and goes in the morning."""

from __future__ import annotations

from datetime import datetime

import orjson

from storage import scheduled
from storage.columns import micros
from storage.outbox import NIGHT, Settled
from storage.scheduled import Due
from storage.tx import Tx

MORNING = "morning"  # the kind of the moment at which it goes


async def until_morning(tx: Tx, held: Settled) -> None:
    """See to it that a message held in the night goes at its hour; once a message and morning."""
    assert held.due_at is not None
    key = f"{MORNING}:{held.id}:{held.due_at.date().isoformat()}"
    facts = orjson.dumps({"outbox": held.id}).decode()
    await scheduled.schedule(tx, chat_id=held.chat_id, kind=MORNING, key=key, due_at=held.due_at, facts=facts)


async def go(tx: Tx, moment: Due, now: datetime) -> None:
    """It is morning: what was held waits to be sent again, unless it was taken back meanwhile."""
    await tx.rows(
        "UPDATE outbox SET state = 'waiting', error = NULL, due_at = $1 WHERE id = $2 AND state = 'held' AND error = $3",
        (micros(now), int(orjson.loads(moment.facts)["outbox"]), NIGHT),
    )
    await scheduled.done(tx, moment.id)
