"""A day of Ibu Sari, a volunteer with a cheap telephone: invited, card, posters, neighbours, paused, going on, ended.

Told as it happens, through a real process and the platforms' fakes: what she and her neighbours write, and what they
read. The coordinator sits at the desk in a browser.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

import httpx
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from tests.doubles.telegram_people import Person as OnTelegram
from tests.doubles.telegram_server import TelegramServer
from tests.doubles.twilio_people import Person as OnWhatsApp
from tests.doubles.twilio_server import TwilioServer
from tests.end_to_end.child import CLOCK
from tests.end_to_end.served import Served, free_port, polling, serving, twilios
from tests.end_to_end.test_help_desk import PASSWORD, officer, send

Somebody: TypeAlias = OnTelegram | OnWhatsApp
KLENDER = "31.75.07.1003"
FOLDING = "✓"  # what Telegram is told first, so that a keyboard goes away
SECURE_FORM = re.compile(r"/isi/[\w-]+")
NEIGHBOUR = (
    *("daftar", "dibantu", "setuju", "1", "Mina Rohana", "3174055708950011", "17-8-1995", "perempuan", "Klender"),
    *("rw 5", "lewati", "lewati", "pedagang", "lewati", "2 juta", "2 program", "3 bulan", "tidak", "kirim"),
)
NINE_DAYS_LATER = "2026-12-03T10:00:00+07:00"


class Day:
    """The house on its two platforms, with the coordinator at the desk."""

    def __init__(self, served: Served, desk: httpx.AsyncClient, telegram: TelegramServer, twilio: TwilioServer) -> None:
        self.served, self.desk, self.telegram, self.twilio = served, desk, telegram, twilio

    def person(self, channel: str, name: str) -> Somebody:
        return self.telegram.person(name) if channel == "telegram" else self.twilio.person(name)

    async def invites(self, name: str = "Sari Wulandari", rw: str = "5") -> str:
        """The text the coordinator copies from the desk."""
        made = await send(self.desk, "/admin/volunteers/invitations", name=name, area=KLENDER, rw=rw)
        found = re.search(r'<textarea id="forward"[^>]*>(.*?)</textarea>', made.text, re.DOTALL)
        assert found, made.status_code
        return html.unescape(found[1])

    async def card_at_the_desk(self) -> str:
        """The address of the newest volunteer's page."""
        return re.findall(r'href="(/admin/volunteers/\d+)"', (await self.desk.get("/admin/volunteers")).text)[-1]

    async def moves(self, move: str) -> str:
        """Pause, resume or end, and what the page says then."""
        where = await self.card_at_the_desk()
        moved = await send(self.desk, f"{where}/state", move=move)
        return (await self.desk.get(moved.headers["location"])).text

    async def page(self, path: str) -> httpx.Response:
        """What a neighbour's browser is given."""
        headers = {"accept-language": "id"}
        async with httpx.AsyncClient(base_url=self.served.url, headers=headers, timeout=60) as browser:
            return await browser.get(path)


@asynccontextmanager
async def day(folder: Path) -> AsyncIterator[Day]:
    async with TelegramServer() as telegram, TwilioServer() as twilio:
        settings = polling(telegram) | twilios(twilio, free_port())
        async with serving(folder, settings) as served, officer(served) as desk:
            yield Day(served, desk, telegram, twilio)


async def hears(person: Somebody) -> str:
    text = (await person.hears(20)).text
    return (await person.hears(20)).text if text == FOLDING else text


async def says(person: Somebody, *texts: str) -> str:
    """Type these, each after the answer to the one before; the last answer."""
    heard = ""
    for text in texts:
        person.says(text)
        heard = await hears(person)
    return heard


async def opens(person: Somebody, link: str) -> str:
    """Tap a link: t.me sends /start with what it carries, wa.me puts a text into the box, and they press send."""
    carried = parse_qs(urlsplit(link).query)
    if isinstance(person, OnTelegram):
        person.opens(carried.get("start", [""])[0])
    else:
        person.says(carried.get("text", [""])[0])
    return await hears(person)


