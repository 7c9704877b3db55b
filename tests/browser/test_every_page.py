"""Every page there is, with something on it, on a wide screen and a phone, by light and dark: axe and the page's rules
are silent, and nothing is wider than the window."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, Page, expect

from storage.migrate import migrate
from tests.bot.filled import addresses, fill
from tests.bot.town import PASSWORD, SITI, Phone, Town, open_town
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window

pytestmark = pytest.mark.browser


@asynccontextmanager
async def open_to_browsers(town: Town, listening: socket.socket) -> AsyncIterator[None]:
    """Serve a town's program to real browsers; its clock stays the town's."""
    server = uvicorn.Server(uvicorn.Config(town.app, lifespan="off", log_level="error"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.02)
    yield
    server.should_exit = True
    await serving


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    url = f"sqlite+aiosqlite:///{tmp_path}/town.db"
    await migrate(url)
    here = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with open_town(url, public_url=here) as opened, open_to_browsers(opened, listening):
        yield opened


async def sits_down(page: Page, town: Town) -> None:
    await page.goto(f"{town.services.settings.base_url}/admin/login")
    await page.fill("[name=login]", "ratna")
    await page.fill("[name=password]", PASSWORD)
    await page.locator("main button").click()
    await page.wait_for_url("**/admin/queue")


@pytest.fixture
async def parts(town: Town, tmp_path: Path) -> dict[str, str]:
    ratna: httpx.AsyncClient = await town.member()
    return await fill(town, ratna, tmp_path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_every_page_can_be_used_by_everybody(
    browser: Browser, town: Town, parts: dict[str, str], size: tuple[int, int], scheme: str
) -> None:
    troubles: dict[str, str] = {}
    async with window(browser, size, scheme) as page:
        await sits_down(page, town)
        for address in addresses(town, parts):
            await page.goto(town.services.settings.base_url + address)
            await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            try:
                await finds_nothing(page)
            except AssertionError as trouble:
                troubles[address] = str(trouble)[:900]
    assert troubles == {}


async def test_keys_move_through_the_queue_and_decide_nothing(browser: Browser, town: Town) -> None:
    first = await Phone(town.visitor()).signs_up(SITI)
    town.clock.passes(hours=1)
    second = await Phone(town.visitor()).signs_up(SITI)
    await town.member()
    async with window(browser) as page:
        await sits_down(page, town)

        async def focused() -> str:
            return str(await page.evaluate("document.activeElement.getAttribute('href') ?? document.activeElement.id"))

        await page.keyboard.press("j")
        assert await focused() == f"/admin/applications/{first}"
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        assert await focused() == f"/admin/applications/{second}"
        await page.keyboard.press("k")
        await page.keyboard.press("/")
        assert await focused() == "sought"
        await page.keyboard.type("jk?")
        assert await page.input_value("#sought") == "jk?"
        await page.keyboard.press("Escape")
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_have_attribute("open", "")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/admin/applications/{first}")
        await page.keyboard.press("a")
        assert await page.evaluate("document.activeElement.closest('form').action.endsWith('/approval')")
        assert first in page.url
        await expect(page.get_by_role("button", name="Setujui")).to_be_focused()
        await page.goto(f"{town.services.settings.base_url}/admin/queue")
        await page.locator("#keys summary").click()
        await page.get_by_label("Pakai pintasan").uncheck()
        await page.locator("h1").click()
        await page.keyboard.press("j")
        assert await focused() != f"/admin/applications/{first}"


async def test_the_queue_works_without_scripts(browser: Browser, town: Town, parts: dict[str, str]) -> None:
    async with window(browser, java_script_enabled=False) as page:
        await sits_down(page, town)
        await page.locator(".sift summary").click()
        await page.get_by_label("Tanda").select_option("approximate")
        await page.get_by_role("button", name="Terapkan").click()
        await expect(page.locator(".item")).to_have_count(25)
        await page.get_by_role("link", name="Berikutnya").click()
        await expect(page.locator(".item")).to_have_count(2)
        await page.goto(f"{town.services.settings.base_url}/admin/dashboard?channel=made_up")
        await page.get_by_text("Lihat angkanya").first.click()
        await expect(page.locator("details.behind[open] table").first).to_be_visible()
