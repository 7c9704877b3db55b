"""Whatever polygons a file holds, crooked, doubled or one on the other: it is read, and what is kept can be drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.coverage import outline
from bot.coverage.board import board
from bot.coverage.geojson import NotOutlines
from bot.coverage.importing import _read, _shaped
from bot.coverage.mapping import drawn
from conversations.rules import areas
from tests.bot.coverage.test_geojson import collection, feature, file

KECAMATAN = "31.75.07"
INSIDE = [area.code for area in areas.kelurahans(KECAMATAN)]
corner = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda at: [106.8 + at[0] / 500, -6.2 + at[1] / 500])
rings = st.lists(st.lists(corner, min_size=2, max_size=8), min_size=1, max_size=2)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([*INSIDE, "?"]), rings), min_size=1, max_size=12))
def test_any_polygons_are_read_and_what_is_kept_is_drawn(tmp_path: Path, given: list[tuple[str, Any]]) -> None:
    path = file(tmp_path, collection(*(feature("Polygon", rings, kode=code) for code, rings in given)))
    read = _read(path, "")
    assert [line["n"] for line in read.lines] == list(range(1, len(given) + 1))
    kept = {place: outline.load(text) for place, text in _shaped(read.lines, read.shapes).items()}
    assert {code for code, _ in kept} >= {line["code"] for line in read.lines if line["code"]}
    parts = {place: one for place, one in kept.items() if place[0] in INSIDE}
    if len(parts) == len(INSIDE):
        chart = drawn(board(KECAMATAN, {}, {}), KECAMATAN, parts).map
        assert chart is not None
        assert all(shape.path for shape in chart.shapes)


def test_a_file_of_nothing_but_broken_shapes_is_still_told_feature_by_feature(tmp_path: Path) -> None:
    read = _read(file(tmp_path, collection(feature("Polygon", []), feature("Polygon", None))), "")
    assert [line["found"] for line in read.lines] == ["broken", "broken"]
    with pytest.raises(NotOutlines):
        _read(file(tmp_path, collection()), "")
