"""What can be told from a NIK, and what cannot: only the agency knows whether one is real.

Sixteen digits: kabupaten and kecamatan of first registration, day (women's is 40 higher), month, year, serial. There is
no check digit, so a wrong digit often goes unseen; nothing here may be told to anyone as "valid".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from conversations.rules import region_codes

LENGTH = 16
YOUNGEST_HOLDER = 17  # a KTP is issued at 17
_LEAD = re.compile(
    r"(?:(?:no|nomor|nomer|nmr|nik|ktp|ini|saya|sy|aku|gue|ku|nya|adalah|itu|kak|my|is)(?![a-z])[\s.:=]*)+"
)
_TAIL = re.compile(r"(?:[\s.,]+(?:kak|kakak|ka|min|bang|ya|yah|makasih|terima kasih))+[\s.!]*$")
_SEPARATORS = re.compile(r"[\s.\-_/,–—:'\"()]+")
_FOR_DIGIT = str.maketrans("oOlIi|", "001111")


@dataclass(frozen=True, slots=True)
class Checked:
    """problem: why it cannot be a NIK, "" if it can, with its facts. warnings: what an officer should look at."""

    problem: str = ""
    facts: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Take spaces, dots, dashes and words like "NIK saya" off; full-width digits become plain. Letters stay."""
    typed = unicodedata.normalize("NFKC", text[:200]).strip().casefold()
    lead = _LEAD.match(typed)
    return _SEPARATORS.sub("", _TAIL.sub("", typed[lead.end() :] if lead else typed))


def with_digits_for_letters(nik: str) -> str:
    """Put 0 for O and 1 for l. An offer to make, never a correction to apply."""
    return nik.translate(_FOR_DIGIT)


def mask(nik: str) -> str:
    """Show the first and last four digits only: 3174••••••••0003."""
    return f"{nik[:4]}{'•' * max(len(nik) - 8, 0)}{nik[-4:]}" if len(nik) > 8 else "•" * len(nik)


def birth_dates(nik: str) -> tuple[date, ...]:
    """List the birth dates that this NIK can stand for, one a century at most. The last one is the later."""
    day, month, year = int(nik[6:8]) % 40 if int(nik[6:8]) > 40 else int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    found = []
    for century in (1900, 2000):
        try:
            found.append(date(century + year, month, day))
        except ValueError:
            continue
    return tuple(found)


def sex(nik: str) -> str:
    """Read "female" or "male" off the day."""
    return "female" if int(nik[6:8]) > 40 else "male"


def check(nik: str, born: date | None = None, stated_sex: str | None = None, *, today: date | None = None) -> Checked:
    """Judge a cleaned NIK against the table of domain facts; birth date and sex are compared where known.

    today: without it, a family card's number is not looked for.
    """
    if not re.fullmatch(r"[0-9]*", nik):
        return Checked("not_digits" if len(nik) == LENGTH else "length", {"n": len(nik)})
    if len(nik) != LENGTH:
        return Checked(_look_alike(nik), {"n": len(nik)})
    if len(set(nik)) == 1:
        return Checked("all_same")
    if not birth_dates(nik) or not (1 <= int(nik[6:8]) <= 31 or 41 <= int(nik[6:8]) <= 71):
        return Checked("bad_date")
    if nik[12:] == "0000":
        return Checked("zero_serial")
    warnings = [*_regions(nik)]
    if born is not None and born not in birth_dates(nik):
        warnings.append("born_differs")
    if stated_sex is not None and stated_sex != sex(nik):
        warnings.append("sex_differs")
    if today is not None and _like_family_card(nik, today):
        warnings.append("like_family_card")
    return Checked(warnings=tuple(warnings))


def _look_alike(digits: str) -> str:
    """Name the other number that people take for a NIK, by its length."""
    if re.fullmatch(r"(?:08|628)[0-9]{7,12}", digits):
        return "like_phone"
    return {13: "like_health_card", 11: "like_member_number"}.get(len(digits), "length")


def _regions(nik: str) -> tuple[str, ...]:
    match region_codes.province(nik[:2]):
        case "old":
            return ("old_province",)
        case "never_used":
            return ("unused_province",)
        case "current":
            match region_codes.regency(nik[:4]):
                case "unknown":
                    return ("unknown_regency",)
                case "current" if not region_codes.knows_district(nik[:6]):
                    return ("unknown_district",)
    return ()


def _like_family_card(nik: str, today: date) -> bool:
    """A family card carries the day it was issued: as a birth date, that makes a child or a centenarian."""
    ages = [today.year - born.year - ((today.month, today.day) < (born.month, born.day)) for born in birth_dates(nik)]
    return int(nik[6:8]) <= 31 and not any(YOUNGEST_HOLDER <= age < 100 for age in ages)
