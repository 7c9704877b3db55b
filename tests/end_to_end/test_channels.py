"""One transcript, every channel: a real process, a fake platform over HTTP; what is heard is what is written.

The transcript is replayed by the pure conversation side by side, on the day it is today, so that prices may change.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.channels.rendering import clean, numbered, to_plain
from bot.house import build_house
from conversations.turn import Content, Filled, Message, Opened, Said, Sent, Shared, Tapped
from tests.doubles.telegram_server import TOKEN, TelegramServer
from tests.doubles.twilio_server import TwilioServer
from tests.soak.harness import SECRET, Process
from tests.transcripts import script
from tests.transcripts.replay import FORM_URL, OWN_PHONE, Chat
from tests.transcripts.script import Line, Transcript

STORIES = [
    script.HERE / name for name in ("id/driver.txt", "id/trader.txt", "id/unknown_occupation.txt", "en/driver.txt")
]
NAMES = [f"{path.parent.name}/{path.stem}" for path in STORIES]
LINK = re.compile(r"https?://\S+/isi/\S+")
MASKED_PHONE = re.compile(r"0[0-9]{3}•+[0-9]{3}")
FOLDING = "✓"


def same(text: str) -> str:
    """What is drawn by lot or belongs to the fake's own people reads alike: receipts, links, phone numbers."""
    text = script.RECEIPT.sub("TK-RECEIPT", text)
    text = LINK.sub("LINK", text.replace(FORM_URL, "https://x/isi/LINK"))
    return MASKED_PHONE.sub("PHONE", text).strip()


def story(path: Path) -> list[Line]:
    """The transcript's lines; a chat in English begins by asking for it."""
    transcript: Transcript = script.read(path)
    first = [Line("said", "english")] if transcript.language == "en" else []
    return [*first, *transcript.lines]


def model(can: frozenset[str], own_phone: str | None = None) -> Chat:
    return Chat(build_house(), "id", datetime.now(UTC), can, own_phone)


@asynccontextmanager
async def serving(folder: Path, environment: dict[str, str]) -> AsyncIterator[Process]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM", "TWILIO", "DATABASE", "DATA_"))}
    common = {"DATABASE_URL": f"sqlite+aiosqlite:///{folder}/served.db", "SIMULATOR": "0"}
    process = Process(kept | common | environment, "", folder / "served.log")
    process.environment["PUBLIC_URL"] = process.url
    async with aiohttp.ClientSession() as session:
        try:
            await process.start(session)
            yield process
        finally:
            await process.kill()


@pytest.mark.parametrize("path", STORIES, ids=NAMES)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_transcript_passes_through_telegram(tmp_path: Path, path: Path, mode: str) -> None:
    async with TelegramServer() as server:
        server.limit(10_000, 10_000)
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": server.url,
            "TELEGRAM_MODE": mode,
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
        }
        async with serving(tmp_path, settings):
            person = server.person("Siti Aminah")
            chat = model(frozenset({"take_full_id", "share_contact"}))
            heard = None
            for line in story(path):
                content, _ = chat.content(line)
                if isinstance(content, Tapped) and heard and not any(heard.data):
                    content = Said(line.text)  # beside the contact button, choices are keys that type their label
                expected = chat.send(content).message
                match content:
                    case Opened(code):
                        person.opens(code)
                    case Tapped():
                        person.taps(line.text)
                    case Shared():
                        person.shares_contact()
                    case Sent():
                        person.sends_sticker()
                    case Said(text):
                        said = person.says(text)
                heard = await person.hears(timeout=20)
                if heard.text == FOLDING:
                    heard = await person.hears(timeout=20)
                assert expected is not None
                assert same(heard.text) == same(to_plain(expected.text))
                if re.fullmatch(r"[0-9 ]{16,}", line.text):
                    assert said.deleted, "the NIK stayed in the chat"


def typed(line: Line, expected: Message | None) -> Content:
    """How somebody on WhatsApp, without buttons, does what the transcript tells."""
    if expected and FORM_URL in expected.text and line.how == "said":
        return Filled("nik", line.text)
    match line.how:
        case "opened" | "(buka)":
            return Said("halo")
        case "(contact)":
            return Said(OWN_PHONE)
        case _:
            return Said(line.text)


@pytest.mark.parametrize("path", STORIES, ids=NAMES)
async def test_a_transcript_passes_through_whatsapp(tmp_path: Path, path: Path) -> None:
    async with TwilioServer() as twilio, aiohttp.ClientSession() as browser:
        settings = {
            "TWILIO_ACCOUNT_SID": twilio.account,
            "TWILIO_AUTH_TOKEN": twilio.token,
            "TWILIO_WHATSAPP_FROM": twilio.sender,
            "TWILIO_API_URL": twilio.url,
        }
        twilio.limit(10_000, 10_000)
        async with serving(tmp_path, settings) as process:
            twilio.hooks.url = f"{process.url}/whatsapp/webhook"
            person = twilio.person("Siti Aminah")
            chat = model(frozenset(), person.phone)
            expected: Message | None = None
            text = ""
            for line in story(path):
                content = typed(line, expected)
                expected = chat.send(content).message
                if isinstance(content, Filled):
                    link = LINK.search(text)
                    assert link, f"no link in {text!r}"
                    async with browser.post(
                        link[0], data={"answer": content.text}, headers={"origin": process.url}
                    ) as r:
                        assert r.status == 200, await r.text()
                elif isinstance(content, Said):
                    person.says(content.text)
                text = (await person.hears(timeout=20)).text
                assert expected is not None
                assert same(text) == same(clean(numbered(expected.text, expected.choices)))


@pytest.mark.parametrize("path", STORIES, ids=NAMES)
def test_a_transcript_passes_through_the_terminal(tmp_path: Path, path: Path) -> None:
    """`taruna chat` is fed the transcript; what it saved reads as the pure conversation would."""
    chat = model(frozenset({"take_full_id", "share_contact"}), OWN_PHONE)
    first, *lines = story(path)
    screens = [chat.send(Said("english") if first.text == "english" else Opened()).message]
    keyed: list[str] = []
    for line in lines:
        if line.how in ("opened", "(buka)"):
            keyed.append("/start")
            content: Content = Said("/start")
        elif line.how == "(contact)":
            keyed.append(":contact")
            content = Shared(OWN_PHONE, own=True)
        else:
            content, _ = chat.content(line)
            labels = [choice.label for choice in screens[-1].choices] if screens[-1] else []
            keyed.append(f":{labels.index(line.text) + 1}" if isinstance(content, Tapped) else line.text)
        screens.append(chat.send(content).message)
    language = "en" if first.text == "english" else "id"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM", "TWILIO", "DATABASE", "DATA_"))}
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "chat", "--language", language, "--save", str(tmp_path / "saved.txt")],
        input="\n".join(keyed) + "\n",
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env=kept | {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/chat.db"},
    )
    assert done.returncode == 0, done.stderr
    saved = script.read(tmp_path / "saved.txt")
    texts = [same("\n".join(t for t in line.heard if not t.startswith(("[", "(")))) for line in saved.lines]
    wanted = [same(screen.text) for screen in screens if screen]
    assert texts[-len(wanted) + 1 :] == wanted[1:]
