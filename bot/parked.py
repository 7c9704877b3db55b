"""Taking a parked message, or a flood, again: what was kept arrives once more at its own chat, once only."""

from __future__ import annotations

import orjson

from bot.channels.channel import Address, Arrived
from bot.services import Services
from bot.turns import Taken
from conversations.turn import Content, Opened, Said, Sent, Tapped
from storage import floods
from storage import parked as rows
from storage.parked import Parked
from storage.turns import CHAT

FLOOD_AT_ONCE = 100  # each is a turn and an answer, while the officer waits for the page


def content_of(parked: Parked) -> Content | None:
    """What arrived, where it was kept whole and still belongs where the chat stands; None where it cannot be taken.

    Of an answer on the secure form only a masked one is kept, and of a contact not whose it was.
    """
    if parked.chat_id is None or not parked.body or parked.moved_on:
        return None
    match parked.kind, orjson.loads(parked.body):
        case "said", {"text": str(text)}:
            return Said(text)
        case "tapped", {"tap": str(step), "value": str(value)}:
            return Tapped(step, value)
        case "sent", {"kind": str(kind)}:
            return Sent(kind)
        case "opened", {"opened": str(code)}:
            return Opened(code)
    return None


async def take_again(services: Services, parked: Parked) -> Taken | None:
    """Take it as if it arrived now. "parked": it failed again; "seen": somebody did so already; None: it cannot be."""
    content = content_of(parked)
    if content is None:
        return None
    address = Address(CHAT, str(parked.chat_id))
    return await services.take(
        Arrived(parked.channel, f"again:{parked.id}", (address,), content, services.clock())
    )  # fmt: skip


async def take_flood_again(services: Services, chat_id: int) -> int:
    """Take what came in a flood in its order, FLOOD_AT_ONCE at most. Returns how many were taken.

    Each is answered: an officer asked for that. What cannot be taken any more stays, to be set aside.
    """
    async with services.db.reading() as tx:
        found = await floods.to_take(tx, services.keyring, chat_id, limit=FLOOD_AT_ONCE)
    taken = 0
    for one in found:
        if await take_again(services, one) is None:
            continue
        async with services.db.writing() as tx:
            taken += await rows.set_aside(tx, one.id)
    return taken
