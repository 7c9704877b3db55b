"""The help desk: somebody asks for a person, one person answers, the other sees who, and closing tells everybody."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.upkeep import Upkeep
from storage import audit
from tests.bot.town import Phone, Town, send

HERE = "/admin/help"


async def ask(town: Town, *before: str) -> Phone:
    """Somebody who wants a person."""
    phone = Phone(town.visitor())
    await phone.says("halo", *before, "bantuan")
    return phone


def which(page: httpx.Response) -> str:
    (found,) = re.findall(rf'href="({HERE}/[0-9]+)"', page.text)
    return str(found)


async def answer(member: httpx.AsyncClient, where: str, text: str, seen: str = "") -> httpx.Response:
    return await send(member, f"{where}/answers", text=text, seen=seen)


async def actions(town: Town) -> list[str]:
    async with town.services.db.reading() as tx:
        return [entry.action for entry in reversed(await audit.search(tx, action="help."))]


async def test_a_request_is_listed_answered_and_closed_and_the_person_is_told(town: Town) -> None:
    phone = await ask(town)
    town.clock.passes(hours=2)
    ratna = await town.member("reviewer")
    page = await ratna.get(HERE)
    assert ("Minta bicara dengan petugas" in page.text, "2 jam yang lalu" in page.text) == (True, True)

    where = which(page)
    sent = await answer(ratna, where, "Halo Kak.\nAda *yang* bisa dibantu?")
    assert sent.headers["location"] == f"{where}?done=answered"
    [heard] = await phone.hear()
    assert heard["text"].startswith("*Ratna, petugas kami:*\nHalo Kak.\nAda yang bisa dibantu?")
    assert "ketik MENU" in heard["text"]
    assert "Bot diam di chat ini sampai" in (await ratna.get(where)).text
    assert "Tidak ada yang menunggu jawaban" in (await ratna.get(HERE)).text
    assert which(await ratna.get(f"{HERE}?state=answered")) == where

    await answer(ratna, where, "Sudah jelas, Kak?")
    assert (await phone.hear())[-1]["text"] == "*Ratna, petugas kami:*\nSudah jelas, Kak?"

    closed = await send(ratna, f"{where}/closing")
    assert closed.headers["location"] == f"{HERE}?done=closed"
    assert (await phone.hear())[-1]["text"].startswith("Obrolan dengan petugas sudah selesai")
    assert which(await ratna.get(f"{HERE}?state=closed")) == where
    again = await answer(ratna, where, "Satu lagi")
    assert (again.status_code, "baru saja diselesaikan" in again.text) == (422, True)
    await send(ratna, f"{where}/closing")
    assert await phone.hears_nothing()
    assert await actions(town) == ["help.answered", "help.answered", "help.closed"]


async def test_the_second_to_answer_sees_who_took_it_and_keeps_what_they_typed(town: Town) -> None:
    phone = await ask(town)
    ratna, dewi = await town.member(login="ratna"), await town.member(login="dewi")
    where = which(await dewi.get(HERE))
    await answer(ratna, where, "Saya bantu ya, Kak.")
    await phone.hear()

    late = await answer(dewi, where, "Halo Kak, saya Dewi.")
    assert (late.status_code, "sudah mengambilnya lebih dulu" in late.text) == (409, True)
    assert "Halo Kak, saya Dewi.</textarea>" in late.text
    assert await phone.hears_nothing()
    taken = await send(dewi, f"{where}/taking", seen="")
    assert taken.headers["location"].endswith("?done=late")
    closed = await send(dewi, f"{where}/closing", seen="")
    assert closed.headers["location"].endswith("?done=late")

    seen = re.search(r'name="seen" value="([0-9]+)"', (await dewi.get(where)).text)
    assert seen
    assert (await answer(dewi, where, "Halo Kak, saya Dewi.", seen[1])).status_code == 303
    assert len(await phone.hear()) == 1
    assert "sudah mengambilnya" in (await answer(ratna, where, "Ada lagi?")).text


async def test_taking_a_request_shows_the_others_whose_it_is(town: Town) -> None:
    await ask(town)
    ratna, dewi = await town.member(login="ratna"), await town.member(login="dewi")
    where = which(await ratna.get(HERE))
    assert (await send(ratna, f"{where}/taking")).headers["location"] == f"{where}?done=taken"
    assert "oleh Ratna Dewi" in (await dewi.get(HERE)).text
    assert "Bicarakan dulu dengan dia" in (await dewi.get(where)).text
    assert "Bicarakan dulu" not in (await ratna.get(where)).text
    assert await actions(town) == ["help.taken"]


async def test_who_somebody_is_stays_hidden_until_it_is_shown_on_record(town: Town) -> None:
    phone = await ask(town, "daftar", "dibantu", "setuju", "tidak ada yang cocok", "Ana Lestari", "3175055708950008")
    await phone.says("saya Ana, hp 0813 9876 5432, email ana@contoh.id, iurannya belum jelas")
    ratna = await town.member()
    where = which(await ratna.get(HERE))
    masked = await ratna.get(where)
    assert not re.search(r"\bAna\b|Lestari|317505|5432|ana@", masked.text)
    assert ("Siapa nama lengkap" in masked.text, "iurannya belum jelas" in masked.text) == (True, True)

    shown = await send(ratna, f"{where}/reveal")
    assert ("Ana Lestari" in shown.text, "Data pribadi sedang dibuka" in shown.text) == (True, True)
    assert not re.search("Lestari|317505", (await ratna.get(where)).text)
    assert await actions(town) == ["help.revealed"]


@pytest.mark.parametrize(
    ("text", "trouble"), [("   ", "masih kosong"), ("NIK Kakak 3174 0557 0895 0003 ya", "Ada angka sepanjang NIK")]
)
async def test_what_may_not_be_sent_is_not_sent_and_stays_in_the_box(town: Town, text: str, trouble: str) -> None:
    phone = await ask(town)
    ratna = await town.member()
    refused = await answer(ratna, which(await ratna.get(HERE)), text)
    assert (refused.status_code, trouble in refused.text) == (422, True)
    assert await phone.hears_nothing()
    assert await actions(town) == []


async def test_an_auditor_reads_masked_and_answers_nobody(town: Town) -> None:
    await ask(town)
    auditor = await town.member("auditor")
    page = await auditor.get(which(await auditor.get(HERE)))
    assert "Peran ini boleh melihat" in page.text
    assert not re.search(r'action="/admin/help/', page.text)


async def test_a_reviewer_of_one_area_does_not_meet_applicants_of_another(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.signs_up()
    await phone.says("bantuan")
    elsewhere = await town.member("reviewer", "kota", area="31.71")
    here = await town.member("reviewer", "timur", area="31.75")
    assert "Tidak ada yang menunggu" in (await elsewhere.get(HERE)).text
    where = which(await here.get(HERE))
    assert (await elsewhere.get(where)).status_code == 404
    assert (await answer(elsewhere, where, "Halo Kak")).status_code == 404
    assert (await here.get(where)).status_code == 200


async def test_a_request_nobody_made_is_no_page(town: Town) -> None:
    ratna = await town.member()
    for where in (f"{HERE}/77", f"{HERE}/x", f"{HERE}/999999999999999999999"):
        assert (await ratna.get(where)).status_code == 404


async def test_a_day_after_the_last_answer_the_bot_is_back_and_the_request_is_done_with(town: Town) -> None:
    phone = await ask(town)
    ratna = await town.member()
    where = which(await ratna.get(HERE))
    await answer(ratna, where, "Sudah kami perbaiki, Kak.")
    await phone.hear()
    town.clock.passes(hours=23)
    await Upkeep(town.services, None)._lapse()
    assert await phone.says("terima kasih") == ""
    town.clock.passes(hours=2)
    await Upkeep(town.services, None)._lapse()
    assert await phone.says("halo") != ""
    again = await town.member(login="dewi")
    assert which(await again.get(HERE)) == where  # they wrote after the answer: nobody knows whether it was enough


async def test_whoever_asks_for_the_bot_has_it_and_the_desk_sees_what_they_write_meanwhile(town: Town) -> None:
    phone = await ask(town)
    ratna = await town.member()
    where = which(await ratna.get(HERE))
    await answer(ratna, where, "Sebentar ya, Kak.")
    await phone.hear()
    town.clock.passes(minutes=3)
    assert await phone.says("baik, saya tunggu") == ""
    page = await ratna.get(where)
    assert page.text.index("Sebentar ya, Kak.") < page.text.index("baik, saya tunggu")
    assert "menulis lagi" in (await ratna.get(f"{HERE}?state=answered")).text
    assert "Sekarang bot yang menjawab lagi" in await phone.says("menu")
    assert "Setelah dibalas, bot diam" in (await ratna.get(where)).text
