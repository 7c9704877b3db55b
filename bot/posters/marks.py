"""What every poster is made of: the house's colours, its mark, its pattern, running text, and the QR code."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from bot.posters.canvas import Canvas, Point, Weight

PAPER, CARD, INK, SOFT, LINE = "#f7f2e8", "#fffdf8", "#1b2925", "#55625d", "#ddd4c3"
LEAF, LEAF_DEEP, LEAF_WASH = "#0a6456", "#07493f", "#e2efe9"
CLAY, CLAY_WASH, WHITE, MINT, FLAME = "#a8470f", "#fcebdc", "#ffffff", "#dbeee6", "#e8742c"
PETAL = "#14554a"  # white at nine hundredths on the deep leaf
ROUND = 36  # corners of what looks round
QUIET_ZONE = 4  # modules of white around a code: ISO/IEC 18004


def qr(canvas: Canvas, x: float, y: float, size: float, text: str, colour: str = INK) -> None:
    """Draw a QR code that still reads with a quarter of it gone, its quiet zone within `size`."""
    import segno

    matrix = segno.make(text, error="q", micro=False, boost_error=False).matrix
    module = size / (len(matrix) + 2 * QUIET_ZONE)
    canvas.fill(x, y, size, size, WHITE)
    for row, line in enumerate(matrix):
        top = y + (row + QUIET_ZONE) * module
        for start, length in _runs(line):
            canvas.fill(x + (start + QUIET_ZONE) * module, top, length * module, module, colour)


def _runs(line: bytearray) -> Iterator[tuple[int, int]]:
    """Dark modules side by side are one bar, so that no hairline shows between them."""
    for run in re.finditer(rb"\x01+", bytes(line)):
        yield run.start(), run.end() - run.start()


def kawung(canvas: Canvas, x: float, y: float, w: float, h: float, tile: float) -> None:
    """Fill an area with the batik's petals, whole tiles only, centred."""
    across, down = int(w / tile), int(h / tile)
    left, top = x + (w - across * tile) / 2, y + (h - down * tile) / 2
    for row in range(down):
        for column in range(across):
            for dx, dy, turn in ((0.25, 0.25, 45), (0.75, 0.25, -45), (0.25, 0.75, -45), (0.75, 0.75, 45)):
                centre = (left + (column + dx) * tile, top + (row + dy) * tile)
                canvas.shape(_ellipse(centre, tile * 0.1, tile * 0.26, turn), PETAL)
                canvas.shape(_ellipse(centre, tile * 0.078, tile * 0.238, turn), LEAF_DEEP)
            canvas.shape(
                _ellipse((left + (column + 0.5) * tile, top + (row + 0.5) * tile), tile * 0.03, tile * 0.03), PETAL
            )


def _ellipse(centre: Point, rx: float, ry: float, turn: float = 0) -> list[Point]:
    angle = math.radians(turn)
    points = []
    for step in range(ROUND):
        around = 2 * math.pi * step / ROUND
        x, y = rx * math.cos(around), ry * math.sin(around)
        points.append(
            (
                centre[0] + x * math.cos(angle) - y * math.sin(angle),
                centre[1] + x * math.sin(angle) + y * math.cos(angle),
            )
        )
    return points


