"""People with a phone, as a transcript moves them: a tap is a tap on Telegram, and its number or label on WhatsApp."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.channels.rendering import numbered
from conversations.turn import Choice
from tests.doubles.telegram_people import Line as Bubble
from tests.doubles.telegram_people import Person as OnTelegram
from tests.doubles.twilio_people import Heard
from tests.doubles.twilio_people import Person as OnWhatsApp
from tests.end_to_end.retold import LINK, Said, Step, said

PATIENCE = 20.0  # seconds for an answer; a busy machine is no fault of the bot


class TelegramPhone:
    """Somebody on Telegram."""

    def __init__(self, person: OnTelegram) -> None:
        self.person = person
        self.last: Bubble | None = None

    async def does(self, step: Step) -> None:
        line = step.line
        match line.how:
            case "opened" | "(buka)":
                self.person.opens(line.text)
            case "said":
                self.person.says(line.text)
            case "tapped" if line.argument == "old":
                self.person.taps(line.text, on=self._older(line.text))
            case "tapped" if self.person.keyboard and line.text in _keys(self.person.keyboard):
                self.person.says(line.text)  # a key of the keyboard types its label
            case "tapped":
                self.person.taps(line.text)
            case "(contact)":
                self.person.shares_contact()
            case "(ubah)":
                self.person.edits(line.text)
            case how:
                self.person.sends(how[1:-1])

    async def hears(self) -> Said:
        self.last = await self.person.hears(PATIENCE)
        if (self.last.markup or {}).get("remove_keyboard") and self.last.text == "✓":
            self.last = await self.person.hears(PATIENCE)  # before it the contact keyboard was taken away
        keys = [key for row in (self.last.markup or {}).get("keyboard", []) for key in row]
        own = [key["text"] for key in keys if key.get("request_contact")]  # on top here, below everything in the file
        labels = [label for label in self.last.buttons if label not in own and not label.startswith("⧉ TK-")]
        return said(marked(self.last), (*labels, *own))

    def expected(self, told: Said) -> Said:
        return told

    def _older(self, label: str) -> Bubble:
        mine = [line for line in self.person.seen if line.mine and line is not self.last]
        shown = {line.id: self.person._server.first_markup(line) or {} for line in mine}
        return next(line for line in reversed(mine) if label in str(shown[line.id]))


class WhatsAppPhone:
    """Somebody on WhatsApp, who types the number of a choice or its label, in turns, and follows links."""

    def __init__(self, person: OnWhatsApp) -> None:
        self.person = person
        self.last: Heard | None = None
        self.link = ""
        self.taps = 0
        self.pages: list[str] = []

    async def does(self, step: Step) -> None:
        line = step.line
        match line.how:
            case "opened" | "(buka)":
                self.person.says("halo")
            case "said":
                self.person.says(line.text)
            case "tapped" if any(line.text in heard.buttons for heard in self.person.chat):
                older = [heard for heard in self.person.chat if line.argument == "old" and heard is not self.last]
                self.person.taps(line.text, on=next((h for h in reversed(older) if line.text in h.buttons), None))
            case "tapped":
                self.taps += 1
                number = str(step.before.index(line.text) + 1)
                self.person.says(number if self.taps % 2 and not self._counts_already(line.text) else line.text)
            case "(isi)":
                await self.fills(line.text)
            case how:
                kinds = {"photo": "image", "voice": "audio"}
                self.person.sends(kinds.get(how[1:-1], how[1:-1]))

    def _counts_already(self, label: str) -> bool:
        """Whether a number alone would be asked back: it could mean another number in the question."""
        return any(letter.isdigit() for letter in label) or (
            self.last is not None and self.last.text.count("\n1. ") > 1
        )

    async def fills(self, answer: str) -> None:
        """Open the link of the last message, fill the form in, and see that it is done."""
        async with aiohttp.ClientSession() as browser:
            async with browser.get(self.link) as page:
                assert page.status == 200, self.link
                self.pages.append(await page.text())
            async with browser.post(self.link, data={"answer": answer}) as done:
                assert done.status == 200 and str(done.url).endswith("/selesai"), await done.text()
                self.pages.append(await done.text())
            async with browser.get(self.link) as spent:
                assert spent.status == 410, "the link works twice"
                self.pages.append(await spent.text())

    async def hears(self) -> Said:
        self.last = await self.person.hears(PATIENCE)
        if link := LINK.search(self.last.text):
            self.link = link[0]
        return said(self.last.text, tuple(self.last.buttons))

    def expected(self, told: Said) -> Said:
        """Menus are text with numbers, unless buttons are switched on and can hold them."""
        if self.last and self.last.kind != "text":
            return told
        return said(numbered(told.text, [Choice("", "", label) for label in told.labels]).rstrip())


def marked(bubble: Bubble) -> str:
    """The text with its bold written as *bold*; offsets are in UTF-16 units."""
    units = bubble.text.encode("utf-16-le")
    bold = [(one["offset"], one["offset"] + one["length"]) for one in bubble.entities if one["type"] == "bold"]
    cuts = sorted(place for ends in bold for place in ends)
    pieces = [
        units[2 * start : 2 * end].decode("utf-16-le")
        for start, end in zip([0, *cuts], [*cuts, len(units)], strict=True)
    ]
    return "*".join(pieces)


def _keys(keyboard: dict[str, Any]) -> list[str]:
    return [key["text"] for row in keyboard["keyboard"] for key in row]
