"""Drawing a receipt: on A6 paper in the house's colours, and on a till's roll in black, as long as it needs to be."""

from __future__ import annotations

from collections.abc import Sequence

from bot.papers.said import Said
from bot.posters.canvas import Canvas
from bot.posters.marks import (
    CLAY,
    CLAY_WASH,
    INK,
    LEAF,
    LEAF_DEEP,
    LEAF_WASH,
    LINE,
    MINT,
    SOFT,
    WHITE,
    disc,
    fitted,
    foot,
    kawung,
    mark,
    paragraph,
    qr,
    shortened,
)

A6 = (105.0, 148.5)
EDGE = 7.0
CODE = 29.0  # of the square, its quiet zone within
QUIET = 2.4  # of that zone what may lie over the edge of the text
APART = 0.55  # between two groups of a number, in heights of a letter
LARGEST = 11.0
BLACK = "#000000"  # a till prints no other


def upright(canvas: Canvas, said: Said) -> None:
    """A page of A6."""
    w, h = A6
    inner = w - 2 * EDGE
    canvas.fill(0, 0, w, h, WHITE)
    canvas.fill(0, 0, w, 15, LEAF_DEEP)
    kawung(canvas, 0, 0, w, 15, 7.5)
    mark(canvas, EDGE, 3, 9)
    canvas.text(EDGE + 12, 9.6, said.brand, 5.6, WHITE, "ExtraBold")
    unit = fitted(canvas, said.unit, 3.3, 45, "SemiBold")
    canvas.text(w - EDGE - canvas.width(said.unit, unit, "SemiBold"), 9, said.unit, unit, MINT, "SemiBold")

    canvas.text(EDGE, 23.4, said.title, 5.4, INK, "ExtraBold")
    canvas.text(EDGE, 28.4, said.about, fitted(canvas, said.about, 3.6, inner, "SemiBold"), INK, "SemiBold")
    name, size = shortened(canvas, said.name, 4.6, inner, "ExtraBold", 3.4)
    canvas.text(EDGE, 34.8, name, size, LEAF, "ExtraBold")
    canvas.text(EDGE, 39.6, said.sent, fitted(canvas, said.sent, 3.3, inner, "Regular"), SOFT)

    aloud = f"*{said.aloud_label}* {', '.join(said.aloud)}"
    last = foot(canvas, 61, inner - 8, aloud, 3.2)
    canvas.fill(EDGE, 42.6, inner, last - 38.6, LEAF_WASH, corner=3)
    _side_by_side(canvas, said.groups, w / 2, 44.8, inner - 8, INK)
    y = paragraph(canvas, EDGE + 4, 61, inner - 8, aloud, 3.2, INK, strong=LEAF)

    y += 10
    canvas.text(EDGE, y, said.next_label, 3.8, LEAF, "ExtraBold")
    y += 5.6
    for number, step in enumerate(said.steps, start=1):
        disc(canvas, EDGE + 2.1, y - 1.1, 2.1, LEAF)
        figure = str(number)
        canvas.text(EDGE + 2.1 - canvas.width(figure, 2.9, "ExtraBold") / 2, y - 0.1, figure, 2.9, WHITE, "ExtraBold")
        y = paragraph(canvas, EDGE + 6.4, y, inner - 6.4, step, 3.2, INK) + 5.4
    canvas.line((EDGE, y - 2.2), (w - EDGE, y - 2.2), LINE, 0.25)

    right = w - EDGE - CODE + QUIET
    qr(canvas, right, y - 1.6, CODE, said.code)
    caption = fitted(canvas, said.code_label, 2.8, CODE - 2 * QUIET, "SemiBold")
    middle = right + CODE / 2 - canvas.width(said.code_label, caption, "SemiBold") / 2
    canvas.text(middle, y + CODE - 1, said.code_label, caption, SOFT, "SemiBold")
    left, y = inner - CODE - 1, y + 3.4
    for label, text in ((said.ask_label, said.ask), (said.later_label, said.later)):
        if label:
            canvas.text(EDGE, y, label, fitted(canvas, label, 3.6, left, "ExtraBold"), LEAF, "ExtraBold")
            y = paragraph(canvas, EDGE, y + 4.3, left, text, 3, INK, leading=1.28) + 7

    canvas.fill(0, h - 16.5, w, 16.5, CLAY_WASH)
    _line(canvas, h - 11.4, f"{said.site_label} *{said.site}*", 3.1, INK)
    _line(canvas, h - 6.8, said.never, 3.1, CLAY)
    _line(canvas, h - 2.8, said.who, 2.4, SOFT)


