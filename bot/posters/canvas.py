"""What posters are drawn on: one vocabulary in millimetres, put down as a PDF or as a picture."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from PIL import ImageFont

Weight: TypeAlias = Literal["Regular", "SemiBold", "ExtraBold"]
WEIGHTS: tuple[Weight, ...] = ("Regular", "SemiBold", "ExtraBold")
Point: TypeAlias = tuple[float, float]
MM_A_POINT = 25.4 / 72
SMOOTH = 2  # a picture is drawn so many times as large, then made smaller


class Canvas(Protocol):
    """A page in millimetres, from its top left corner. A colour is #rrggbb; a size is the letters' height in mm."""

    def fill(self, x: float, y: float, w: float, h: float, colour: str, corner: float = 0) -> None: ...

    def shape(self, points: Sequence[Point], colour: str) -> None: ...

    def line(self, start: Point, end: Point, colour: str, width: float, dash: float = 0) -> None: ...

    def text(self, x: float, y: float, text: str, size: float, colour: str, weight: Weight = "Regular") -> None:
        """y is the line the letters stand on."""
        ...

    def width(self, text: str, size: float, weight: Weight = "Regular") -> float: ...


@cache
def font(weight: Weight) -> Path:
    """A file of Manrope, as the package font-manrope ships it."""
    found = find_spec("font_manrope")
    assert found is not None, "font-manrope is not installed"
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / "files" / f"Manrope-{weight}.ttf"


class Pdf:
    """A PDF of pages of one size; letters stay letters."""

    def __init__(self, w: float, h: float, title: str, language: str) -> None:
        from fpdf import FPDF

        self._pdf = FPDF(unit="mm", format=(w, h))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.set_title(title)
        self._pdf.set_lang(language)
        self._pdf.set_creator("Taruna")
        for weight in WEIGHTS:
            self._pdf.add_font(f"Manrope{weight}", fname=font(weight))
        self._pdf.add_page()

    def next_page(self) -> None:
        self._pdf.add_page()

    def fill(self, x: float, y: float, w: float, h: float, colour: str, corner: float = 0) -> None:
        self._pdf.set_fill_color(colour)
        if corner:
            self._pdf.rect(x, y, w, h, style="F", round_corners=True, corner_radius=corner)
        else:
            self._pdf.rect(x, y, w, h, style="F")

    def shape(self, points: Sequence[Point], colour: str) -> None:
        self._pdf.set_fill_color(colour)
        self._pdf.polygon(list(points), style="F")

    def line(self, start: Point, end: Point, colour: str, width: float, dash: float = 0) -> None:
        self._pdf.set_draw_color(colour)
        self._pdf.set_line_width(width)
        self._pdf.set_dash_pattern(dash=dash, gap=dash)
        self._pdf.line(*start, *end)
        self._pdf.set_dash_pattern()

    def text(self, x: float, y: float, text: str, size: float, colour: str, weight: Weight = "Regular") -> None:
        self._pdf.set_font(f"Manrope{weight}", size=size / MM_A_POINT)
        self._pdf.set_text_color(colour)
        self._pdf.text(x, y, text)

    def width(self, text: str, size: float, weight: Weight = "Regular") -> float:
        self._pdf.set_font(f"Manrope{weight}", size=size / MM_A_POINT)
        return float(self._pdf.get_string_width(text))

    def bytes(self) -> bytes:
        file = bytes(self._pdf.output())
        self.close()
        return file

    def close(self) -> None:
        """Let go of the font files, which fpdf2 leaves open."""
        from fpdf.fonts import TTFFont

        for letters in self._pdf.fonts.values():
            if isinstance(letters, TTFFont):
                letters.ttfont.close()


class Picture:
    """A PNG. pixels: how wide it will be."""

    def __init__(self, w: float, h: float, pixels: int) -> None:
        from PIL import Image, ImageDraw

        self._size = (pixels, round(pixels * h / w))
        self._scale = pixels * SMOOTH / w
        self._image = Image.new("RGB", (self._size[0] * SMOOTH, self._size[1] * SMOOTH), "#ffffff")
        self._draw = ImageDraw.Draw(self._image)

    def fill(self, x: float, y: float, w: float, h: float, colour: str, corner: float = 0) -> None:
        left, top = self._at((x, y))
        right, bottom = self._at((x + w, y + h))
        box = (left, top, max(right - 1, left), max(bottom - 1, top))
        if corner:
            self._draw.rounded_rectangle(box, radius=corner * self._scale, fill=colour)
        else:
            self._draw.rectangle(box, fill=colour)

    def shape(self, points: Sequence[Point], colour: str) -> None:
        self._draw.polygon([(x * self._scale, y * self._scale) for x, y in points], fill=colour)

    def line(self, start: Point, end: Point, colour: str, width: float, dash: float = 0) -> None:
        length = math.dist(start, end)
        steps = max(1, int(length / dash / 2)) if dash else 1
        for step in range(steps):
            a, b = step / steps, (step + (0.5 if dash else 1)) / steps
            ends = [tuple(s + (e - s) * part for s, e in zip(start, end, strict=True)) for part in (a, b)]
            self._draw.line(
                [(x * self._scale, y * self._scale) for x, y in ends],
                fill=colour, width=max(1, round(width * self._scale)),
            )  # fmt: skip

    def text(self, x: float, y: float, text: str, size: float, colour: str, weight: Weight = "Regular") -> None:
        where = (x * self._scale, y * self._scale)
        self._draw.text(where, text, fill=colour, font=_letters(weight, size * self._scale), anchor="ls")

    def width(self, text: str, size: float, weight: Weight = "Regular") -> float:
        return float(_letters(weight, size * self._scale).getlength(text)) / self._scale

    def bytes(self) -> bytes:
        from PIL import Image

        small = self._image.resize(self._size, Image.Resampling.LANCZOS)
        file = io.BytesIO()
        small = small.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)  # a third of the bytes
        small.save(file, "PNG", optimize=True)
        return file.getvalue()

    def _at(self, point: Point) -> tuple[int, int]:
        return round(point[0] * self._scale), round(point[1] * self._scale)


@cache
def _letters(weight: Weight, pixels: float) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(font(weight)), pixels)
