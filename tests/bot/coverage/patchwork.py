"""A made-up map: a patchwork of cells over Jakarta's areas, whose neighbours share crooked borders; no real geography.

python -m tests.bot.coverage.patchwork FILE writes its kelurahan as GeoJSON.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely import MultiPoint, MultiPolygon, Point, Polygon

from bot.coverage.layout import KECAMATANS, KOTAS
from conversations.rules import areas
from conversations.rules.areas import Area

WEST, NORTH, CELL = 106.70, -6.09, 0.075  # degrees: where the first kota lies, and how far apart they are
ISLANDS = {"31.01.01": (106.55, -5.62), "31.01.02": (106.66, -5.80)}
Properties = Callable[[Area], Mapping[str, Any]]


@cache
def patchwork(bends: int = 5) -> dict[str, MultiPolygon]:
    """The outline of every kelurahan by its code; bends: how often a border is halved and shifted (2**bends pieces)."""
    land = [area for area in areas.AREAS if area.level == "kelurahan" and area.kota != "31.01"]
    seeds = {area.code: _seed(area) for area in land}
    around = MultiPoint(list(seeds.values())).buffer(0.012).buffer(-0.004)
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(list(seeds.values())), extend_to=around))
    tree = shapely.STRtree(list(cells))
    found: dict[str, MultiPolygon] = {}
    shore = shapely.Polygon(around.exterior.simplify(0.002)) if around.geom_type == "Polygon" else around.convex_hull
    cut = {code: cells[int(tree.query(Point(seed), "intersects")[0])] & shore for code, seed in seeds.items()}
    for code, cell in zip(cut, shapely.coverage_clean(list(cut.values())), strict=True):
        found[code] = MultiPolygon([_crooked(part, bends) for part in shapely.get_parts(cell)])
    for area in areas.AREAS:
        if area.level == "kelurahan" and area.kota == "31.01":
            found[area.code] = MultiPolygon(list(_islands(area)))
    return found


def level(name: str, bends: int = 5) -> dict[str, MultiPolygon]:
    """The outlines of a level: kelurahan, or what they make together."""
    cells = patchwork(bends)
    inside = [area for area in areas.AREAS if area.level == name]
    return {
        area.code: shapely.union_all([cell for code, cell in cells.items() if code.startswith(area.code)])
        for area in inside
    }


def plainly(area: Area) -> dict[str, Any]:
    """How BIG tells what an outline is of."""
    kecamatan, kota = areas.named(area.kecamatan), areas.named(area.kota)
    assert kota is not None
    names = {"WADMKK": f"Kota Adm. {kota.name}", "WADMPR": "DKI Jakarta"}
    if kecamatan is not None:
        names |= {"WADMKC": kecamatan.name}
    return names | ({"WADMKD": area.name.upper()} if area.level == "kelurahan" else {})


def collection(shapes: Mapping[str, Any], properties: Properties = plainly) -> dict[str, Any]:
    """A FeatureCollection of these shapes by code."""
    features = []
    for code, shape in shapes.items():
        area = areas.named(code)
        assert area is not None
        geometry = json.loads(shapely.to_geojson(shape))
        features.append({"type": "Feature", "properties": dict(properties(area)), "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def written(path: Path, what: object) -> Path:
    """A file of it."""
    path.write_text(json.dumps(what), encoding="utf-8")
    return path


def _seed(area: Area) -> tuple[float, float]:
    """Where a kelurahan's cell grows: its kota's place, its kecamatan's in it, and round that."""
    (column, row), (inner, lower) = KOTAS[area.kota], KECAMATANS[area.kecamatan]
    beside = areas.kelurahans(area.kecamatan)
    turn = 2 * math.pi * beside.index(area) / len(beside)
    draw = random.Random(area.code)
    x = WEST + CELL * (column + (inner - 1) / 4) + 0.0065 * math.cos(turn) + draw.uniform(-0.001, 0.001)
    y = NORTH - CELL * (row * 0.85 + lower / 4) + 0.0065 * math.sin(turn) + draw.uniform(-0.001, 0.001)
    return x, y


def _crooked(cell: Polygon, bends: int) -> Polygon:
    return Polygon(_bent(cell.exterior.coords, bends), [_bent(hole.coords, bends) for hole in cell.interiors])


def _bent(ring: Iterable[tuple[float, ...]], bends: int) -> list[tuple[float, float]]:
    """A ring whose edges are bent the same way from either side."""
    points = [(round(x, 9), round(y, 9)) for x, y, *_ in ring]
    out: list[tuple[float, float]] = []
    for start, end in pairwise(points):
        first, last = sorted((start, end))
        edge = _halved(first, last, bends, random.Random(f"{first}{last}"))
        out += (edge if first == start else edge[::-1])[:-1]
    return out


def _halved(
    start: tuple[float, float], end: tuple[float, float], bends: int, draw: random.Random
) -> list[tuple[float, float]]:
    if not bends:
        return [start, end]
    dx, dy = end[0] - start[0], end[1] - start[1]
    shift = draw.uniform(-0.09, 0.09)
    middle = (start[0] + dx / 2 - dy * shift, start[1] + dy / 2 + dx * shift)
    return [*_halved(start, middle, bends - 1, draw)[:-1], *_halved(middle, end, bends - 1, draw)]


def _islands(area: Area) -> Iterable[Polygon]:
    """A few islets round a place of their own."""
    draw = random.Random(area.code)
    x, y = ISLANDS[area.kecamatan]
    x += 0.03 * (int(area.code[-1]) - 2)
    for n in range(5):
        yield Point(x + 0.009 * n + draw.uniform(-0.002, 0.002), y + draw.uniform(-0.02, 0.02)).buffer(
            draw.uniform(0.0006, 0.003), quad_segs=6
        )


if __name__ == "__main__":
    written(Path(sys.argv[1]), collection(patchwork()))
