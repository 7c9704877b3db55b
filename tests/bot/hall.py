"""A hall full of chats: people who talk to the real turns over a real database, without a platform in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.channel import Address, Arrived
from bot.channels.terminal import Terminal
from bot.house import build_house
from bot.settings import Settings
from bot.turns import Turns
from conversations.turn import Content, Said
from storage import outbox
from storage.database import Database
from storage.opening import open_keyring

NIK = "3174055708950003"
BEGIN = ("halo", "daftarkan orang lain", "Siti", "ya", "dibantu", "setuju")
REST = (
    *("1", "Siti Aminah", NIK, "17-8-1995", "perempuan", "Klender", "rw 5", "lewati", "lewati", "pedagang sayur"),
    *("lewati", "2 juta", "2 program", "3 bulan", "ya", "kirim"),
)


class Hall:
    """Chats that talk to the real turns over a real database."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.number = 0

    async def says(self, who: str, *contents: str | Content) -> str:
        for content in contents:
            self.number += 1
            said = Said(content) if isinstance(content, str) else content
            at = datetime.now(UTC)
            taken = await self.turns.take(Arrived("terminal", f"m{self.number}", (Address("tty", who),), said, at))
            assert taken == "taken"
        return await self.heard(who)

    async def heard(self, who: str) -> str:
        async with self.turns.db.reading() as tx:
            chat = await outbox.find_chat(tx, self.turns.keyring, "terminal", who)
            assert chat is not None
            told = await outbox.told_since(tx, self.turns.keyring, chat, 0)
        return told[-1][1].decode()

    async def ask(self, sql: str, *args: object) -> list[tuple[object, ...]]:
        async with self.turns.db.reading() as tx:
            return await tx.rows(sql, args)


@asynccontextmanager
async def open_hall(url: str, folder: Path) -> AsyncIterator[Hall]:
    """A hall over a database that has its tables."""
    db = await Database.open(url)
    keyring = await open_keyring(db, "", folder / "keys")
    yield Hall(Turns(db, keyring, build_house(), {"terminal": Terminal()}, Settings(), lambda: datetime.now(UTC)))
    await db.close()
