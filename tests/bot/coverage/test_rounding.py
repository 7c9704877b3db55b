"""Nobody can be found in the coverage: attacked by subtracting days and neighbours, and by adding up what may be."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from bot.coverage.board import Board, board
from bot.coverage.rounding import STEP, rounded, whole
from conversations.rules import areas
from storage.coverage import Cell

KECAMATAN = "31.75.07"
INSIDE = [area.code for area in areas.kelurahans(KECAMATAN)]


@given(st.lists(st.integers(0, 60), max_size=12))
def test_no_hidden_part_is_ever_known_to_hold_anybody(true: list[int]) -> None:
    parts = [rounded(n) for n in true]
    shown = whole(sum(true), parts)
    assert shown <= sum(true)
    assert shown % STEP == 0
    for place, part in enumerate(parts):
        if part == 0:
            others = sum(p + STEP - 1 for n, p in enumerate(parts) if n != place)
            assert shown - others <= 0, "the least it may hold is nobody"


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_what_is_left_after_subtracting_the_parts_is_five_or_none(true: list[int]) -> None:
    parts = [rounded(n) for n in true]
    assert (whole(sum(true), parts) - sum(parts)) % STEP == 0


def numbers(one: Board) -> dict[str, int]:
    return {"whole": one.shown} | {f"{t.code}{t.name}": t.shown for t in (*one.tiles, *one.rws)}


def test_thirty_days_of_people_joining_one_by_one_never_show_a_difference_below_five() -> None:
    lot = random.Random(5)
    counts: dict[Cell, int] = {}
    days: list[Mapping[str, int]] = []
    for _ in range(30):
        for _ in range(lot.randrange(4)):
            cell = (lot.choice(INSIDE), str(lot.randrange(1, 4)))
            counts[cell] = counts.get(cell, 0) + 1
        seen: dict[str, int] = {}
        for code in ("", "31.75", KECAMATAN, *INSIDE):
            seen |= {f"{code}|{name}": n for name, n in numbers(board(code, counts, {})).items()}
        days.append(seen)
    for before, after in itertools.pairwise(days):
        for name in before.keys() | after.keys():
            assert abs(after.get(name, 0) - before.get(name, 0)) % STEP == 0
    last = days[-1]
    for one, other in itertools.combinations(last.values(), 2):
        assert abs(one - other) % STEP == 0


def test_a_neighbourhood_below_five_is_not_even_named() -> None:
    counts = {(INSIDE[0], "1"): 4, (INSIDE[0], "2"): 9}
    one = board(INSIDE[0], counts, {})
    assert [(t.name, t.shown) for t in one.rws] == [("2", 5)]
    assert one.shown == 5, "thirteen are there, and ten would say that the rest hold at least one"


def test_targets_of_the_parts_add_up_and_an_own_target_wins() -> None:
    targets = {(INSIDE[0], "1"): 100, (INSIDE[0], "2"): 100}
    assert board(INSIDE[0], {}, targets).target == 200
    assert board(KECAMATAN, {}, targets).target == 0, "a sum of some parts would flatter the whole"
    targets |= {(code, ""): 300 for code in INSIDE[1:]}
    assert board(KECAMATAN, {}, targets).target == 200 + 300 * len(INSIDE[1:])
    assert board(KECAMATAN, {}, targets | {(KECAMATAN, ""): 1000}).target == 1000
