"""The board as a map: its parts by their outlines where each has one; islands far off in a frame of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, hypot, radians
from typing import Generic, TypeAlias, TypeVar

from bot.coverage.board import Board, Tile
from bot.coverage.outline import Outline, Ring

SIDE = 1000.0  # units the map's longer side has
LETTER, FIGURE = 26.0, 40.0  # how high a name's letters are in units, and a number's
WIDTH_A_LETTER = 0.64  # of a letter's height
APART = "31.01"  # Kepulauan Seribu: eighty kilometres of sea would leave the city no room
HEAD, INSET, BORDER = 84.0, 170.0, 16.0  # of their frame: for the label, for the islands, around
ISLANDS = 3  # so many pieces without room for a number are labelled beside them
Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
"""x, y, width, height in units."""
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Shape:
    """A part as it is drawn. at: the middle of its label; lines: of its name, where they fit; figure: its number fits.

    frame: around islands, whose label stands beside them; inset: they are drawn at a scale of their own.
    """

    tile: Tile
    polygons: tuple[tuple[tuple[Point, ...], ...], ...]
    at: Point
    lines: tuple[str, ...]
    figure: bool
    frame: Box | None = None
    inset: bool = False

    @property
    def path(self) -> str:
        """The polygons as a path of SVG, in whole units."""
        return path_of(self.polygons)


@dataclass(frozen=True, slots=True)
class Map:
    """A board's parts as a map of this size in units, from this top; what lies in another's hole comes after it."""

    top: float
    width: float
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """map: None where tiles are shown. missing: the parts without an outline, where others have one."""

    map: Map | None
    missing: tuple[Tile, ...]


def drawn(board: Board, code: str, outlines: Mapping[tuple[str, str], Outline]) -> Drawn:
    """The board's map, where every part has an outline; else which have none. No outline at all is nothing missing.

    A neighbourhood with an outline and too few people to be shown is drawn like any area of which nothing is said.
    """
    if not outlines:
        return Drawn(None, ())
    parts = {(tile.code, "") if tile.code else (code, tile.name): tile for tile in board.tiles or board.rws}
    missing = tuple(tile for place, tile in parts.items() if place not in outlines)
    if missing:
        return Drawn(None, missing)
    parts |= {place: Tile("", place[1], 0, 0, 0, 0) for place in outlines if place not in parts}
    layout = lay_out(outlines, [place for place in parts if place[0] == APART])
    shapes = [_shape(tile, outlines[place], layout, place) for place, tile in parts.items()]
    order = tuple(sorted(shapes, key=lambda one: -_size(one.polygons)))
    top = min((shape.frame[1] for shape in shapes if shape.frame), default=0.0)
    return Drawn(Map(min(top, 0.0), layout.width, layout.height - min(top, 0.0), order), ())


def path_of(polygons: Iterable[Iterable[Sequence[Point]]]) -> str:
    """Polygons as a path of SVG, in whole units and in steps from point to point."""
    return "".join(_ring(ring) for polygon in polygons for ring in polygon)


# ---- where it lies on the paper -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """How degrees become units."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    width: float
    height: float
    left: float = 0
    top: float = 0

    @classmethod
    def around(cls, outlines: Iterable[Outline], side: float) -> Paper:
        """Paper on which all of them have room; its longer side is so long."""
        points = [point for one in outlines for polygon in one.polygons for point in polygon[0]]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        narrower = cos(radians((south + north) / 2))  # a degree of longitude, beside one of latitude
        scale = side / max((east - west) * narrower, north - south)
        return cls(west, north, narrower * scale, scale, (east - west) * narrower * scale, (north - south) * scale)

    def at(self, x: float, y: float) -> Point:
        return self.left + (x - self.west) * self.scale_x, self.top + (self.north - y) * self.scale_y

    def polygons(self, outline: Outline) -> tuple[tuple[tuple[Point, ...], ...], ...]:
        return tuple(tuple(self._ring(ring) for ring in polygon) for polygon in outline.polygons)

    def _ring(self, ring: Ring) -> tuple[Point, ...]:
        return tuple(self.at(x, y) for x, y in ring)


@dataclass(frozen=True, slots=True)
class Layout(Generic[K]):
    """Which paper each outline is drawn on. frame: around those apart, if there are some beside others."""

    width: float
    height: float
    papers: Mapping[K, Paper]
    frame: Box | None


