"""The board of an area: what may be shown of it and of its parts, against targets, each with its tile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.coverage.layout import laid_out
from bot.coverage.rounding import rounded, whole
from conversations.rules import areas
from conversations.rules.areas import Area
from storage.coverage import Cell

SHADES = 5
WIDE = 14  # letters a tile holds in a line


@dataclass(frozen=True, slots=True)
class Tile:
    """One part of an area. shown: people, 0 where fewer than five are. target: 0 for none.

    code: "" of an RW, which has no board of its own.
    """

    code: str
    name: str
    shown: int
    target: int
    column: int
    row: int

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.shown // self.target) if self.target else None

    @property
    def lines(self) -> list[str]:
        """The name in lines that a tile has room for."""
        lines = [""]
        for word in self.name.removeprefix("Kota Administrasi ").removeprefix("Kabupaten Administrasi ").split():
            fits = len(lines[-1]) + len(word) < WIDE
            lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if fits or not lines[-1] else [*lines, word]
        return lines[:3]


@dataclass(frozen=True, slots=True)
class Board:
    """An area and its parts. rows: of tiles. rws: a kelurahan's neighbourhoods that can be shown."""

    shown: int
    target: int
    tiles: tuple[Tile, ...]
    rws: tuple[Tile, ...]

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.shown // self.target) if self.target else None

    @property
    def columns(self) -> int:
        return 1 + max((tile.column for tile in self.tiles), default=0)

    @property
    def rows(self) -> int:
        return 1 + max((tile.row for tile in self.tiles), default=0)

    @property
    def most(self) -> int:
        return max((tile.shown for tile in (*self.tiles, *self.rws)), default=0)

    def shade(self, tile: Tile) -> int:
        """How dark a tile is, 0 to 5: by its target, or beside the fullest where there are no targets."""
        if not tile.shown:
            return 0
        if tile.percent is not None:
            return 1 + min(SHADES - 1, tile.percent * SHADES // 100)
        return max(1, tile.shown * SHADES // self.most)


def board(code: str, counts: Mapping[Cell, int], targets: Mapping[Cell, int]) -> Board:
    """The board of an area; "" for all of Jakarta."""
    inside = parts_of(code)
    places = laid_out(inside)
    tiles = tuple(
        Tile(area.code, area.name, _shown(area.code, counts), target_of(area.code, targets), *place)
        for area, place in zip(inside, places, strict=True)
    )
    rws = _rws(code, counts, targets) if not inside else ()
    return Board(_shown(code, counts), target_of(code, targets), tiles, rws)


def parts_of(code: str) -> tuple[Area, ...]:
    """The areas an area is made of; a kelurahan's neighbourhoods are not areas."""
    match code.count(".") if code else -1:
        case -1:
            return areas.kotas()
        case 1:
            return areas.kecamatans(code)
        case 2:
            return areas.kelurahans(code)
    return ()


def target_of(code: str, targets: Mapping[Cell, int]) -> int:
    """An area's own target, or what its parts aim at together where each has one; else 0."""
    if own := targets.get((code, "")):
        return own
    inside = parts_of(code)
    if inside:
        each = [target_of(area.code, targets) for area in inside]
        return sum(each) if all(each) else 0
    return sum(n for (area, rw), n in targets.items() if area == code and rw)


def _shown(code: str, counts: Mapping[Cell, int]) -> int:
    true = sum(n for (area, _), n in counts.items() if not code or area == code or area.startswith(f"{code}."))
    inside = parts_of(code)
    if inside:
        return whole(true, [_shown(area.code, counts) for area in inside])
    return whole(true, [rounded(n) for (area, _), n in counts.items() if area == code])


def _rws(code: str, counts: Mapping[Cell, int], targets: Mapping[Cell, int]) -> tuple[Tile, ...]:
    """Only neighbourhoods with five people and more are there: that another has any is not said."""
    shown = sorted(
        (int(rw), rounded(n)) for (area, rw), n in counts.items() if area == code and rw.isdecimal() and rounded(n)
    )
    return tuple(
        Tile("", str(rw), n, targets.get((code, str(rw)), 0), place % 6, place // 6)
        for place, (rw, n) in enumerate(shown)
    )
