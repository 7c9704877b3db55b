"""The program as anybody starts it, and a real Chromium to look at it with."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
WIDE, NARROW = (1280, 860), (360, 740)


@dataclass(frozen=True)
class Served:
    """A running `taruna serve`: where it is, and the one-time link it printed."""

    url: str
    setup: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start the program as the command line does, on a database of its own."""
    var = tmp_path_factory.mktemp("served")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DATABASE_URL": f"sqlite+aiosqlite:///{var}/taruna.db",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "bot.cli", "serve"]
    with (var / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, cwd=Path(__file__).parents[2]
        )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if found := re.search(r"http\S+/admin/setup/\S+", line):
            break
    else:
        raise AssertionError(f"the program ended before it served: {lines} {(var / 'log').read_text()}")
    yield Served(f"http://127.0.0.1:{port}", found[0])
    process.send_signal(signal.SIGTERM)
    ended = process.wait(timeout=15)
    process.stdout.close()
    assert ended in (0, -signal.SIGTERM), (var / "log").read_text()


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
