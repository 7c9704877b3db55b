"""The printer: it makes a receipt's file from what is on record at that moment, and keeps none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.channels.channel import File
from bot.papers import link
from bot.papers.making import file_name, make, media_type
from bot.papers.said import said_for
from bot.settings import Settings
from conversations.conversation import House
from conversations.turn import Paper
from storage import papers
from storage.database import Database
from storage.keys import Keyring


class NoSuchReceipt(Exception):
    """Nobody has this receipt, or they were forgotten since."""


class Printer:
    """Draws one file at a time, beside the loop: each takes half a second."""

    def __init__(
        self, db: Database, keyring: Keyring, house: House, settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        self._db, self._keyring, self._house, self._settings, self._clock = db, keyring, house, settings, clock
        self._one_at_a_time = asyncio.Semaphore(1)

    async def file(self, paper: Paper) -> File:
        """A receipt as it goes along with a message.

        Raises:
            NoSuchReceipt: there is nothing to print.
        """
        async with self._db.reading() as tx:
            found = await papers.one(tx, self._keyring, paper.receipt)
        if found is None:
            raise NoSuchReceipt
        settings = self._settings
        said = said_for(found, settings.base_url, settings.zone, self._house.words[found.language])

        async def content() -> bytes:
            async with self._one_at_a_time:
                return await asyncio.to_thread(make, said, paper.size)

        name = file_name(paper.receipt, paper.size)
        return File(name, media_type(paper.size), f"{settings.base_url}{self.path(paper)}", content)

    def path(self, paper: Paper) -> str:
        """Where a receipt can be fetched for an hour, on our own pages."""
        token = link.write(self._keyring, paper, self._clock())
        return f"/kertas/{token}/{file_name('tanda-terima', paper.size)}"
