"""What the desk says to somebody: at once within WhatsApp's day, after a template outside it, and as it reads."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.house import build_house
from bot.sayings import LONGEST, TEMPLATE, say, say_text, typed
from storage.chats import chat
from storage.database import Database
from storage.keys import Keyring
from tests.bot.test_knocking import Desk, Platform
from tests.storage.world import NOW


async def officer_says(desk: Desk, *texts: str) -> None:
    services = SimpleNamespace(keyring=desk.keyring, house=build_house())
    async with desk.db.writing() as tx:
        place = await chat(tx, desk.keyring, desk.chat)
        assert place
        for text in texts:
            await say(tx, services, place, text, "staff", desk.now)  # type: ignore[arg-type]
        await say_text(tx, services, place, "notice.talk_ended", desk.now)  # type: ignore[arg-type]
    await desk.delivers()


@pytest.fixture
async def desk(database: Database, keyring: Keyring) -> Desk:
    made = Desk(database, keyring, Platform(TEMPLATE))
    await made.begins()
    return made


async def test_an_officers_words_outside_the_window_follow_a_template_once_they_write(desk: Desk) -> None:
    await officer_says(desk, "Halo Kak", "Sudah kami cek")
    assert desk.platform.heard == [f"<{TEMPLATE} >"]
    await desk.writes()
    assert desk.platform.heard[1:3] == ["Halo Kak", "Sudah kami cek"]
    assert desk.platform.heard[3].startswith("Obrolan dengan petugas sudah selesai")


async def test_inside_it_they_go_at_once(desk: Desk) -> None:
    desk.now = NOW
    await officer_says(desk, "Halo Kak")
    assert desk.platform.heard[0] == "Halo Kak"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("  Halo,\r\nKak.  \n\n", "Halo,\nKak."),
        ("*tebal* dan `kode` dan ~coret~", "tebal dan kode dan coret"),
        ("\u202eterbalik\u0000", "terbalik"),
        ("   \n\t ", ""),
        ("a" * 5000, "a" * LONGEST),
        ("e\u0301", "é"),
    ],
)
def test_what_was_typed_is_sent_as_it_reads_and_not_as_it_is_marked_up(text: str, sent: str) -> None:
    assert typed(text) == sent
