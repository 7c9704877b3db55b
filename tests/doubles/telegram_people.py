"""People on the fake Telegram: they write, tap, send stickers, block, and hear what the bot says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.doubles.telegram_server import TelegramServer

EXTRAS: dict[str, dict[str, Any]] = {
    "sticker": {"sticker": {"file_id": "s1", "file_unique_id": "us1", "width": 512, "height": 512, "emoji": "👍"}},
    "voice": {"voice": {"file_id": "v1", "file_unique_id": "uv1", "duration": 3, "mime_type": "audio/ogg"}},
    "photo": {"photo": [{"file_id": "p1", "file_unique_id": "up1", "width": 90, "height": 60}], "caption": "ini kak"},
    "animation": {
        "animation": {"file_id": "a1", "file_unique_id": "ua1", "width": 1, "height": 1, "duration": 1},
        "document": {"file_id": "a1", "file_unique_id": "ua1"},
    },
    "document": {"document": {"file_id": "d1", "file_unique_id": "ud1", "file_name": "berkas.pdf"}},
    "video": {"video": {"file_id": "w1", "file_unique_id": "uw1", "width": 1, "height": 1, "duration": 2}},
    "video_note": {"video_note": {"file_id": "n1", "file_unique_id": "un1", "length": 240, "duration": 4}},
    "audio": {"audio": {"file_id": "m1", "file_unique_id": "um1", "duration": 180}},
    "location": {"location": {"latitude": -6.2, "longitude": 106.8}},
    "venue": {
        "venue": {"location": {"latitude": -6.2, "longitude": 106.8}, "title": "Pasar", "address": "Jl. Contoh 1"},
        "location": {"latitude": -6.2, "longitude": 106.8},
    },
    "poll": {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False}},
    "dice": {"dice": {"emoji": "🎲", "value": 6}},
    "story": {"story": {"chat": {"id": 9, "type": "private"}, "id": 3}},
}


@dataclass(frozen=True)
class Attached:
    """A file as it reached the phone. kind: document or photo."""

    kind: str
    name: str
    media_type: str
    content: bytes


@dataclass
class Line:
    """One message in a chat, as it is now."""

    id: int
    chat: int
    mine: bool  # the bot's
    at: float
    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)
    markup: dict[str, Any] | None = None
    protected: bool = False
    deleted: bool = False
    edits: int = 0
    file: Attached | None = None

    @property
    def buttons(self) -> list[str]:
        """Labels, whichever keyboard they are on."""
        return [button["text"] for row in self._rows() for button in row]

    @property
    def data(self) -> list[str]:
        return [button.get("callback_data", "") for row in self._rows() for button in row]

    def _rows(self) -> list[list[dict[str, Any]]]:
        markup = self.markup or {}
        rows: list[list[dict[str, Any]]] = markup.get("inline_keyboard") or markup.get("keyboard") or []
        return rows

    def find(self, what: str) -> dict[str, Any] | None:
        """A button by label or by the value at the end of what it carries."""
        for row in self._rows():
            for button in row:
                data = button.get("callback_data", "")
                if what in (button["text"], data) or data.endswith(f"|{what}"):
                    return button
        return None


class Person:
    """Somebody with a Telegram account. Every verb is an update on its way to the bot."""

    def __init__(self, server: TelegramServer, number: int, name: str, language: str) -> None:
        self._server, self.id, self.name, self.language = server, number, name, language
        self.phone = f"62812{number % 10**8:08d}"
        self.started, self.blocked, self.deactivated = False, False, False
        self.chat: list[Line] = []
        self.keyboard: dict[str, Any] | None = None
        self._unheard: asyncio.Queue[Line] = asyncio.Queue()

    @property
    def user(self) -> dict[str, Any]:
        first, _, last = self.name.partition(" ")
        user: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": first, "language_code": self.language}
        return user | ({"last_name": last} if last else {})

    @property
    def seen(self) -> list[Line]:
        """What is still in the chat."""
        return [line for line in self.chat if not line.deleted]

    def says(self, text: str, group: int = 0) -> Line:
        entities = []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self._sends({"text": text} | ({"entities": entities} if entities else {}), text, group)

    def opens(self, code: str = "") -> Line:
        return self.says(f"/start {code}".strip())

    def sends(self, kind: str) -> Line:
        return self._sends(EXTRAS[kind], f"<{kind}>")

    def sends_sticker(self) -> Line:
        return self.sends("sticker")

    def sends_album(self, pictures: int = 3) -> list[Line]:
        album = str(self._server.next_number())
        return [self._sends(EXTRAS["photo"] | {"media_group_id": album}, "<photo>") for _ in range(pictures)]

    def shares_contact(self) -> Line:
        """By the button: only then does Telegram say whose number it is."""
        card = {"phone_number": self.phone, "first_name": self.name, "user_id": self.id}
        return self._sends({"contact": card}, "<contact>")

    def shares_someone(self, phone: str = "+628111222333") -> Line:
        return self._sends({"contact": {"phone_number": phone, "first_name": "Ana", "user_id": 999}}, "<contact>")

    def edits(self, text: str, line: Line | None = None) -> None:
        line = line or next(line for line in reversed(self.chat) if not line.mine)
        line.text = text
        message = self._message(line.id, {"text": text}) | {"edit_date": int(self._server.now())}
        self._server.enqueue("edited_message", message, self.id)

    def taps(self, what: str, on: Line | None = None) -> None:
        """The newest button so labelled, or carrying that value. `on` taps an old screen, even if frozen since."""
        for line in [on] if on else reversed(self.seen):
            shown = line.markup if line.markup else self._server.first_markup(line)
            button = Line(0, 0, True, 0, "", markup=shown).find(what)
            if line.mine and button and "callback_data" in button:
                self._tap(line, button["callback_data"])
                return
        raise LookupError(f"no button {what!r} on the screen of {self.name}: {[line.buttons for line in self.seen]}")

    def taps_raw(self, data: str, on: Line) -> None:
        self._tap(on, data)

    def _tap(self, line: Line, data: str) -> None:
        query = {
            "id": str(self._server.next_query()),
            "from": self.user,
            "chat_instance": "1",
            "data": data,
            "message": self._server.message_json(line),
        }
        self._server.enqueue("callback_query", query, self.id)

    def blocks(self) -> None:
        self.blocked = True
        self._membership("member", "kicked")

    def returns(self) -> None:
        self.blocked = False
        self._membership("kicked", "member")

    def _membership(self, before: str, after: str) -> None:
        bot = self._server.bot
        change = {
            "chat": self._chat(),
            "from": self.user,
            "date": int(self._server.now()),
            "old_chat_member": {"user": bot, "status": before},
            "new_chat_member": {"user": bot, "status": after},
        }
        self._server.enqueue("my_chat_member", change, self.id)

    async def hears(self, timeout: float = 5.0) -> Line:
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

    def hear(self, line: Line) -> None:
        self.chat.append(line)
        self._unheard.put_nowait(line)

    def _chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.user["first_name"]}

    def _message(self, number: int, extra: dict[str, Any], group: int = 0) -> dict[str, Any]:
        chat = {"id": group, "type": "supergroup", "title": "RW 05"} if group else self._chat()
        return {"message_id": number, "from": self.user, "chat": chat, "date": int(self._server.now())} | extra

    def _sends(self, extra: dict[str, Any], shown: str, group: int = 0) -> Line:
        line = self._server.new_line(group or self.id, mine=False, text=shown)
        if not group:
            self.started, self.blocked = True, False
            self.chat.append(line)
        self._server.enqueue("message", self._message(line.id, extra, group), group or self.id)
        return line
