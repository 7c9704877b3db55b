"""What the desk says to somebody in their chat: what was typed, or one of our texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from bot.channels.channel import Outgoing
from bot.payload import pack
from bot.services import Services
from conversations.turn import Fact
from conversations.wording import plain
from storage import outbox
from storage.chats import Chat
from storage.tx import Tx

TEMPLATE = "answer_ready"  # the approved purpose: "we have answered, reply BUKA to read it"
LONGEST = 1000  # WhatsApp takes 1,600 characters (https://www.twilio.com/docs/whatsapp); ours go around it


async def say(tx: Tx, services: Services, chat: Chat, text: str, purpose: str, now: datetime, *, slot: str = "") -> int:
    """Queue words to a chat and return their row's id, 0 where the person was forgotten. Wake delivery afterwards.

    slot: whose form they are about. Outside WhatsApp's 24 hours the words are held until the person writes, and a
    template goes out to ask them to.
    """
    payload = pack(Outgoing(text, template=TEMPLATE))
    return await outbox.add(tx, services.keyring, chat.id, payload, purpose, now, slot=slot)


async def say_text(
    tx: Tx,
    services: Services,
    chat: Chat,
    key: str,
    now: datetime,
    facts: Mapping[str, Fact] | None = None,
    *,
    slot: str = "",
) -> int:
    """Queue one of our texts to a chat, in its language."""
    text = services.house.words[chat.language].text(key, facts or {})
    return await say(tx, services, chat, text, "notice", now, slot=slot)


def typed(text: str) -> str:
    """What somebody at the desk typed, as it may be sent: no markup, nothing that cannot be seen, not too long."""
    lines = [plain(line) for line in unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip()[:LONGEST]
