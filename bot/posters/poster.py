"""A volunteer's poster: upright for paper (A4, A6) and square for chat groups."""

from __future__ import annotations

from bot.posters.canvas import Canvas, Weight
from bot.posters.marks import (
    CARD,
    CLAY,
    CLAY_WASH,
    INK,
    LEAF,
    LEAF_DEEP,
    LEAF_WASH,
    LINE,
    MINT,
    PAPER,
    SOFT,
    WHITE,
    disc,
    fitted,
    kawung,
    mark,
    paragraph,
    qr,
    shortened,
)
from bot.posters.said import Said

UPRIGHT = (210.0, 297.0)
SQUARE = (200.0, 200.0)
EDGE = 16.0


def upright(canvas: Canvas, said: Said) -> None:
    """A page of 210 by 297; smaller paper is the same page, smaller."""
    w, h = UPRIGHT
    inner = w - 2 * EDGE
    canvas.fill(0, 0, w, h, PAPER)
    canvas.fill(0, 0, w, 150, LEAF_DEEP)
    kawung(canvas, 0, 0, w, 150, 15)
    _brand(canvas, said, w, 15, 15)
    size = min(fitted(canvas, line, 22, inner, "ExtraBold") for line in said.headline)
    for number, line in enumerate(said.headline):
        canvas.text(EDGE, 62 + number * size * 1.12, line, size, WHITE, "ExtraBold")
    paragraph(canvas, EDGE, 66 + size * 1.12 + 12, inner, said.lead, 7.2, MINT, strong=WHITE)

    canvas.fill(EDGE, 122, 92, 104, LINE, corner=7)
    canvas.fill(EDGE + 0.4, 122.4, 91.2, 103.2, WHITE, corner=6.7)
    qr(canvas, EDGE + 3, 124, 86, said.link)
    code = fitted(canvas, said.code, 7, 78, "ExtraBold")
    canvas.text(EDGE + 46 - canvas.width(said.code, code, "ExtraBold") / 2, 218, said.code, code, INK, "ExtraBold")
    canvas.text(EDGE + 102, 141, said.how, fitted(canvas, said.how, 8, inner - 102, "ExtraBold"), WHITE, "ExtraBold")
    _steps(canvas, said, EDGE + 102, 166, inner - 102, size=5.7, apart=22)

    _from(canvas, said, EDGE, 233, inner, 26)
    link = fitted(canvas, said.shown, 6.2, inner, "ExtraBold")
    canvas.text(w / 2 - canvas.width(said.shown, link, "ExtraBold") / 2, 267.3, said.shown, link, LEAF, "ExtraBold")
    canvas.fill(0, 272, w, 25, CLAY_WASH)
    _one_line(canvas, EDGE, 281.5, inner, said.never, 5.2, CLAY, "SemiBold")
    _one_line(canvas, EDGE, 289.5, inner, said.who, 4.2, SOFT, "Regular")


def square(canvas: Canvas, said: Said) -> None:
    """A picture of 200 by 200 for chat groups: on one's own phone nobody scans, so the link is there to be typed."""
    side, _ = SQUARE
    edge, inner = 14.0, SQUARE[0] - 28.0
    canvas.fill(0, 0, side, side, LEAF_DEEP)
    kawung(canvas, 0, 0, side, side, 20)
    _brand(canvas, said, side, 11, 14)
    size = min(fitted(canvas, line, 18, inner, "ExtraBold") for line in said.headline)
    for number, line in enumerate(said.headline):
        canvas.text(edge, 47 + number * size * 1.12, line, size, WHITE, "ExtraBold")
    paragraph(canvas, edge, 47 + size * 1.12 + 13, inner, said.lead, 6, MINT, strong=WHITE)

    canvas.fill(edge, 96, inner, 80, CARD, corner=6)
    qr(canvas, edge + 4, 99, 57, said.link)
    x, w = edge + 66, inner - 72
    canvas.text(x, 109, said.from_label, 4.6, SOFT)
    name, name_size = shortened(canvas, said.name, 9, w, "ExtraBold", 5.4)
    canvas.text(x, 119, name, name_size, INK, "ExtraBold")
    place, place_size = shortened(canvas, said.place, 5.2, w, "SemiBold", 3.8)
    canvas.text(x, 126.5, place, place_size, SOFT, "SemiBold")
    canvas.line((x, 132.5), (x + w, 132.5), LINE, 0.4)
    paragraph(canvas, x, 141.5, w, said.open, 6, INK, strong=CLAY, weight="SemiBold")
    canvas.fill(edge + 5, 158, inner - 10, 13, LEAF_WASH, corner=3.5)
    link_size = fitted(canvas, said.shown, 7.4, inner - 20, "ExtraBold")
    wide = canvas.width(said.shown, link_size, "ExtraBold")
    canvas.text(side / 2 - wide / 2, 164.5 + link_size * 0.35, said.shown, link_size, LEAF, "ExtraBold")
    _one_line(canvas, edge, 184.5, inner, said.never, 5, WHITE, "SemiBold")
    _one_line(canvas, edge, 192, inner, said.who, 4, MINT, "Regular")


def _one_line(
    canvas: Canvas, x: float, y: float, w: float, text: str, size: float, colour: str, weight: Weight
) -> None:
    """Text with *bold* in it, made small enough for one line."""
    bold = fitted(canvas, text.replace("*", ""), size, w * 0.985, "ExtraBold" if "*" in text else weight)
    paragraph(canvas, x, y, w * 1.1, text, bold, colour, weight=weight)


def _brand(canvas: Canvas, said: Said, w: float, y: float, size: float) -> None:
    edge = EDGE if w > SQUARE[0] else 14.0
    mark(canvas, edge, y, size)
    canvas.text(edge + size + 5, y + size * 0.66, said.brand, size * 0.56, WHITE, "ExtraBold")
    unit = fitted(canvas, said.unit, 4.8, 90, "SemiBold")
    canvas.text(w - edge - canvas.width(said.unit, unit, "SemiBold"), y + size * 0.6, said.unit, unit, MINT, "SemiBold")


def _steps(canvas: Canvas, said: Said, x: float, y: float, w: float, *, size: float, apart: float) -> None:
    for number, step in enumerate(said.steps):
        top = y + number * apart
        disc(canvas, x + 5, top - 1.6, 5, LEAF)
        figure = str(number + 1)
        canvas.text(x + 5 - canvas.width(figure, 5.4, "ExtraBold") / 2, top + 0.4, figure, 5.4, WHITE, "ExtraBold")
        paragraph(canvas, x + 14, top, w - 14, step, size, INK, weight="SemiBold", strong=CLAY)


def _from(canvas: Canvas, said: Said, x: float, y: float, w: float, h: float) -> None:
    canvas.fill(x, y, w, h, LEAF_WASH, corner=5)
    canvas.text(x + 7, y + 9.5, said.from_label, 5, SOFT)
    place, size = shortened(canvas, said.place, 5.4, w - 60, "SemiBold", 4.2)
    canvas.text(x + w - 7 - canvas.width(place, size, "SemiBold"), y + 9.5, place, size, SOFT, "SemiBold")
    name, size = shortened(canvas, said.name, 9.6, w - 14, "ExtraBold", 5.5)
    canvas.text(x + 7, y + 20.6, name, size, INK, "ExtraBold")
