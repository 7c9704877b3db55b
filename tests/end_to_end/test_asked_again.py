"""Asked again on WhatsApp 26 hours later: a template knocks, BUKA brings the question, the answer the form."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.bot.town import PASSWORD
from tests.doubles.twilio_people import Person
from tests.doubles.twilio_server import TwilioServer
from tests.end_to_end.child import CLOCK
from tests.end_to_end.served import Served, free_port, serving, twilios

NIK = "3174055708950003"
BEFORE_THE_NIK = ("daftar", "dibantu", "setuju", "tidak ada yang cocok", "Siti Aminah")
AFTER_IT = (
    *("17-8-1995", "perempuan", "klender", "5", "gak punya", "gak punya", "pedagang sayur", "gak ada", "3jt"),
    *("2 program", "3 bulan", "boleh", "kirim"),
)
TWENTY_SIX_HOURS_LATER = "2026-11-25T12:00:00+07:00"
REASON = "Di KTP namanya lebih panjang, ya Kak?"


async def says(person: Person, text: str) -> str:
    person.says(text)
    return (await person.hears(30)).text


async def signs_up(served: Served, person: Person) -> str:
    """Answer everything, the NIK on the secure form; the receipt."""
    heard = ""
    for text in BEFORE_THE_NIK:
        heard = await says(person, text)
    link = re.search(r"/isi/\S+", heard)
    assert link
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _ = await served.post(link[0], f"answer={NIK}".encode(), **form)
    assert status == 200
    await person.hears(30)
    for text in AFTER_IT:
        heard = await says(person, text)
    receipt = re.search(r"TK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", heard)
    assert receipt, heard
    return receipt[0]


class Desk:
    """A browser at the desk."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session

    async def get(self, path: str) -> str:
        async with self.session.get(self.url + path) as answer:
            assert answer.status == 200, (path, answer.status)
            return await answer.text()

    async def send(self, path: str, **form: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', await self.get("/admin/sessions"))
        assert found
        async with self.session.post(self.url + path, data={"csrf": found[1], **form}) as answer:
            return str(answer.url)


@asynccontextmanager
async def sitting_down(served: Served) -> AsyncIterator[Desk]:
    """Ratna becomes the first admin by the link that was printed last."""
    url, setup = served.url, re.findall(r"/admin/setup/\S+", served.said())[-1]
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"accept-language": "id"}) as session:
        ratna = {"name": "Ratna Dewi", "login": "ratna", "password": PASSWORD, "repeat": PASSWORD}
        async with session.post(url + setup, data=ratna):
            pass
        yield Desk(url, session)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return tmp_path / "templates.toml"


async def a_day_passes(served: Served) -> None:
    """The same program on the same database, 26 hours on."""
    assert await served.stop() == 0
    served.environment[CLOCK] = TWENTY_SIX_HOURS_LATER
    await served.start()


@pytest.mark.parametrize("opening", ["BUKA", "siapa ini ya?"])
async def test_after_26_hours_a_template_knocks_and_whatever_they_write_brings_the_question(
    tmp_path: Path, templates: Path, opening: str
) -> None:
    async with TwilioServer() as twilio:
        template = twilio.approve("Ada yang perlu dilengkapi di pendaftaran {{1}}. Balas BUKA.")
        templates.write_text(f'data_needed_again = "{template}"\n')
        async with serving(tmp_path, twilios(twilio, free_port())) as served:
            siti = twilio.person("Siti Aminah")
            receipt = await signs_up(served, siti)
            await a_day_passes(served)
            siti.window_until = 0
            async with sitting_down(served) as desk:
                where = f"/admin/applications/{receipt}/correction"
                wish = {"version": "1", "ready": "own", "own": REASON, "step.full_name": "yes"}
                assert (await desk.send(where, **wish)).endswith("?done=asked")
                knock = await siti.hears(30)
                assert (knock.template, receipt in knock.text) == (template, True)
                assert await siti.hears_nothing()

                question = await says(siti, opening)
                assert REASON in question and "nama lengkap" in question
                assert await siti.hears_nothing()
                assert receipt in await says(siti, "Siti Aminah Putri")
                page = await desk.get(f"/admin/applications/{receipt}")
                assert "berubah" in page and "Diperbaiki dan dikirim lagi" in page
