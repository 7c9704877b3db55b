"""Taking a parked message again: what was kept of it arrives once more at its own chat, once only."""

from __future__ import annotations

import orjson

from bot.channels.channel import Address, Arrived
from bot.services import Services
from bot.turns import Taken
from conversations.turn import Content, Opened, Said, Sent, Tapped
from storage.parked import Parked
from storage.turns import CHAT


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
