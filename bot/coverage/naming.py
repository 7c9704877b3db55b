"""Which area an outline is of, by the codes and names its properties tell; never by a guess that nobody is told of.

A code is Kemendagri's or BPS's; the two are told apart by how they look, and by the name where they look alike (3171).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from rapidfuzz import fuzz

from bot.coverage.tables import rows
from conversations.rules import areas
from conversations.rules.areas import AREAS, Area, Level
from conversations.rules.spelling import fold, letters, words

Found: TypeAlias = Literal["matched", "respelled", "unknown", "ambiguous", "contradiction", "nameless", "outside"]
LEVELS: tuple[Level, ...] = ("kota", "kecamatan", "kelurahan")
PROPOSALS = 3
RESPELLED = 85  # rapidfuzz ratio: PAPANGO is Papanggo, within the kecamatan that is told
CLEAR = 7  # and no other name comes so near
NEIGHBOUR = 15  # in proposals, what lies where it is told to lie comes so much nearer
SAME = 75  # a code's area may be called so differently and no more
_DIRECTIONS = frozenset(("utara", "selatan", "barat", "timur", "tengah", "pusat", "atas", "dalam", "baru", "lama"))
_MARKS = frozenset(
    ("kelurahan", "kel", "desa", "kecamatan", "kec", "kota", "kotamadya", "kabupaten", "kab", "administrasi", "adm")
)
_NOTHING = frozenset(("", "na", "n a", "null", "none", "nan", "tidak ada", "belum ada"))
_LEVEL_WORDS: Mapping[str, Level] = {
    **dict.fromkeys(("kelurahan", "kel", "desa", "desakelurahan", "kelurahandesa", "village"), "kelurahan"),
    **dict.fromkeys(("kecamatan", "kec", "district", "subdistrict"), "kecamatan"),
    **dict.fromkeys(("kota", "kotamadya", "kabupaten", "kotaadministrasi", "city", "regency", "municipality"), "kota"),
}
_LEVEL_NUMBERS: Mapping[str, Level] = {"5": "kota", "6": "kecamatan", "7": "kelurahan"}  # OpenStreetMap's admin_level
_TELLS: Mapping[str, str] = {row["property"]: row["tells"] for row in rows("property_names")}
_BY_BPS: Mapping[str, str] = {row["bps"]: row["code"] for row in rows("bps_codes")}
_BY_KEMENDAGRI: Mapping[str, str] = {area.code.replace(".", ""): area.code for area in AREAS}
_OTHER: Mapping[str, str] = {letters(row["name"]): row["code"] for row in rows("other_names")}
_LETTERS: Mapping[Area, str] = {area: letters(area.name) for area in AREAS}
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"(?:ID)?([0-9]{2}(?:\.?[0-9]{2}(?:\.?[0-9]{2,3}(?:\.?[0-9]{3,4})?)?)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What properties tell. names: by level; own: a name without one. foreign: a code of another province."""

    names: Mapping[str, str]
    own: str
    level: Level | None
    codes: tuple[str, ...]
    foreign: bool
    rw: str

    @property
    def said(self) -> str:
        """As somebody would call it who reads the file: its names from the smallest, else its codes."""
        names = [self.names.get(level, "") for level in reversed(LEVELS)]
        heard = [name for name in (self.own, *names) if name]
        return ", ".join(dict.fromkeys(heard) if heard else self.codes)[:160]


@dataclass(frozen=True, slots=True)
class Named:
    """An outline's area. code: "" where none was found. rw: "" for the whole area. proposals: codes, nearest first."""

    found: Found
    code: str = ""
    rw: str = ""
    proposals: tuple[str, ...] = ()


def name_all(features: Sequence[Mapping[str, Any]]) -> list[tuple[Told, Named]]:
    """Name every feature by its properties. What a file is mostly of decides where a name alone may be two areas."""
    told = [read(properties) for properties in features]
    numbered = _numbered(told)
    named = [_name(one, None) for one in told]
    mostly = Counter(area.level for one in named if one.found == "matched" and (area := areas.named(one.code)))
    level = mostly.most_common(1)[0][0] if mostly else None
    return [
        (one, replace(_name(one, level) if name.found == "ambiguous" else name, rw=one.rw if numbered else ""))
        for one, name in zip(told, named, strict=True)
    ]


