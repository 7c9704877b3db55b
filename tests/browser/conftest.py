"""A real Chromium, to look at the program with."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.served import Served, serving

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
WIDE, NARROW = (1280, 860), (360, 740)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    async with async_playwright() as play:
        opened = await play.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        await opened.close()


@asynccontextmanager
async def window(
    browser: Browser, size: tuple[int, int] = WIDE, scheme: str = "light", language: str = "id-ID", **more: object
) -> AsyncIterator[Page]:
    """A window of its own. Anything the browser complains about fails the test."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale=language, reduced_motion="reduce",
        **more,
    )  # type: ignore[arg-type]  # fmt: skip
    context.set_default_timeout(10_000)
    page = await context.new_page()
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()
    assert complaints == []


async def finds_nothing(page: Page) -> None:
    """Ask axe about the page as it is now; it must fit the window too."""
    found = await Axe().run(page)
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found.response["violations"]] == []
    overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"the page is {overflow} pixels wider than its window"
