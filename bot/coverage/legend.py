"""What the shades of a board mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.coverage.board import SHADES, Board
from bot.coverage.rounding import STEP

By: TypeAlias = Literal["few", "percent", "people", "less", "more"]


@dataclass(frozen=True, slots=True)
class Shade:
    """A shade. by: what is counted, from n on; "less" and "more": the ends, where only some parts have a target."""

    shade: int
    by: By
    n: int


def legend(board: Board) -> tuple[Shade, ...]:
    """The shades of a board that may be seen, from the lightest."""
    shown = [tile for tile in board.tiles or board.rws if tile.shown]
    nobody = Shade(0, "few", STEP)
    if not shown:
        return (nobody,)
    aimed = [tile for tile in shown if tile.target]
    if len(aimed) == len(shown):
        return (nobody, *(Shade(shade, "percent", 100 * (shade - 1) // SHADES) for shade in range(1, SHADES + 1)))
    if aimed:
        return (nobody, Shade(1, "less", 0), *(Shade(shade, "more", 0) for shade in (SHADES,)))
    first: dict[int, int] = {}
    for shade in range(1, SHADES + 1):
        n = STEP if shade == 1 else -(-board.most * shade // SHADES // STEP) * STEP
        first.setdefault(max(1, n * SHADES // board.most), n)
    return (nobody, *(Shade(shade, "people", n) for shade, n in first.items()))
