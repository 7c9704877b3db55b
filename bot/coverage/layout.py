"""Where the tiles lie: the kota and kecamatan of Jakarta about as on a map, (column, row) from the north-west."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conversations.rules.areas import Area

KOTAS: Mapping[str, tuple[int, int]] = {
    "31.01": (1, 0),
    "31.72": (1, 1),
    "31.73": (0, 2),
    "31.71": (1, 2),
    "31.75": (2, 2),
    "31.74": (1, 3),
}
KECAMATANS: Mapping[str, tuple[int, int]] = {
    "31.01.01": (0, 0), "31.01.02": (0, 1),
    "31.72.01": (0, 0), "31.72.05": (1, 0), "31.72.02": (2, 0), "31.72.03": (3, 0), "31.72.04": (4, 0),
    "31.72.06": (3, 1),
    "31.73.06": (0, 0), "31.73.01": (1, 0), "31.73.02": (2, 0), "31.73.04": (3, 0), "31.73.03": (4, 0),
    "31.73.08": (0, 1), "31.73.05": (1, 1), "31.73.07": (2, 1),
    "31.71.02": (1, 0), "31.71.03": (2, 0), "31.71.01": (0, 1), "31.71.04": (1, 1), "31.71.08": (2, 1),
    "31.71.05": (3, 1), "31.71.07": (0, 2), "31.71.06": (1, 2),
    "31.74.10": (0, 1), "31.74.05": (1, 1), "31.74.07": (2, 1), "31.74.02": (3, 0), "31.74.01": (4, 0),
    "31.74.03": (3, 1), "31.74.08": (4, 1), "31.74.06": (2, 2), "31.74.04": (3, 2), "31.74.09": (3, 3),
    "31.75.01": (0, 0), "31.75.02": (1, 0), "31.75.06": (2, 0), "31.75.03": (0, 1), "31.75.07": (1, 1),
    "31.75.04": (0, 2), "31.75.08": (1, 2), "31.75.09": (1, 3), "31.75.05": (0, 3), "31.75.10": (2, 3),
}  # fmt: skip
WIDE = 4  # tiles in a row where nothing is known of how they lie


def laid_out(areas: Sequence[Area]) -> list[tuple[int, int]]:
    """Where each tile goes: as the city lies, else side by side in their order."""
    known = {**KOTAS, **KECAMATANS}
    if areas and all(area.code in known for area in areas):
        return [known[area.code] for area in areas]
    return [(number % WIDE, number // WIDE) for number in range(len(areas))]
