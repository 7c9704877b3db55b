"""WhatsApp through Twilio: one message a turn, menus as text or as buttons, templates when the window is closed.

A full NIK is never asked for here (the policy forbids it); one that arrives anyway is blanked at Twilio.
"""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import structlog
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.channels.channel import Arrived, Delivered, Limits, Outcome, Outgoing, Parsed, Undelivered
from bot.channels.rendering import clean, numbered
from bot.channels.twilio_http import LONGEST, AiohttpClient, NoAnswer, NotSent
from bot.channels.whatsapp_contents import numbered_variables, provide, shape_of, variables_of
from bot.channels.whatsapp_errors import decide
from bot.channels.whatsapp_parse import Status, parse, parse_status
from bot.channels.whatsapp_signature import Pairs, read_form, verify
from bot.settings import Misconfigured, Settings

__all__ = ["TWIML", "Status", "WhatsApp", "parse", "parse_status", "read_form", "read_templates", "verify"]

TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'  # the empty answer; content type text/xml
TROUBLE = (TwilioException, NotSent, NoAnswer, ValueError, KeyError)
GONE = 20404
BUSY = 20009  # the message is still on its way and cannot be changed yet

log = structlog.get_logger("whatsapp")


def read_templates(path: Path) -> dict[str, str]:
    """Purpose → SID of the approved template, from a TOML file of `purpose = "HX…"` lines. No file: no templates.

    Raises:
        Misconfigured: the file says something else.
    """
    if not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Misconfigured(f'{path.name} is not TOML; write lines like result_ready = "HX…"') from None
    for purpose, sid in found.items():
        if not isinstance(sid, str) or not sid.startswith("HX"):
            raise Misconfigured(f"{path.name}: {purpose} must be a content SID, HX and 32 letters or digits")
    return found