def link_in(text: str, person: Somebody) -> str:
    """The link for the chat somebody has."""
    house = "t.me" if isinstance(person, OnTelegram) else "wa.me"
    found = re.search(rf"https://{house}/[^\s\"<]+", html.unescape(text))
    assert found, text
    return found[0]


def code_in(text: str) -> str:
    found = re.search(r"TRN-\w{3}-\w{3}-\w{3}", text)
    assert found, text
    return found[0]


def qr_in(picture: Image.Image) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(picture.convert("RGB"))]


@pytest.mark.parametrize(
    ("channel", "posters"), [("telegram", ("a4.pdf", "a6.png", "square.png")), ("whatsapp", ("square.png",))]
)
async def test_the_day_of_ibu_sari(tmp_path: Path, channel: str, posters: Sequence[str]) -> None:
    async with day(tmp_path) as today:
        sari = today.person(channel, "Sari")
        forwarded = await today.invites()
        code = await she_becomes_a_volunteer(today, sari, forwarded)
        await her_posters_lead_back_to_her(today, sari, code, posters)
        await neighbours_come(today, channel, code)
        await she_sees_her_people(sari)
        await she_helps_who_has_no_phone(today, sari)
        await she_is_paused_at_once(today, sari, channel, code)
        await she_goes_on(today, sari, code)
        await it_ends(today, sari, code, forwarded)


async def she_becomes_a_volunteer(today: Day, sari: Somebody, forwarded: str) -> str:
    """The coordinator's message, her link, four answers, her card; its code."""
    assert "Halo Kak Sari Wulandari, Kakak diundang menjadi relawan" in forwarded
    assert "dalam 7 hari" in forwarded
    asked = await opens(sari, link_in(forwarded, sari))
    assert "Kakak diundang menjadi relawan" in asked and "Apakah Kakak setuju?" in asked
    assert "Sudah dibuka" in (await today.desk.get(await today.card_at_the_desk())).text
    assert "Sari Wulandari" in await says(sari, "setuju")
    again = await opens(sari, link_in(forwarded, sari))  # she taps the link once more: nothing is lost
    assert "Sampai pertanyaan 1 dari 3" in again and "Sari Wulandari" in again
    assert "Klender, Duren Sawit, Jakarta Timur" in await says(sari, "iya betul")
    assert "Di RW berapa" in await says(sari, "ya")
    card = await says(sari, "ya")
    code = code_in(card)
    assert "resmi menjadi relawan" in card and "RW 5, Klender" in card
    assert f"{today.served.url}/r/{code}" in card
    assert code in await says(sari, "kartu")
    assert "Kartu relawan" in await menu_of(sari)
    return code


async def her_posters_lead_back_to_her(today: Day, sari: Somebody, code: str, posters: Sequence[str]) -> None:
    """POSTER gives a page; what is downloaded there opens, and a camera finds her link on it."""
    assert f"/r/{code}/poster" in await says(sari, "POSTER")
    page = (await today.page(f"/r/{code}/poster")).text
    for name in posters:
        assert f'href="/r/{code}/poster/{name}"' in page
        given = (await today.page(f"/r/{code}/poster/{name}")).content
        picture = first_page(given) if name.endswith("pdf") else Image.open(io.BytesIO(given))
        assert set(qr_in(picture)) == {f"{today.served.url}/r/{code}"}, name


