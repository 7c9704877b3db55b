"""One area's outline as it is kept: a GeoJSON geometry, with the place for its label beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import orjson

KEPT = 5  # decimals of a degree: a metre
Ring: TypeAlias = tuple[tuple[float, float], ...]
"""Points (longitude, latitude); the last leads back to the first."""


@dataclass(frozen=True, slots=True)
class Outline:
    """An area's shape. polygons: each its outer ring, then its holes. label: longitude, latitude, and how much room."""

    polygons: tuple[tuple[Ring, ...], ...]
    label: tuple[float, float, float]

    @property
    def points(self) -> int:
        return sum(len(ring) for polygon in self.polygons for ring in polygon)


def dump(outline: Outline) -> str:
    """An outline as a MultiPolygon of GeoJSON; "label" is a member of our own."""
    rings = [[[*ring, ring[0]] for ring in polygon] for polygon in outline.polygons]
    return orjson.dumps({"type": "MultiPolygon", "coordinates": rings, "label": outline.label}).decode()


def load(text: str) -> Outline:
    """An outline from GeoJSON of ours."""
    read = orjson.loads(text)
    return Outline(
        tuple(tuple(tuple((x, y) for x, y in ring[:-1]) for ring in polygon) for polygon in read["coordinates"]),
        tuple(read["label"]),
    )