class WhatsApp:
    """One sender. templates: purpose → content SID. list_button: the label that opens a list, ≤20 characters."""

    name = "whatsapp"
    can: frozenset[str] = frozenset()
    limits = Limits(text=1600, buttons=3, label=24, rows=10, callback=200)
    rate = 80.0
    rate_per_chat = 1.0  # WhatsApp asks for one every 6 s and tolerates bursts; people never wait that long for a reply

    def __init__(
        self,
        settings: Settings,
        templates: Mapping[str, str] | None = None,
        *,
        list_button: str = "☰",
        patience: float = 1.0,
        longest: float = LONGEST,
    ) -> None:
        self._settings, self._templates, self._list_button = settings, dict(templates or {}), list_button
        self._patience = patience
        self._http = AiohttpClient(settings.twilio_api_url, longest)
        tokens = settings.twilio_tokens
        self._client = Client(settings.twilio_account_sid, tokens[0] if tokens else "", http_client=self._http)
        self._contents: Mapping[str, str] = {}
        self._providing: asyncio.Task[None] | None = None

    # ---- arriving ----

    def verify(
        self, raw_path: bytes, query: bytes, pairs: Pairs, signature: str | None, settings: str | None = None
    ) -> bool:
        """Whether the webhook is signed by Twilio for our PUBLIC_URL."""
        return verify(
            self._settings.public_url, raw_path, query, pairs, signature, self._settings.twilio_tokens, settings
        )

    def parse(self, pairs: Pairs) -> Parsed:
        """Read one inbound message, now."""
        return parse(pairs, datetime.now(UTC))

    async def reconcile(self, since: datetime) -> AsyncIterator[Arrived]:
        """What people sent since then according to Twilio, oldest first, whether or not its webhook reached us.

        Raises:
            Undelivered: Twilio cannot be asked now.
        """
        try:
            messages = await self._client.messages.list_async(
                to=self._settings.twilio_whatsapp_from, date_sent_after=since, page_size=200
            )
        except TROUBLE as error:
            raise decide(error) from None
        for message in reversed(messages):
            if message.direction != "inbound" or (message.date_sent and message.date_sent < since):
                continue
            media = int(message.num_media or 0)
            if not message.body and not media:
                continue  # blanked by us: it was read already
            pairs = [("MessageSid", message.sid), ("From", message.from_), ("Body", message.body or "")]
            arrived = parse([*pairs, ("NumMedia", str(media))], message.date_sent or datetime.now(UTC))
            if isinstance(arrived, Arrived):
                yield arrived

    # ---- opening ----

    async def open(self) -> None:
        """Check the credentials; provide buttons and lists in the background, menus are numbered text until then.

        Raises:
            Misconfigured: Twilio refuses the credentials.
        """
        try:
            await self._client.api.accounts(self._settings.twilio_account_sid).fetch_async()
        except TROUBLE as error:
            decision = decide(error)
            if decision.outcome is Outcome.MISCONFIGURED:
                raise Misconfigured(
                    "TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN was refused by Twilio; copy both from console.twilio.com"
                ) from None
            log.warning("unreachable_at_start", code=decision.code)
        if self._settings.whatsapp_interactive:
            self._providing = asyncio.create_task(self._provide(), name="whatsapp provides contents")

    async def close(self) -> None:
        if self._providing is not None:
            self._providing.cancel()
            await asyncio.gather(self._providing, return_exceptions=True)
        await self._http.close()

    async def _provide(self) -> None:
        pause = self._patience
        while True:
            try:
                self._contents = await provide(self._client)
                return
            except TROUBLE as error:
                log.error("no_buttons_yet", code=decide(error).code)
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._patience * 60)

    # ---- sending ----

    async def send(self, address: str, message: Outgoing, outbox_id: int) -> Delivered:
        """Blank what must go, then say the text, or the template when only that is left."""
        if message.redact:
            await self._blank(message.redact)
        if not message.text and not message.template:
            return Delivered("")
        try:
            said = self._said(message)
        except ValueError as error:
            log.critical("button_not_made", trouble=str(error), outbox_id=outbox_id)
            raise Undelivered(Outcome.OUR_FAULT, "button") from None
        try:
            sent = await self._client.messages.create_async(
                to=address,
                from_=self._settings.twilio_whatsapp_from,
                status_callback=self._callback(outbox_id),
                **said,
            )
        except TROUBLE as error:
            raise decide(error) from None
        return Delivered(str(sent.sid), billable=1)

    def _said(self, message: Outgoing) -> dict[str, Any]:
        if not message.text:
            if not (sid := self._templates.get(message.template)):
                raise Undelivered(Outcome.WINDOW_CLOSED, f"no template {message.template}")
            return {"content_sid": sid, "content_variables": numbered_variables(list(map(clean, message.variables)))}
        if message.file:
            # One file a message; of a document's words nothing is shown (twilio.com/docs/whatsapp/guidance-whatsapp-
            # media-messages, "Filenames and Captions"), so whoever wrote them knows from `can`.
            words = clean(numbered(message.text, message.choices))
            return {"body": words, "media_url": [message.file.address]}
        if sid := self._contents.get(shape_of(message)):
            return {"content_sid": sid, "content_variables": variables_of(message, self._list_button)}
        return {"body": clean(numbered(message.text, message.choices))}

    def _callback(self, outbox_id: int) -> str:
        return f"{self._settings.public_url}/whatsapp/status?{urlencode({'outbox': outbox_id})}"

    async def _blank(self, handle: Mapping[str, str]) -> None:
        """Empty the text and delete the media at Twilio. What the phones hold stays with the person."""
        if "sid" not in handle:
            return
        message = self._client.messages(handle["sid"])
        try:
            if handle.get("media"):
                for medium in await message.media.list_async():
                    await message.media(medium.sid).delete_async()
            await message.update_async(body="")
        except TROUBLE as error:
            code, decision = getattr(error, "code", None), decide(error)
            if code == GONE or (decision.outcome is Outcome.OUR_FAULT and code != BUSY):
                log.warning("not_blanked", code=decision.code)
                return
            if decision.outcome is Outcome.UNKNOWN or code == BUSY:
                raise Undelivered(Outcome.RETRY_AFTER, "not blanked", retry_after=3) from None
            raise decision from None
