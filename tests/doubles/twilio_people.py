"""People on the fake WhatsApp: they write, tap, send media, block, and hear what the bot says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.doubles.twilio_server import TwilioServer

DAY = 24 * 3600
MEDIA = {
    "image": ("image", "image/jpeg"),
    "audio": ("audio", "audio/ogg"),
    "video": ("video", "video/mp4"),
    "document": ("document", "application/pdf"),
    "sticker": ("sticker", "image/webp"),
    "contact": ("contacts", "text/vcard"),
}


@dataclass
class Heard:
    """One message on the person's phone. options: (label, what it carries)."""

    sid: str
    text: str
    options: list[tuple[str, str]] = field(default_factory=list)
    kind: str = "text"  # or "buttons", "list"
    list_button: str = ""
    template: str = ""
    file_address: str = ""
    file: bytes = b""
    media_type: str = ""

    @property
    def buttons(self) -> list[str]:
        return [label for label, _ in self.options]

    @property
    def data(self) -> list[str]:
        return [data for _, data in self.options]


class Person:
    """Somebody with WhatsApp. Every verb is a signed webhook on its way to the application, in order."""

    def __init__(self, server: TwilioServer, number: int, name: str, hidden: bool) -> None:
        self._server, self.name, self.hidden = server, name, hidden
        self.phone = f"+62812{number:08d}"
        self.scoped_id = f"whatsapp:ID.{number:012d}"
        self.window_until, self.blocked, self.opted_out = 0.0, False, False
        self.chat: list[Heard] = []
        self._unheard: asyncio.Queue[Heard] = asyncio.Queue()
        self._on_the_way: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """What the application sees as From, and answers to."""
        return self.scoped_id if self.hidden else f"whatsapp:{self.phone}"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.scoped_id,) if self.hidden else (f"whatsapp:{self.phone}", self.scoped_id)

    def says(self, text: str, **more: str) -> str:
        return self._sends({"Body": text, "MessageType": "text", **more})

    def taps(self, what: str, on: Heard | None = None) -> str:
        """The newest button or row so labelled, or carrying that value."""
        for heard in [on] if on else reversed(self.chat):
            for label, data in heard.options:
                if what in (label, data) or data.endswith(f"|{what}"):
                    tapped = {"Body": label, "OriginalRepliedMessageSid": heard.sid}
                    if heard.kind == "list":
                        return self._sends(tapped | {"MessageType": "interactive", "ListId": data, "ListTitle": label})
                    return self._sends(tapped | {"MessageType": "button", "ButtonPayload": data, "ButtonText": label})
        raise LookupError(f"no button {what!r} on the screen of {self.name}: {[heard.buttons for heard in self.chat]}")

    def sends(self, kind: str, caption: str = "") -> str:
        if kind == "location":
            return self._sends({"MessageType": "location", "Latitude": "-6.2", "Longitude": "106.8", "Body": ""})
        if kind == "unsupported":
            return self._sends({"MessageType": "unsupported", "Body": ""})
        name, content_type = MEDIA[kind]
        return self._sends({"MessageType": name, "Body": caption}, media=content_type)

    def sends_sticker(self) -> str:
        return self.sends("sticker")

    def blocks(self) -> None:
        """Nobody is told; messages fail from now on."""
        self.blocked = True

    def returns(self) -> None:
        self.blocked = False

    async def hears(self, timeout: float = 5.0) -> Heard:
        """The next message of the bot, in order.

        Raises:
            TimeoutError: it stays silent.
        """
        try:
            return await asyncio.wait_for(self._unheard.get(), timeout)
        except TimeoutError:
            raise TimeoutError(f"{self.name} heard nothing for {timeout} s") from None

    async def hears_nothing(self, during: float = 0.2) -> bool:
        await asyncio.sleep(during)
        return self._unheard.empty()

    def hear(self, heard: Heard) -> None:
        self.chat.append(heard)
        self._unheard.put_nowait(heard)

    async def arrived(self) -> None:
        """Wait until everything sent so far was posted."""
        if self._on_the_way:
            await asyncio.shield(self._on_the_way)

    def _sends(self, fields: dict[str, Any], media: str = "") -> str:
        self.window_until = self._server.now() + DAY
        sid, pairs = self._server.receive(self, fields, media)
        before = self._on_the_way

        async def post() -> None:
            if before:
                await asyncio.gather(before, return_exceptions=True)
            await self._server.hooks.inbound(pairs)

        self._on_the_way = self._server.hooks.later(post())
        return sid
