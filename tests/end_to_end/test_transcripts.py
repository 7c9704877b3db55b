"""The same conversations through Telegram polling, Telegram webhook, WhatsApp and the terminal, each a real process."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.rendering import to_plain
from bot.house import build_house
from tests.doubles.telegram_server import TelegramServer
from tests.doubles.twilio_server import TwilioServer
from tests.end_to_end import served as programs
from tests.end_to_end.phones import TelegramPhone, WhatsAppPhone
from tests.end_to_end.retold import LIKE_WHATSAPP, TELEGRAM, TERMINAL, WHATSAPP, Step, Way, read, retold
from tests.end_to_end.served import serving
from tests.transcripts import script

HOUSE = build_house()
EVERYWHERE = (
    *("id/driver", "id/trader", "id/household_assistant", "id/corrections", "id/commands", "id/doubts", "id/late_tap"),
    *("id/kelurahan_list", "id/three_misses", "id/erase", "id/unknown_occupation", "id/claims", "id/trust"),
    *("id/mydata", "id/helping", "id/training"),
    *("en/driver", "en/trader", "en/corrections", "en/commands"),
)
LATE_TAPS = ("id/late_tap", "id/three_misses")  # there is nothing to tap late where menus are text
FORMS = ("id/secure_form", "en/secure_form")  # where a chat may not ask for a NIK

pytestmark = pytest.mark.asyncio(loop_scope="module")


def told(name: str, way: Way) -> list[Step]:
    return retold(script.read(script.HERE / f"{name}.txt"), HOUSE, way)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["polling", "webhook"])
async def telegram(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[TelegramServer]:
    """Telegram, with the bot served beside it in either mode."""
    async with TelegramServer() as server:
        port = programs.free_port()
        settings = programs.polling(server) if request.param == "polling" else programs.webhook(server, port)
        async with serving(tmp_path_factory.mktemp(request.param), settings):
            yield server


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_on_telegram_it_is_said_as_written(telegram: TelegramServer, name: str) -> None:
    number = len(telegram.people)
    person = telegram.person(f"Seseorang {name}")
    person.phone = f"62812{number:05d}890"
    phone = TelegramPhone(person)
    for step in told(name, TELEGRAM):
        await phone.does(step)
        if step.hears:
            assert await phone.hears() == phone.expected(step.hears), f"after {step.line.text!r}"
    assert await person.hears_nothing()
    assert not any(line.text.replace(" ", "").isdigit() and len(line.text) >= 16 for line in person.seen)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whatsapp(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwilioServer]:
    """WhatsApp through Twilio, with the bot served behind it; menus are text."""
    folder, port = tmp_path_factory.mktemp("text"), programs.free_port()
    async with TwilioServer() as twilio, serving(folder, programs.twilios(twilio, port)):
        yield twilio


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def buttons(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwilioServer]:
    """The same with buttons and lists."""
    async with TwilioServer() as twilio:
        settings = programs.twilios(twilio, programs.free_port()) | {"WHATSAPP_INTERACTIVE": "1"}
        async with serving(tmp_path_factory.mktemp("buttons"), settings):
            yield twilio


@pytest.mark.parametrize("name", [name for name in (*EVERYWHERE, *FORMS) if name not in LATE_TAPS])
async def test_on_whatsapp_it_is_said_as_written(whatsapp: TwilioServer, name: str) -> None:
    await _on_whatsapp(whatsapp, name)


@pytest.mark.parametrize("name", [*EVERYWHERE, *FORMS])
async def test_on_whatsapp_with_buttons_it_is_said_as_written(buttons: TwilioServer, name: str) -> None:
    await _on_whatsapp(buttons, name)


async def _on_whatsapp(twilio: TwilioServer, name: str) -> None:
    person = twilio.person(f"Seseorang {name}")
    person.phone = f"+62812{len(twilio.people):05d}890"
    phone = WhatsAppPhone(person)
    for step in told(name, WHATSAPP):
        await phone.does(step)
        if step.hears:
            assert await phone.hears() == phone.expected(step.hears), f"after {step.line.text!r}"
    assert await person.hears_nothing()
    bodies = [message["body"] for message in twilio.messages.values() if message["from"] == person.address]
    assert not any("3174055708950003" in body for body in bodies)


@pytest.mark.parametrize("name", ["id/driver", "id/corrections", "en/driver", "en/trader", *FORMS])
async def test_in_the_terminal_it_is_said_as_written(name: str, tmp_path: Path) -> None:
    way = LIKE_WHATSAPP if name in FORMS else TERMINAL
    steps = told(name, way)
    like = ["--like-whatsapp"] if way is LIKE_WHATSAPP else []
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.end_to_end.child", "chat", "--save", str(tmp_path / "saved.txt")),
        *("--language", name[:2], *like),
        env=programs.environment(tmp_path, CLOCK_AT=programs.TEN_IN_THE_MORNING),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    typed = "".join(f"{_typed(step)}\n" for step in steps[1:])
    shown, trouble = await asyncio.wait_for(program.communicate(typed.encode()), 60)
    assert (program.returncode, trouble.decode()) == (0, "")
    saved = script.read(tmp_path / "saved.txt")
    heard = [saying for line in saved.lines if (saying := read(line.heard))]
    assert heard == [step.hears for step in steps if step.hears]
    screen = shown.decode()
    for line in saved.lines:
        if line.heard:
            spoken = "\n".join(text for text in line.heard if not text.startswith("["))
            assert to_plain(spoken).strip() in screen


def _typed(step: Step) -> str:
    match step.line.how:
        case "tapped" if step.line.argument == "":
            return f":{step.before.index(step.line.text) + 1}"
        case "(isi)":
            return f":isi {step.line.text}"
        case "said" | "tapped":
            return step.line.text
        case how:
            return f":{how[1:-1]}"
