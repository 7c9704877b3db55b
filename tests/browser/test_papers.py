"""A printed receipt in a real browser: seen in the simulator, checked by its code, printed and charted at the desk."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bot.relawan import RATNA
from tests.bot.town import SITI
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window
from tests.browser.look import sets_up, signs_up
from tests.browser.test_simulator import phone_of, says
from tests.browser.test_volunteers import _two_volunteers
from tests.served import Served, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("papers")) as running:
        asyncio.run(_two_volunteers(running.var))
        yield running


async def seen(page: Page, name: str) -> None:
    if folder := os.environ.get("LOOK"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def test_a_receipt_is_seen_kept_checked_printed_and_counted(browser: Browser, served: Served) -> None:
    async with window(browser) as page:
        await page.goto(f"{served.url}/coba?mulai={RATNA}")
        receipt = await signs_up(page, "a", SITI)
        phone = phone_of(page)
        await says(phone, "cetak")
        picture = phone.locator(".file img")
        await expect(picture).to_be_visible()
        await picture.evaluate("image => image.decode()")
        assert await picture.evaluate("image => image.naturalWidth") == 1240
        assert await picture.get_attribute("alt") == f"{receipt}.png"
        await seen(page, "coba-cetak")
        await finds_nothing(page)
        await phone.get_by_role("button", name="PDF struk 58 mm").click()
        link = phone.get_by_role("link", name=f"{receipt}-58mm.pdf")
        await expect(link).to_be_visible()
        assert (await page.request.get(f"{served.url}{await link.get_attribute('href')}")).headers["content-type"] == (
            "application/pdf"
        )
        await phone.get_by_role("button", name="Bacakan nomornya").last.click()
        await expect(phone.locator(".theirs:not(.typing)").last).to_contain_text("Saya ulangi: T-K,")
        await seen(page, "coba-bacakan")

        await page.goto(f"{served.url}/cek#{receipt}")
        await expect(page.locator("#receipt")).to_have_value(receipt)
        assert page.url == f"{served.url}/cek"
        await page.click("main button")
        await expect(page.get_by_role("status")).to_be_visible()

        await sets_up(page, served.setup)
        for size in (WIDE, NARROW):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            await page.goto(f"{served.url}/admin/applications/{receipt}")
            await seen(page, f"application-{size[0]}")
            await finds_nothing(page)
            await page.goto(f"{served.url}/admin/volunteers/1")
            await expect(page.locator("svg.chart")).to_have_count(1)
            await seen(page, f"volunteer-{size[0]}")
            await finds_nothing(page)
        await page.goto(f"{served.url}/admin/applications/{receipt}")
        async with page.context.expect_page() as opened:
            await page.get_by_role("button", name="PDF kertas A6").click()
        await (await opened.value).close()
        await page.reload()
        await expect(page.get_by_text("Tanda terima dicetak oleh ratna")).to_be_visible()
