"""Outlines made for a screen: shapes of a level simplified together, so that neighbours go on meeting along one line.

An area's outline is drawn on the board of what it lies in, so it is made as fine as that board needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import hypot
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import orjson

from bot.coverage.board import parts_of
from bot.coverage.geojson import SPECK, polygons_of
from bot.coverage.levels import derived
from bot.coverage.outline import KEPT, Outline
from conversations.rules import areas

if TYPE_CHECKING:
    from shapely import MultiPolygon

A_METRE = 1 / 111_000  # of latitude, in degrees
FINEST = 4 * A_METRE
# How fine an outline is, by the length of its code and RW: some three pixels of the board it is drawn on.
FINE: Mapping[str, float] = {"kota": 60 * A_METRE, "kecamatan": 20 * A_METRE, "kelurahan": 8 * A_METRE, "rw": FINEST}
COARSER = 1.5
A_BOARD = 3_000  # points on one board: some 20 KB of its page
GAP = 25 * A_METRE  # neighbours this far apart were meant to meet,
SNAP = 12 * A_METRE  # and corners this near are one: what a screen cannot show, and drawing by hand cannot either
Place: TypeAlias = tuple[str, str]
"""An area's code and an RW's number, "" for the whole area."""
K = TypeVar("K")


def met(shapes: Sequence[MultiPolygon]) -> tuple[list[MultiPolygon], int]:
    """Shapes of one level with their borders made to meet, and how many did not. What lies on another is cut to fit."""
    import shapely

    apart = int((~shapely.is_empty(shapely.coverage_invalid_edges(list(shapes), gap_width=GAP))).sum()) if shapes else 0
    if not apart:
        return list(shapes), 0
    cleaned = [
        polygons_of(shape) for shape in shapely.coverage_clean(list(shapes), gap_width=GAP, snapping_distance=SNAP)
    ]
    return [new if new.area >= SPECK else old for new, old in zip(cleaned, shapes, strict=True)], apart


def thinned(shapes: Sequence[MultiPolygon]) -> list[MultiPolygon]:
    """Shapes of one level as fine as any board needs them: what is kept until somebody decides."""
    return _simplified(shapes, FINEST)


def shaped(shapes: Mapping[Place, Sequence[MultiPolygon]]) -> dict[Place, Outline]:
    """The outline of every area a file tells of, and of those whose parts it tells all of."""
    import shapely

    whole = {place: polygons_of(shapely.union_all(list(some))) for place, some in shapes.items()}
    for code in derived({code for code, rw in whole if not rw}):
        whole[code, ""] = polygons_of(shapely.union_all([whole[part.code, ""] for part in parts_of(code)]))
    done: dict[Place, Outline] = {}
    for level, fine in FINE.items():
        some = {place: shape for place, shape in whole.items() if _level(place) == level}
        done |= {place: outlined(shape) for place, shape in _fitting_boards(some, fine).items()}
    return done


def fitting(shapes: Mapping[K, MultiPolygon], fine: float, most: int) -> dict[K, MultiPolygon]:
    """Simplify shapes as finely as so many points allow."""
    import shapely

    while True:
        done = _simplified(list(shapes.values()), fine)
        if int(shapely.get_num_coordinates(done).sum()) <= most or fine > 1:
            return dict(zip(shapes, done, strict=True))
        fine *= COARSER


def outlined(shape: MultiPolygon) -> Outline:
    """A shape as it is kept: rings of degrees, and where a label has most room."""
    import shapely

    (x, y), (edge_x, edge_y) = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape)).tolist()
    polygons = tuple(
        tuple(
            tuple((round(px, KEPT), round(py, KEPT)) for px, py in shapely.get_coordinates(ring)[:-1].tolist())
            for ring in (part.exterior, *part.interiors)
        )
        for part in shapely.get_parts(shape)
    )
    return Outline(polygons, (round(x, KEPT), round(y, KEPT), round(hypot(x - edge_x, y - edge_y), KEPT)))


def packed(shapes: Sequence[MultiPolygon | None]) -> str:
    """Shapes as text, to keep until somebody decides."""
    import shapely

    return orjson.dumps([shapely.to_wkb(shape, hex=True) if shape else "" for shape in shapes]).decode()


def unpacked(text: str) -> list[MultiPolygon | None]:
    """Shapes from text."""
    import shapely

    return [polygons_of(shapely.from_wkb(one)) if one else None for one in orjson.loads(text)]


# ---- how -----------------------------------------------------------------------------------------------------------


def _level(place: Place) -> str:
    area = areas.named(place[0])
    assert area is not None
    return "rw" if place[1] else area.level


def _board(place: Place) -> str:
    """The board an outline is drawn on."""
    return place[0] if place[1] else place[0].rpartition(".")[0] if len(place[0]) > 5 else ""


def _fitting_boards(shapes: Mapping[Place, MultiPolygon], fine: float) -> dict[Place, MultiPolygon]:
    """Simplify a level as finely as its fullest board allows: neighbours on two boards must meet too."""
    import shapely

    while True:
        done = dict(zip(shapes, _simplified(list(shapes.values()), fine), strict=True))
        full: Counter[str] = Counter()
        for place, shape in done.items():
            full[_board(place)] += int(shapely.get_num_coordinates(shape))
        if max(full.values(), default=0) <= A_BOARD or fine > 1:
            return done
        fine *= COARSER


def _simplified(shapes: Sequence[MultiPolygon], fine: float) -> list[MultiPolygon]:
    import shapely

    if not shapes:
        return []
    light = shapely.coverage_simplify(list(shapes), fine)
    sound = shapely.make_valid(light, method="structure", keep_collapsed=False)
    return [
        _without_crumbs(new if new.area >= SPECK else old, fine)
        for new, old in zip(map(polygons_of, sound), shapes, strict=True)
    ]


def _without_crumbs(shape: MultiPolygon, fine: float) -> MultiPolygon:
    """Leave out islets and holes too small to be seen; the largest part always stays."""
    import shapely
    from shapely import Polygon

    least = (2 * fine) ** 2
    parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
    kept = [part for place, part in enumerate(parts) if not place or part.area >= least]
    return polygons_of(
        shapely.MultiPolygon(
            [Polygon(p.exterior, [hole for hole in p.interiors if Polygon(hole).area >= least]) for p in kept]
        )
    )
