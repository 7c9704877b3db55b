"""What platforms call: verify, parse, take, and only then 200. Plain ASGI, because this is the busiest door."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send

from bot import metrics
from bot.channels.channel import Ignored
from bot.channels.telegram import Telegram
from bot.turns import Take
from storage.errors import StorageError

log = structlog.get_logger()

TELEGRAM_BODY = 1_048_576  # bytes; an update is a few kilobytes
EMPTY_JSON = b"{}"


class TooLarge(Exception):
    """A body over its limit."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Read a request's body.

    Raises:
        TooLarge: it is longer than `limit` bytes.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


async def answer(send: Send, status: int, body: bytes, content_type: bytes = b"application/json") -> None:
    """Send a whole response."""
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """One request header, or None."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


class TelegramWebhook:
    """POST /telegram/webhook. Non-2xx makes Telegram deliver again, so it is answered only when nothing was kept."""

    def __init__(self, telegram: Telegram, take: Take) -> None:
        self.telegram = telegram
        self.take = take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        if not self.telegram.verify(header(scope, b"x-telegram-bot-api-secret-token")):
            return await answer(send, 403, b'{"error":"the secret token is missing or wrong"}')
        try:
            parsed = self.telegram.read(await read_body(receive, TELEGRAM_BODY))
        except TooLarge:
            return await answer(send, 413, b'{"error":"the update is larger than any Telegram sends"}')
        if not isinstance(parsed, Ignored):
            try:
                await self.take(parsed)
            except StorageError as error:
                log.warning("webhook_not_kept", channel="telegram", error=type(error).__name__)
                return await answer(send, 503, b'{"error":"not kept; deliver again"}')
        metrics.WEBHOOK.labels("telegram").observe(time.perf_counter() - started)
        return await answer(send, 200, EMPTY_JSON)
