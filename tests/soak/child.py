"""The served process of a soak: the real program, without Telegram's pace, and where asked with one planted defect."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from bot.channels.channel import Arrived
from bot.channels.telegram import Telegram
from bot.delivery import Delivery
from bot.serving import serve
from bot.settings import read_settings
from bot.turns import Turns
from storage import outbox, turns

DEFECTS = ("ack_before_commit", "sent_before_sending", "no_deduplication", "no_chat_order")


def plant(defect: str) -> None:
    """Break one promise, so that the harness can show it would notice."""
    if defect == "ack_before_commit":
        take = Turns.take

        async def soon(self: Turns, arrived: Arrived) -> str:
            self.later = getattr(self, "later", set())  # type: ignore[attr-defined]
            task = asyncio.create_task(_ignore(take(self, arrived)))
            self.later.add(task)  # type: ignore[attr-defined]
            return "taken"

        Turns.take = soon  # type: ignore[method-assign, assignment]
    elif defect == "sent_before_sending":
        attempt = Delivery._attempt

        async def first(self: Delivery, message: Any) -> Any:
            async with self.db.writing() as tx:
                await outbox.settle(tx, [outbox.Settled(message.id, message.chat_id, "sent")])
            return await attempt(self, message)

        Delivery._attempt = first  # type: ignore[method-assign]
    elif defect == "no_deduplication":
        load = turns.load

        async def unseen(tx: Any, keyring: Any, calls: Any, now: Any) -> Any:
            for call in calls:
                await tx.rows(
                    "UPDATE inbox SET message_id = message_id || '-' || id WHERE channel = $1 AND message_id = $2",
                    (call.channel, call.message_id),
                )
            return await load(tx, keyring, calls, now)

        turns.load = unseen
    elif defect == "no_chat_order":
        outbox.UNFINISHED = "('nothing')"
    elif defect:
        sys.exit(f"no such defect: {defect}")


async def _ignore(work: Any) -> None:
    try:
        await asyncio.sleep(0.05)
        await work
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)


if __name__ == "__main__":
    Telegram.rate = Telegram.rate_per_chat = 1_000_000.0
    plant(sys.argv[1] if len(sys.argv) > 1 else "")
    serve(read_settings())
