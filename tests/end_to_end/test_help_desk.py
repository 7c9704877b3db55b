"""The help desk through a real process: asked on Telegram, answered in a browser's page, quiet until it is over."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx

from tests.doubles.telegram_people import Person
from tests.doubles.telegram_server import TelegramServer
from tests.doubles.twilio_server import TwilioServer
from tests.end_to_end.served import Served, free_port, polling, serving, twilios

PASSWORD = "kopi tubruk manis sekali"


@asynccontextmanager
async def officer(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    """The first admin, come by the link the program printed."""
    async with httpx.AsyncClient(base_url=served.url, headers={"accept-language": "id"}) as browser:
        found = re.search(r"/admin/setup/[\w-]+", served.said())
        assert found, served.said()[-400:]
        joined = {"login": "ratna", "name": "Ratna Dewi", "password": PASSWORD, "repeat": PASSWORD}
        assert (await browser.post(found[0], data=joined)).status_code == 303
        yield browser


async def send(browser: httpx.AsyncClient, where: str, **form: str) -> httpx.Response:
    token = re.search(r'name="csrf" value="([^"]+)"', (await browser.get("/admin/sessions")).text)
    assert token
    return await browser.post(where, data={"csrf": token[1], **form})


async def open_request(browser: httpx.AsyncClient) -> str:
    found = re.search(r'href="(/admin/help/[0-9]+)"', (await browser.get("/admin/help")).text)
    assert found
    return found[1]


async def hears(person: Person) -> str:
    return (await person.hears(20)).text


async def test_asked_on_telegram_answered_at_the_desk_and_quiet_until_closed(tmp_path: Path) -> None:
    async with TelegramServer() as telegram, serving(tmp_path, polling(telegram)) as served, officer(served) as ratna:
        siti = telegram.person("Siti Aminah")
        siti.says("bantuan")
        assert "sudah sampai ke petugas kami" in await hears(siti)

        where = await open_request(ratna)
        assert (await send(ratna, f"{where}/answers", text="Halo Kak, ada yang bisa dibantu?")).status_code == 303
        assert "Ratna, petugas kami:\nHalo Kak, ada yang bisa dibantu?" in await hears(siti)

        for words in ("iuran saya berapa ya", "daftar", "1"):
            siti.says(words)
        await heard_at_the_desk(ratna, where, "iuran saya berapa ya", "daftar")
        assert [line.text for line in siti.seen if line.mine][-1].startswith("Ratna, petugas kami")

        assert (await send(ratna, f"{where}/closing")).status_code == 303
        assert "Obrolan dengan petugas sudah selesai" in await hears(siti)
        siti.says("daftar")
        assert "cara yang mana" in await hears(siti)


async def heard_at_the_desk(browser: httpx.AsyncClient, where: str, *words: str) -> None:
    """Wait until the page shows what they wrote."""
    for _ in range(200):
        page = (await browser.get(where)).text
        if all(f"<p>{text}</p>" in page for text in words):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(page[-3000:])


async def test_menu_ends_the_quiet_from_the_persons_side(tmp_path: Path) -> None:
    async with TwilioServer() as twilio, whatsapp(tmp_path, twilio) as served, officer(served) as ratna:
        budi = twilio.person("Budi Santoso")
        budi.says("bantuan")
        await budi.hears(20)
        where = await open_request(ratna)
        await send(ratna, f"{where}/answers", text="Sebentar ya, Kak.")
        assert "Sebentar ya, Kak." in (await budi.hears(20)).text
        budi.says("baik")
        await heard_at_the_desk(ratna, where, "baik")
        budi.says("menu")
        assert "Sekarang bot yang menjawab lagi" in (await budi.hears(20)).text
        budi.says("status")
        assert (await budi.hears(20)).text
        assert "Setelah dibalas, bot diam" in (await ratna.get(where)).text


def whatsapp(folder: Path, twilio: TwilioServer) -> AbstractAsyncContextManager[Served]:
    return serving(folder, twilios(twilio, free_port()))
