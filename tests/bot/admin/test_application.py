"""One application: hidden until somebody asks and it is written down; a decision is a row, an entry and a message."""

from __future__ import annotations

import asyncio
import re

import pytest

from storage import applications, audit
from storage.applications import Opened
from tests.bot.papers.test_papers import words_of
from tests.bot.town import SITI, Phone, Town, csrf_of, send

HOSTILE = (
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://evil.example\")",
    "Siti \u202eaminA",
    "{{ 7*7 }} {% raw %}",
    '" onmouseover="x',
    "👩‍🌾" * 100,
)  # fmt: skip

WULAN = (
    *("daftar", "dibantu", "setuju", "tidak ada yang cocok", "Wulan Sari", "3174056203920004", "22 maret 92", "cewek"),
    *("pondok bambu", "2", "0857 1111 2222", "wulan@contoh.id", "ojol", "gak ada", "3jt", "2 program", "1 bulan"),
    *("tidak usah", "kirim"),
)
ANA = (
    *("register", "with help", "i agree", "none of these", "Ana Wijaya", "3174055708950003", "17-8-1995", "female"),
    *("klender", "5", "i have none", "i have none", "ojol", "i have none", "2jt", "2 programmes", "1 month"),
    *("no", "send"),
)


async def opened(town: Town, receipt: str) -> Opened:
    async with town.services.db.reading() as tx:
        found = await applications.one(tx, town.services.keyring, receipt)
    assert found is not None
    return found


async def actions(town: Town, receipt: str) -> list[tuple[str, str]]:
    async with town.services.db.reading() as tx:
        return [(e.actor, e.action) for e in reversed(await audit.about(tx, f"application:{receipt}", limit=20))]


