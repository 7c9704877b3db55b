"""Outlines are made light, and neighbours still meet: no gap, no overlap, no page too heavy."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from bot.coverage import shaping
from bot.coverage.board import parts_of
from bot.coverage.geojson import polygons_of
from bot.coverage.outline import Outline, dump, load
from bot.coverage.shaping import A_METRE, met, packed, shaped, thinned, unpacked
from conversations.rules import areas
from conversations.rules.areas import AREAS
from tests.bot.coverage.patchwork import level, patchwork


def as_shape(outline: Outline) -> MultiPolygon:
    return MultiPolygon([Polygon(polygon[0], polygon[1:]) for polygon in outline.polygons])


@pytest.fixture(scope="module")
def done() -> dict[tuple[str, str], Outline]:
    cells = patchwork()
    light, apart = met(list(cells.values()))
    assert apart < 5
    return shaped({(code, ""): [one] for code, one in zip(cells, thinned(light), strict=True)})


def test_a_file_of_kelurahan_draws_every_level(done: dict[tuple[str, str], Outline]) -> None:
    assert {code for code, _ in done} == {area.code for area in AREAS}
    before = sum(int(shapely.get_num_coordinates(cell)) for cell in patchwork().values())
    assert before > 50_000
    assert sum(one.points for one in done.values()) < before * 0.7


@pytest.mark.parametrize("name", ["kota", "kecamatan", "kelurahan"])
def test_neighbours_still_meet_and_nothing_is_lost(done: dict[tuple[str, str], Outline], name: str) -> None:
    kept = {area.code: as_shape(done[area.code, ""]) for area in AREAS if area.level == name}
    true = level(name)
    together, before = shapely.union_all(list(kept.values())), shapely.union_all(list(true.values()))
    holes = [Polygon(hole) for part in shapely.get_parts(together) for hole in part.interiors]
    assert sum(hole.area for hole in holes) < (2 * A_METRE) ** 2 * 200, "no gaps between neighbours"
    assert sum(one.area for one in kept.values()) == pytest.approx(together.area, rel=1e-4), "no overlaps"
    assert together.symmetric_difference(before).area < before.area * 0.01


def test_no_board_holds_more_points_than_its_page_can_carry(
    done: dict[tuple[str, str], Outline], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fullest(outlines: dict[tuple[str, str], Outline]) -> int:
        boards = [("", areas.kotas()), *((area.code, parts_of(area.code)) for area in AREAS)]
        return max(sum(outlines[part.code, ""].points for part in inside) for _, inside in boards)

    assert 500 < fullest(done) <= shaping.A_BOARD
    monkeypatch.setattr(shaping, "A_BOARD", 400)
    again = shaped({place: [as_shape(one)] for place, one in done.items() if len(place[0]) == 13})
    assert fullest(again) <= 400


def test_an_area_of_several_features_is_one_and_told_ones_are_not_put_together() -> None:
    west, east = box(106.80, -6.20, 106.82, -6.18), box(106.82, -6.20, 106.84, -6.18)
    own = MultiPolygon([box(106.7, -6.3, 106.9, -6.1)])
    parts = {(part.code, ""): [MultiPolygon([west]), MultiPolygon([east])] for part in parts_of("31.71.05")}
    done = shaped({**parts, ("31.71.05", ""): [own]})
    assert len(done["31.71.05.1001", ""].polygons) == 1
    assert as_shape(done["31.71.05", ""]).area == pytest.approx(0.04)


def test_holes_stay_and_crumbs_go() -> None:
    land = box(106.8, -6.2, 106.9, -6.1) - box(106.84, -6.16, 106.86, -6.14) - box(106.81, -6.11, 106.81001, -6.10999)
    islet, isle = box(106.95, -6.1, 106.950001, -6.099999), box(106.95, -6.2, 106.96, -6.19)
    kept = shaped({("31.71.01.1001", ""): [MultiPolygon([land, islet, isle])]})["31.71.01.1001", ""]
    assert sorted(len(polygon) for polygon in kept.polygons) == [1, 2]


def pulled_in(shape: MultiPolygon) -> MultiPolygon:
    return polygons_of(shape.buffer(-4 * A_METRE))


def drawn_by_hand(shape: MultiPolygon) -> MultiPolygon:
    """Every corner up to three metres off, and each neighbour's differently."""
    draw = random.Random(shape.wkt)
    off = [
        [(x + draw.uniform(-3, 3) * A_METRE, y + draw.uniform(-3, 3) * A_METRE) for x, y in part.exterior.coords[:-1]]
        for part in shapely.get_parts(shape)
    ]
    return polygons_of(shapely.make_valid(MultiPolygon([Polygon(ring) for ring in off]), method="structure"))


@pytest.mark.parametrize("spoil", [pulled_in, drawn_by_hand])
def test_borders_that_do_not_meet_are_closed_and_counted(spoil: Callable[[MultiPolygon], MultiPolygon]) -> None:
    true = [cell for code, cell in patchwork().items() if code.startswith("31.75")]
    closed, apart = met([spoil(cell) for cell in true])
    together, before = shapely.union_all(closed), shapely.union_all(true)
    assert apart > len(true) * 0.9
    assert len(shapely.get_parts(together)) == 1
    assert not together.interiors
    assert sum(one.area for one in closed) == pytest.approx(together.area, rel=1e-9)
    assert together.symmetric_difference(before).area < before.area * 0.01


def test_outlines_are_the_same_after_they_were_kept(done: dict[tuple[str, str], Outline]) -> None:
    assert all(load(dump(one)) == one for one in done.values())
    cell = patchwork()["31.71.01.1001"]
    assert unpacked(packed([cell, None])) == [cell, None]
