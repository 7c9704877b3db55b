"""Pictures of pages as they stand in the documentation: made by a test that is told where to put them."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from tests.browser.conftest import NARROW, WIDE

FOLDER = "PICTURES"  # PICTURES=docs/pictures pytest tests/browser/test_day.py
IN_THE_DOCUMENTATION = (
    *("antrean-1280", "antrean-360", "formulir-1280", "formulir-360", "tanya-lagi-1280", "bandingkan-1280"),
    *("kiriman-1280", "hasil-360"),
)


async def fits(page: Page, name: str) -> None:
    """The page is nowhere wider than a desk's window or a phone's; where pictures are wanted, they are taken."""
    for width, height in (NARROW, WIDE):
        await page.set_viewport_size({"width": width, "height": height})
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} pixels wide in a window of {width}"
        if (folder := os.environ.get(FOLDER)) and f"{name}-{width}" in IN_THE_DOCUMENTATION:
            _keep(await page.screenshot(), Path(folder) / f"{name}-{width}.png")


def _keep(taken: bytes, path: Path) -> None:
    """With no more colours than a page has, so that it stays small."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(taken)) as picture:
        picture.convert("RGB").quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