async def test_personal_data_and_the_chat_are_hidden_until_shown_and_that_is_written_down(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up(WULAN)
    ratna = await town.member()
    where = f"/admin/applications/{receipt}"
    page = await ratna.get(where)
    for hidden in ("Wulan", "3174056203920004", "Maret", "85711112222", "wulan@contoh.id", "narik dari pagi"):
        assert hidden not in page.text
    assert "3174••••••••0004" in page.text
    assert await actions(town, receipt) == []
    shown = await send(ratna, f"{where}/reveal")
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    for seen in ("Wulan Sari", "3174056203920004", "22 Maret 1992", "+6285711112222", "wulan@contoh.id", "ojol"):
        assert seen in shown.text
    assert await actions(town, receipt) == [("ratna", "application.revealed")]
    assert "Wulan" not in (await ratna.get(where)).text


async def test_the_chat_shows_what_they_saw_with_the_nik_blotted_out(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    page = (await send(await town.member(), f"/admin/applications/{receipt}/reveal")).text
    talk = page[page.index('class="transcript"') :]
    assert "Siapa nama lengkap Kakak" in talk
    assert "tidak ada yang cocok" in talk
    assert "3174055708950003" not in talk


async def test_a_pressed_button_is_shown_as_pressed(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says("halo")
    await phone.send(tap={"step": "!", "value": "register"})
    await phone.send(tap={"step": "registration.path", "value": "helped"})
    receipt = await phone.signs_up(SITI[2:])
    page = (await send(await town.member(), f"/admin/applications/{receipt}/reveal")).text
    assert re.findall(r'<span class="choice" data-chosen>([^<]+)', page) == ["Daftar", "Dibantu"]


async def test_the_price_is_the_one_the_person_was_told_month_by_month(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    page = (await (await town.member()).get(f"/admin/applications/{receipt}")).text
    table = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index('class="price"') : page.index("</table>")]))
    assert "Nov 2026 diskon 13.000 3.400 16.400" in table
    assert "Jan 2027 26.000 6.800 32.800" in table
    assert table.strip().endswith("65.600")


async def test_approving_moves_it_tells_the_person_and_is_written_down(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    ratna = await town.member()
    answer = await send(ratna, f"/admin/applications/{receipt}/approval", version="1")
    assert answer.headers["location"].endswith("?done=approved")
    found = await opened(town, receipt)
    assert (found.state, [d.kind for d in found.decisions], found.decisions[0].staff) == (
        *("approved", ["approve"], "Ratna Dewi"),
    )  # fmt: skip
    assert (await town.told(receipt))[-1].startswith("Kabar baik, Kak.")
    assert await actions(town, receipt) == [("ratna", "application.approved")]
    assert "Batalkan persetujuan" in (await ratna.get(answer.headers["location"])).text


async def test_an_approval_can_be_taken_back_and_the_person_hears_of_it(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    ratna = await town.member()
    where = f"/admin/applications/{receipt}/approval"
    await send(ratna, where, version="1")
    assert (await send(ratna, f"{where}/undo", version="1")).headers["location"].endswith("?done=undone")
    found = await opened(town, receipt)
    assert found.state == "submitted"
    assert [(d.kind, d.undone_at is not None) for d in found.decisions] == [("approve", True), ("undo_approval", False)]
    assert "sekali lagi" in (await town.told(receipt))[-1]


async def test_of_two_who_approve_at_once_one_is_told_and_the_person_hears_it_once(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    where = f"/admin/applications/{receipt}/approval"
    before = len(await town.told(receipt))
    answers = await asyncio.gather(send(ratna, where, version="1"), send(dewi, where, version="1"))
    assert sorted(a.headers["location"].split("=")[1] for a in answers) == ["approved", "faster"]
    assert len(await town.told(receipt)) == before + 1
    assert len((await opened(town, receipt)).decisions) == 1


@pytest.mark.parametrize("version", ["2", "", "x"])
async def test_a_decision_on_another_version_than_was_seen_is_refused(town: Town, version: str) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    answer = await send(await town.member(), f"/admin/applications/{receipt}/approval", version=version)
    assert answer.headers["location"].endswith("?done=faster")
    assert (await opened(town, receipt)).state == "submitted"


async def test_an_english_chat_is_told_in_english_and_reviewed_in_indonesian(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.send(tap={"step": "!", "value": "language:en"})
    receipt = await phone.signs_up(ANA)
    ratna = await town.member()
    assert "Nama sesuai KTP" in (await ratna.get(f"/admin/applications/{receipt}")).text
    await send(ratna, f"/admin/applications/{receipt}/approval", version="1")
    assert (await town.told(receipt))[-1].startswith("Good news.")


@pytest.mark.parametrize("typed", HOSTILE)
async def test_what_a_chat_says_stays_text_on_the_page(town: Town, typed: str) -> None:
    phone = Phone(town.visitor())
    await phone.says("halo", typed)
    receipt = await phone.signs_up()
    page = (await send(await town.member(), f"/admin/applications/{receipt}/reveal")).text
    assert not re.search(r"<script(?! type=\"module\" src=)|<a[^>]+evil|<[^>]*\son[a-z]+=|\u202e|>49 ", page)
    assert page.count("<html") == 1


async def test_an_unknown_receipt_says_where_to_look(town: Town) -> None:
    answer = await (await town.member()).get("/admin/applications/TK-0000-0000-0")
    assert (answer.status_code, "cari di antrean" in answer.text) == (404, True)


async def test_somebody_forgotten_leaves_a_page_without_data(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    await phone.says("hapus data", "ya, hapus")
    await phone.send(tap={"step": "!", "value": "erase_yes"})
    ratna = await town.member()
    page = await send(ratna, f"/admin/applications/{receipt}/reveal")
    assert "Data sudah dihapus" in page.text
    assert "Siti" not in page.text


async def test_the_desks_pages_open_in_both_languages(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    ratna = await town.member()
    for path in ("/admin/queue", f"/admin/applications/{receipt}", "/admin/batches/new", "/admin/sessions"):
        for language in ("id", "en"):
            page = await ratna.get(path, params={"lang": language})
            assert (page.status_code, f'<html lang="{language}">' in page.text) == (200, True)
    revealed = await ratna.post(
        f"/admin/applications/{receipt}/reveal", data={"csrf": csrf_of(await ratna.get("/admin/sessions"))}
    )
    assert f"/admin/applications/{receipt}?lang=id" in revealed.text


async def test_the_receipt_is_printed_at_the_desk_without_uncovering_anything_and_written_down(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up(WULAN)
    ratna = await town.member()
    where = f"/admin/applications/{receipt}"
    assert "Tanda terima kertas" in (await ratna.get(where)).text
    answer = await send(ratna, f"{where}/paper", size="58mm")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"] == f'inline; filename="{receipt}-58mm.pdf"'
    text = words_of(answer.content)
    assert "Wulan" in text
    for hidden in ("Sari", "3174056203920004", "Maret", "85711112222", "wulan@contoh.id", "3.000.000", "Pondok"):
        assert hidden not in text
    assert await actions(town, receipt) == [("ratna", "application.printed")]
    assert "Tanda terima dicetak oleh ratna" in (await ratna.get(where)).text
    assert (await send(ratna, f"{where}/paper", size="a3")).status_code == 404
    assert (await send(ratna, "/admin/applications/TK-0000-0000-0/paper", size="a6")).status_code == 404
    assert len(await actions(town, receipt)) == 1


async def test_who_may_only_look_does_not_print(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up(WULAN)
    auditor = await town.member("auditor", "dewi")
    assert "Tanda terima kertas" not in (await auditor.get(f"/admin/applications/{receipt}")).text
    assert (await send(auditor, f"/admin/applications/{receipt}/paper", size="a6")).status_code == 403


async def test_a_receipt_that_went_along_is_named_in_the_chat_at_the_desk(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up(WULAN)
    await phone.says("cetak")
    ratna = await town.member()
    shown = await send(ratna, f"/admin/applications/{receipt}/reveal")
    assert f"📄 {receipt} · Gambar" in shown.text