def lay_out(outlines: Mapping[K, Outline], apart: Collection[K]) -> Layout[K]:
    """Lay outlines out on one paper, and those apart in a frame in its north-west, clear of the land."""
    land = [place for place in outlines if place not in apart] or list(outlines)
    islands = [place for place in outlines if place not in land]
    paper = Paper.around([outlines[place] for place in land], SIDE)
    if not islands:
        return Layout(paper.width, paper.height, dict.fromkeys(land, paper), None)
    inset = Paper.around([outlines[place] for place in islands], INSET)
    frame = (0.0, 0.0, max(inset.width, 256) + 2 * BORDER, HEAD + inset.height + BORDER)
    inset = replace(inset, left=(frame[2] - inset.width) / 2, top=HEAD)
    down = _down(frame, [paper.at(*p) for place in land for polygon in outlines[place].polygons for p in polygon[0]])
    paper = replace(paper, top=down)
    papers = {place: inset if place in islands else paper for place in outlines}
    return Layout(max(paper.width, frame[2]), max(paper.height + down, frame[3]), papers, frame)


def _down(frame: Box, points: Iterable[Point]) -> float:
    """How far the land moves down so that none of it lies in the frame."""
    below = min((y for x, y in points if x <= frame[2] + BORDER), default=SIDE)
    return max(frame[3] + BORDER - below, 0.0)


# ---- one part -----------------------------------------------------------------------------------------------------


def _shape(tile: Tile, outline: Outline, layout: Layout[tuple[str, str]], place: tuple[str, str]) -> Shape:
    paper = layout.papers[place]
    polygons = paper.polygons(outline)
    name = (" ".join(tile.lines),) if tile.code else ()
    if layout.frame and place[0] == APART:
        return Shape(tile, polygons, (layout.frame[2] / 2, HEAD / 2), name, True, layout.frame, inset=True)
    x, y, room = outline.label
    lines, figure = _label(tile, room * paper.scale_y)
    if not figure and len(polygons) >= ISLANDS:
        frame = _around(polygons)
        half = min(max(len(line) for line in (*name, "000")) * LETTER * WIDTH_A_LETTER, layout.width) / 2
        middle = min(max(frame[0] + frame[2] / 2, half), layout.width - half)
        return Shape(tile, polygons, (middle, frame[1] + HEAD / 2), name, True, frame)
    return Shape(tile, polygons, paper.at(x, y), lines, figure)


def _around(polygons: Sequence[Sequence[Sequence[Point]]]) -> Box:
    """A frame around islands, with room for their label above them."""
    xs = [x for polygon in polygons for x, _ in polygon[0]]
    ys = [y for polygon in polygons for _, y in polygon[0]]
    return (
        min(xs) - BORDER / 2,
        min(ys) - HEAD,
        max(xs) - min(xs) + BORDER,
        max(ys) - min(ys) + HEAD + BORDER / 2,
    )


def _label(tile: Tile, room: float) -> tuple[tuple[str, ...], bool]:
    """The lines of a name and whether the number fits, in a circle of this radius."""
    lines = tuple(tile.lines) if tile.code else ()
    high = len(lines) * LETTER * 1.15 + FIGURE
    wide = max((len(line) for line in lines), default=0) * LETTER * WIDTH_A_LETTER
    if lines and hypot(wide / 2, high / 3) <= room:  # a label is widest in its middle
        return lines, True
    return (), room >= FIGURE * 0.4


def _size(polygons: Sequence[Sequence[Sequence[Point]]]) -> float:
    """Something to order shapes by: what lies inside another's hole is smaller."""
    _, _, width, height = _around(polygons)
    return width * height


def _ring(points: Sequence[Point]) -> str:
    """One ring; points that fall together are one, and what has no room left is nothing."""
    whole = [(round(x), round(y)) for x, y in points]
    kept = [point for place, point in enumerate(whole) if not place or point != whole[place - 1]]
    if len(kept) < 3:
        return ""
    steps = [f"{x - px} {y - py}".replace(" -", "-") for (px, py), (x, y) in pairwise(kept)]
    joined = "".join(step if not place or step.startswith("-") else f" {step}" for place, step in enumerate(steps))
    return f"M{kept[0][0]} {kept[0][1]}l{joined}z"
