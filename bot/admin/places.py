"""Places as the desk chooses and names them: every kota with its kecamatan, by the codes that applications carry."""

from __future__ import annotations

import re

from conversations.rules import areas
from conversations.rules.areas import Area

CODE = re.compile(r"[0-9]{2}\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?")  # 31.75, 31.75.07, 31.75.07.1003


def places(area: str | None = None) -> list[tuple[Area, tuple[Area, ...]]]:
    """Every kota with its kecamatan, to choose from; only what lies in an area where one is given."""
    whole = [(kota, areas.kecamatans(kota.code)) for kota in areas.kotas() if within(area or "", kota.code) or not area]
    if not area or len(area) <= len(whole[0][0].code):
        return whole
    return [(kota, tuple(k for k in kecamatans if within(area, k.code))) for kota, kecamatans in whole]


def place_name(code: str | None) -> str:
    """A place's name; a dash where there is none."""
    area = areas.named(code) if code else None
    return area.name if area else "–"


def within(code: str, area: str | None) -> bool:
    """Say whether a place lies in an area, or is it. No area is everywhere."""
    return not area or code == area or code.startswith(f"{area}.")


def narrowed(wanted: str, area: str | None) -> str:
    """The place somebody asked to see, kept inside the area they belong to."""
    return wanted if wanted and within(wanted, area) else area or wanted
