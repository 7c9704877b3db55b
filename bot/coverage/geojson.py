"""A GeoJSON file of outlines: read, measured against where Jakarta lies, each shape made sound or its fault named.

Coordinates are degrees of longitude and latitude (WGS84), as RFC 7946 has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import orjson

if TYPE_CHECKING:
    from numpy import ndarray
    from shapely import MultiPolygon

MOST_BYTES = 20_000_000
MOST_FEATURES = 10_000
MOST_POINTS = 600_000
SMALL_CROSSING = 0.01  # a shape that crosses itself over less than this part of its area is mended, else refused
Box: TypeAlias = tuple[float, float, float, float]
SPECK = (10 / 111_000) ** 2  # ten metres square, in degrees: nothing smaller is an area
JAKARTA: Box = (106.3, -6.45, 107.05, -5.1)  # west, south, east, north, with Kepulauan Seribu
INDONESIA: Box = (94.5, -11.5, 141.5, 6.5)

Trouble: TypeAlias = Literal[
    "empty", "too_big", "not_json", "not_geojson", "archive", "topojson", "no_features", "no_areas", "too_many",
    "too_many_points", "swapped", "projected", "elsewhere", "not_jakarta",
]  # fmt: skip
Fault: TypeAlias = Literal["", "not_area", "broken", "crossed", "outside"]


class NotOutlines(Exception):
    """The file cannot be taken as outlines. trouble says why; facts go into its text (line, x and y)."""

    def __init__(self, trouble: Trouble, **facts: int | str) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing of a file. number: its place, from 1. shape: None where it has a fault.

    mended: it crossed itself a little. where: of a fault, as "106.82, -6.17"; "" where that says nothing.
    """

    number: int
    properties: Mapping[str, Any]
    shape: MultiPolygon | None = field(repr=False)
    fault: Fault = ""
    mended: bool = False
    where: str = ""


def read_features(file: Path) -> tuple[Feature, ...]:
    """Read a file's features.

    Raises:
        NotOutlines: what is the matter with the whole file.
    """
    listed = _listed(file)
    areas = [(number, one) for number, one in enumerate(listed, start=1) if _kind(one) in ("Polygon", "MultiPolygon")]
    if not areas:
        raise NotOutlines("no_areas", kind=next((_kind(one) for one in listed if _kind(one)), "–"))
    arrays = {number: _arrays(one["geometry"]) for number, one in areas}
    _look_where_it_lies([ring for rings in arrays.values() for polygon in rings or () for ring in polygon])
    return tuple(_feature(number, one, arrays.get(number)) for number, one in enumerate(listed, start=1))


def inside(box: Box, x: float, y: float) -> bool:
    """Whether a point lies in a box."""
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


# ---- the file -----------------------------------------------------------------------------------------------------


