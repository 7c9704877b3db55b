"""The first load of every page, filled, with its styles, scripts and drawings, uncompressed: under sixty kilobytes."""

from __future__ import annotations

import re
from pathlib import Path

from tests.bot.filled import addresses, fill
from tests.bot.town import Town, sign_in

BUDGET = 60_000


async def test_every_pages_first_load_is_under_sixty_kilobytes(town: Town, tmp_path: Path) -> None:
    ratna = await town.member()
    parts = await fill(town, ratna, tmp_path)
    await sign_in(ratna, "ratna")  # hours have passed
    weighed: dict[str, int] = {}
    for address in addresses(town, parts):
        page = await ratna.get(address, follow_redirects=True)
        assert page.headers["content-type"].startswith("text/html"), address
        assert "/admin/login" not in page.url.path or address.startswith("/admin/login"), address
        assert page.status_code in (200, 404, 410), address
        files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
        assert files, address
        size = len(page.content)
        for file in files:
            size += len((await ratna.get(file)).content)
        weighed[address] = size
    assert weighed["/admin/queue"] > 20_000  # it was the queue, full
    assert len(weighed) > 25
    assert {address: size for address, size in weighed.items() if size >= BUDGET} == {}


async def test_nothing_is_loaded_from_anywhere_else(town: Town, tmp_path: Path) -> None:
    ratna = await town.member()
    parts = await fill(town, ratna, tmp_path)
    await sign_in(ratna, "ratna")  # hours have passed
    for address in addresses(town, parts):
        page = await ratna.get(address, follow_redirects=True)
        for loaded in re.findall(r'<(?:script|link|img|source)\b[^>]*(?:href|src)="([^"]+)"', page.text):
            assert loaded.startswith("/") and not loaded.startswith("//"), (address, loaded)
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", page.text), address