def read(properties: Mapping[str, Any]) -> Told:
    """Read what properties tell by what they are called. Of two for one thing the first that says something counts."""
    heard: dict[str, str] = {}
    codes: list[str] = []
    for called, value in properties.items():
        tells = _TELLS.get(_NOT_LETTERS.sub("", str(called).casefold()))
        said = _said(value)
        if not tells or not said:
            continue
        if tells == "code":
            codes.append(said)
        else:
            heard.setdefault(tells, said)
    parts = [heard.get(f"part{n}", "") for n in range(1, 5)]
    codes.append("".join(parts[: next((n for n, part in enumerate(parts) if not part), 4)]))
    codes = [digits for code in codes if (match := _CODE.fullmatch(code)) and (digits := match[1])]
    known = tuple(dict.fromkeys(code for digits in codes for code in _areas_of(digits)))
    longest = max((len(code) for code in known), default=0)
    rw = re.search(r"[0-9]{1,3}", heard.get("rw", ""))
    return Told(
        names={level: heard[level] for level in (*LEVELS, "province") if level in heard},
        own=heard.get("name", ""),
        level=_LEVEL_NUMBERS.get(heard.get("level", "")) or _LEVEL_WORDS.get(letters(heard.get("level", ""))),
        codes=tuple(code for code in known if len(code) == longest),
        foreign=bool(codes) and not known and all(_elsewhere(digits) for digits in codes),
        rw=str(int(rw[0])) if rw and int(rw[0]) else "",
    )


# ---- one feature --------------------------------------------------------------------------------------------------


def _name(told: Told, mostly: Level | None) -> Named:
    if told.foreign or _other_place(told):
        return Named("outside")
    by_code = [area for code in told.codes if (area := areas.named(code))]
    name, level = _called(told)
    if not name:
        return _one(by_code) if by_code else Named("nameless")
    within = [area.code for area in by_code if level and _above(area.level, level)]
    parents = within or _parents(told, level)
    pool = [
        area for area in AREAS if (level is None or area.level == level) and (not parents or _in(area, parents, level))
    ]
    by_name = [area for area in pool if area in _bearers(name)]
    if by_code and not within:
        return _agreed(name, by_code, by_name)
    if mostly:
        by_name = [area for area in by_name if area.level == mostly] or by_name
    if by_name:
        return _one(by_name)
    nearest = _nearest(name, pool)
    if level and (level == "kota" or parents) and _is_respelled(name, nearest):
        return Named("respelled", nearest[0][1].code)
    near = [(score + NEIGHBOUR, area) for score, area in nearest if parents]
    near += _nearest(name, [area for area in AREAS if level in (None, area.level)])
    return Named("unknown", proposals=_codes(area for _, area in sorted(near, key=_first)))


def _called(told: Told) -> tuple[str, Level | None]:
    """The area's own name and what it is, as far as that is told."""
    smallest = next((level for level in reversed(LEVELS) if told.names.get(level)), None)
    if smallest and (smallest == "kelurahan" or not told.own):
        return told.names[smallest], smallest
    if told.level or smallest != "kecamatan" or _plain(told.own) == _plain(told.names["kecamatan"]):
        return told.own, told.level  # Gambir beside Gambir: the kecamatan, or a kelurahan in it
    return told.own, "kelurahan"


def _parents(told: Told, level: Level | None) -> Sequence[str]:
    """The codes of what it lies in: the nearest that is told and known."""
    kotas = _known(told.names.get("kota", ""), "kota")
    if level is None or _above("kecamatan", level):
        found = _known(told.names.get("kecamatan", ""), "kecamatan")
        if inside := [code for code in found if not kotas or code[:5] in kotas]:
            return inside
    return kotas if level != "kota" else []


@lru_cache(1000)  # a file tells the same few kota and kecamatan over and over
def _known(name: str, level: Level) -> Sequence[str]:
    return [area.code for area in AREAS if name and area.level == level and _near_enough(name, area)]


def _in(area: Area, parents: Sequence[str], level: Level | None) -> bool:
    return any(area.code.startswith(f"{code}.") or (level is None and area.code == code) for code in parents)