def _listed(file: Path) -> Sequence[Mapping[str, Any]]:
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise NotOutlines("too_big", n=MOST_BYTES // 1_000_000)
    content = file.read_bytes().removeprefix(b"\xef\xbb\xbf").strip()
    if not content:
        raise NotOutlines("empty")
    if content.startswith((b"PK", b"\x1f\x8b", b"\x00\x00\x27\x0a", b"Rar!", b"<")):  # zip, gzip, a shapefile, KML
        raise NotOutlines("archive")
    try:
        whole = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotOutlines("not_json", line=error.lineno, column=error.colno) from None
    if not isinstance(whole, dict):
        raise NotOutlines("not_geojson", kind=type(whole).__name__)
    if whole.get("type") == "Topology":
        raise NotOutlines("topojson")
    if whole.get("type") != "FeatureCollection" or not isinstance(whole.get("features"), list):
        raise NotOutlines("not_geojson", kind=str(whole.get("type", "–"))[:40])
    listed = [one if isinstance(one, dict) else {} for one in whole["features"]]
    if not listed:
        raise NotOutlines("no_features")
    if len(listed) > MOST_FEATURES:
        raise NotOutlines("too_many", n=len(listed), most=MOST_FEATURES)
    return listed


def _kind(feature: Mapping[str, Any]) -> str:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    return kind[:40] if isinstance(kind, str) else ""


# ---- coordinates --------------------------------------------------------------------------------------------------

Rings: TypeAlias = "list[ndarray]"


def _arrays(geometry: Mapping[str, Any]) -> list[Rings] | None:
    """The polygons of a geometry as rings of points; None where they are no numbers, or too few."""
    written = geometry.get("coordinates") or ()
    polygons = [written] if geometry["type"] == "Polygon" else written
    try:
        found = [[_ring(ring) for ring in polygon] for polygon in polygons]
    except (TypeError, ValueError, LookupError):
        return None
    kept = [rings for rings in found if rings and len(rings[0]) >= 3]
    return [[ring for ring in rings if len(ring) >= 3] for rings in kept] or None


def _ring(points: Any) -> ndarray:
    """A ring's points, heights left out.

    Raises:
        ValueError, TypeError, LookupError: it holds something that is no point.
    """
    import numpy as np

    ring = np.array([(point[0], point[1]) for point in points], dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(ring).all():
        raise ValueError
    return ring


def _look_where_it_lies(rings: Sequence[ndarray]) -> None:
    """The whole file must lie in Jakarta, at least a part of it; else say what is wrong with its coordinates."""
    import numpy as np

    if not rings:
        return
    points = np.concatenate(rings)
    if len(points) > MOST_POINTS:
        raise NotOutlines("too_many_points", n=len(points), most=MOST_POINTS)
    x, y = points[:, 0], points[:, 1]
    if _share(x, y, JAKARTA):
        return
    facts = {"x": f"{x[0]:.6g}", "y": f"{y[0]:.6g}"}
    if _share(y, x, INDONESIA) > 0.5:
        raise NotOutlines("swapped", **facts)
    if float((np.abs(x) > 180).mean() + (np.abs(y) > 90).mean()) > 0.5:
        raise NotOutlines("projected", **facts)
    raise NotOutlines("not_jakarta" if _share(x, y, INDONESIA) > 0.5 else "elsewhere", **facts)


def _share(x: ndarray, y: ndarray, box: Box) -> float:
    """Which part of the points lies in a box."""
    return float(((x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])).mean())


# ---- shapes -------------------------------------------------------------------------------------------------------


def _feature(number: int, read: Mapping[str, Any], arrays: list[Rings] | None) -> Feature:
    properties = read.get("properties")
    told: Mapping[str, Any] = properties if isinstance(properties, dict) else {}
    if "id" in read and "id" not in told:
        told = {**told, "id": read["id"]}
    if _kind(read) not in ("Polygon", "MultiPolygon"):
        return Feature(number, told, None, "not_area")
    if arrays is None:
        return Feature(number, told, None, "broken")
    return _sound(number, told, arrays)


def _sound(number: int, properties: Mapping[str, Any], arrays: list[Rings]) -> Feature:
    import shapely
    from shapely import MultiPolygon, Polygon

    written = MultiPolygon([Polygon(rings[0], rings[1:]) for rings in arrays])
    at = written.bounds
    if not inside(JAKARTA, (at[0] + at[2]) / 2, (at[1] + at[3]) / 2):
        return Feature(number, properties, None, "outside")
    if written.is_valid and written.area >= SPECK:
        return Feature(number, properties, written)
    made = polygons_of(shapely.make_valid(written, method="structure", keep_collapsed=False))
    signed = sum(abs(_signed(rings[0])) - sum(abs(_signed(hole)) for hole in rings[1:]) for rings in arrays)
    if made.area < SPECK:
        return Feature(number, properties, None, "broken", where=_where(arrays[0][0][0]))
    if abs(made.area - signed) > SMALL_CROSSING * made.area:
        reason = shapely.is_valid_reason(written)  # "Self-intersection[106.82 -6.17]"
        _, _, spot = reason.partition("[")
        return Feature(number, properties, None, "crossed", where=_where([float(n) for n in spot.rstrip("]").split()]))
    return Feature(number, properties, made, mended=True)


def polygons_of(shape: Any) -> MultiPolygon:
    """All that has an area in a shape, as one."""
    from shapely import MultiPolygon, get_parts

    parts = [p for part in get_parts(shape) for p in get_parts(part) if p.geom_type == "Polygon" and not p.is_empty]
    return MultiPolygon(parts)


def _signed(ring: ndarray) -> float:
    """The area a ring goes round, left turns less right ones: where it crosses itself, two loops undo one another."""
    import numpy as np

    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def _where(point: Sequence[float] | ndarray) -> str:
    return f"{point[0]:.5f}, {point[1]:.5f}" if len(point) == 2 else ""
