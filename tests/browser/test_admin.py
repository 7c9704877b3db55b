"""A first day at the desk in a real browser: set up, sign in, look, uncover, approve, undo, leave."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bot.town import BUDI, PASSWORD, SITI
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window
from tests.browser.look import sets_up, signs_up
from tests.served import Served

pytestmark = pytest.mark.browser


async def sits_down(page: Page, served: Served) -> None:
    """Set up the first admin where there is none yet, else sign in."""
    await page.goto(served.setup)
    if await page.locator("#repeat").count():
        await sets_up(page, served.setup)
        return
    await page.goto(f"{served.url}/admin/login")
    await page.get_by_label("Nama masuk").fill("ratna")
    await page.get_by_label("Kata sandi").fill(PASSWORD)
    await page.get_by_role("button", name="Masuk").click()
    await page.wait_for_url("**/admin/queue")


async def arrives(browser: Browser, served: Served, answers: tuple[str, ...]) -> str:
    """Somebody signs up at /coba in a window of their own."""
    async with window(browser) as page:
        await page.goto(f"{served.url}/coba")
        return await signs_up(page, "a", answers)


async def test_the_password_is_judged_while_it_is_typed(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        await page.goto(served.setup)
        for typed, said in (("kopi", "terlalu pendek"), ("aaaaaaaaaaaaaa", "mudah ditebak"), (PASSWORD, "kuat")):
            await page.locator("#password").fill(typed)
            await expect(page.locator("#strength")).to_contain_text(said)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_form_is_found_read_and_approved(browser: Browser, served: Served, scripts: bool) -> None:
    receipt = await arrives(browser, served, SITI)
    async with window(browser, java_script_enabled=scripts) as page:
        await sits_down(page, served)
        await page.get_by_role("link", name=receipt).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("S••• A•••")
        await expect(page.get_by_text("3174055708950003")).to_have_count(0)
        await page.get_by_role("button", name="Buka data").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Siti Aminah")
        await expect(page.locator(".answers").get_by_text("3174055708950003")).to_be_visible()
        await expect(page.locator(".transcript .bubble")).not_to_have_count(0)
        await page.get_by_role("link", name="Tutup lagi").click()
        await expect(page.locator(".history").get_by_text("Data dibuka ratna")).to_be_visible()
        await page.get_by_role("button", name="Setujui").click()
        await expect(page.get_by_role("status")).to_contain_text("orangnya sudah dikabari")
        await page.get_by_role("button", name="Batalkan persetujuan").click()
        await expect(page.get_by_role("status")).to_contain_text("Persetujuan dibatalkan")
        await page.get_by_role("button", name="Setujui").click()
        await page.get_by_role("button", name="Keluar").click()
        await page.goto(f"{served.url}/admin/queue")
        await expect(page.get_by_role("heading", name="Masuk ke meja petugas")).to_be_visible()


async def test_a_name_is_searched_without_standing_in_the_address(browser: Browser, served: Served) -> None:
    receipt = await arrives(browser, served, BUDI)
    async with window(browser) as page:
        await sits_down(page, served)
        await page.get_by_label("Cari").fill("budi santoso")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("Hasil pencarian")
        await expect(page.get_by_role("link", name=receipt)).to_be_visible()
        assert "budi" not in page.url.lower()
        await page.get_by_label("Wilayah").select_option(label="Jakarta Pusat")
        await page.get_by_role("button", name="Terapkan").click()
        await expect(page.get_by_text("Tidak ada yang cocok")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_everybody_can_use_the_desk(browser: Browser, served: Served, size: tuple[int, int], scheme: str) -> None:
    receipt = await arrives(browser, served, SITI)
    async with window(browser, size, scheme) as page:
        await sits_down(page, served)
        await finds_nothing(page)
        await page.get_by_text("Saring", exact=True).click()
        await finds_nothing(page)
        await page.goto(f"{served.url}/admin/applications/{receipt}")
        await finds_nothing(page)
        await page.get_by_role("button", name="Buka data").click()
        await finds_nothing(page)
        await page.get_by_role("button", name="Setujui").click()
        await finds_nothing(page)
        for path in ("/admin/batches", "/admin/batches/new", "/admin/sessions", "/admin/applications/nobody"):
            await page.goto(served.url + path)
            await finds_nothing(page)