def disc(canvas: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    """A filled circle around a point."""
    canvas.shape(_ellipse((x, y), radius, radius), colour)


def ring(canvas: Canvas, x: float, y: float, w: float, h: float, colour: str) -> None:
    """The outline of a box."""
    for start, end in (
        ((x, y), (x + w, y)), ((x + w, y), (x + w, y + h)), ((x + w, y + h), (x, y + h)), ((x, y + h), (x, y))
    ):  # fmt: skip
        canvas.line(start, end, colour, 0.25)


def mark(canvas: Canvas, x: float, y: float, size: float) -> None:
    """The house's mark: a speech bubble with a tick."""
    unit = size / 64

    def at(*points: Point) -> list[Point]:
        return [(x + px * unit, y + py * unit) for px, py in points]

    canvas.fill(x, y, size, size, LEAF, corner=18 * unit)
    canvas.fill(x + 15 * unit, y + 20 * unit, 34 * unit, 30 * unit, WHITE, corner=4 * unit)
    canvas.fill(x + 15 * unit, y + 20 * unit, 34 * unit, 10 * unit, WHITE)
    canvas.shape(at((19, 47), (19, 57), (31, 47)), WHITE)
    for a, b in (((23, 35), (29, 41)), ((29, 41), (41, 28))):
        _stroke(canvas, at(a)[0], at(b)[0], 5 * unit)


def _stroke(canvas: Canvas, a: Point, b: Point, width: float) -> None:
    """A thick line with round ends."""
    length = math.dist(a, b)
    nx, ny = (b[1] - a[1]) / length * width / 2, (a[0] - b[0]) / length * width / 2
    canvas.shape(
        [(a[0] + nx, a[1] + ny), (b[0] + nx, b[1] + ny), (b[0] - nx, b[1] - ny), (a[0] - nx, a[1] - ny)], FLAME
    )
    for end in (a, b):
        canvas.shape(_ellipse(end, width / 2, width / 2), FLAME)


# ---- text ---------------------------------------------------------------------------------------------------------


def paragraph(
    canvas: Canvas,
    x: float,
    y: float,
    w: float,
    text: str,
    size: float,
    colour: str,
    *,
    weight: Weight = "Regular",
    strong: str = "",
    leading: float = 1.32,
) -> float:
    """Set running text with *bold* in it, broken into lines. y: the first line's foot. Returns the last line's foot.

    strong: the colour of what is bold, "" for the same.
    """
    for number, line in enumerate(_lines(canvas, text, size, weight, w)):
        at = x
        for word, bold in line:
            face: Weight = "ExtraBold" if bold else weight
            canvas.text(at, y + number * size * leading, word, size, (strong or colour) if bold else colour, face)
            at += canvas.width(word, size, face) + canvas.width(" ", size, weight)
    return y + number * size * leading


def foot(canvas: Canvas, y: float, w: float, text: str, size: float, leading: float = 1.32) -> float:
    """Where the last line of a regular paragraph will stand, before it is set."""
    return y + (len(_lines(canvas, text, size, "Regular", w)) - 1) * size * leading


def _lines(canvas: Canvas, text: str, size: float, weight: Weight, w: float) -> list[list[tuple[str, bool]]]:
    lines: list[list[tuple[str, bool]]] = [[]]
    space = canvas.width(" ", size, weight)
    used = 0.0
    for number, part in enumerate(text.split("*")):
        for word in part.split():
            bold = number % 2 == 1
            wide = canvas.width(word, size, "ExtraBold" if bold else weight)
            glued = not part[:1].isspace() and part.startswith(word) and number > 0 and lines[-1]
            if glued:  # a full stop after bold text belongs to its word
                last, was_bold = lines[-1][-1]
                if not bold and len(word) == 1:
                    lines[-1][-1] = (last + word, was_bold)
                    continue
            if lines[-1] and used + space + wide > w:
                lines.append([])
                used = 0.0
            used += wide + (space if lines[-1] else 0)
            lines[-1].append((word, bold))
    return lines


def fitted(canvas: Canvas, text: str, size: float, w: float, weight: Weight) -> float:
    """The size at which a text of one line is no wider than this."""
    return min(size, size * w / max(canvas.width(text, size, weight), 0.01))


def shortened(canvas: Canvas, text: str, size: float, w: float, weight: Weight, smallest: float) -> tuple[str, float]:
    """A text of one line made to fit: smaller first, and below the smallest size its end goes."""
    fits = fitted(canvas, text, size, w, weight)
    if fits >= smallest:
        return text, fits
    while text and canvas.width(text + "…", smallest, weight) > w:
        text = text[:-1].rstrip()
    return text + "…", smallest
