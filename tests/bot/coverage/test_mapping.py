"""The map of a board: drawn where every part has an outline, its labels where there is room, its shades explained."""

from __future__ import annotations

import re

import pytest

from bot.coverage.board import Board, Tile, board
from bot.coverage.legend import legend
from bot.coverage.mapping import FIGURE, drawn, path_of
from bot.coverage.outline import Outline
from bot.coverage.shaping import outlined
from conversations.rules import areas
from tests.bot.coverage.patchwork import level

KLENDER = "31.75.07.1003"


def outlines(name: str, within: str = "") -> dict[tuple[str, str], Outline]:
    return {(code, ""): outlined(one) for code, one in level(name, bends=2).items() if code.startswith(within)}


def test_a_map_is_drawn_only_where_every_part_has_an_outline() -> None:
    seen, known = board("31.75", {}, {}), outlines("kecamatan", "31.75")
    assert drawn(seen, "31.75", {}).missing == (), "nobody brought any: nothing is missing"
    whole = drawn(seen, "31.75", known)
    assert whole.map is not None
    assert {shape.tile.code for shape in whole.map.shapes} == {area.code for area in areas.kecamatans("31.75")}
    del known["31.75.07", ""]
    part = drawn(seen, "31.75", known)
    assert (part.map, [tile.name for tile in part.missing]) == (None, ["Duren Sawit"])


def test_every_point_lies_on_the_paper_and_labels_lie_in_their_shape() -> None:
    for code, name in (("", "kota"), ("31.75", "kecamatan"), ("31.01", "kecamatan"), ("31.75.07", "kelurahan")):
        chart = drawn(board(code, {}, {}), code, outlines(name, code)).map
        assert chart is not None
        assert max(chart.width, chart.height + chart.top) <= 1000 + 300
        for shape in chart.shapes:
            for x, y in (*(p for polygon in shape.polygons for ring in polygon for p in ring), shape.at):
                assert -0.01 <= x <= chart.width + 0.01
                assert chart.top - 0.01 <= y <= chart.top + chart.height + 0.01


def test_islands_far_off_are_in_a_frame_of_their_own_that_no_land_lies_in() -> None:
    chart = drawn(board("", {}, {}), "", outlines("kota")).map
    assert chart is not None
    [islands] = [shape for shape in chart.shapes if shape.frame]
    assert (islands.tile.code, islands.inset, islands.lines) == ("31.01", True, ("Kepulauan Seribu",))
    assert islands.frame is not None
    _, _, w, h = islands.frame
    land = [p for one in chart.shapes if one != islands for polygon in one.polygons for p in polygon[0]]
    assert not any(x <= w and y <= h for x, y in land)
    assert all(0 <= x <= w and 0 <= y <= h for polygon in islands.polygons for x, y in polygon[0])


def test_islets_without_room_are_labelled_beside_them() -> None:
    chart = drawn(board("31.01", {}, {}), "31.01", outlines("kecamatan", "31.01")).map
    assert chart is not None
    for shape in chart.shapes:
        assert shape.frame is not None
        assert (shape.inset, shape.lines, shape.figure) == (False, (shape.tile.name,), True)
        assert shape.at[1] + FIGURE / 2 < min(y for polygon in shape.polygons for _, y in polygon[0]) + FIGURE / 2


def test_what_lies_in_a_hole_is_drawn_after_what_it_lies_in() -> None:
    from shapely import MultiPolygon, box

    inner = box(106.84, -6.16, 106.86, -6.14)
    outer = box(106.8, -6.2, 106.9, -6.1) - inner
    some = (Tile("31.71.01", "Dalam", 5, 0, 0, 0), Tile("31.71.02", "Luar", 5, 0, 1, 0))
    known = {("31.71.01", ""): outlined(MultiPolygon([inner])), ("31.71.02", ""): outlined(MultiPolygon([outer]))}
    chart = drawn(Board(10, 0, some, ()), "31.71", known).map
    assert chart is not None
    assert [shape.tile.name for shape in chart.shapes] == ["Luar", "Dalam"]
    assert chart.shapes[0].path.count("M") == 2


def test_neighbourhoods_are_drawn_even_where_too_few_live_and_missing_only_where_they_are_shown() -> None:
    cell = next(iter(outlines("kelurahan", KLENDER).values()))
    seen = board(KLENDER, {(KLENDER, "1"): 12, (KLENDER, "2"): 3}, {})
    chart = drawn(seen, KLENDER, {(KLENDER, "1"): cell, (KLENDER, "2"): cell}).map
    assert chart is not None
    assert sorted((shape.tile.name, shape.tile.shown) for shape in chart.shapes) == [("1", 10), ("2", 0)]
    assert [tile.name for tile in drawn(seen, KLENDER, {(KLENDER, "2"): cell}).missing] == ["1"]


def test_a_path_goes_in_whole_steps_and_leads_back_to_the_same_points() -> None:
    ring = ((10.2, 20.4), (15.0, 20.0), (15.4, 20.3), (12.0, 28.0))
    assert path_of([[ring]]) == "M10 20l5 0-3 8z"
    numbers = [int(n) for n in re.findall(r"-?\d+", path_of([[ring]]))]
    assert (sum(numbers[0::2]), sum(numbers[1::2])) == (12, 28)
    assert path_of([[((1, 1), (1.2, 1.1), (1.4, 1.3))]]) == "", "what has no room left is nothing"


@pytest.mark.parametrize(
    ("shown", "targets", "steps"),
    [
        ({}, {}, [(0, "few", 5)]),
        ({"31.75.07.1003": 50}, {}, [(0, "few", 5), (1, "people", 5), (2, "people", 20), (3, "people", 30),
                                     (4, "people", 40), (5, "people", 50)]),
        ({"31.75.07.1003": 5}, {}, [(0, "few", 5), (5, "people", 5)]),
        ({"31.75.07.1003": 50}, {"31.75.07.1003": 100}, [(0, "few", 5), (1, "percent", 0), (2, "percent", 20),
                                                        (3, "percent", 40), (4, "percent", 60), (5, "percent", 80)]),
        ({"31.75.07.1003": 50, "31.75.07.1001": 9}, {"31.75.07.1003": 100}, [(0, "few", 5), (1, "less", 0),
                                                                             (5, "more", 0)]),
    ],
)  # fmt: skip
def test_the_legend_says_what_the_shades_of_this_board_are(
    shown: dict[str, int], targets: dict[str, int], steps: list[tuple[int, str, int]]
) -> None:
    seen = board("31.75.07", {(c, "1"): n for c, n in shown.items()}, {(c, ""): n for c, n in targets.items()})
    assert [(step.shade, step.by, step.n) for step in legend(seen)] == steps
    for n in range(5, seen.most + 1, 5):
        if steps[-1][1] == "people":
            fits = max((step for step in legend(seen) if step.n <= n and step.shade), key=lambda step: step.n)
            assert fits.shade == seen.shade(Tile("", "x", n, 0, 0, 0))
