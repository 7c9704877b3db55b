"""How the fake Telegram hands updates over: confirmed by the next offset, or pushed to a webhook until accepted."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import Any

from tests.doubles.telegram_answers import Answer
from tests.doubles.telegram_html import Refused
from tests.doubles.telegram_push import Pusher


class Updates:
    """Everything on its way to the bot."""

    def __init__(self, first: int, retry: float) -> None:
        self._last, self._retry = first, retry
        self.duplicates = 0  # how often an accepted webhook is pushed again
        self.webhook: Pusher | None = None
        self._waiting: deque[dict[str, Any]] = deque()
        self._chats: dict[int, int] = {}
        self._allowed: set[str] | None = None
        self._news = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None

    @property
    def pending(self) -> int:
        return len(self._waiting) + (self.webhook.waiting if self.webhook else 0)

    def add(self, kind: str, payload: Any, chat: int) -> int:
        self._last += 1
        if self._allowed is not None and kind not in self._allowed:
            return self._last
        update = {"update_id": self._last, kind: payload}
        self._chats[self._last] = chat
        if self.webhook:
            self.webhook.push(chat, update)
        else:
            self._waiting.append(update)
            self._news.set()
        return self._last

    async def get(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook:
            raise Answer(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        self._allow(given)
        mine = self._take_over()
        while self._waiting and self._waiting[0]["update_id"] < int(given.get("offset", 0)):
            self._waiting.popleft()  # this is the confirmation: asked beyond it, gone for good
        clock = asyncio.get_running_loop()
        until = clock.time() + min(50.0, float(given.get("timeout", 0)))
        while not self._waiting and not mine.done() and (left := until - clock.time()) > 0:
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            first: set[asyncio.Future[Any]] = {news, mine}
            await asyncio.wait(first, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
        if mine.done():
            mine.result()
        mine.cancel()
        limit = min(100, max(1, int(given.get("limit", 100))))
        return [self._waiting[place] for place in range(min(limit, len(self._waiting)))]

    def _take_over(self) -> asyncio.Future[None]:
        if self._poller and not self._poller.done():
            self._poller.set_exception(
                Answer(409, "Conflict: terminated by other getUpdates request; make sure that only one is running")
            )
        self._poller = asyncio.get_running_loop().create_future()
        self._poller.add_done_callback(lambda future: future.cancelled() or future.exception())
        return self._poller

    async def set_webhook(self, given: dict[str, Any]) -> bool:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", given.get("secret_token", "")):
            raise Refused("Bad Request: secret token contains unallowed characters")
        if not given["url"].startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise Refused("Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        await self.delete_webhook(given)
        self._allow(given)
        connections = int(given.get("max_connections", 40))
        self.webhook = Pusher(given["url"], given.get("secret_token", ""), connections, self._retry, self.duplicates)
        while self._waiting:
            update = self._waiting.popleft()
            self.webhook.push(self._chats[update["update_id"]], update)
        return True

    async def delete_webhook(self, given: dict[str, Any]) -> bool:
        if self.webhook:
            self._waiting.extend(await self.webhook.stop())
            self.webhook = None
        if given.get("drop_pending_updates"):
            self._waiting.clear()
        self._news.set()
        return True

    def info(self) -> dict[str, Any]:
        hook = self.webhook
        info = {"url": hook.url if hook else "", "has_custom_certificate": False, "pending_update_count": self.pending}
        return info | ({"last_error_message": hook.last_error} if hook and hook.last_error else {})

    async def stop(self) -> None:
        if self._poller and not self._poller.done():
            self._poller.cancel()
        if self.webhook:
            await self.webhook.stop()

    def _allow(self, given: dict[str, Any]) -> None:
        if "allowed_updates" in given:
            self._allowed = set(given["allowed_updates"]) or None
