"""A flood through a real process: five hundred messages at once, and what is answered, told, kept and taken again."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path

import httpx

from storage.database import Database
from tests.doubles.telegram_people import Person
from tests.doubles.telegram_server import TelegramServer
from tests.end_to_end.child import CLOCK
from tests.end_to_end.served import polling, serving
from tests.end_to_end.test_help_desk import officer, send

HERE = "/admin/parked"
FLOOD = 500
LATER = "2026-11-24T10:20:00+07:00"


def told(person: Person) -> list[str]:
    return [line.text for line in person.chat if line.mine]


async def kept(db: Database, count: int) -> Counter[str]:
    """Wait until so many messages are kept, whatever became of them."""
    for _ in range(600):
        async with db.reading() as tx:
            states = dict(await tx.rows("SELECT state, COUNT(*) FROM inbox GROUP BY state"))
        if sum(states.values()) >= count:
            return Counter(states)
        await asyncio.sleep(0.1)
    raise AssertionError(states)


async def quiet_again(person: Person) -> int:
    """Wait until nothing more is said to somebody; how much it was."""
    heard = -1
    while heard != len(told(person)):
        heard = len(told(person))
        await asyncio.sleep(1.5)
    return heard


async def page_of(ratna: httpx.AsyncClient) -> tuple[str, str, str]:
    """The desk's page, the flooded chat's number, and the last message seen of it."""
    page = (await ratna.get(HERE)).text
    found = re.search(r'floods/([0-9]+)/aside".*?name="last" value="([0-9]+)"', page)
    return (page, found[1], found[2]) if found else (page, "", "")


async def test_five_hundred_messages_at_once(tmp_path: Path) -> None:
    async with TelegramServer() as telegram:
        telegram.limit(10_000, 10_000)
        siti, budi = telegram.person("Siti"), telegram.person("Budi")
        async with serving(tmp_path, polling(telegram)) as served, officer(served) as ratna:
            db = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'taruna.db'}")
            for number in range(FLOOD):
                siti.says(f"halo {number}")
            for words in ("daftar", "dibantu", "setuju"):
                budi.says(words)
                assert (await budi.hears(60)).text
            states = await kept(db, FLOOD + 3)
            answered = await quiet_again(siti) - 1
            assert 60 <= answered <= 100, "sixty, and one more every three seconds it took"
            assert sum("pelan-pelan dulu" in text for text in told(siti)) == 1
            assert "pelan-pelan dulu" in told(siti)[-1]
            assert states == {"taken": answered + 3, "flooded": FLOOD - answered}, "nothing is lost"

            page, chat, _ = await page_of(ratna)
            assert f">{FLOOD - answered} pesan<" in page
            assert "halo" not in page
            assert (await send(ratna, f"{HERE}/floods/{chat}/again")).headers["location"].endswith("?done=taken")
            assert await quiet_again(siti) == answered + 1 + 100
            assert f">{FLOOD - answered - 100} pesan<" in (await page_of(ratna))[0]
            async with db.reading() as tx:
                [(text,)] = await tx.rows(
                    "SELECT COUNT(*) FROM inbox WHERE message_id LIKE 'again:%' AND state = 'taken'"
                )
            assert text == 100
            cookies = ratna.cookies

        served.environment[CLOCK] = LATER  # started again, twenty minutes later
        await served.start()
        try:
            siti.says("menu")
            assert (await siti.hears(20)).text
            for _ in range(2):
                siti.says("menu")
            assert await quiet_again(siti) == answered + 1 + 100 + 3
            async with httpx.AsyncClient(base_url=served.url, cookies=cookies) as ratna:
                page, chat, last = await page_of(ratna)
                assert "Orangnya sudah menulis lagi" in page
                assert "/again" not in page
                aside = await send(ratna, f"{HERE}/floods/{chat}/aside", last=last)
                assert aside.headers["location"].endswith("?done=set_aside")
                assert "Tidak ada yang macet" in (await page_of(ratna))[0]
            await db.close()
            assert await served.stop() == 0
        finally:
            if served.child and served.child.returncode is None:
                served.child.kill()
                await served.child.wait()
