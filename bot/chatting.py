"""`taruna chat`: somebody at a terminal, the real turn, and the answers read back from the outbox."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.channels.terminal import Sitting, Terminal, lines, show
from bot.house import build_house
from bot.house_keeping import opened
from bot.payload import unpack
from bot.settings import Settings
from bot.turns import Turns
from conversations.turn import Opened, Said
from storage import outbox
from storage.database import Database
from storage.keys import Keyring
from storage.outbox import Settled


async def chat_here(settings: Settings, save: Path | None, language: str, like: str) -> None:
    """Talk until the input ends, then save the transcript if one was asked for."""
    sitting = Sitting(language, like)
    async with opened(settings) as (db, keyring):
        turns = Turns(db, keyring, build_house(), {"terminal": Terminal()}, settings, lambda: datetime.now(UTC))
        await turns.take(sitting.arrived(Said("english") if language == "en" else Opened()))
        seen = await _tell(db, keyring, sitting, 0)
        async with lines() as queue:
            while (line := await queue.get()) is not None:
                read = sitting.read(line.strip()) if line.strip() else None
                if read:
                    content, written = read
                    sitting.transcript.did(written)
                    await turns.take(sitting.arrived(content))
                    seen = await _tell(db, keyring, sitting, seen)
                queue.task_done()
    if save:
        sitting.transcript.save(save)
        click.echo(f"transcript saved to {save}")


async def _tell(db: Database, keyring: Keyring, sitting: Sitting, seen: int) -> int:
    """Show what the chat was told since, and mark it as sent: nobody else delivers to a terminal."""
    async with db.writing() as tx:
        chat_id = await outbox.find_chat(tx, keyring, "terminal", sitting.who)
        told = await outbox.told_since(tx, keyring, chat_id, seen) if chat_id else []
        now = datetime.now(UTC)
        await outbox.settle(tx, [Settled(row, chat_id or 0, "sent", sent_at=now) for row, _ in told])
    for row, payload in told:
        message = unpack(payload)
        if message.text:
            sitting.choices = message.choices
            sitting.transcript.heard(message.text, message.choices)
            show(message)
        seen = row
    return seen
