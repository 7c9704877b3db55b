"""A day at the desk: three people from three places, one approved, one asked again and heard 26 hours later, one a
look-alike; a batch to the branch office and its answer back; and what each of them hears, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bot.results.lists import excel_list
from tests.bot.town import PASSWORD
from tests.browser.conftest import window
from tests.browser.look import sets_up
from tests.browser.look import signs_up as signs_up_on_the_web
from tests.browser.papers import readings
from tests.browser.people import PATIENCE, answers, hears, says, signs_up
from tests.browser.pictures import fits
from tests.doubles.telegram_people import Person as OnTelegram
from tests.doubles.telegram_server import TelegramServer
from tests.doubles.twilio_people import Person as OnWhatsApp
from tests.doubles.twilio_server import TwilioServer
from tests.end_to_end.child import CLOCK
from tests.end_to_end.served import Served, free_port, serving, twilios, webhook

pytestmark = pytest.mark.browser
TWENTY_SIX_HOURS_LATER = "2026-11-25T12:00:00+07:00"
SITIS, BUDIS = "3174055708950003", "3174051708950001"
REASON = "Di KTP namanya lebih panjang, ya Kak?"
KPJ, CODE = "26012345678", "8100123456"


@dataclass
class Day:
    """The desk, and whoever waits for it. The one at the simulator types Siti's NIK, too: made up people are never
    in a batch and look like nobody real, so the look-alike comes from a second Telegram account."""

    served: Served
    page: Page
    siti: OnTelegram
    budi: OnWhatsApp
    again: OnTelegram
    receipts: dict[str, str]

    async def opens(self, who: str, more: str = "") -> None:
        await self.page.goto(f"{self.served.url}/admin/applications/{self.receipts[who]}{more}")

    async def presses(self, name: str, said: str) -> None:
        """Press a button and read what the page says then."""
        await self.page.get_by_role("button", name=name, exact=True).click()
        await expect(self.page.get_by_role("status").first).to_contain_text(said)


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """What is expected of a page may take long on a busy machine."""
    expect.set_options(timeout=PATIENCE * 1000)
    yield
    expect.set_options(timeout=5_000)


async def test_a_day_at_the_desk(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    async with TelegramServer() as telegram, TwilioServer() as twilio:
        telegram.limit(10_000, 10_000)
        twilio.limit(10_000, 10_000)
        knocks = twilio.approve("Ada yang perlu dilengkapi di pendaftaran {{1}}. Balas BUKA.")
        var = tmp_path / "var"
        var.mkdir()
        (var / "templates.toml").write_text(f'data_needed_again = "{knocks}"\n')
        settings = webhook(telegram, port) | twilios(twilio, port) | {"SIMULATOR": "true"}
        async with serving(var, settings) as served, window(browser) as page:
            page.context.set_default_timeout(PATIENCE * 1000)
            siti, budi, again = telegram.person("Siti"), twilio.person("Budi"), telegram.person("Siti's sister")
            day = Day(served, page, siti, budi, again, {})
            await everybody_signs_up(day)
            await the_first_day(day)
            await twenty_six_hours_pass(day)
            await budi_is_asked_again(day, knocks)
            await a_batch_goes_out(day, tmp_path)
            await the_answer_comes_back(day, tmp_path)


async def everybody_signs_up(day: Day) -> None:
    served = day.served
    day.receipts["siti"] = await signs_up(served, day.siti, answers("Siti Aminah", SITIS, "perempuan"))
    day.receipts["budi"] = await signs_up(served, day.budi, answers("Budi Santoso", BUDIS, "laki-laki"))
    day.receipts["again"] = await signs_up(served, day.again, answers("Siti Aminah Lestari", SITIS, "perempuan"))
    await day.page.goto(f"{served.url}/coba")
    day.receipts["web"] = await signs_up_on_the_web(day.page, "a", answers("Ana", SITIS, "perempuan"))


async def the_first_day(day: Day) -> None:
    """Ratna sits down; Siti and the one at the simulator are approved, the look-alike is merged into Siti."""
    page, receipts = day.page, day.receipts
    await sets_up(page, re.findall(r"http\S+/admin/setup/\S+", day.served.said())[-1])
    shown = await page.locator(".item .receipt").all_inner_texts()
    assert shown == [receipts[who] for who in ("siti", "budi", "again", "web")]
    alike = page.locator(".item").filter(has_text="Mungkin ganda")
    await expect(alike).to_have_count(2)
    await expect(alike.filter(has_text=receipts["web"])).to_have_count(0)
    await fits(page, "antrean")

    await day.opens("siti")
    await day.presses("Buka data", "")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Siti Aminah")
    await fits(page, "formulir")
    await day.opens("siti")
    await day.presses("Setujui", "orangnya sudah dikabari")
    assert f"Data {receipts['siti']} sudah diperiksa" in (await hears(day.siti)).replace("*", "")
    await day.opens("web")
    await day.presses("Setujui", "orangnya sudah dikabari")

    await day.opens("again")
    await page.get_by_role("link", name=f"Bandingkan {receipts['siti']}").click()
    await fits(page, "bandingkan")
    await page.get_by_role("button", name=f"Ini yang ganda {receipts['again']}").click()
    await expect(page.get_by_role("status").first).to_contain_text("Digabung")
    told = await hears(day.again)
    assert "sudah selesai kami baca" in told
    assert not re.search("ganda|terdaftar|dikenal|Siti|" + receipts["siti"], told), "they learn that somebody is known"
    await page.goto(f"{day.served.url}/admin/queue")
    await expect(page.locator(".item")).to_have_count(1)


async def twenty_six_hours_pass(day: Day) -> None:
    """The same program on the same database; Ratna has to sign in anew."""
    served, page = day.served, day.page
    assert await served.stop() == 0
    served.environment[CLOCK] = TWENTY_SIX_HOURS_LATER
    await served.start()
    day.budi.window_until = 0
    await page.goto(f"{served.url}/admin/queue")
    await page.get_by_label("Nama masuk").fill("ratna")
    await page.get_by_label("Kata sandi").fill(PASSWORD)
    await page.get_by_role("button", name="Masuk").click()
    await expect(page.get_by_role("heading", name="Antrean")).to_be_visible()


async def budi_is_asked_again(day: Day, knocks: str) -> None:
    page, receipt = day.page, day.receipts["budi"]
    await page.get_by_role("link", name=receipt).click()
    await page.get_by_role("link", name="Tanya lagi").click()
    await page.get_by_label("Nama sesuai KTP", exact=True).check()
    await page.get_by_role("radio", name="Tulis sendiri").check()
    await page.locator("#own").fill(REASON)
    await page.get_by_role("button", name="Lihat pesannya dulu").click()
    await expect(page.locator(".bubble")).to_contain_text(REASON)
    await fits(page, "tanya-lagi")
    await day.presses("Kirim", "Sudah ditanyakan")

    knock = await day.budi.hears(PATIENCE)
    assert (knock.template, receipt in knock.text, REASON in knock.text) == (knocks, True, False)
    question = await says(day.budi, "BUKA")
    assert REASON in question and "nama lengkap" in question
    assert receipt in await says(day.budi, "Budi Santoso Wijaya")

    await page.goto(f"{day.served.url}/admin/queue")
    await page.locator(".states").get_by_role("link", name="Kembali ke saya").click()
    await page.get_by_role("link", name=receipt).click()
    await expect(page.locator(".answers div").filter(has_text="berubah")).to_have_count(1)
    await day.presses("Setujui", "orangnya sudah dikabari")
    assert "sudah diperiksa" in await hears(day.budi)


async def a_batch_goes_out(day: Day, tmp_path: Path) -> None:
    """Sealed, taken along for one's password, read by a library and LibreOffice alike, handed over."""
    page, receipts = day.page, day.receipts
    await page.get_by_role("link", name="Kiriman", exact=True).click()
    await page.get_by_role("link", name="Susun kiriman").click()
    await expect(page.get_by_role("heading", name="2 orang ikut")).to_be_visible()
    await expect(page.get_by_text("dari simulator: tidak pernah dikirim sungguhan")).to_be_visible()
    await fits(page, "susun-kiriman")
    await day.presses("Segel 2 orang", "Sudah disegel")
    await fits(page, "kiriman")

    await page.get_by_label("Kata sandi Kakak sendiri").fill("bukan ini kata sandinya")
    await page.get_by_role("button", name="Unduh", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_label("Kata sandi Kakak sendiri").fill(PASSWORD)
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Unduh", exact=True).click()
    file = tmp_path / "kiriman.xlsx"
    await (await coming.value).save_as(file)
    for header, *rows in await readings(file, tmp_path / "office"):
        found = [dict(zip(header, row, strict=True)) for row in rows]
        assert [(one["NIK"], one["NAMA"], one["TGL LAHIR"]) for one in found] == [
            (SITIS, "SITI AMINAH", "17-08-1995"), (BUDIS, "BUDI SANTOSO WIJAYA", "17-08-1995"),
        ]  # fmt: skip
        assert [rows[0][-1], rows[1][-1]] == [receipts["siti"], receipts["budi"]]

    await page.get_by_label("Berkasnya sudah diterima kantor cabang").check()
    await day.presses("Catat sudah diserahkan", "Tercatat sudah diserahkan")
    for person in (day.siti, day.budi):
        assert "sudah diserahkan pada" in await hears(person)


async def the_answer_comes_back(day: Day, tmp_path: Path) -> None:
    """The branch office's list: Siti is taken in, Budi is not, and nobody else hears a word."""
    page = day.page
    born = "1995-08-17"
    listed = excel_list(tmp_path / "hasil.xlsx", [
        [1, SITIS, "SITI AMINAH", born, "Y", "", KPJ, CODE, ""],
        [2, BUDIS, "BUDI SANTOSO WIJAYA", born, "T", "NIK TIDAK SESUAI DUKCAPIL", "", "", ""],
    ])  # fmt: skip
    await page.get_by_role("link", name="Hasil BPJS").click()
    await page.get_by_label("Berkas daftar").set_input_files(listed)
    await page.get_by_role("button", name="Baca daftar").click()
    await expect(page.locator(".listed").filter(has_text="Jawaban baru")).to_have_count(2)
    await fits(page, "hasil")
    assert await day.siti.hears_nothing(), "something was applied before anybody confirmed it"
    await page.get_by_text("Terapkan", exact=True).click()
    await day.presses("Ya, terapkan", "sudah diterapkan")

    good = (await hears(day.siti)).replace("*", "")
    assert f"Nomor peserta (KPJ): {KPJ}" in good and f"Kode iuran: {CODE}" in good
    bad = await hears(day.budi)
    assert "belum bisa diterima" in bad and "NIK TIDAK SESUAI DUKCAPIL" in bad and "Cek lagi nama" in bad
    assert SITIS not in good and BUDIS not in bad
    assert await day.again.hears_nothing()

    await day.opens("siti")
    await expect(page.locator(".head")).to_contain_text("Menunggu iuran pertama")
    await page.get_by_role("link", name="Kiriman", exact=True).click()
    await expect(page.locator(".item")).to_contain_text("Sudah dijawab")