def _above(one: Level, other: Level) -> bool:
    return LEVELS.index(one) < LEVELS.index(other)


def _agreed(name: str, by_code: Sequence[Area], by_name: Sequence[Area]) -> Named:
    """Both a code and a name: they must mean the same area, though its spelling may be a little different."""
    both = [area for area in by_code if area in by_name] or [
        area for area in by_name if _in(area, [one.code for one in by_code], "kelurahan")
    ]
    if len(both) == 1:
        return Named("matched", both[0].code)
    like = [area for area in by_code if not by_name and fuzz.ratio(_plain(name), _LETTERS[area]) >= SAME]
    if len(like) == 1:
        return Named("respelled", like[0].code)
    return Named("contradiction", proposals=_codes([*by_code, *by_name]))


def _codes(found: Iterable[Area]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(area.code for area in found))[:PROPOSALS]


def _one(found: Sequence[Area]) -> Named:
    if len(found) == 1:
        return Named("matched", found[0].code)
    return Named("ambiguous", proposals=_codes(found))


# ---- names and codes ----------------------------------------------------------------------------------------------


@lru_cache(1000)
def _bearers(name: str) -> frozenset[Area]:
    """The areas that are called so, by its letters, with or without what it is in front."""
    forms = {letters(name), _plain(name)} - {""}
    other = {area for form in forms if (area := areas.named(_OTHER.get(form, "")))}
    return frozenset(area for form in forms for area in areas.bearing(form)) | other


def _near_enough(name: str, area: Area) -> bool:
    return area in _bearers(name) or fuzz.ratio(_plain(name), _LETTERS[area]) >= RESPELLED


@lru_cache(1000)
def _plain(name: str) -> str:
    """A name's letters without what it is: "Kota Adm. Jakarta Pusat", "Kep. Seribu"."""
    said = words(re.sub(r"\([^)]*\)", " ", name))
    while len(said) > 1 and said[0] in _MARKS:
        said = said[1:]
    return letters(" ".join("kepulauan" if word == "kep" else word for word in said))


def _nearest(name: str, pool: Iterable[Area]) -> list[tuple[float, Area]]:
    said = _plain(name)
    scored = [(fuzz.ratio(said, _LETTERS[area]), area) for area in pool]
    return sorted(scored, key=_first)[:PROPOSALS]


def _first(scored: tuple[float, Area]) -> tuple[float, str]:
    return -scored[0], scored[1].code


def _is_respelled(name: str, nearest: Sequence[tuple[float, Area]]) -> bool:
    """Near to one name, far from the next, and on the same side of town: Duri Utara is not Duri Selatan."""
    if not nearest or nearest[0][0] < RESPELLED or (len(nearest) > 1 and nearest[1][0] > nearest[0][0] - CLEAR):
        return False
    return _DIRECTIONS & set(words(name)) == _DIRECTIONS & set(words(nearest[0][1].name))


def _other_place(told: Told) -> bool:
    """A province or a city is told that is not ours."""
    province, kota = letters(told.names.get("province", "")), told.names.get("kota", "")
    if province and "jakarta" not in province:
        return True
    return bool(kota) and not _known(kota, "kota") and letters(kota) not in ("jakarta", "dkijakarta")


def _areas_of(digits: str) -> list[str]:
    """Our code of what a code names, in either count; two where both know it."""
    if "." in digits:
        return [digits] if areas.named(digits) else []
    return [found for known in (_BY_KEMENDAGRI, _BY_BPS) if (found := known.get(digits))]


def _elsewhere(digits: str) -> bool:
    """A kelurahan's code of another province; a short number may be anything."""
    return len(digits) >= 10 and not digits.startswith("31")


def _said(value: Any) -> str:
    """A property's value as text; what stands for nothing is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    text = " ".join(text[:120].split())
    return "" if fold(text) in _NOTHING else text


def _numbered(told: Sequence[Told]) -> bool:
    """Whether a property "RW" is a number of its own: some place has several. Else it counts them."""
    seen: dict[str, set[str]] = {}
    for one in told:
        seen.setdefault(f"{one.names.get('kelurahan', one.own)}|{one.codes}", set()).add(one.rw)
    return any(len(numbers - {""}) > 1 for numbers in seen.values())
