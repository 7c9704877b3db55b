"""The simulator's channel: messages wait in the database like everywhere, and a browser is woken when one is sent."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from bot.channels.channel import Delivered, Limits, Outgoing


class Web:
    """A phone in the browser. It keeps nothing: whoever listens reads what was said from the outbox."""

    name = "web"
    can = frozenset({"take_full_id", "share_contact", "caption_files"})
    limits = Limits(text=4096, buttons=100, label=64)
    rate = 1000.0
    rate_per_chat = 1000.0

    def __init__(self) -> None:
        self._listening: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.ended = False

    async def send(self, address: str, message: Outgoing, outbox_id: int) -> Delivered:
        for event in self._listening.get(address, ()):
            event.set()
        return Delivered(str(outbox_id))

    async def open(self) -> None: ...

    async def close(self) -> None:
        self.end()

    def end(self) -> None:
        """Let every listener go: a browser's open stream must not hold up a shutdown."""
        self.ended = True
        for events in self._listening.values():
            for event in events:
                event.set()

    @contextmanager
    def listening(self, address: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something is sent here. Begin before looking, so that nothing falls between."""
        event = asyncio.Event()
        self._listening[address].add(event)
        try:
            yield event
        finally:
            self._listening[address].discard(event)
            if not self._listening[address]:
                del self._listening[address]
