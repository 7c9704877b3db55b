"""A file of outlines is read, or told what is wrong with it: as a whole, and feature by feature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.coverage import geojson
from bot.coverage.geojson import NotOutlines, read_features

SQUARE = [[106.80, -6.20], [106.84, -6.20], [106.84, -6.16], [106.80, -6.16], [106.80, -6.20]]
HOLE = [[106.81, -6.19], [106.81, -6.18], [106.82, -6.18], [106.82, -6.19], [106.81, -6.19]]
BOW = [[106.80, -6.20], [106.84, -6.16], [106.84, -6.20], [106.80, -6.16], [106.80, -6.20]]
# A square with a loop of some metres at one corner.
KNOT = [[106.80, -6.20], [106.84, -6.20], [106.84, -6.16], [106.8399, -6.1601], [106.8401, -6.1601], [106.80, -6.16]]


def feature(kind: str, coordinates: object, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def file(folder: Path, what: object) -> Path:
    path = folder / "batas.geojson"
    path.write_bytes(what if isinstance(what, bytes) else json.dumps(what).encode())
    return path


def collection(*features: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def moved(ring: list[list[float]], x: float, y: float) -> list[list[float]]:
    return [[a + x, b + y] for a, b in ring]


def trouble(path: Path) -> NotOutlines:
    with pytest.raises(NotOutlines) as raised:
        read_features(path)
    return raised.value


def test_polygons_holes_and_several_parts_are_read_with_heights_and_a_byte_order_mark(tmp_path: Path) -> None:
    high = [[*point, 12.5] for point in SQUARE]
    what = collection(
        feature("Polygon", [SQUARE, HOLE], nama="Gambir"),
        feature("MultiPolygon", [[moved(SQUARE, 0.1, 0)], [moved(SQUARE, 0, -0.1)]]),
        feature("Polygon", [high[:-1]]),  # not closed
    )
    read = read_features(file(tmp_path, b"\xef\xbb\xbf" + json.dumps(what).encode()))
    assert [one.fault for one in read] == ["", "", ""]
    assert [round(one.shape.area * 1e6) if one.shape else 0 for one in read] == [1500, 3200, 1600]
    assert read[0].properties["nama"] == "Gambir"


@pytest.mark.parametrize(
    ("what", "said", "facts"),
    [
        (b"", "empty", {}),
        (b" \n", "empty", {}),
        (b'{"type": "FeatureCollection",\n "features": [}', "not_json", {"line": 2, "column": 15}),
        (b"PK\x03\x04zip", "archive", {}),
        (b"<?xml version='1.0'?><kml/>", "archive", {}),
        (b"\x00\x00\x27\x0ashape", "archive", {}),
        (b"[1, 2]", "not_geojson", {"kind": "list"}),
        ({"type": "Polygon", "coordinates": [SQUARE]}, "not_geojson", {"kind": "Polygon"}),
        ({"type": "Topology", "objects": {}, "arcs": []}, "topojson", {}),
        (collection(), "no_features", {}),
        (collection({"type": "Feature", "geometry": None}, 7), "no_areas", {"kind": "–"}),
        (collection(feature("Point", [106.8, -6.2])), "no_areas", {"kind": "Point"}),
        (collection(feature("Polygon", [[p[::-1] for p in SQUARE]])), "swapped", {"x": "-6.2", "y": "106.8"}),
        (collection(feature("Polygon", [moved(SQUARE, 7e5, 9e6)])), "projected", {"x": "700107", "y": "8.99999e+06"}),
        (collection(feature("Polygon", [moved(SQUARE, 6, -1.3)])), "not_jakarta", {"x": "112.8", "y": "-7.5"}),
        (collection(feature("Polygon", [moved(SQUARE, -100, 50)])), "elsewhere", {"x": "6.8", "y": "43.8"}),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_told_why(tmp_path: Path, what: object, said: str, facts: dict[str, object]) -> None:
    told = trouble(file(tmp_path, what))
    assert (told.trouble, told.facts) == (said, facts)


def test_a_file_may_be_too_big_hold_too_much_or_too_many_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(tmp_path, collection(*[feature("Polygon", [SQUARE])] * 3))
    monkeypatch.setattr(geojson, "MOST_POINTS", 14)
    assert trouble(path).trouble == "too_many_points"
    monkeypatch.setattr(geojson, "MOST_FEATURES", 2)
    assert trouble(path).trouble == "too_many"
    monkeypatch.setattr(geojson, "MOST_BYTES", 100)
    assert trouble(path).trouble == "too_big"


@pytest.mark.parametrize(
    ("coordinates", "fault", "where"),
    [
        ([BOW], "crossed", "106.82000, -6.18000"),
        ([[[106.8, -6.2], [106.81, -6.2]]], "broken", ""),
        ([[[106.8, -6.2], [106.81, -6.2], [106.82, -6.2], [106.8, -6.2]]], "broken", "106.80000, -6.20000"),
        ([[[106.8, -6.2], [106.8 + 1e-7, -6.2], [106.8, -6.2 + 1e-7]]], "broken", "106.80000, -6.20000"),
        ([[["a", "b"], [1, 2], [3, 4]]], "broken", ""),
        ([[{"x": 1}, [1, 2], [3, 4]]], "broken", ""),
        ([[[106.8], [1, 2], [3, 4]]], "broken", ""),
        ([[[106.8, None], [1, 2], [3, 4]]], "broken", ""),
        ([], "broken", ""),
        (None, "broken", ""),
        (7, "broken", ""),
        ([moved(SQUARE, 6, -1.3)], "outside", ""),
    ],
)
def test_a_shape_that_cannot_be_used_is_told_why_and_where(
    tmp_path: Path, coordinates: object, fault: str, where: str
) -> None:
    good, ill = read_features(file(tmp_path, collection(feature("Polygon", [SQUARE]), feature("Polygon", coordinates))))
    assert (good.fault, ill.fault, ill.where, ill.shape) == ("", fault, where, None)


def test_a_shape_that_crosses_itself_by_a_few_metres_is_mended_and_said_to_be(tmp_path: Path) -> None:
    [knot] = read_features(file(tmp_path, collection(feature("Polygon", [KNOT]))))
    assert knot.shape is not None
    assert (knot.fault, knot.mended, knot.shape.is_valid) == ("", True, True)
    assert knot.shape.area == pytest.approx(0.0016, rel=0.01)
