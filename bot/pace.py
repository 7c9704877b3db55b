"""The pace platforms ask for: so many messages a second overall, and so many to one chat."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

REMEMBERED = 20_000
BURST = 3.0


class Pace:
    """A token bucket for a channel and a small one for each chat. Waiting is done outside any transaction.

    rate, per_chat: messages a second. A chat may burst a few; the channel may burst one second's worth.
    """

    def __init__(self, rate: float, per_chat: float) -> None:
        self._rate = rate
        self._per_chat = per_chat
        self._next = 0.0
        self._chats: OrderedDict[int, float] = OrderedDict()
        self._paused_until = 0.0

    def pause(self, seconds: float) -> None:
        """The platform said the whole channel is too fast: nobody sends until then."""
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    async def wait(self, chat_id: int) -> None:
        """Wait for this chat's turn and the channel's."""
        now = time.monotonic()
        start = max(now, self._paused_until, self._chat_slot(chat_id, now))
        # The channel's bucket: one second's worth may go at once, then one each 1/rate.
        self._next = max(self._next, start - 1.0) + 1.0 / self._rate
        start = max(start, self._next)
        if start > now:
            await asyncio.sleep(start - now)

    def _chat_slot(self, chat_id: int, now: float) -> float:
        spacing = 1.0 / self._per_chat
        slot = max(self._chats.pop(chat_id, 0.0), now - BURST * spacing) + spacing
        self._chats[chat_id] = slot
        if len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)
        return slot
