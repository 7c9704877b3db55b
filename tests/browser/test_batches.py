"""A batch in a real browser: looked at, sealed, downloaded locked and open, handed over; without scripts, too."""

from __future__ import annotations

import re
from pathlib import Path

import msoffcrypto
import pytest
from playwright.async_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from tests.bot.town import BUDI, PASSWORD, SITI
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window
from tests.browser.test_admin import arrives, sits_down
from tests.served import Served

pytestmark = pytest.mark.browser


async def downloads(page: Page, to: Path, lock: str = "") -> Path:
    """Ask for the XLSX with one's own password, perhaps locked, and keep it."""
    if lock:
        await page.get_by_text("Kunci berkas Excel", exact=False).click()
        await page.get_by_label("Kata sandi berkas", exact=True).fill(lock)
        await page.get_by_label("Kata sandi berkas, sekali lagi").fill(lock)
    await page.get_by_label("Kata sandi Kakak sendiri").fill(PASSWORD)
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Unduh", exact=True).click()
    download = await coming.value
    assert re.fullmatch(r"batch-[0-9]+\.xlsx", download.suggested_filename)
    await download.save_as(to)
    return to


@pytest.mark.parametrize(
    ("size", "scheme", "scripts", "who"),
    [(WIDE, "light", True, SITI), (NARROW, "dark", False, BUDI)],
    ids=["wide", "narrow and without scripts"],
)
async def test_a_batch_is_made_taken_along_and_handed_over(
    browser: Browser,
    served: Served,
    tmp_path: Path,
    size: tuple[int, int],
    scheme: str,
    scripts: bool,
    who: tuple[str, ...],
) -> None:
    receipt = await arrives(browser, served, who)
    async with window(browser, size, scheme, java_script_enabled=scripts) as page:

        async def looks() -> None:
            if scripts:  # axe itself is one
                await finds_nothing(page)

        await sits_down(page, served)
        await page.goto(f"{served.url}/admin/applications/{receipt}")
        await page.get_by_role("button", name="Setujui").click()
        await page.goto(f"{served.url}/admin/batches")
        await looks()
        await page.get_by_role("link", name="Susun kiriman").click()
        await expect(page.get_by_text("dari simulator: tidak pernah dikirim sungguhan")).to_be_visible()
        await page.get_by_label("Kiriman latihan dari simulator").check()
        await page.get_by_role("button", name="Lihat siapa yang ikut").click()
        await expect(page.get_by_role("heading", name="1 orang ikut")).to_be_visible()
        await looks()
        await page.get_by_role("button", name="Segel 1 orang").click()
        await expect(page.get_by_role("status")).to_contain_text("Sudah disegel")
        await looks()

        plain = await downloads(page, tmp_path / "plain.xlsx")
        rows = CalamineWorkbook.from_path(str(plain)).get_sheet_by_index(0).to_python()
        assert (len(rows), rows[1][-1]) == (2, receipt)
        locked = await downloads(page, tmp_path / "locked.xlsx", "kunci lemari")
        with locked.open("rb") as file, (tmp_path / "open.xlsx").open("wb") as opened:
            book = msoffcrypto.OfficeFile(file)
            book.load_key(password="kunci lemari")
            book.decrypt(opened)
        assert (tmp_path / "open.xlsx").read_bytes() == plain.read_bytes()
        await page.reload()
        assert "kunci lemari" not in await page.content()

        await page.get_by_label("Berkasnya sudah diterima kantor cabang").check()
        await page.get_by_role("button", name="Catat sudah diserahkan").click()
        await expect(page.get_by_role("status")).to_contain_text("Tercatat sudah diserahkan")
        await looks()
        await page.goto(f"{served.url}/cek")
        await page.get_by_label("Tanda terima").fill(receipt)
        await page.get_by_role("main").get_by_role("button").first.click()
        await expect(page.get_by_text("sudah diserahkan ke kantor cabang")).to_be_visible()
