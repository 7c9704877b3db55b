"""A receipt on paper: it says what it should and nothing more of anybody, stays on its paper, and its code reads."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from bot.house import build_house
from bot.papers.drawing import A6, strip, upright
from bot.papers.making import ROLLS, make
from bot.papers.said import Said, said_for
from bot.posters.canvas import Pdf, Weight
from conversations.printing import PICTURE, SIZES
from storage.papers import Receipt
from tests.bot.leaf import words_of

BASE = "https://daftar.karangtaruna-jakarta.example"
AT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # the next day already in Jakarta
SITI = Receipt("TK-79E1-KXXJ-M", "Siti", AT, "id", AT)
LONG = Receipt("TK-8888-8888-8", "Muhammadnurhidayatul", AT, "id", AT)
OWN = Receipt("TK-79E1-KXXJ-M", "Siti", AT, "en", None)
NOBODY = Receipt("TK-79E1-KXXJ-M", "", AT, "id", None)


def said(one: Receipt) -> Said:
    return said_for(one, BASE, ZoneInfo("Asia/Jakarta"), build_house().words[one.language])


def pictured(file: bytes, size: str) -> Image.Image:
    if size == PICTURE:
        return Image.open(io.BytesIO(file)).convert("RGB")
    pdf = pypdfium2.PdfDocument(file)
    picture = pdf[0].render(scale=203 / 72).to_pil().convert("RGB")  # as finely as a till prints
    pdf.close()
    return picture


@pytest.mark.parametrize("size", SIZES)
def test_the_code_leads_to_the_check_with_the_number_where_no_server_hears_it(size: str) -> None:
    found = zxingcpp.read_barcodes(pictured(make(said(LONG), size), size))
    assert [one.text for one in found] == [f"{BASE}/cek#TK-8888-8888-8"]


@pytest.mark.parametrize("size", [size for size in SIZES if size != PICTURE])
def test_a_paper_says_the_number_how_it_is_read_what_comes_and_whom_to_ask(size: str) -> None:
    text = words_of(make(said(SITI), size))
    for part in (
        *("Untuk Siti", "24 November 2026, jam 01.30 WIB", "T-K", "tujuh-sembilan-E-satu", "K-X-X-J"),
        *("Perlindungan mulai setelah itu", "BANTUAN", "175", "DATA INI MILIK SAYA", "tidak pernah meminta uang"),
        *("daftar.karangtaruna-jakarta.example", "bukan bagian dari BPJS Ketenagakerjaan"),
    ):
        assert part in text, (part, text)
    for group in ("TK", "79E1", "KXXJ", "M"):
        assert group in text.split()


def test_who_signed_up_alone_is_not_told_to_take_over_what_is_theirs() -> None:
    text = words_of(make(said(OWN), "a6"))
    assert "THIS DATA IS MINE" not in text
    assert "come by chat" in text
    assert "24 November 2026, 01.30 WIB" in text


def test_a_paper_without_a_name_leaves_the_line_out() -> None:
    assert "Untuk" not in words_of(make(said(NOBODY), "58mm"))


def test_pages_have_the_size_of_their_paper_and_a_strip_is_as_long_as_it_needs() -> None:
    for size, wide in (("a6", 105.0), ("58mm", 58.0), ("80mm", 80.0)):
        pdf = pypdfium2.PdfDocument(make(said(SITI), size))
        w, h = (round(side / 72 * 25.4, 1) for side in pdf[0].get_size())
        assert (len(pdf), w) == (1, wide)
        assert (h == 148.5) if size == "a6" else 150 < h < 300
        pdf.close()


class Watched(Pdf):
    """A canvas that remembers where text was put."""

    def __init__(self, w: float, h: float) -> None:
        super().__init__(w, h, "watched", "id")
        self.texts: list[tuple[str, float, float, float]] = []

    def text(self, x: float, y: float, text: str, size: float, colour: str, weight: Weight = "Regular") -> None:
        self.texts.append((text, x, y, x + self.width(text, size, weight)))
        super().text(x, y, text, size, colour, weight)


@pytest.mark.parametrize("who", [SITI, LONG, OWN, NOBODY])
def test_nothing_leaves_the_paper_or_runs_into_what_is_below(who: Receipt) -> None:
    page = Watched(*A6)
    upright(page, said(who))
    page.bytes()
    w, h = A6
    assert [one for one in page.texts if one[1] < 6.9 or one[3] > w - 6.5 or one[2] > h - 2] == []
    feet = sorted(y for text, _, y, _ in page.texts if text not in ("1", "2", "3"))
    band = h - 16.5
    assert max(y for y in feet if y < band) < band - 1.5
    for roll, inner in ROLLS.values():
        page = Watched(roll, 400)
        long = strip(page, said(who), roll, inner)
        page.bytes()
        edge = (roll - inner) / 2
        assert [one for one in page.texts if one[1] < edge - 0.1 or one[3] > roll - edge + 0.1 or one[2] > long] == []


@pytest.mark.parametrize("size", SIZES)
def test_a_file_is_small_enough_for_a_slow_line(size: str) -> None:
    assert len(make(said(LONG), size)) < 160_000
