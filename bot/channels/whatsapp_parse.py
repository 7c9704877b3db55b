"""A WhatsApp message as Twilio tells it, read: fields come and go without notice, so only what is needed is looked at.

Nicknames are not read. A phone number is one of a person's names here, not the key to them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qs

from bot.channels.channel import Address, Arrived, Outcome, Parsed, Unreadable
from bot.channels.rendering import clean, unpack
from bot.channels.whatsapp_errors import decide_code
from conversations.turn import Content, Said, Sent, Tapped

LONGEST_ID = 140  # characters of a business-scoped user id
PHONE = re.compile(r"whatsapp:(\+[0-9]{6,15})")
SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
MEDIA = {"image": "photo", "audio": "voice", "video": "video", "application": "document"}
TYPES = {
    "sticker": "sticker",
    "location": "location",
    "contact": "contact",
    "contacts": "contact",
    "image": "photo",
    "audio": "voice",
    "voice": "voice",
    "video": "video",
    "document": "document",
}
STATES = {
    "accepted": "queued",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a message of ours. state: queued < sent < delivered < read, or failed; they come in any order.

    outbox_id: ours, 0 when the callback names none. outcome: the decision a failure carries, else None.
    """

    outbox_id: int
    platform_id: str
    state: str
    error: str = ""
    outcome: Outcome | None = None


def parse(pairs: Sequence[tuple[str, str]], at: datetime) -> Parsed:
    """Read one inbound message from its form fields."""
    form: dict[str, str] = {}
    for name, value in pairs:
        form.setdefault(name, clean(value))
    sid = form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid") or ""
    sender = form.get("From", "")
    if not SID.fullmatch(sid):
        digest = sha256(repr(sorted(form.items())).encode()).hexdigest()[:24]
        return Unreadable("whatsapp", f"raw:{digest}", "no MessageSid")
    if not sender.startswith("whatsapp:") or len(sender) > len("whatsapp:") + LONGEST_ID:
        return Unreadable("whatsapp", sid, "no From")
    media = form.get("NumMedia", "0")
    handle = {"sid": sid} | ({"media": media} if media.isdecimal() and int(media) else {})
    addresses, own_phone = _names(sender, form)
    return Arrived("whatsapp", sid, addresses, _content(form), at, handle, own_phone)


def _names(sender: str, form: Mapping[str, str]) -> tuple[tuple[Address, ...], str | None]:
    """Every name of the sender, the exact From first: that is the one to answer to."""
    names = {sender: "phone" if PHONE.fullmatch(sender) else "bsuid"}
    phone = f"whatsapp:+{form.get('WaId', '')}"
    if PHONE.fullmatch(phone):
        names.setdefault(phone, "phone")
    scoped = form.get("ExternalUserId", "")
    if scoped.startswith("whatsapp:") and len(scoped) <= len("whatsapp:") + LONGEST_ID:
        names.setdefault(scoped, "bsuid")
    addresses = tuple(Address(kind, value) for value, kind in names.items())
    numbers = [found.group(1) for value in names if (found := PHONE.fullmatch(value))]
    return addresses, numbers[0] if numbers else None


def _content(form: Mapping[str, str]) -> Content:
    body = form.get("Body", "")
    for carried, shown in (("ButtonPayload", "ButtonText"), ("ListId", "ListTitle")):
        if data := form.get(carried):
            return _tapped(data, form.get(shown) or body)
    kind = TYPES.get(form.get("MessageType", "").lower())
    if kind in ("sticker", "location", "contact"):
        return Sent(kind)
    if form.get("NumMedia", "0") not in ("", "0"):
        return Sent(_media(form.get("MediaContentType0", "").lower()) or kind or "other")
    if form.get("Latitude") and form.get("Longitude"):
        return Sent("location")
    if body.strip():
        return Said(body)
    return Sent(kind or "other")


def _tapped(data: str, label: str) -> Content:
    content = unpack(data, label)
    # A template's button ("BUKA") carries whatever was approved with it: not ours, so its words count.
    return content if isinstance(content, Tapped) or label else Said(data)


def _media(content_type: str) -> str:
    if "vcard" in content_type:
        return "contact"
    return "sticker" if content_type == "image/webp" else MEDIA.get(content_type.partition("/")[0], "")


def parse_status(query: bytes, pairs: Sequence[tuple[str, str]]) -> Status | None:
    """Read a status callback; None when it is none. Our own id comes back in the address we gave Twilio."""
    form = dict(pairs)
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    state = STATES.get((form.get("MessageStatus") or form.get("SmsStatus") or "").lower())
    if state is None or not SID.fullmatch(sid):
        return None
    ours = parse_qs(query.decode("latin-1")).get("outbox", ["0"])[0]
    outbox_id = int(ours) if re.fullmatch(r"[0-9]{1,18}", ours) else 0
    code = form.get("ErrorCode", "")
    if state != "failed":
        return Status(outbox_id, sid, state)
    code = code if re.fullmatch(r"[0-9]{1,6}", code) else ""
    return Status(outbox_id, sid, state, code, decide_code(int(code or 0)).outcome)
