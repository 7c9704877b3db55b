"""Volunteers in a real browser: the landing page on a small telephone, the posters, the desk; axe finds nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from conversations.rules.codes import VOLUNTEER
from storage import volunteers
from storage.database import Database
from storage.keys import Keyring
from tests.bot.relawan import KLENDER, RATNA
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window
from tests.browser.look import sets_up
from tests.served import Served, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("volunteers")) as running:
        asyncio.run(_two_volunteers(running.var))
        yield running


async def _two_volunteers(var: Path) -> None:
    db = await Database.open(f"sqlite+aiosqlite:///{var}/taruna.db")
    keyring, now = Keyring.load(None, var / "keys"), datetime.now(UTC)
    async with db.writing() as tx:
        for code, name, state in ((RATNA, "Ratna Dewi", "active"), (VOLUNTEER.make(7), "Agus Salim", "paused")):
            row_id = await volunteers.invite(
                tx, keyring, code, code=code, name=name, area_code=KLENDER, rw="5", staff_id=None, now=now,
                until=now + timedelta(days=7),
            )  # fmt: skip
            await volunteers.move_to(tx, row_id, ("invited",), state, now)
    await db.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [f"/r/{RATNA}", "/r/salah", f"/r/{RATNA}/poster"])
async def test_the_public_pages_fit_a_small_telephone_and_read_well(
    browser: Browser, served: Served, path: str, scheme: str
) -> None:
    async with window(browser, NARROW, scheme) as page:
        await page.goto(served.url + path, wait_until="networkidle")
        await finds_nothing(page)


async def test_the_whole_landing_page_weighs_less_than_30_kilobytes_and_asks_nobody_else(
    browser: Browser, served: Served
) -> None:
    asked: list[str] = []
    async with window(browser, NARROW) as page:
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{served.url}/r/{RATNA}", wait_until="networkidle")
        weight = await page.evaluate(
            "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]"
            ".reduce((sum, one) => sum + one.transferSize, 0)"
        )
        first = await page.locator(".actions .button").first.bounding_box()
    assert 5_000 < weight < 30_000
    assert all(url.startswith(served.url) for url in asked)
    assert first is not None
    assert first["y"] + first["height"] < NARROW[1]  # the way in needs no scrolling


async def test_the_code_travels_into_the_simulator(browser: Browser, served: Served) -> None:
    async with window(browser, NARROW) as page:
        await page.goto(f"{served.url}/r/{RATNA}")
        await page.get_by_role("link", name="Coba di sini").click()
        await page.locator("#phone-a .theirs:not(.typing)").first.wait_for()
        assert page.url.endswith("/coba")  # the code is spent, not left in the address
    db = await Database.open(f"sqlite+aiosqlite:///{served.var}/taruna.db")
    async with db.reading() as tx:
        assert (RATNA, RATNA) in await tx.rows("SELECT first_code, last_code FROM referrals")
    await db.close()


async def test_the_desks_rooms_read_well_and_make_an_invitation(browser: Browser, served: Served) -> None:
    async with window(browser, WIDE) as page:
        await sets_up(page, served.setup)
        for size in (WIDE, NARROW):
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                await page.set_viewport_size({"width": size[0], "height": size[1]})
                for path in ("/admin/volunteers", "/admin/volunteers/1", "/admin/volunteers/2"):
                    await page.goto(served.url + path)
                    await finds_nothing(page)
        await _invites(page, served)


async def _invites(page: Page, served: Served) -> None:
    await page.goto(f"{served.url}/admin/volunteers")
    await page.fill("#name", "Dewi Lestari")
    await page.select_option("#kelurahan", KLENDER)
    await page.fill("#rw", "7")
    await page.get_by_role("button", name="Buat undangan").click()
    assert "/coba?mulai=UND-" in await page.input_value("#forward")
    await finds_nothing(page)
