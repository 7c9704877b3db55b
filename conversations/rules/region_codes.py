"""The codes a NIK begins with: province, kabupaten or kota, kecamatan, now and in former years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from conversations.rules.tables import rows

ProvinceStatus: TypeAlias = Literal["current", "old", "never_used"]
RegencyStatus: TypeAlias = Literal["current", "old", "unknown"]


def _expanded(ranges: str) -> frozenset[str]:
    """Write out "01-03 07" as 01, 02, 03, 07."""
    found: set[str] = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        found.update(f"{number:02d}" for number in range(int(first), int(last or first) + 1))
    return frozenset(found)


_REGENCIES: Mapping[str, tuple[RegencyStatus, frozenset[str]]] = {
    row["regency"]: ("current" if row["status"] == "current" else "old", _expanded(row["districts"]))
    for row in rows("region_codes")
}
_PROVINCES = frozenset(code[:2] for code in _REGENCIES)
# Codes of the population registers before SIAK, and East Timor's: they may still stand on an old card.
_OLD_PROVINCES = frozenset(f"{number:02d}" for number in (*range(1, 11), 20, *range(22, 28), 54))


def province(code: str) -> ProvinceStatus:
    """Say what a two-digit province code is."""
    if code in _PROVINCES:
        return "current"
    return "old" if code in _OLD_PROVINCES else "never_used"


def regency(code: str) -> RegencyStatus:
    """Say what a four-digit kabupaten or kota code is. "unknown" means only that we have no record of it."""
    return _REGENCIES[code][0] if code in _REGENCIES else "unknown"


def knows_district(code: str) -> bool:
    """Say whether a six-digit kecamatan code is on record, now or formerly."""
    return code[:4] in _REGENCIES and code[4:] in _REGENCIES[code[:4]][1]
