"""The board to take along: a sheet with its numbers, and a picture of its map or tiles."""

from __future__ import annotations

import io
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.coverage.board import SHADES, Board, Tile
from bot.coverage.legend import legend
from bot.coverage.mapping import FIGURE, LETTER, Map
from bot.inert import inert

if TYPE_CHECKING:
    from bot.posters.canvas import Picture, Weight
    from conversations.wording import Words

SHADE = ("#f4f1ea", "#e3efe6", "#bfdcc8", "#8cc2a0", "#4f9d74", "#1f6f4a")
INK, PAPER, QUIET = "#1d2b24", "#ffffff", "#5b6a62"
FRAMED = "#eef3f1"
TILE, GAP, MARGIN, HEAD, FOOT = 44.0, 3.0, 12.0, 34.0, 38.0  # millimetres
SIDE_OF_MAP = 240.0
LEADING = 1.15
PIXELS_A_MM = 6


def sheet(board: Board, title: str, day: date | None, words: Words) -> bytes:
    """The board as XLSX: a row a part, text cells as text and numbers as numbers."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(words.text("admin.coverage.sheet")[:31])
        bold = book.add_format({"bold": True})
        page.write_string(0, 0, inert(f"{title} · {day or '–'}"), bold)
        for column, key in enumerate(("place", "covered", "target", "percent")):
            page.write_string(2, column, words.text(f"admin.coverage.{key}"), bold)
        for row, tile in enumerate((*board.tiles, *board.rws), start=3):
            page.write_string(row, 0, inert(_name(tile, words)))
            if tile.shown:
                page.write_number(row, 1, tile.shown)
            else:
                page.write_string(row, 1, words.text("admin.coverage.few"))
            if tile.target:
                page.write_number(row, 2, tile.target)
                page.write_number(row, 3, tile.percent or 0)
        page.set_column(0, 0, 32)
        page.set_column(1, 3, 14)
        page.freeze_panes(3, 0)
    return file.getvalue()


def picture(board: Board, chart: Map | None, title: str, day: date | None, words: Words) -> bytes:
    """The board as PNG: its map, or tiles as the city lies, with names, numbers and what the shades mean."""
    from bot.posters.canvas import Picture

    tiles = board.tiles or board.rws
    columns = max(3, 1 + max((tile.column for tile in tiles), default=0))
    rows = 1 + max((tile.row for tile in tiles), default=0)
    across, down = columns * (TILE + GAP) - GAP, rows * (TILE + GAP) - GAP
    if chart is not None:
        across = SIDE_OF_MAP * max(0.6, min(1, chart.width / chart.height))
        down = across * chart.height / chart.width
    page = Picture(w := 2 * MARGIN + across, h := HEAD + down + FOOT, round(w * PIXELS_A_MM))
    page.text(MARGIN, 16, title, 8, INK, "ExtraBold")
    page.text(MARGIN, 25, words.text("admin.coverage.as_of", {"day": day or "–"}), 4, QUIET)
    if chart is not None:
        _map(page, board, chart, across / chart.width, words)
    else:
        for tile in tiles:
            _tile(page, board, tile, words)
    _legend(page, board, h - 21, w - MARGIN, words)
    page.text(MARGIN, h - 7, words.text("admin.coverage.note_short"), 3.4, QUIET)
    return page.bytes()


def _tile(page: Picture, board: Board, tile: Tile, words: Words) -> None:
    x, y = MARGIN + tile.column * (TILE + GAP), HEAD + tile.row * (TILE + GAP)
    shade = board.shade(tile)
    ink = PAPER if shade >= SHADES - 1 else INK
    page.fill(x, y, TILE, TILE, SHADE[shade], 3)
    for line, part in enumerate(tile.lines if tile.code else [_name(tile, words)]):
        page.text(x + 3, y + 8 + 5.5 * line, part, 4, ink, "SemiBold")
    page.text(x + 3, y + TILE - 11, words.number(tile.shown) if tile.shown else "–", 8, ink, "ExtraBold")
    if tile.target:
        page.text(x + 3, y + TILE - 4, words.text("admin.coverage.of", {"n": words.number(tile.target)}), 3.4, ink)


def _map(page: Picture, board: Board, chart: Map, scale: float, words: Words) -> None:
    """Every shape, then every label: a neighbour drawn later never lies on a name."""

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return MARGIN + point[0] * scale, HEAD + (point[1] - chart.top) * scale

    for shape in chart.shapes:
        if shape.frame and shape.inset:
            x, y = at(shape.frame[:2])
            page.fill(x, y, shape.frame[2] * scale, shape.frame[3] * scale, FRAMED, 2)
        for polygon in shape.polygons:
            for place, ring in enumerate(polygon):  # what lies in a hole is drawn after it
                points = [at(point) for point in ring]
                page.shape(points, PAPER if place else SHADE[board.shade(shape.tile)])
                for start, end in pairwise([*points, points[0]]):
                    page.line(start, end, QUIET, 0.25)
    for shape in chart.shapes:
        ink = PAPER if board.shade(shape.tile) >= SHADES - 1 and not shape.frame else INK
        lines = shape.lines if shape.tile.code else (_name(shape.tile, words),) if shape.figure else ()
        written: list[tuple[str, float, Weight]] = [(line, LETTER * scale, "SemiBold") for line in lines]
        if shape.figure:
            written.append((words.number(shape.tile.shown) if shape.tile.shown else "–", FIGURE * scale, "ExtraBold"))
        x, y = at(shape.at)
        y -= sum(size for _, size, _ in written) * LEADING / 2
        for text, size, weight in written:
            y += size * LEADING
            page.text(x - page.width(text, size, weight) / 2, y - size * 0.2, text, size, ink, weight)


def _legend(page: Picture, board: Board, y: float, right: float, words: Words) -> None:
    x = MARGIN
    for step in legend(board):
        text = words.text(f"admin.coverage.legend.{step.by}", {"n": words.number(step.n)})
        wide = 6 + page.width(text, 3.4) + 5
        if x > MARGIN and x + wide > right:
            x, y = MARGIN, y + 5.5
        page.fill(x, y - 3.4, 4.5, 4.5, SHADE[step.shade], 1)
        page.text(x + 6, y, text, 3.4, QUIET)
        x += wide


def _name(tile: Tile, words: Words) -> str:
    return tile.name if tile.code else words.text("admin.coverage.rw", {"n": tile.name})
