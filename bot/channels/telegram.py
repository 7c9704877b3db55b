"""Telegram, with python-telegram-bot as the transport only: it sends, deletes, freezes, acknowledges and polls.

What an update means is read in telegram_parse, what a refusal means in telegram_errors.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
import structlog
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.channels.channel import Delivered, File, Outcome, Outgoing, Parsed, Undelivered, Unreadable
from bot.channels.rendering import clean, to_html, to_plain, width
from bot.channels.telegram_errors import decide, harmless, markup_refused
from bot.channels.telegram_http import LONGEST, AiohttpRequest, Enclosed
from bot.channels.telegram_markup import LIMITS, REMOVE, Markup, markup_of, text_of
from bot.channels.telegram_parse import parse
from bot.channels.telegram_poll import LONG_POLL, REVOKED, Pause, Polling, Take
from bot.channels.telegram_profile import Profile, introduce
from bot.settings import Settings

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
NO_PREVIEW = {"is_disabled": True}  # a preview would open, and spend, a single-use link
SLOW = 60.0  # seconds for a file to get there
REMEMBERED = 10_000  # chats whose contact keyboard may still be showing

log = structlog.get_logger("telegram")


class Telegram:
    """One bot. `take` is what happens to each arrival; `profiles` is what people see before they write."""

    name = "telegram"
    can = frozenset({"take_full_id", "share_contact", "caption_files"})
    limits = LIMITS
    rate = 28.0  # about 30 a second overall, 1 a second to one chat: core.telegram.org/bots/faq
    rate_per_chat = 1.0

    def __init__(
        self,
        settings: Settings,
        take: Take,
        profiles: Sequence[Profile] = (),
        *,
        patience: float = 1.0,
        longest: float = LONGEST,
    ) -> None:
        """patience: the first pause after trouble, growing thirtyfold. longest: seconds to wait for an answer."""
        logging.getLogger("telegram").setLevel(logging.WARNING)  # its debug lines hold texts and the token
        token = settings.telegram_bot_token.get_secret_value()
        self._settings, self._take, self._profiles, self._patience = settings, take, profiles, patience
        self._secret = settings.telegram_webhook_secret.get_secret_value()
        self._id = token.partition(":")[0]
        self._http = AiohttpRequest(longest)
        root = settings.telegram_api_url
        self._bot = Bot(token, f"{root}/bot", f"{root}/file/bot", self._http, self._http)
        self._keyboards: OrderedDict[str, None] = OrderedDict()
        self._flooded: tuple[str, float] = ("", 0.0)
        self._settling: asyncio.Task[None] | None = None
        self.username = ""  # for t.me links, once Telegram has told it

    # ---- arriving ----

    def parse(self, update: object) -> Parsed:
        """Read one update, now."""
        return parse(update, datetime.now(UTC), self._id)

    def read(self, body: bytes) -> Parsed:
        """Read a webhook's body."""
        try:
            return self.parse(orjson.loads(body))
        except ValueError:
            return Unreadable("telegram", f"{self._id}:raw:{sha256(body).hexdigest()[:24]}", "not JSON")

    def verify(self, secret: str | None) -> bool:
        """Whether the X-Telegram-Bot-Api-Secret-Token header is ours. Never without a configured secret."""
        return bool(self._secret) and hmac.compare_digest((secret or "").encode(), self._secret.encode())

    async def poll(self) -> None:
        """Fetch and take updates until cancelled. Removes the webhook: use another token for development.

        Raises:
            Misconfigured: the token is refused.
        """
        await self._insist("webhook_not_deleted", lambda: self._bot.delete_webhook(drop_pending_updates=False))
        await Polling(self._fetch, self.parse, self._take, self._id, self._patience).run()

    async def _fetch(self, offset: int) -> list[dict[str, Any]]:
        updates: list[dict[str, Any]] = await self._ask(
            "getUpdates", LONG_POLL + 10.0, offset=offset, timeout=LONG_POLL, limit=100, allowed_updates=ALLOWED
        )
        return updates

    async def _ask(self, method: str, longest: float | None = None, /, **parameters: object) -> Any:
        """Call what every message needs, past the objects the library would build of both question and answer."""
        return await self._http.ask(f"{self._bot.base_url}/{method}", longest, parameters)

    # ---- opening ----

    async def open(self) -> None:
        """Connect. Webhook and commands follow in the background, as soon as Telegram can be reached.

        Raises:
            Misconfigured: the token is refused.
        """
        await self._http.initialize()
        try:
            self.username = (await self._bot.get_me()).username or ""
        except InvalidToken:
            raise REVOKED from None
        except TelegramError as error:
            log.warning("unreachable_at_start", code=decide(error).code)
        self._settling = asyncio.create_task(self._settle(), name="telegram settles in")

    async def close(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)
        await self._http.shutdown()

    async def _settle(self) -> None:
        try:
            if self._settings.telegram_mode == "webhook":
                await self._insist("webhook_not_set", self._set_webhook)
            if not self.username:
                await self._insist("name_unknown", self._learn_name)
            await introduce(self._bot, self._profiles)
        except Exception as error:  # a task nobody awaits must say what ended it
            log.critical("not_settled", kind=type(error).__name__)

    async def _learn_name(self) -> None:
        self.username = (await self._bot.get_me()).username or ""

    async def _set_webhook(self) -> None:
        await self._bot.set_webhook(
            f"{self._settings.base_url}/telegram/webhook",
            max_connections=100,
            allowed_updates=ALLOWED,
            drop_pending_updates=False,
            secret_token=self._secret,
        )
        log.info("webhook_set")

    async def _insist(self, event: str, call: Callable[[], Awaitable[object]]) -> None:
        pause = Pause(self._patience)
        while True:
            try:
                await call()
                return
            except InvalidToken:
                raise REVOKED from None
            except TelegramError as error:
                decision = decide(error)
                log.error(event, code=decision.code)
                await pause.wait(decision.retry_after if decision.code == "429" else 0)

    # ---- sending ----

    async def send(self, address: str, message: Outgoing, outbox_id: int) -> Delivered:
        """Delete what must go, answer the tap, say the text. A text of "" only does the first two."""
        try:
            if message.redact:
                await self._delete(message.redact)
            if not message.text:
                await self._acknowledge(message.acknowledge)
                return Delivered("")
            markup = markup_of(message)
            if "inline_keyboard" in markup:
                await self._put_keyboard_away(address, message.acknowledge)
            if not message.acknowledge:
                return Delivered(await self._say(address, message, markup))
            _, sent = await asyncio.gather(
                self._acknowledge(message.acknowledge), self._say(address, message, markup), return_exceptions=True
            )
        except TelegramError as error:
            raise self._decide(address, error) from None
        except ValueError as error:
            log.critical("button_not_made", trouble=str(error), outbox_id=outbox_id)
            raise Undelivered(Outcome.OUR_FAULT, "button") from None
        match sent:
            case str():
                return Delivered(sent)
            case TelegramError():
                raise self._decide(address, sent) from None
            case _:
                raise sent

    async def _say(self, address: str, message: Outgoing, markup: Markup) -> str:
        text = clean(text_of(message))
        if message.file:
            return await self._hand_over(address, message.file, text, markup)
        rest: dict[str, object] = {"chat_id": address, "reply_markup": markup, "link_preview_options": NO_PREVIEW}
        if message.private:
            rest["protect_content"] = True
        try:
            sent = await self._ask("sendMessage", text=to_html(text), parse_mode="HTML", **rest)
        except TelegramError as error:
            if not markup_refused(error):
                raise
            log.critical("markup_refused")  # a bug of ours, but the person still gets the words
            sent = await self._ask("sendMessage", text=to_plain(text), **rest)
        if "keyboard" in markup:
            self._keyboards[address] = None
            if len(self._keyboards) > REMEMBERED:
                self._keyboards.popitem(last=False)
        elif markup is REMOVE:
            self._keyboards.pop(address, None)
        return str(sent["message_id"])

    async def _hand_over(self, address: str, file: File, text: str, markup: Markup) -> str:
        """A file with its words under it: a picture is seen at once, anything else is a document."""
        kind = "photo" if file.media_type.startswith("image/") else "document"
        given: dict[str, object] = {
            "chat_id": address,
            "caption": to_html(text),
            "parse_mode": "HTML",
            "reply_markup": markup,
        }
        enclosed = Enclosed(kind, file.name, file.media_type, await file.content())
        url = f"{self._bot.base_url}/send{kind.capitalize()}"
        sent = await self._http.ask(url, SLOW, given, enclosed)
        return str(sent["message_id"])

    async def _delete(self, handle: Mapping[str, str]) -> None:
        """Possible within 48 hours. What can be tried again is tried before anything is said about it."""
        if "chat" not in handle or "message" not in handle:
            return
        try:
            await self._bot.delete_message(handle["chat"], int(handle["message"]))
        except TelegramError as error:
            decision = decide(error)
            if not harmless(error) and decision.outcome is not Outcome.OUR_FAULT:
                if decision.outcome is Outcome.UNKNOWN:
                    raise Undelivered(Outcome.RETRY_AFTER, "not deleted", retry_after=2) from None
                raise
            log.warning("not_deleted", code=decision.code)

    async def _acknowledge(self, handle: Mapping[str, str]) -> None:
        """Stop the button's spinner and spend the old keyboard, showing the choice. Never worth failing a message."""
        calls: list[Awaitable[object]] = []
        if "callback" in handle:
            calls.append(self._bot.answer_callback_query(handle["callback"]))
        if "question" in handle:
            calls.append(self._freeze(handle, int(handle["question"])))
        for outcome in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(outcome, TelegramError) and not harmless(outcome):
                log.warning("not_acknowledged", code=decide(outcome).code)
            elif isinstance(outcome, Exception) and not isinstance(outcome, TelegramError):
                log.error("not_acknowledged", kind=type(outcome).__name__)

    async def _freeze(self, handle: Mapping[str, str], message: int) -> None:
        shown = f"{handle.get('text', '')}\n\n✓ {handle.get('label', '')}"
        if not handle.get("label") or not handle.get("text") or width(shown) > LIMITS.text:
            await self._bot.edit_message_reply_markup(handle["chat"], message)
            return
        await self._ask(
            "editMessageText",
            text=shown,
            chat_id=handle["chat"],
            message_id=message,
            entities=orjson.loads(handle.get("entities", "[]")),
            link_preview_options=NO_PREVIEW,
        )

    async def _put_keyboard_away(self, address: str, handle: Mapping[str, str]) -> None:
        """Buttons and the removal of a keyboard cannot go in one message: a passing one takes the keyboard with it."""
        if address not in self._keyboards and handle.get("keyboard") != "contact":
            return
        self._keyboards.pop(address, None)
        try:
            passing = await self._ask(
                "sendMessage", chat_id=address, text="✓", reply_markup=REMOVE, disable_notification=True
            )
            await self._bot.delete_message(address, passing["message_id"])
        except TelegramError as error:
            log.warning("keyboard_left", code=decide(error).code)

    def _decide(self, address: str, error: TelegramError) -> Undelivered:
        """A 429 does not say whether one chat or all are too fast: when two chats are told so at once, all are."""
        decision = decide(error)
        if decision.code != "429":
            return decision
        (other, until), now = self._flooded, time.monotonic()
        self._flooded = (address, now + decision.retry_after)
        everywhere = until > now and other != address
        return Undelivered(Outcome.RETRY_AFTER, "429", retry_after=decision.retry_after, whole_channel=everywhere)
