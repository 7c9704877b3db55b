"""Which levels of the board some outlines draw: told by a file, or put together from parts of which none is missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.coverage.board import parts_of
from conversations.rules.areas import AREAS, Area, Level

LEVELS: tuple[Level, ...] = ("kota", "kecamatan", "kelurahan")
NAMED = 8  # missing areas that are named


@dataclass(frozen=True, slots=True)
class Standing:
    """A level: how many of its areas are told, how many put together, of how many; and the first that are missing."""

    level: Level
    told: int
    derived: int
    total: int
    missing: tuple[Area, ...]

    @property
    def more(self) -> int:
        """How many more are missing than are named."""
        return self.total - self.told - self.derived - len(self.missing)


def derived(told: Collection[str]) -> tuple[str, ...]:
    """The kecamatan and kota that have no outline while all their parts have one, the smaller first."""
    found: list[str] = []
    for level in ("kecamatan", "kota"):
        for area in AREAS:
            parts = parts_of(area.code) if area.level == level and area.code not in told else ()
            if parts and all(part.code in told or part.code in found for part in parts):
                found.append(area.code)
    return tuple(found)


def standings(told: Collection[str], own: str = "") -> tuple[Standing, ...]:
    """How far each level is told of, the widest first; levels of which nothing is told are left out."""
    made = derived(told)
    found = []
    for level in LEVELS:
        inside = [a for a in AREAS if a.level == level and (not own or a.code == own or a.code.startswith(f"{own}."))]
        here = [area for area in inside if area.code in told or area.code in made]
        missing = tuple(area for area in inside if area not in here)
        if here:
            by_file = sum(area.code in told for area in here)
            found.append(Standing(level, by_file, len(here) - by_file, len(inside), missing[:NAMED]))
    return tuple(found)
