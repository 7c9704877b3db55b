"""Pictures of every page, for people: python -m tests.browser.look FOLDER. Nothing is asserted here."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.bot.town import BUDI, PASSWORD, SITI
from tests.browser.conftest import FLAGS, NARROW, WIDE


async def signs_up(page: Page, slot: str, answers: tuple[str, ...]) -> str:
    """Type every answer on one of the simulator's phones; return the receipt."""
    phone = page.locator(f"#phone-{slot}")
    await phone.locator(".theirs:not(.typing)").first.wait_for()
    for text in answers:
        heard = await phone.locator(".theirs:not(.typing)").count()
        await phone.locator("input[name=text]").fill(text)
        await phone.locator(".send").click()
        await phone.locator(".theirs:not(.typing)").nth(heard).wait_for()
    return str(await phone.locator("[data-copy]").last.get_attribute("data-copy"))


async def sets_up(page: Page, setup: str) -> None:
    """Become the first admin."""
    await page.goto(setup)
    for name, value in (("name", "Ratna Dewi"), ("login", "ratna"), ("password", PASSWORD), ("repeat", PASSWORD)):
        await page.fill(f"#{name}", value)
    await page.click("main button")
    await page.wait_for_url("**/admin/queue")


async def look(url: str, setup: str, folder: Path) -> None:
    """Sign two people up, sit down at the desk, and take a picture of each page in both sizes and colours."""
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        context = await browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, locale="id-ID")
        page = await context.new_page()
        await page.goto(f"{url}/coba")
        siti, budi = await signs_up(page, "a", SITI), await signs_up(page, "b", BUDI)
        for size in (WIDE, NARROW):
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                await page.set_viewport_size({"width": size[0], "height": size[1]})
                name = f"{size[0]}-{scheme}.png"
                await page.goto(f"{url}/coba")
                await page.wait_for_timeout(600)
                await page.screenshot(path=folder / f"coba-{name}")
                for path, called in (("/", "home"), ("/cek", "cek"), ("/privasi", "privasi"), (setup, "setup")):
                    await page.goto(path if path.startswith("http") else url + path)
                    await page.screenshot(path=folder / f"{called}-{name}", full_page=True)
        await sets_up(page, setup)
        for size in (WIDE, NARROW):
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                await page.set_viewport_size({"width": size[0], "height": size[1]})
                name = f"{size[0]}-{scheme}.png"
                for path, called in (
                    ("/admin/queue", "queue"), (f"/admin/applications/{siti}", "application"),
                    ("/admin/batches/new?which=simulated", "new-batch"), ("/admin/sessions", "sessions"),
                    ("/admin/overview", "overview"), ("/admin/coverage", "coverage"), ("/admin/news", "news"),
                    ("/admin/staff", "team"), ("/admin/audit", "record"), ("/admin/parked", "parked"),
                ):  # fmt: skip
                    await page.goto(url + path)
                    await page.screenshot(path=folder / f"{called}-{name}", full_page=True)
                await page.goto(f"{url}/admin/applications/{budi}")
                await page.click("form[action$=reveal] button")
                await page.screenshot(path=folder / f"revealed-{name}", full_page=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(look(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
