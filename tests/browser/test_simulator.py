"""The simulator in a real browser: somebody signs up, on a wide screen and on a phone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.bot.town import SITI
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window
from tests.browser.look import signs_up
from tests.served import Served

pytestmark = pytest.mark.browser


def phone_of(page: Page, slot: str = "a") -> Locator:
    return page.locator(f"#phone-{slot}")


def last_heard(phone: Locator) -> Locator:
    return phone.locator(".theirs:not(.typing)").last


async def opened(page: Page, served: Served) -> Locator:
    await page.goto(f"{served.url}/coba")
    phone = phone_of(page)
    await expect(last_heard(phone)).to_contain_text("Saya Taruna")
    return phone


async def opens(phone: Locator, name: str) -> None:
    await phone.locator("summary", has_text=name).click()


async def says(phone: Locator, *texts: str) -> None:
    for text in texts:
        heard = await phone.locator(".theirs:not(.typing)").count()
        await phone.locator("input[name=text]").fill(text)
        await phone.locator("input[name=text]").press("Enter")
        await phone.locator(".theirs:not(.typing)").nth(heard).wait_for()


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_person_signs_up_and_gets_a_receipt(browser: Browser, served: Served, size: tuple[int, int]) -> None:
    async with window(browser, size) as page:
        await opened(page, served)
        receipt = await signs_up(page, "a", SITI)
        assert re.fullmatch(r"TK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", receipt)
        assert "3174055708950003" not in await phone_of(page).locator(".talk").inner_text()
        await expect(phone_of(page).get_by_text("pesan dihapus")).to_have_count(1)


async def test_buttons_answer_and_are_spent(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        phone = await opened(page, served)
        await phone.get_by_role("button", name="Daftar", exact=True).click()
        await expect(last_heard(phone)).to_contain_text("cara yang mana")
        daftar = phone.get_by_role("button", name="Daftar", exact=True)
        await expect(daftar).to_be_disabled()
        await expect(daftar).to_have_attribute("data-chosen", "")
        await expect(phone.get_by_role("button", name="Dibantu")).to_be_enabled()


async def test_a_reload_shows_the_same_chat(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        phone = await opened(page, served)
        await says(phone, "daftar", "dibantu")
        before = await phone.locator(".bubble").all_inner_texts()
        await page.reload()
        await expect(phone.locator(".bubble")).to_have_count(len(before) + 1)  # the opening of the chat is shown too
        assert (await phone.locator(".bubble").all_inner_texts())[1:] == before
        await says(phone, "setuju")
        await expect(last_heard(phone)).to_contain_text("salah satu ini cocok")


async def test_two_people_side_by_side_have_two_chats(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        siti = await opened(page, served)
        budi = phone_of(page, "b")
        await says(budi, "daftar")
        await expect(last_heard(budi)).to_contain_text("cara yang mana")
        await expect(last_heard(siti)).to_contain_text("Saya Taruna")


async def test_on_a_phone_the_two_people_are_tabs(browser: Browser, served: Served) -> None:
    async with window(browser, NARROW) as page:
        await opened(page, served)
        await expect(phone_of(page, "b")).to_be_hidden()
        await page.get_by_role("tab", name="Orang kedua").click()
        await expect(phone_of(page, "b")).to_be_visible()
        await expect(phone_of(page, "a")).to_be_hidden()
        await page.keyboard.press("ArrowLeft")
        await expect(phone_of(page, "a")).to_be_visible()


async def test_the_clock_is_the_houses_wherever_the_browser_is(browser: Browser, served: Served) -> None:
    """What the chat says of days, it says of days in Jakarta."""
    for there in ("Asia/Jakarta", "Pacific/Kiritimati", "Pacific/Niue"):
        async with window(browser, timezone_id=there) as page:
            phone = await opened(page, served)
            here = datetime.now(ZoneInfo("Asia/Jakarta"))
            days = {str((here + timedelta(minutes=m)).day) for m in (-1, 0)}
            shown = await phone.locator(".clock").inner_text()
            assert days & set(re.findall("[0-9]+", shown)), (there, shown)
            assert int(re.findall("[0-9]+", shown)[1]) in {here.hour, (here - timedelta(minutes=1)).hour}, shown


async def test_moving_the_clock_brings_a_recap(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        phone = await opened(page, served)
        await says(phone, "daftar", "dibantu", "setuju")
        await opens(phone, "Majukan waktu")
        await phone.get_by_role("button", name="+ 7 hari").click()
        await expect(phone.locator(".clock")).to_contain_text("lebih maju 7 hari")
        await says(phone, "halo")
        await expect(last_heard(phone)).to_contain_text("1 dari 15")
        await opens(phone, "Majukan waktu")
        await phone.get_by_role("button", name="Sekarang").click()
        await expect(phone.locator(".clock")).not_to_contain_text("lebih maju")


async def test_the_chat_changes_its_language_when_asked(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        phone = await opened(page, served)
        await opens(phone, "Pengaturan")
        await phone.get_by_role("button", name="English").click()
        await expect(last_heard(phone)).to_contain_text("English")
        await says(phone, "register")
        await expect(last_heard(phone)).to_contain_text("How would you like")


async def test_a_sticker_and_the_own_number_can_be_sent(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        phone = await opened(page, served)
        await opens(phone, "Kirim yang bukan tulisan")
        await phone.get_by_role("button", name="stiker").click()
        await expect(last_heard(phone)).to_contain_text("Stikernya lucu")
        await says(phone, *SITI[:10])
        await opens(phone, "Kirim yang bukan tulisan")
        await phone.get_by_role("button", name="nomor saya").click()
        await expect(last_heard(phone)).to_contain_text("Nomor HP: 0812")


async def test_like_whatsapp_menus_are_numbers_and_the_nik_is_typed_elsewhere(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        phone = await opened(page, served)
        await opens(phone, "Pengaturan")
        await phone.get_by_label(re.compile("Seperti WhatsApp")).check()
        await says(phone, "daftar")
        await expect(last_heard(phone)).to_contain_text("1. Dibantu")
        await says(phone, "1", "1", "1", "Siti Aminah")
        async with page.context.expect_page() as coming:
            await last_heard(phone).get_by_role("link").click()
        form = await coming.value
        await form.get_by_label("NIK di KTP").press_sequentially("3174 0557 0895")
        await expect(form.locator("#count")).to_have_text("12 dari 16 angka")
        await form.get_by_role("button", name="Kirim").click()
        await expect(form.get_by_role("alert")).to_be_visible()
        await finds_nothing(form)
        await form.get_by_label("NIK di KTP").fill("3174055708950003")
        await form.get_by_role("button", name="Kirim").click()
        await expect(form.get_by_role("heading", name="Terima kasih, Kak")).to_be_visible()
        await expect(last_heard(phone)).to_contain_text("Kapan tanggal lahir")


async def test_starting_as_a_new_person_forgets_the_chat_on_the_phone(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        phone = await opened(page, served)
        await says(phone, "daftar", "dibantu")
        await opens(phone, "Pengaturan")
        await phone.get_by_role("button", name="Mulai sebagai orang baru").click()
        await expect(phone.locator(".theirs:not(.typing)")).to_have_count(1)
        await expect(last_heard(phone)).to_contain_text("Saya Taruna")


async def test_where_no_stream_is_to_be_had_the_phone_asks_again_and_again(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        await page.add_init_script("delete window.EventSource")
        phone = await opened(page, served)
        await says(phone, "daftar")
        await expect(last_heard(phone)).to_contain_text("cara yang mana")


async def test_without_javascript_the_page_says_what_is_missing(browser: Browser, served: Served) -> None:
    async with window(browser, java_script_enabled=False) as page:
        await page.goto(f"{served.url}/coba")
        without = re.search("<noscript>(.*?)</noscript>", await page.content(), re.DOTALL)
        assert without
        assert "memerlukan JavaScript" in without[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_everybody_can_use_the_public_pages(
    browser: Browser, served: Served, size: tuple[int, int], scheme: str
) -> None:
    async with window(browser, size, scheme) as page:
        phone = await opened(page, served)
        await says(phone, "daftar")
        await finds_nothing(page)
        for path in ("/", "/cek", "/privasi", "/admin/login", served.setup, "/isi/" + "A" * 22, "/nowhere"):
            await page.goto(path if path.startswith("http") else served.url + path)
            await finds_nothing(page)
