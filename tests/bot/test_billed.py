"""What the platform bills is counted as it is sent, and stays when the message's row goes."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from bot.channels.channel import Delivered, Outgoing
from bot.delivery import Delivery
from bot.payload import pack
from storage import figures
from storage.database import Database
from storage.keys import Keyring
from tests.storage.world import BUDI, NOW, SITI, talk


class Paid:
    """A platform that bills every message."""

    name = "whatsapp"
    can: frozenset[str] = frozenset()
    rate = 1000.0
    rate_per_chat = 1000.0

    async def send(self, address: str, message: Outgoing, outbox_id: int) -> Delivered:
        return Delivered(f"SM{outbox_id}", billable=1)

    async def open(self) -> None: ...

    async def close(self) -> None: ...


async def test_every_billed_message_of_the_month_is_counted_once(database: Database, keyring: Keyring) -> None:
    delivery = Delivery(database, keyring, {"whatsapp": Paid()}, lambda: NOW, "here", ZoneInfo("Asia/Jakarta"))  # type: ignore[dict-item]
    for who in (SITI, BUDI, SITI):
        await talk(database, keyring, who, channel="whatsapp", told=pack(Outgoing("halo")).decode())
    for _ in range(5):
        await delivery._round()
        while delivery._sending:
            await asyncio.sleep(0)
    async with database.writing() as tx:
        assert await tx.rows("SELECT state, billable FROM outbox ORDER BY id") == [("sent", 1)] * 3
        await tx.rows("DELETE FROM outbox")
        assert await figures.by_channel(tx, "billed", "2026-11-01", "2026-11-30") == {"whatsapp": 3}
