"""One phone, several people: at the desk each is read alone; so is what is older than the mark of whose it is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.hall import REST
from tests.bot.town import BUDI, SITI, Phone, Town, open_town, send

RECEIPT = re.compile(r"TK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
OTHER_NIK = "3174051708950001"
BUDI_HELPED = (
    *("daftarkan orang lain", "Budi", "ya", "dibantu", "setuju", "1", "Budi Santoso", OTHER_NIK, "17-8-1995"),
    *("laki-laki", "pondok bambu", "rw 2", "lewati", "lewati", "ojol", "lewati", "3 juta", "2 program", "1 bulan"),
    *("tidak", "kirim"),
)
KARTINI_HELPED = (
    *("daftarkan orang lain", "Kartini", "ya", "dibantu", "setuju", "1", "Kartini Sari", "3174054408950002"),
    *("4-8-1995", *REST[4:]),
)
OWN = (*SITI[:4], "Sri Wahyuni", "3174055806900007", "18-6-1990", *SITI[7:])
ELSEWHERE = "ada orang lain yang didaftarkan"


@pytest.fixture
async def either_town(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)  # PostgreSQL has no folder of its own: keys go to ./var
    async with open_town(database_url) as town:
        yield town


async def helped(phone: Phone, answers: tuple[str, ...]) -> str:
    last = await phone.says(*answers)
    found = RECEIPT.search(last)
    assert found, last
    return found[0]


async def talk_of(town: Town, receipt: str) -> str:
    """What the application's page shows of the chat, once it is uncovered."""
    ratna = await town.member(login=f"r{receipt[3:7].lower()}")
    page = (await send(ratna, f"/admin/applications/{receipt}/reveal")).text
    return page.partition('class="transcript"')[2]


async def test_an_applications_page_shows_only_what_is_about_its_person(either_town: Town) -> None:
    ana = Phone(either_town.visitor())
    own = await ana.signs_up(OWN)
    either_town.clock.passes(hours=1)  # who writes so much at once is asked to go more slowly
    kartini = await helped(ana, KARTINI_HELPED)
    either_town.clock.passes(hours=1)
    budi = await helped(ana, BUDI_HELPED)
    await ana.says("orang saya", "status", "daftarkan orang lain", "Wulan")
    page = {"own": await talk_of(either_town, own), "kartini": await talk_of(either_town, kartini)}
    page["budi"] = await talk_of(either_town, budi)
    for whose, words in (
        *(("own", "Wahyuni"), ("kartini", "Kartini Sari"), ("kartini", kartini), ("budi", "Santoso")),
        ("budi", OTHER_NIK[-4:]),
    ):
        assert words in page[whose], f"{words} is missing on {whose}'s page"
    for whose, words in (
        *(("own", "Kartini"), ("own", "Santoso"), ("own", OTHER_NIK[-4:]), ("own", "Wulan")),
        *(("kartini", "Santoso"), ("kartini", "Wahyuni"), ("kartini", OTHER_NIK[-4:]), ("kartini", budi)),
        *(("budi", "Kartini"), ("budi", "Wahyuni"), ("budi", "8950002"), ("budi", kartini), ("budi", "Wulan")),
    ):
        assert words not in page[whose], f"{words} can be read on {whose}'s page"
    assert all(ELSEWHERE in text for text in page.values())


async def test_what_was_kept_before_messages_knew_whose_they_are_is_not_shown_where_somebody_was_helped(
    either_town: Town,
) -> None:
    ana, alone = Phone(either_town.visitor()), Phone(either_town.visitor())
    kartini, budi = await helped(ana, KARTINI_HELPED), await alone.signs_up(BUDI)
    async with either_town.services.db.writing() as tx:
        await tx.rows("UPDATE inbox SET slot = NULL")
        await tx.rows("UPDATE outbox SET slot = NULL")
    page = await talk_of(either_town, kartini)
    assert "Kartini" not in page
    assert ELSEWHERE in page
    assert "Budi Santoso" in await talk_of(either_town, budi)


async def test_whoever_took_their_record_over_leaves_no_words_on_the_helpers_page(either_town: Town) -> None:
    ana, own_phone = Phone(either_town.visitor()), Phone(either_town.visitor())
    own = await ana.signs_up(BUDI)
    kartini = await helped(ana, KARTINI_HELPED)
    assert "Selesai" in await own_phone.says("data ini milik saya", kartini, "4-8-1995", "0002")
    async with either_town.services.db.writing() as tx:
        await tx.rows("UPDATE inbox SET slot = NULL")
        await tx.rows("UPDATE outbox SET slot = NULL")
    assert "Kartini" not in await talk_of(either_town, own)
    assert kartini in await talk_of(either_town, kartini), "the page shows the chat that is theirs now"


async def test_who_answers_a_helper_sees_the_form_they_asked_about_and_no_other(either_town: Town) -> None:
    ana = Phone(either_town.visitor())
    await helped(ana, KARTINI_HELPED)
    await ana.says(*BUDI_HELPED[:7], "bantuan")
    ratna = await either_town.member()
    listed = (await ratna.get("/admin/help")).text
    one = re.search(r"/admin/help/([0-9]+)", listed)
    assert one
    page = (await send(ratna, f"/admin/help/{one[1]}/reveal")).text
    assert "Santoso" in page
    assert ELSEWHERE in page
    for words in ("Kartini", "0002"):
        assert words not in page


async def test_news_of_an_application_stands_on_its_page_alone(either_town: Town) -> None:
    ana = Phone(either_town.visitor())
    kartini, budi = await helped(ana, KARTINI_HELPED), await helped(ana, BUDI_HELPED)
    ratna = await either_town.member()
    await send(ratna, f"/admin/applications/{budi}/approval", version="1")
    assert budi not in await talk_of(either_town, kartini)
    assert "sudah diperiksa" in await talk_of(either_town, budi)
