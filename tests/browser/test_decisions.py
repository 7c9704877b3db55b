"""Deciding in a real browser: asked again, refused, compared; held while a page is open, given back on leaving it."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bot.town import SITI
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window
from tests.browser.test_admin import arrives, sits_down
from tests.served import Served

pytestmark = pytest.mark.browser
AGAIN = tuple("Siti Aminah Lestari" if said == "Siti Aminah" else said for said in SITI)


def holds(served: Served) -> int:
    with sqlite3.connect(served.var / "taruna.db", timeout=20) as database:
        [(count,)] = database.execute("SELECT COUNT(*) FROM holds").fetchall()
    database.close()
    return int(count)


async def looks_right(page: Page) -> None:
    for size in (WIDE, NARROW):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await finds_nothing(page)
    await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


async def test_two_who_look_alike_are_asked_compared_refused_and_merged(browser: Browser, served: Served) -> None:
    siti, again = await arrives(browser, served, SITI), await arrives(browser, served, AGAIN)
    async with window(browser) as page:
        await sits_down(page, served)
        where = f"{served.url}/admin/applications/{siti}"
        await page.goto(where)
        await looks_right(page)
        assert holds(served) == 1
        await page.get_by_role("link", name="Antrean").first.click()
        await expect(page.get_by_role("heading", name="Antrean")).to_be_visible()
        for _ in range(50):
            if not holds(served):
                break
            await page.wait_for_timeout(100)
        assert holds(served) == 0

        await page.goto(where)
        await page.get_by_role("link", name="Tanya lagi").click()
        await page.get_by_label("RW", exact=True).check()
        await page.get_by_label("Alamatnya belum jelas untuk kami.").check()
        await page.get_by_role("button", name="Lihat pesannya dulu").click()
        await expect(page.locator(".bubble")).to_contain_text("Alamatnya belum jelas untuk kami.")
        await looks_right(page)
        await page.get_by_role("button", name="Kirim").click()
        await expect(page.get_by_role("status").first).to_contain_text("Sudah ditanyakan")
        await page.get_by_role("button", name="Tarik pertanyaan").click()
        await expect(page.get_by_role("status").first).to_contain_text("ditarik")

        await page.get_by_role("link", name="Tolak").click()
        await page.get_by_label("Data Kakak belum bisa kami pastikan.").check()
        await page.get_by_role("button", name="Lihat pesannya dulu").click()
        await looks_right(page)
        await page.get_by_role("button", name="Tolak dan kirim").click()
        await page.get_by_role("button", name="Batalkan penolakan").click()

        await page.get_by_role("link", name=re.compile("Bandingkan")).click()
        await looks_right(page)
        await page.get_by_role("button", name=f"Ini yang ganda {again}").click()
        await expect(page.get_by_role("status").first).to_contain_text("Digabung")
        await looks_right(page)
