"""How Telegram pushes webhooks: in order within a chat, texts and taps apart, retried with back-off until accepted."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from typing import Any

import aiohttp


class Pusher:
    """One webhook. A refused update holds back only its own chat."""

    def __init__(self, url: str, secret: str, connections: int, first_retry: float, chaos_duplicates: int = 0) -> None:
        self.url, self.secret, self.first_retry = url, secret, first_retry
        self.duplicates = chaos_duplicates  # how often each update is pushed again although it was accepted
        self.last_error, self.pushed = "", 0
        self._gate = asyncio.Semaphore(connections)
        self._queues: dict[tuple[int, str], deque[dict[str, Any]]] = defaultdict(deque)
        self._tasks: dict[tuple[int, str], asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    @property
    def waiting(self) -> int:
        return sum(map(len, self._queues.values()))

    def push(self, chat: int, update: dict[str, Any]) -> None:
        key = (chat, "tap" if "callback_query" in update else "text")
        self._queues[key].append(update)
        if key not in self._tasks or self._tasks[key].done():
            self._tasks[key] = asyncio.create_task(self._drain(key))

    async def stop(self) -> list[dict[str, Any]]:
        """Stop, and hand back what was not accepted."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._session:
            await self._session.close()
        left = [update for queue in self._queues.values() for update in queue]
        return sorted(left, key=lambda update: int(update["update_id"]))

    async def _drain(self, key: tuple[int, str]) -> None:
        queue, wait = self._queues[key], self.first_retry
        while queue:
            if await self._post(queue[0]):
                for _ in range(self.duplicates):
                    await self._post(queue[0])
                queue.popleft()
                self.pushed, wait = self.pushed + 1, self.first_retry
            else:
                await asyncio.sleep(wait)
                wait = min(wait * 2, 60)

    async def _post(self, update: dict[str, Any]) -> bool:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            async with self._gate, self._session.post(self.url, json=update, headers=headers) as answer:
                await answer.read()
                if 200 <= answer.status < 300:
                    return True
                self.last_error = f"Wrong response from the webhook: {answer.status}"
        except (aiohttp.ClientError, TimeoutError) as error:
            self.last_error = f"Connection failed: {type(error).__name__}"
        return False