async def neighbours_come(today: Day, channel: str, code: str) -> None:
    """By her page, by her code as they wrote it or heard it, with half of it, and without any."""
    landing = (await today.page(f"/r/{code}")).text
    assert "Sari Wulandari" in landing and "RW 5, Klender" in landing
    budi = today.person(channel, "Budi")  # on WhatsApp the text in the box begins at once
    came = await opens(budi, link_in(landing, budi))
    assert ("Ada yang bisa saya bantu" if channel == "telegram" else "cara yang mana") in came
    await says(budi, *(["daftar"] if channel == "telegram" else []), "dibantu", "setuju", "1", "Budi Prakoso")

    retold = {
        "Ani": code.lower(),
        "Joko": f"halo kak mau daftar, kodenya {code.removeprefix('TRN-').replace('-', ' ').lower()}",
        "Rini": f"Halo Taruna, saya mau daftar. Kode relawan: {code.replace('0', 'O').replace('1', 'l')}",
        "Tuti": f"kata Bu Sari: {spoken(code)}",
    }
    for number, (name, text) in enumerate(retold.items()):
        neighbour = today.person(("telegram", "whatsapp")[number % 2], name)
        assert "belum bisa saya baca" not in await says(neighbour, text), name
        await says(neighbour, "daftar")
    wati = today.person(channel, "Wati")
    heard = await says(wati, f"Halo Taruna, saya mau daftar. Kode relawan: {code[:-2]}")
    assert "belum bisa saya baca" in heard and "cara yang mana" in heard
    assert "cara yang mana" in await says(today.person(channel, "Yanto"), "halo kak mau daftar")
    known = (await today.desk.get(await today.card_at_the_desk())).text
    assert "5 chat lewat tautannya, 0 pendaftaran terhitung" in known  # Budi and the four who retold it


async def she_sees_her_people(sari: Somebody) -> None:
    """First names, the step they are at, and no more."""
    mine = await says(sari, "orang saya")
    assert "Budi: di pertanyaan NIK" in mine
    assert "belum ada nama" in mine
    assert "Prakoso" not in mine


async def she_helps_who_has_no_phone(today: Day, sari: Somebody) -> None:
    """Bu Mina sits beside her; her answers are not to be read from Sari's chat again, and count for Sari."""
    assert "Apakah orangnya ada di samping" in await says(sari, "daftarkan orang lain", "Bu Mina")
    begun = await says(sari, "ya")
    assert "Terima kasih sudah membantu" in begun and "Bu Mina" in begun
    told = await fills_in(today, sari)
    assert "Tulis nomor ini untuk" in told and "Bu Mina" in told
    mine = await says(sari, "orang saya")
    assert "Mina: sedang diperiksa petugas" in mine
    assert "3174" not in mine and "Rohana" not in mine
    assert "1 pendaftaran terhitung" in (await today.desk.get(await today.card_at_the_desk())).text


async def she_is_paused_at_once(today: Day, sari: Somebody, channel: str, code: str) -> None:
    """She is told; link, poster and code rest; her neighbours are still welcome."""
    assert "langsung berhenti" in await today.moves("pause")
    assert "dijeda dulu" in await hears(sari)
    assert "sedang dijeda" in await says(sari, "poster")
    assert "sedang dijeda" in await says(sari, "kartu")
    assert "Budi" not in await says(sari, "orang saya")
    landing = await today.page(f"/r/{code}")
    assert landing.status_code == 200 and "Sari" not in landing.text
    assert f"start={code}" not in landing.text and "Kode%20relawan" not in landing.text
    assert (await today.page(f"/r/{code}/poster/a4.pdf")).status_code == 404
    late = today.person(channel, "Titin")
    assert "tidak aktif" in await says(late, code)
    assert "cara yang mana" in await says(late, "daftar")


async def she_goes_on(today: Day, sari: Somebody, code: str) -> None:
    assert "Aktif lagi" in await today.moves("resume")
    assert "aktif lagi" in await hears(sari)
    assert "Budi: di pertanyaan NIK" in await says(sari, "orang saya")
    assert "Sari Wulandari" in (await today.page(f"/r/{code}")).text


async def it_ends(today: Day, sari: Somebody, code: str, forwarded: str) -> None:
    """Her name goes, her commands and her menu are those of everybody, her invitation makes nobody a volunteer."""
    assert "Kodenya tidak dipakai lagi" in await today.moves("end")
    ended = await hears(sari)
    assert "sudah selesai" in ended and "daftar relawan kami hapus" in ended
    assert "untuk relawan" in await says(sari, "kartu")
    assert "Kartu relawan" not in await menu_of(sari)
    assert "Sari" not in (await today.page(f"/r/{code}")).text
    assert "sudah dipakai" in await opens(sari, link_in(forwarded, sari))


