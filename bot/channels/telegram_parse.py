"""A Telegram update, read: straight from the JSON and only the few fields needed, about 5 µs against the library's 120.

Everything a person can send has a meaning here; what cannot be read becomes `Unreadable` and never an exception. Names
and nicknames are not even looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from bot.channels.channel import Address, Arrived, Ignored, InGroup, Parsed, Unreadable
from bot.channels.rendering import clean, unpack
from conversations.turn import Content, Left, Opened, Said, Sent, Shared

# The keys a message may carry, by what we call it. Order matters: an animation is a document too, a venue a location.
KINDS = {
    "sticker": "sticker",
    "voice": "voice",
    "photo": "photo",
    "animation": "video",
    "document": "document",
    "video": "video",
    "video_note": "video",
    "audio": "voice",
    "venue": "location",
    "location": "location",
    "contact": "contact",
    "poll": "poll",
    "dice": "dice",
    "story": "other",
    "game": "other",
    "paid_media": "photo",
    "checklist": "other",
    "invoice": "other",
}
NOTICES = frozenset({
    "pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "boost_added", "chat_background_set",
    "users_shared", "chat_shared", "new_chat_title", "new_chat_photo", "delete_chat_photo", "proximity_alert_triggered",
    "connected_website", "gift", "unique_gift", "refunded_payment", "video_chat_started", "video_chat_ended",
})  # fmt: skip
COMMAND = re.compile(r"(/[A-Za-z0-9_]{1,32})(?:@\w{1,40})?(?:\s+(.*))?", re.DOTALL)
CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def parse(update: object, at: datetime, bot: str = "") -> Parsed:
    """Read one update. `bot` is the bot's own id: update ids are unique within a bot only."""
    message_id = ""
    try:
        if not isinstance(update, dict):
            return Unreadable("telegram", "", "not an object")
        message_id = f"{bot}:{_whole(update['update_id'])}"
        if tap := update.get("callback_query"):
            return _tap(tap, message_id, at)
        if message := update.get("message"):
            return _message(message, message_id, at, bot)
        if message := update.get("edited_message"):
            return _edit(message, message_id, at)
        if change := update.get("my_chat_member"):
            return _membership(change, message_id, at)
        return Ignored("kind")
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return Unreadable("telegram", message_id, type(error).__name__)


def _message(message: Mapping[str, Any], message_id: str, at: datetime, bot: str) -> Parsed:
    sender, chat = message["from"], message["chat"]
    if sender.get("is_bot") is True:
        return Ignored("bot")
    if chat["type"] != "private":
        return _group(message, at, bot)
    content: Content | None = None
    if (text := message.get("text")) is not None:
        content = _said(clean(_words(text)))
    elif (contact := message.get("contact")) is not None:
        content = _contact(contact, sender["id"])
    elif (album := message.get("media_group_id")) is not None:
        # Every picture of an album is an update of its own; one id for all of them makes one arrival and one answer.
        content, message_id = Sent("album"), f"{bot}:album:{clean(_words(album))}"
    else:
        content = next((Sent(kind) for key, kind in KINDS.items() if key in message), None)
        if content is None and not NOTICES.isdisjoint(message):
            return Ignored("notice")
    return _arrived(message_id, chat["id"], content or Sent("other"), at, message, sender)


def _edit(message: Mapping[str, Any], message_id: str, at: datetime) -> Parsed:
    if message["chat"]["type"] != "private" or message["from"].get("is_bot") is True:
        return Ignored("edit")
    if (text := message.get("text")) is None:
        return Ignored("edit")  # a caption, or a live location moving
    content = Said(clean(_words(text)))
    return replace(_arrived(message_id, message["chat"]["id"], content, at, message, message["from"]), edited=True)


def _said(text: str) -> Content:
    if not text.startswith("/") or not (command := COMMAND.fullmatch(text)):
        return Said(text)
    name, rest = command.group(1).lower(), (command.group(2) or "").strip()
    if name == "/start":
        return Opened(rest if CODE.fullmatch(rest) else "")
    return Said(f"{name} {rest}" if rest else name)


def _contact(contact: Mapping[str, Any], sender: object) -> Content:
    """Only the sender's own card, sent by the button, proves a number; the platform fills user_id."""
    if contact.get("user_id") != _whole(sender):
        return Sent("contact")
    phone = clean(_words(contact["phone_number"]))
    return Shared(phone if phone.startswith("+") else f"+{phone}", own=True)


def _tap(tap: Mapping[str, Any], message_id: str, at: datetime) -> Parsed:
    sender, message = tap["from"], tap.get("message") or {}
    chat = message["chat"] if "chat" in message else {"id": sender["id"], "type": "private"}
    if chat["type"] != "private":
        return Ignored("tap in a group")
    if (data := tap.get("data")) is None:
        return Ignored("tap without data")
    data = clean(_words(data))
    label = _label(message, data)
    handle = {"callback": clean(_words(tap["id"])), "chat": str(_whole(chat["id"]))}
    if "message_id" in message:
        handle["question"] = str(_whole(message["message_id"]))
    if label and message.get("text"):
        # The old message is shown again with the choice under it: its words must come along to be kept.
        handle |= {"label": label, "text": clean(_words(message["text"]))}
        if entities := message.get("entities"):
            handle["entities"] = orjson.dumps(entities).decode()
    address = Address("id", handle["chat"])
    language = _language(sender)
    return Arrived("telegram", message_id, (address,), unpack(data, label), at, handle, language=language)


def _label(message: Mapping[str, Any], data: str) -> str:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or ()
    for row in rows:
        for button in row:
            if button.get("callback_data") == data:
                return clean(_words(button["text"]))
    return ""


def _membership(change: Mapping[str, Any], message_id: str, at: datetime) -> Parsed:
    chat = change["chat"]
    if chat["type"] == "private" and change["new_chat_member"]["status"] == "kicked":
        return _arrived(message_id, chat["id"], Left(), at, None, change["from"])
    return Ignored("membership")


def _group(message: Mapping[str, Any], at: datetime, bot: str) -> Parsed:
    text = message.get("text")
    if not isinstance(text, str) or not text.startswith("/"):
        return Ignored("group")
    chat = str(_whole(message["chat"]["id"]))
    return InGroup("telegram", f"{bot}:group:{chat}", chat, at, _language(message["from"]))


def _arrived(
    message_id: str,
    chat: object,
    content: Content,
    at: datetime,
    message: Mapping[str, Any] | None,
    sender: Mapping[str, Any],
) -> Arrived:
    address = str(_whole(chat))
    handle = {"chat": address}
    if message is not None:
        handle["message"] = str(_whole(message["message_id"]))
    if isinstance(content, Shared):
        handle["keyboard"] = "contact"
    own_phone = content.phone if isinstance(content, Shared) else None
    addresses = (Address("id", address),)
    return Arrived("telegram", message_id, addresses, content, at, handle, own_phone, _language(sender))


def _language(sender: Mapping[str, Any]) -> str:
    code = sender.get("language_code")
    return code[:2].lower() if isinstance(code, str) and code.isascii() else ""


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not an integer")
    return value


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
