"""Outlines in a real browser: brought, looked at, applied; the map by mouse, by keys, on a telephone and by night."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from conversations.rules import areas
from storage import coverage
from storage.database import Database
from tests.bot.coverage.patchwork import collection, patchwork, written
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window
from tests.browser.look import sets_up
from tests.served import Served, serving

pytestmark = pytest.mark.browser
HERE = "/admin/coverage"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("outlines")) as running:
        yield running


async def test_outlines_are_brought_and_the_map_is_used_by_mouse_and_keys(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    what = collection(patchwork())
    next(one for one in what["features"] if one["properties"]["WADMKD"] == "KLENDER")["properties"]["WADMKD"] = (
        "Kelendar"
    )
    path = written(tmp_path / "kelurahan.geojson", what)
    async with window(browser) as page:
        await sets_up(page, served.setup)
        await page.goto(f"{served.url}{HERE}")
        await page.get_by_role("link", name="Garis batas").click()
        await page.set_input_files("#file", path)
        await page.get_by_role("button", name="Baca file").click()
        await expect(page.get_by_text("Kelendar")).to_be_visible()
        await each_size(page)
        await page.get_by_role("button", name="Pilih").click()
        await expect(page.get_by_role("status")).to_have_text("Pilihan disimpan.")
        await page.get_by_text("Terapkan", exact=True).click()
        await page.get_by_role("button", name="Ya, terapkan").click()
        await expect(page.get_by_role("status")).to_have_text("Garis batas sudah dipakai.")
        await each_size(page)
        await counted(served.var)
        await page.goto(f"{served.url}{HERE}")
        await each_size(page)
        await by_keys(page)
        await by_mouse(page)


async def each_size(page: Page) -> None:
    """On a wide screen and a telephone, by day and by night."""
    for size in (NARROW, WIDE):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("dark", "light"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await finds_nothing(page)


async def by_keys(page: Page) -> None:
    """Every shape can be reached, shows that it was, and leads down."""
    shapes = page.locator("svg.map a")
    assert await shapes.count() == 6
    await page.locator("svg.map a").first.evaluate("(first) => first.focus()")
    reached = []
    for _ in range(6):
        reached.append(await page.evaluate("document.activeElement.getAttribute('href')"))
        seen = "getComputedStyle(document.activeElement.querySelector('path')).strokeWidth"
        assert await page.evaluate(seen) == "4px"
        await page.keyboard.press("Tab")
    assert sorted(reached) == [f"{HERE}?area={area.code}" for area in areas.kotas()]
    await page.locator('svg.map a[href$="area=31.75"]').evaluate("(one) => one.focus()")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**area=31.75")


async def by_mouse(page: Page) -> None:
    """A shape is clicked where it is, also on its number; what is loaded stays light."""
    box = await page.locator('svg.map a[href$="area=31.75.07"] path').bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.wait_for_url("**area=31.75.07")
    await finds_nothing(page)
    weight = await page.evaluate(
        "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]"
        ".reduce((sum, one) => sum + one.encodedBodySize, 0)"
    )
    assert 10_000 < weight < 60_000
    title = page.locator('svg.map a[href$="31.75.07.1003"] title')
    assert await title.text_content() == "Klender: 45"
    async with page.expect_download() as taken:
        await page.get_by_role("link", name="Ambil gambar (PNG)").click()
    assert (await taken.value).suggested_filename == "cakupan-31.75.07.png"


async def counted(var: Path) -> None:
    """Some people everywhere, as upkeep would have counted them."""
    db = await Database.open(f"sqlite+aiosqlite:///{var}/taruna.db")
    async with db.reading() as tx:
        day, _ = await coverage.latest(tx)
    while not day:  # upkeep counts nobody once; what follows is not counted over today
        await asyncio.sleep(0.2)
        async with db.reading() as tx:
            day, _ = await coverage.latest(tx)
    async with db.writing() as tx:
        inside = [area.code for area in areas.AREAS if area.level == "kelurahan"]
        await coverage.keep(tx, day, {(code, "1"): 45 for code in inside})
    await db.close()