async def menu_of(person: Somebody) -> str:
    """The menu as it stands: buttons on Telegram, numbered lines on WhatsApp."""
    person.says("menu")
    line = await person.hears(20)
    return "\n".join((*line.buttons, line.text))


def first_page(pdf: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()


def spoken(code: str) -> str:
    """A code read out on the telephone, sign for sign."""
    return " ".join(_READ_OUT[sign] for sign in code if sign != "-")


_READ_OUT = {
    "0": "nol", "1": "satu", "2": "dua", "3": "tiga", "4": "empat", "5": "lima", "6": "enam", "7": "tujuh",
    "8": "delapan", "9": "sembilan", "C": "ce", "F": "ef", "H": "ha", "J": "je", "K": "ka", "N": "en", "P": "pe",
    "R": "er", "T": "te", "V": "ve", "W": "we", "X": "eks", "Y": "ye",
}  # fmt: skip


async def fills_in(today: Day, sari: Somebody) -> str:
    """Read the questions to Bu Mina and type her answers; on WhatsApp her NIK goes into the secure form."""
    heard = ""
    for text in NEIGHBOUR[1:]:
        if text.isdigit() and len(text) == 16 and isinstance(sari, OnWhatsApp):
            link = SECURE_FORM.search(heard)
            assert link, heard
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            assert (await today.served.post(link[0], f"answer={text}".encode(), **form))[0] in (200, 303)
            heard = await hears(sari)
        else:
            heard = await says(sari, text)
    return heard


# ---- what goes wrong with invitations -------------------------------------------------------------------------------


async def test_an_invitation_is_one_chats_and_waits_seven_days(tmp_path: Path) -> None:
    async with day(tmp_path) as today:
        forwarded = await today.invites()
        sari, at_home, curious = (
            today.person("telegram", "Sari"),
            today.person("whatsapp", "Sari"),
            today.person("telegram", "Iwan"),
        )
        await opens(sari, link_in(forwarded, sari))
        refused = await opens(at_home, link_in(forwarded, at_home))  # her own, but the other chat
        assert "sudah dipakai" in refused and "Lanjutkan di chat itu" in refused
        assert "sudah dipakai" in await opens(curious, link_in(forwarded, curious))
        assert "resmi menjadi relawan" in await says(sari, "setuju", "ya", "ya", "ya")
        assert "Kartu relawan" in await opens(sari, link_in(forwarded, sari))
        assert "sudah dipakai" in await opens(curious, link_in(forwarded, curious))

        # Dewi has a draft of her own. It waits behind the invitation, whether she says yes or no.
        dewi = today.person("whatsapp", "Dewi")
        second = await today.invites("Dewi Lestari", "7")
        await says(dewi, "daftar", "dibantu", "setuju", "1")
        await opens(dewi, link_in(second, dewi))
        assert "Tidak apa-apa" in await says(dewi, "tidak setuju")
        assert "nama lengkap" in await says(dewi, "lanjutkan")
        await opens(dewi, link_in(second, dewi))
        assert "RW 7, Klender" in await says(dewi, "setuju", "ya", "ya", "ya")
        assert "nama lengkap" in await says(dewi, "lanjut")

        third = await today.invites("Ratna", "9")
        await nine_days_pass(today.served)
        ratna = today.person("telegram", "Ratna")
        assert "sudah lewat waktunya" in await opens(ratna, link_in(third, ratna))
        signed_in = {"login": "ratna", "password": PASSWORD}
        assert (await today.desk.post("/admin/login", data=signed_in)).status_code == 303
        assert "sudah lewat sejak" in (await today.desk.get(await today.card_at_the_desk())).text


async def nine_days_pass(served: Served) -> None:
    """The same program on the same database, later."""
    assert await served.stop() == 0
    served.environment[CLOCK] = NINE_DAYS_LATER
    await served.start()
