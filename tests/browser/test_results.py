"""The agency's list in a real browser, also without scripts: loaded, a damaged NIK picked by hand, applied, undone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.bot.results.lists import excel_list, row
from tests.bot.town import BUDI, SITI
from tests.browser.conftest import NARROW, WIDE, finds_nothing, window
from tests.browser.test_admin import arrives, sits_down
from tests.served import Served

pytestmark = pytest.mark.browser
SITIS, BUDIS = "3174055708950003", "3174051708950001"


def handed_over(served: Served) -> None:
    """Everybody's form went to the agency."""
    with sqlite3.connect(served.var / "taruna.db", timeout=20) as database:
        database.execute("UPDATE applications SET state = 'handed_over'")
    database.close()


async def test_a_list_goes_from_the_file_to_the_people_and_back(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    await arrives(browser, served, SITI)
    await arrives(browser, served, BUDI)
    handed_over(served)
    damaged = row(BUDIS)
    damaged[1] = int(BUDIS)
    file = excel_list(tmp_path / "hasil.xlsx", [row(SITIS, code="8100123456"), damaged])
    async with window(browser, java_script_enabled=False) as page:
        await sits_down(page, served)
        await page.get_by_role("link", name="Hasil BPJS").click()
        await page.get_by_label("Berkas daftar").set_input_files(file)
        await page.get_by_role("button", name="Baca daftar").click()
        await expect(page.get_by_role("heading", name="hasil.xlsx")).to_be_visible()
        await expect(page.locator(".listed")).to_have_count(2)
        await page.get_by_role("button", name="Pilih TK-").click()
        await expect(page.get_by_role("status")).to_have_text("Pilihan disimpan.")
        await page.get_by_text("Terapkan", exact=True).click()
        await expect(page.get_by_text("Terapkan 2 baris?")).to_be_visible()
        await page.get_by_role("button", name="Ya, terapkan").click()
        await expect(page.get_by_role("status")).to_contain_text("sudah diterapkan")
        await page.get_by_text("Batalkan hasil ini").click()
        await page.get_by_role("button", name="Ya, batalkan").click()
        await expect(page.get_by_role("status")).to_have_text("Hasil sudah dibatalkan.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_everybody_can_use_the_lists_pages(
    browser: Browser, served: Served, tmp_path: Path, size: tuple[int, int], scheme: str
) -> None:
    file = excel_list(
        tmp_path / f"{scheme}{size[0]}.xlsx", [row(SITIS, remark=f"{scheme} {size[0]}"), row(BUDIS, "T", "USIA")]
    )
    async with window(browser, size, scheme) as page:
        await sits_down(page, served)
        await page.goto(f"{served.url}/admin/results")
        await finds_nothing(page)
        await page.get_by_label("Berkas daftar").set_input_files(file)
        await page.get_by_role("button", name="Baca daftar").click()
        await page.get_by_text("Kolom yang dibaca").click()
        await finds_nothing(page)
        await page.get_by_role("button", name="Tampilkan nama").click()
        await expect(page.get_by_text("SITI AMINAH")).to_be_visible()
        await finds_nothing(page)
