"""What platforms call: verify, parse, take, and only then 200. Plain ASGI, because this is the busiest door."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send

from bot import metrics
from bot.channels.channel import Ignored, Outcome
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import TWIML, Status, WhatsApp, parse_status, read_form
from bot.channels.whatsapp_signature import BODY as TWILIO_BODY
from bot.channels.whatsapp_signature import Pairs
from bot.services import Services
from bot.turns import Take
from storage import outbox
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


class TwilioWebhook:
    """POST /whatsapp/webhook. Answered with an empty document after the commit; the reply goes its own way."""

    def __init__(self, whatsapp: WhatsApp, take: Take) -> None:
        self.whatsapp = whatsapp
        self.take = take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        pairs = await _signed(self.whatsapp, scope, receive, send)
        if pairs is None:
            return None
        parsed = self.whatsapp.parse(pairs)
        if not isinstance(parsed, Ignored):
            try:
                await self.take(parsed)
            except StorageError as error:
                log.warning("webhook_not_kept", channel="whatsapp", error=type(error).__name__)
                return await answer(send, 503, b"not kept; deliver again", b"text/plain")
        metrics.WEBHOOK.labels("whatsapp").observe(time.perf_counter() - started)
        return await answer(send, 200, TWIML, b"text/xml")


class StatusWebhook:
    """POST /whatsapp/status: what became of a message of ours. They come late, twice and out of order."""

    def __init__(self, whatsapp: WhatsApp, services: Services) -> None:
        self.whatsapp = whatsapp
        self.services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pairs = await _signed(self.whatsapp, scope, receive, send)
        if pairs is None:
            return None
        status = parse_status(scope["query_string"], pairs)
        if status is not None and status.outbox_id:
            try:
                await self._note(status)
            except StorageError as error:
                log.warning("status_not_kept", error=type(error).__name__)
                return await answer(send, 503, b"not kept; deliver again", b"text/plain")
            self.services.wake()
        return await answer(send, 200, TWIML, b"text/xml")

    async def _note(self, status: Status) -> None:
        state = "held" if status.outcome is Outcome.WINDOW_CLOSED else status.state
        chat_state = status.outcome.value if status.outcome in (Outcome.OPTED_OUT, Outcome.UNREACHABLE) else ""
        async with self.services.db.writing() as tx:
            stands = await outbox.note_status(
                tx, status.outbox_id, status.platform_id, state, status.error or None, chat_state
            )
        metrics.SENDS.labels("whatsapp", f"callback_{stands or 'unknown'}").inc()


async def _signed(whatsapp: WhatsApp, scope: Scope, receive: Receive, send: Send) -> Pairs | None:
    """Read a form and check its signature; answers and returns None when it is not Twilio's."""
    try:
        pairs = read_form(await read_body(receive, TWILIO_BODY))
    except TooLarge:
        await answer(send, 413, b"larger than any message", b"text/plain")
        return None
    except ValueError:
        await answer(send, 400, b"not a form Twilio sends", b"text/plain")
        return None
    signature = header(scope, b"x-twilio-signature")
    kind = header(scope, b"x-twilio-webhooks-signature-settings")
    raw_path = scope.get("raw_path") or scope["path"].encode()
    if not whatsapp.verify(raw_path, scope["query_string"], pairs, signature, kind):
        await answer(send, 403, b"the signature is missing or not Twilio's", b"text/plain")
        return None
    return pairs