def strip(canvas: Canvas, said: Said, w: float, inner: float) -> float:
    """A strip of a till's roll. w: the roll; inner: what its printer reaches. Returns how long it became, in mm."""
    x = (w - inner) / 2
    small = inner / 48 * 2.9 if inner < 60 else 3.6
    y = _centred(canvas, said.brand, w, small * 2.6, inner, small * 2)
    y = _centred(canvas, said.unit, w, y + small * 1.5, inner, small * 0.95)
    y = _rule(canvas, x, y + small * 0.9, inner)
    y = _centred(canvas, said.title, w, y + small * 1.8, inner, small * 1.5)
    y = _centred(canvas, said.about, w, y + small * 1.5, inner, small * 1.05)
    if said.name:
        y = _centred(canvas, said.name, w, y + small * 2, inner, small * 1.5)
    y = _centred(canvas, said.sent, w, y + small * 1.6, inner, small * 0.95)
    for half in (said.groups[:2], said.groups[2:]):
        y = _side_by_side(canvas, half, w / 2, y + small * 0.9, inner, BLACK)
    y += small * 1.6
    canvas.text(x, y, said.aloud_label, small, BLACK, "ExtraBold")
    for group in said.aloud:
        y += small * 1.35
        canvas.text(x, y, group, fitted(canvas, group, small, inner, "SemiBold"), BLACK, "SemiBold")
    y = _rule(canvas, x, y + small * 1.1, inner)
    y = _block(canvas, x, y, inner, small, said.next_label, [f"{n}. {s}" for n, s in enumerate(said.steps, start=1)])
    y = _block(canvas, x, y, inner, small, said.ask_label, [said.ask])
    if said.later_label:
        y = _block(canvas, x, y, inner, small, said.later_label, [said.later])
    y = _rule(canvas, x, y + small * 1.1, inner)
    y = paragraph(canvas, x, y + small * 1.8, inner, said.never, small * 1.05, BLACK, weight="SemiBold")
    side = min(inner, 34.0)
    qr(canvas, (w - side) / 2, y + small * 0.4, side, said.code, BLACK)
    y = _centred(canvas, said.code_label, w, y + side + small * 1.2, inner, small * 0.9)
    y = _centred(canvas, said.site_label, w, y + small * 1.8, inner, small * 0.9)
    y = _centred(canvas, said.site, w, y + small * 1.4, inner, small * 1.05)
    y = paragraph(canvas, x, y + small * 1.8, inner, said.who, small * 0.9, BLACK)
    return y + small * 2


def _side_by_side(canvas: Canvas, groups: Sequence[str], middle: float, top: float, w: float, colour: str) -> float:
    """Groups of a number, as large as they fit beside one another, each underlined. Returns where the line stands."""
    wide = sum(canvas.width(group, 1, "ExtraBold") for group in groups) + APART * (len(groups) - 1)
    size = min(w / wide, LARGEST)
    at, y = middle - wide * size / 2, top + size * 0.85
    for place, group in enumerate(groups):
        across = canvas.width(group, size, "ExtraBold")
        if place:
            canvas.fill(at - APART * size * 0.72, y - size * 0.38, APART * size * 0.44, size * 0.08, colour)
        canvas.text(at, y, group, size, colour, "ExtraBold")
        canvas.line((at, y + size * 0.16), (at + across, y + size * 0.16), colour, 0.35)
        at += across + APART * size
    return y + size * 0.16


def _line(canvas: Canvas, y: float, text: str, size: float, colour: str) -> None:
    """One line of A6 with *bold* in it, made small enough."""
    inner = A6[0] - 2 * EDGE
    fits = fitted(canvas, text.replace("*", ""), size, inner, "ExtraBold" if "*" in text else "SemiBold")
    paragraph(canvas, EDGE, y, inner * 1.1, text, fits, colour, weight="SemiBold")


def _centred(canvas: Canvas, text: str, w: float, y: float, inner: float, size: float) -> float:
    fits = fitted(canvas, text, size, inner, "ExtraBold")
    canvas.text((w - canvas.width(text, fits, "ExtraBold")) / 2, y, text, fits, BLACK, "ExtraBold")
    return y


def _rule(canvas: Canvas, x: float, y: float, w: float) -> float:
    canvas.line((x, y), (x + w, y), BLACK, 0.3, dash=1.2)
    return y


def _block(canvas: Canvas, x: float, y: float, w: float, size: float, label: str, texts: list[str]) -> float:
    """A label and the sentences under it."""
    y += size * 1.8
    canvas.text(x, y, label, fitted(canvas, label, size * 1.1, w, "ExtraBold"), BLACK, "ExtraBold")
    for text in texts:
        y = paragraph(canvas, x, y + size * 1.4, w, text, size, BLACK, weight="SemiBold")
    return y
