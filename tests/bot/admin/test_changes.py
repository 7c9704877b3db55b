"""What changed is said: after a correction beside the answers, and to whoever decided on what they no longer see."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.admin.answers import changed, lay_out
from bot.channels.channel import Address, Arrived
from bot.house import build_house
from conversations.forms import FORMS
from conversations.turn import Answer, SentBack
from storage import applications
from storage.turns import CHAT
from tests.bot.town import Phone, Town, send

WORDS = build_house().words["id"]
FORM = FORMS["registration"]


def text(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def corrects(town: Town, phone: Phone, receipt: str) -> None:
    """A reviewer asks for two answers again in the chat, and Siti gives them."""
    async with town.services.db.reading() as tx:
        one = await applications.one(tx, town.services.keyring, receipt)
    assert one is not None
    asked = SentBack(receipt, ("full_name", "rw"), "Tolong dicek lagi.")
    await town.services.take(Arrived("web", "sent back", (Address(CHAT, str(one.chat_id)),), asked, town.clock()))
    assert "tetap" in await phone.says("Siti Aminah Putri", "6")


def test_only_answers_with_another_value_have_changed() -> None:
    earlier = {"rw": Answer("5", "rw 5"), "full_name": Answer("Siti"), "email": Answer(None)}
    assert changed(earlier, {"rw": Answer("5", "lima"), "full_name": Answer("Siti A"), "phone": Answer(None)}) == [
        *("full_name", "phone"),
    ]
    assert changed({}, {"rw": Answer("5")}) == []


def test_what_an_answer_was_is_shown_as_hidden_as_what_it_is() -> None:
    earlier = {"full_name": Answer("Siti"), "rw": Answer("5")}
    answers = {"full_name": Answer("Siti Aminah"), "rw": Answer("6"), "email": Answer("siti@contoh.id")}
    masked = lay_out(FORM, answers, WORDS, WORDS, "masked", earlier)
    opened = lay_out(FORM, answers, WORDS, WORDS, "open", earlier)
    assert [one.before for one in masked] == ["S•••", "5", "tidak diisi"]
    assert [one.before for one in opened] == ["Siti", "5", "tidak diisi"]
    assert [one.before for one in lay_out(FORM, answers, WORDS, WORDS, "open")] == [None] * 3


async def test_a_corrected_form_shows_what_is_new_and_what_it_was(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    await corrects(town, phone, receipt)
    ratna = await town.member()
    masked = text(await ratna.get(f"/admin/applications/{receipt}"))
    assert masked.count("berubah Sebelumnya:") == 2
    assert re.search(r" RW RW berapa, Kak\?.* 6 berubah Sebelumnya: 5 ", masked)
    assert "Putri" not in masked
    opened = text(await send(ratna, f"/admin/applications/{receipt}/reveal"))
    assert "Siti Aminah Putri berubah Sebelumnya: Siti Aminah" in opened
    assert "diperbaiki" in text(await ratna.get("/admin/queue"))


async def test_whoever_approves_what_was_corrected_meanwhile_is_told_what_changed(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna = await town.member()
    await corrects(town, phone, receipt)
    answer = await send(ratna, f"/admin/applications/{receipt}/approval", version="1")
    page = await ratna.get(answer.headers["location"])
    assert "Jawaban yang berubah: Nama sesuai KTP, RW" in text(page)
    assert f"Setujui {receipt}" not in text(page)
    assert "Menunggu" in text(page)


async def test_whoever_approves_what_somebody_approved_before_is_told_who(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    where = f"/admin/applications/{receipt}/approval"
    await send(dewi, where, version="1")
    town.clock.passes(minutes=2)
    page = text(await ratna.get((await send(ratna, where, version="1")).headers["location"]))
    assert "Keputusan terakhir: Disetujui , Ratna Dewi, 2 menit yang lalu" in page
    assert "Jawaban yang berubah" not in page


@pytest.mark.parametrize("seen", ["0", "2", "9", "999999999999", "-1", "x", ""])
async def test_an_odd_version_in_the_address_changes_nothing(town: Town, seen: str) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    page = await (await town.member()).get(f"/admin/applications/{receipt}?done=faster&seen={seen}")
    assert (page.status_code, "Jawaban yang berubah" in page.text) == (200, False)


async def test_sent_again_after_it_was_handed_over_is_said_in_the_history(town: Town) -> None:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'handed_over' WHERE receipt = $1", (receipt,))
    await corrects(town, phone, receipt)
    page = text(await (await town.member()).get(f"/admin/applications/{receipt}"))
    assert "Dikirim lagi, sesudah diserahkan" in page
    assert "Diserahkan" in page
