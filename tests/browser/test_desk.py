"""Behind the queue, in a real browser: the team, the record, stuck messages, areas, a new password, links from afar."""

from __future__ import annotations

import re
import sqlite3
import time

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bot.town import PASSWORD, SITI
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window
from tests.browser.test_admin import arrives, sits_down
from tests.served import Served

pytestmark = pytest.mark.browser
ROOMS = ("Antrean", "Kiriman", "Wilayah", "Petugas", "Catatan", "Macet", "Akun")


def gets_stuck(served: Served) -> None:
    """A message that could not be read, as a webhook would have left it."""
    with sqlite3.connect(served.var / "taruna.db", timeout=20) as database:
        database.execute(
            "INSERT INTO inbox (channel, message_id, kind, arrived_at, state, error) "
            "VALUES ('whatsapp', ?, 'unreadable', ?, 'parked', 'no MessageSid')",
            (f"SM{time.monotonic_ns()}", int(time.time() * 1e6) - 7_200_000_000),
        )
    database.close()


async def invites(page: Page, served: Served, role: str, area: str = "") -> str:
    """Make a link for this role and return it."""
    await page.goto(f"{served.url}/admin/staff")
    await page.get_by_role("radio", name=re.compile(f"^{role}", re.IGNORECASE)).check()
    if area:
        await page.get_by_label("Wilayah").last.select_option(label=area)
    await page.get_by_role("button", name="Buat tautan").click()
    return await page.get_by_label("Tautan", exact=True).input_value()


async def joins(page: Page, link: str, name: str, login: str) -> None:
    await page.goto(link)
    for label, value in (("Nama lengkap", name), ("Nama masuk", login), ("Ulangi kata sandi", PASSWORD)):
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Buat akun").click()


async def test_somebody_is_invited_works_and_is_shut_out(browser: Browser, served: Served) -> None:
    await arrives(browser, served, SITI)
    async with window(browser) as page, window(browser, NARROW) as hers:
        await sits_down(page, served)
        link = await invites(page, served, "pemeriksa", "Jakarta Timur")
        await joins(hers, link, "Dewi Lestari", "dewi")
        await expect(hers.get_by_role("heading", name="Antrean")).to_be_visible()
        await expect(hers.locator(".item").first).to_be_visible()
        await expect(hers.get_by_role("link", name="Petugas")).to_have_count(0)
        await page.goto(f"{served.url}/admin/staff")
        row = page.get_by_role("listitem").filter(has_text="Dewi Lestari")
        await row.get_by_text("Keluarkan", exact=True).click()
        await row.get_by_role("button", name="Ya, keluarkan Dewi Lestari").click()
        await expect(page.get_by_role("status")).to_contain_text("Sudah dikeluarkan")
        await hers.reload()
        await expect(hers.get_by_role("heading", name="Masuk ke meja petugas")).to_be_visible()
        await page.get_by_role("link", name="Catatan").click()
        await expect(page.locator(".what").first).to_have_text("Mengeluarkan Dewi Lestari")


async def test_a_coordinator_sees_numbers_and_nothing_else(browser: Browser, served: Served) -> None:
    async with window(browser) as page, window(browser, NARROW) as his:
        await sits_down(page, served)
        await joins(his, await invites(page, served, "koordinator", "Duren Sawit"), "Pak Joko", "joko")
        await expect(his.get_by_role("heading", name="Duren Sawit")).to_be_visible()
        rooms = ["Wilayah", "Cakupan", "Dasbor", "Relawan", "Kabar", "Akun"]
        assert await his.locator(".rooms a").all_inner_texts() == rooms
        await finds_nothing(his)


async def test_a_stuck_message_is_set_aside_without_scripts(browser: Browser, served: Served) -> None:
    gets_stuck(served)
    async with window(browser, java_script_enabled=False) as page:
        await sits_down(page, served)
        await page.get_by_role("link", name="Macet").click()
        await page.get_by_role("button", name="Sisihkan").first.click()
        await expect(page.get_by_role("status")).to_contain_text("Disisihkan")


async def test_a_link_followed_from_a_chat_opens_the_desk_for_whoever_sits_there(
    browser: Browser, served: Served
) -> None:
    async with window(browser) as page:
        link = f'<a href="{served.url}/admin/queue?state=approved">meja</a>'
        await page.context.route(
            "http://chat.example/*", lambda route: route.fulfill(body=link, content_type="text/html")
        )
        await page.goto("http://chat.example/")
        await page.get_by_role("link", name="meja").click()
        await expect(page.get_by_role("heading", name="Masuk ke meja petugas")).to_be_visible()
        await sits_down(page, served)
        await page.goto("http://chat.example/")
        await page.get_by_role("link", name="meja").click()
        await expect(page.get_by_role("heading", name="Antrean")).to_be_visible()
        assert page.url.endswith("/admin/queue?state=approved")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_everybody_can_use_the_rooms(
    browser: Browser, served: Served, size: tuple[int, int], scheme: str
) -> None:
    gets_stuck(served)
    async with window(browser, size, scheme) as page:
        await sits_down(page, served)
        await invites(page, served, "pengunduh")
        await finds_nothing(page)
        for room in ROOMS:
            await page.locator(".rooms").get_by_role("link", name=room).click()
            await expect(page.locator(".rooms [aria-current]")).to_contain_text(room)
            await finds_nothing(page)
        for path in ("/admin/password", "/admin/overview?area=31.75", "/admin/queue?area=31.75", "/admin/audit?who=x"):
            await page.goto(served.url + path)
            await finds_nothing(page)
        await page.goto(f"{served.url}/admin/password")
        for label in ("Kata sandi sekarang", "Kata sandi baru", "Ulangi kata sandi"):
            await page.get_by_label(label).fill("pendek")
        await page.get_by_role("button", name="Ganti").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await finds_nothing(page)
