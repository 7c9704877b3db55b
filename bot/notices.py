"""Telling somebody what was decided about them: their words, their language, one row in the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.channels.channel import Outgoing
from bot.payload import pack
from bot.services import Services
from conversations.turn import Fact
from storage import helped, outbox
from storage.applications import Opened
from storage.tx import Tx

TEMPLATE = "result_ready"  # the approved purpose for when WhatsApp's window is closed


async def tell(tx: Tx, services: Services, application: Opened, key: str, now: datetime, **more: Fact) -> None:
    """Queue a message to the chat an application came from. Wake delivery after the commit."""
    facts: dict[str, Fact] = {"receipt": application.receipt, **more}
    text = services.house.words[application.language].text(key, facts)
    payload = pack(Outgoing(text, template=TEMPLATE, variables=(application.receipt,)))
    slot = await helped.slot_of(tx, application.chat_id, application.receipt)
    await outbox.add(tx, services.keyring, application.chat_id, payload, "notice", now, slot=slot)


async def tell_all(
    tx: Tx,
    services: Services,
    people: Sequence[tuple[int, str, str]],
    key: str,
    facts: Mapping[str, Fact],
    now: datetime,
) -> None:
    """Queue the same message to many chats at once: chat, language and receipt of each."""
    messages = []
    for chat_id, language, receipt in people:
        text = services.house.words[language].text(key, {**facts, "receipt": receipt})
        messages.append((chat_id, pack(Outgoing(text, template=TEMPLATE, variables=(receipt,)))))
    await outbox.add_many(tx, services.keyring, messages, "notice", now)


async def tell_chat(tx: Tx, services: Services, chat_id: int, key: str, now: datetime) -> None:
    """Queue a message to a chat, in its language; outside WhatsApp's window it waits until they write."""
    [(language,)] = await tx.rows("SELECT language FROM chats WHERE id = $1", (chat_id,))
    text = services.house.words[language].text(key)
    await outbox.add(tx, services.keyring, chat_id, pack(Outgoing(text)), "notice", now)
