"""The board to take along: a sheet with its numbers, and a picture of its tiles."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.coverage.board import SHADES, Board, Tile
from bot.inert import inert

if TYPE_CHECKING:
    from conversations.wording import Words

SHADE = ("#f4f1ea", "#e3efe6", "#bfdcc8", "#8cc2a0", "#4f9d74", "#1f6f4a")
INK, PAPER, QUIET = "#1d2b24", "#ffffff", "#5b6a62"
TILE, GAP, MARGIN, HEAD = 44.0, 3.0, 12.0, 34.0  # millimetres
PIXELS_A_MM = 6


def sheet(board: Board, title: str, day: str, words: Words) -> bytes:
    """The board as XLSX: a row a part, text cells as text and numbers as numbers."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(words.text("admin.coverage.sheet")[:31])
        bold = book.add_format({"bold": True})
        page.write_string(0, 0, inert(f"{title} · {day}"), bold)
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


def picture(board: Board, title: str, day: str, words: Words) -> bytes:
    """The board as PNG: tiles as the city lies, with names and numbers."""
    from bot.posters.canvas import Picture

    tiles: Sequence[Tile] = board.tiles or board.rws
    columns = 1 + max((tile.column for tile in tiles), default=0)
    rows = 1 + max((tile.row for tile in tiles), default=0)
    w = 2 * MARGIN + max(columns, 3) * (TILE + GAP) - GAP
    h = HEAD + MARGIN + rows * (TILE + GAP) + 14
    page = Picture(w, h, round(w * PIXELS_A_MM))
    page.text(MARGIN, 16, title, 8, INK, "ExtraBold")
    page.text(MARGIN, 25, words.text("admin.coverage.as_of", {"day": day}), 4, QUIET)
    for tile in tiles:
        x, y = MARGIN + tile.column * (TILE + GAP), HEAD + tile.row * (TILE + GAP)
        shade = board.shade(tile)
        ink = PAPER if shade >= SHADES - 1 else INK
        page.fill(x, y, TILE, TILE, SHADE[shade], 3)
        for line, part in enumerate(tile.lines if tile.code else [_name(tile, words)]):
            page.text(x + 3, y + 8 + 5.5 * line, part, 4, ink, "SemiBold")
        page.text(x + 3, y + TILE - 11, str(tile.shown) if tile.shown else "–", 8, ink, "ExtraBold")
        if tile.target:
            page.text(x + 3, y + TILE - 4, words.text("admin.coverage.of", {"n": tile.target}), 3.4, ink)
    page.text(MARGIN, h - 7, words.text("admin.coverage.note_short"), 3.4, QUIET)
    return page.bytes()


def _name(tile: Tile, words: Words) -> str:
    return tile.name if tile.code else words.text("admin.coverage.rw", {"n": tile.name})
