"""One private answer outside the chat: once, for half an hour, for its own chat, and nothing in its address."""

from __future__ import annotations

import asyncio
import re

import pytest

from conversations.forms import FORMS
from locales import LANGUAGES, catalogue
from tests.bot.town import SITI, Phone, Town

NIK = "3174 0557 0895 0003"


async def linked(town: Town) -> tuple[Phone, str]:
    """A chat that may not ask for the NIK, and the link it was given."""
    phone = Phone(town.visitor(), like="whatsapp")
    said = await phone.says(*SITI[:5])
    found = re.search(r"https?://\S+(/isi/[A-Za-z0-9_-]{22})\b", said)
    assert found, said
    return phone, found[1]


async def test_the_answer_goes_on_in_the_chat_with_four_digits_only(town: Town) -> None:
    phone, link = await linked(town)
    page = await town.visitor().get(link)
    assert page.status_code == 200
    assert "NIK" in page.text
    assert 'inputmode="numeric"' in page.text
    filled = await town.visitor().post(link, data={"answer": NIK})
    assert (filled.status_code, filled.headers["location"]) == (303, f"{link}/selesai")
    done = await town.visitor().get(filled.headers["location"])
    assert "Terima kasih" in done.text
    assert 'href="/coba"' in done.text
    (heard,) = await phone.hear()
    assert "0003" in heard["text"]
    assert "3174055708950003" not in heard["text"].replace(" ", "")
    history = (await phone.visitor.get("/coba/history", params={"chat": phone.chat})).text
    assert "3174055708950003" not in history


async def test_it_says_what_it_is_for_and_whom_it_serves(town: Town) -> None:
    _, link = await linked(town)
    page = (await town.visitor().get(link)).text
    for said in (
        "Karang Taruna DKI Jakarta",
        "satu jawaban",
        "tersandi",
        "30 menit, sekali pakai",
        "hanya untuk chat Kakak",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("317405570895000", "15"),
        ("0812 3456 7890", "nomor HP"),
        ("halo", "angka"),
        ("3174055799950003", "tanggal"),
        ("", "angka"),
    ],
)
async def test_what_cannot_be_a_nik_is_said_in_words_and_can_be_mended(town: Town, typed: str, said: str) -> None:
    _, link = await linked(town)
    answer = await town.visitor().post(link, data={"answer": typed})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert said in answer.text
    assert (await town.visitor().post(link, data={"answer": NIK})).status_code == 303


async def test_a_doubt_is_asked_on_the_page_and_taken_when_confirmed(town: Town) -> None:
    phone, link = await linked(town)
    asked = await town.visitor().post(link, data={"answer": "31740557O8950003"})
    assert asked.status_code == 200
    assert 'name="sure" value="yes"' in asked.text
    assert await still_open(town, link)
    typed = re.search(r'name="answer" value="([^"]+)"', asked.text)
    assert typed
    confirmed = await town.visitor().post(link, data={"answer": typed[1], "sure": "yes"})
    assert confirmed.status_code == 303
    (heard,) = await phone.hear()
    assert "0003" in heard["text"]


async def still_open(town: Town, link: str) -> bool:
    return (await town.visitor().get(link)).status_code == 200


async def test_a_link_works_once(town: Town) -> None:
    _, link = await linked(town)
    await town.visitor().post(link, data={"answer": NIK})
    for again in (await town.visitor().get(link), await town.visitor().post(link, data={"answer": NIK})):
        assert (again.status_code, "sudah dipakai" in again.text, "KEMBALI" in again.text) == (410, True, True)


async def test_two_at_once_are_one_answer(town: Town) -> None:
    phone, link = await linked(town)
    answers = await asyncio.gather(
        *(town.visitor().post(link, data={"answer": nik}) for nik in (NIK, "3174051708950001"))
    )
    assert sorted(a.status_code for a in answers) in ([303, 303], [303, 410])
    assert len(await phone.hear()) == 1


async def test_a_link_ends_after_half_an_hour_and_says_how_to_get_another(town: Town) -> None:
    phone, link = await linked(town)
    town.clock.passes(minutes=29)
    assert await still_open(town, link)
    town.clock.passes(minutes=1, seconds=1)
    ended = await town.visitor().get(link)
    assert (ended.status_code, "LANJUT" in ended.text) == (410, True)
    assert (await town.visitor().post(link, data={"answer": NIK})).status_code == 410
    found = re.search(r"/isi/[A-Za-z0-9_-]{22}", await phone.says("lanjut"))
    assert found
    assert await still_open(town, found[0])


async def test_a_newer_link_ends_the_older_one(town: Town) -> None:
    phone, link = await linked(town)
    newer = re.search(r"/isi/[A-Za-z0-9_-]{22}", await phone.says("halo"))
    assert newer
    assert newer[0] != link
    assert not await still_open(town, link)
    assert await still_open(town, newer[0])


@pytest.mark.parametrize("token", ["A" * 22, "short", "A" * 500, "%00", "..%2f..%2fetc"])
async def test_an_unknown_link_tells_nothing_but_the_way_out(town: Town, token: str) -> None:
    answer = await town.visitor().get(f"/isi/{token}")
    assert answer.status_code in (404, 410)
    if answer.status_code == 410:
        assert "tidak kami kenal" in answer.text


async def test_the_page_is_never_kept_indexed_framed_or_told_to_others(town: Town) -> None:
    _, link = await linked(town)
    for answer in (await town.visitor().get(link), await town.visitor().post(link, data={"answer": "1"})):
        headers = answer.headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"] == "noindex"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "'unsafe-inline'" not in headers["content-security-policy"]


async def test_it_speaks_the_language_of_the_chat(town: Town) -> None:
    phone = Phone(town.visitor(), like="whatsapp")
    await phone.send(tap={"step": "!", "value": "language:en"})
    said = await phone.says("register", "with help", "i agree", "none of these", "Ana Wijaya")
    found = re.search(r"/isi/[A-Za-z0-9_-]{22}", said)
    assert found
    assert "Enter your NIK safely" in (await town.visitor().get(found[0])).text


async def test_nothing_that_was_typed_reaches_the_log(town: Town, capfd: pytest.CaptureFixture[str]) -> None:
    _, link = await linked(town)
    await town.visitor().post(link, data={"answer": "317405570895000"})
    await town.visitor().post(link, data={"answer": NIK})
    out = "".join(capfd.readouterr())
    assert "31740557" not in out.replace(" ", "")
    assert link.rpartition("/")[2] not in out


def test_every_private_question_has_its_words_in_every_language() -> None:
    private = {name for form in FORMS.values() for name, ask in form.asks.items() if ask.private}
    for language in LANGUAGES:
        for step in private:
            assert {f"pages.form.{step}.label", f"pages.form.{step}.hint"} <= set(catalogue(language))
