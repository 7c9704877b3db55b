"""How Twilio calls us: signed forms, one retry and only when nothing answered, status callbacks in any order."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from base64 import b64encode
from collections.abc import Coroutine
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp

Pairs = list[tuple[str, str]]
Order = Literal["in order", "reversed", "doubled", "held", "never"]


def sign(token: str, url: str, pairs: Pairs, algorithm: str = "sha1") -> str:
    """As documented: the URL, then every name and value in order, HMAC, base64. Written apart from the SDK."""
    text = url + "".join(name + value for name, value in sorted(set(pairs)))
    return b64encode(hmac.new(token.encode(), text.encode(), getattr(hashlib, algorithm)).digest()).decode()


class Hooks:
    """Everything Twilio posts to the application."""

    def __init__(self, token: str) -> None:
        self.token, self.algorithm = token, "sha1"
        self.url = ""  # where inbound messages go
        self.duplicates = 0
        self.callbacks: Order = "in order"
        self.lost: list[Pairs] = []  # inbound messages nobody took
        self.answers: list[tuple[str, int]] = []
        self._held: list[tuple[str, Pairs]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def fetch(self, address: str) -> tuple[str, bytes]:
        """A file that is to go to a phone: what its server says it is, and its bytes; ("", b"") where there is none."""
        self._session = self._session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
        try:
            async with self._session.get(address) as answer:
                return (answer.content_type, await answer.read()) if answer.status == 200 else ("", b"")
        except (aiohttp.ClientError, TimeoutError):
            return "", b""

    async def inbound(self, pairs: Pairs) -> None:
        if not self.url:
            self.lost.append(pairs)
            return
        for _ in range(1 + self.duplicates):
            if await self.post(self.url, pairs) is None and await self.post(self.url, pairs) is None:
                self.lost.append(pairs)
                return

    async def statuses(self, url: str, steps: list[Pairs]) -> None:
        """The callbacks of one message."""
        match self.callbacks:
            case "never":
                return
            case "held":
                self._held += [(url, step) for step in steps]
                return
            case "reversed":
                steps = steps[::-1]
            case "doubled":
                steps = [step for step in steps for _ in range(2)]
            case "in order":
                pass
        for step in steps:
            await self.post(url, step)

    async def release(self) -> None:
        """Send what was held."""
        held, self._held = self._held, []
        for url, step in held:
            await self.post(url, step)

    async def post(self, url: str, pairs: Pairs, signature: str | None = None) -> int | None:
        """One signed form; None when nothing answered within 15 s."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "User-Agent": "TwilioProxy/1.1"}
        headers["X-Twilio-Signature"] = signature or sign(self.token, url, pairs, self.algorithm)
        if self.algorithm == "sha256":
            headers["X-Twilio-Webhooks-Signature-Settings"] = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
        try:
            async with self._session.post(url, data=urlencode(pairs).encode(), headers=headers) as answer:
                await answer.read()
                self.answers.append((url, answer.status))
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None
