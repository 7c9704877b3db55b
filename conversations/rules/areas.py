"""Jakarta's kota, kecamatan and kelurahan by their Kemendagri codes, and the finding of one in what people type.

Names are compared by their letters only (Pal Merah, Palmerah). Every kelurahan name is borne by one kelurahan, but many
name a kecamatan too, and Kelurahan Jatinegara does not even lie in Kecamatan Jatinegara: then both are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rapidfuzz import fuzz

from conversations.rules.spelling import letters
from conversations.rules.spelling import words as split
from conversations.rules.tables import rows

Level: TypeAlias = Literal["kota", "kecamatan", "kelurahan"]
_LEVELS: dict[int, Level] = {5: "kota", 8: "kecamatan", 13: "kelurahan"}
NEAR = 80  # rapidfuzz ratio: every misspelling tried stays above it
CONTRADICTED = 90  # named exactly, beside a kota or level it does not have
BEGUN = 90  # only the beginning of the name: "utan kayu"
AMONG = 85  # named exactly, among words that are no names
APART = 7  # a runner-up this close makes the choice open


@dataclass(frozen=True, slots=True)
class Area:
    """A kota, kecamatan or kelurahan. code: "31.75.07.1003"; the codes above it are its beginnings."""

    code: str
    name: str

    @property
    def level(self) -> Level:
        """Which of the three it is."""
        return _LEVELS[len(self.code)]

    @property
    def kecamatan(self) -> str:
        """The code of the kecamatan it lies in or is, "" for a kota."""
        return self.code[:8] if len(self.code) >= 8 else ""

    @property
    def kota(self) -> str:
        """The code of the kota it lies in or is."""
        return self.code[:5]


@dataclass(frozen=True, slots=True)
class Match:
    """An area that a text may mean. exact: every letter of its name was typed. score: 100 for exact."""

    area: Area
    score: float

    @property
    def exact(self) -> bool:
        """Whether nothing had to be guessed."""
        return self.score == 100


AREAS: tuple[Area, ...] = tuple(Area(row["code"], row["name"]) for row in rows("areas"))
_BY_CODE = {area.code: area for area in AREAS}
_PENDING = {letters(row["name"]): _BY_CODE[row["counts_as"]] for row in rows("pending_areas")}
_NAMES: tuple[tuple[str, Area], ...] = (
    *((letters(area.name), area) for area in AREAS),
    *_PENDING.items(),
)
_SIDES = {"pusat": "31.71", "utara": "31.72", "barat": "31.73", "selatan": "31.74", "timur": "31.75"}
_KOTAS = {f"{lead}{side}": code for side, code in _SIDES.items() for lead in ("jakarta", "jkt", "jak")}
_KOTAS |= {"jakpus": "31.71", "jakut": "31.72", "jakbar": "31.73", "jaksel": "31.74", "jaktim": "31.75"}
_KOTAS |= dict.fromkeys(("kepulauanseribu", "pulauseribu", "kepseribu", "kepulauan1000", "pulau1000"), "31.01")
_OUTSIDE = sorted((row["name"] for row in rows("outside_areas")), key=len, reverse=True)
_RT_RW = re.compile(r"\b(?:rt|rw)(?: ?(?:rw|rt))?\b(?: *[0-9]{1,3})*")
_MARKS: dict[str, Level] = {
    **dict.fromkeys(("kel", "kelurahan", "klurahan", "desa", "ds"), "kelurahan"),
    **dict.fromkeys(("kec", "kecamatan", "kcamatan"), "kecamatan"),
}
_ADDRESS = re.compile(
    r"\b(?:kel|kelurahan|klurahan|desa|ds) ([a-z ]{3,40}?) (?:kec|kecamatan|kcamatan) ([a-z ]{3,40}?)"
    r"(?: (?:kota|jak|jkt|dki|kab|[0-9]).*)?$"
)
_FILLER = frozenset(
    split(
        "kab di ada saya tinggal daerah dki indonesia alamat rumah kak ya itu ini sekarang ktp domisili kabupaten adm"
        " administrasi admin nya aja saja aku gue kayaknya mungkin sekitar dekat deket area wilayah dan yang masuk"
    )
)
_SHORT = dict(
    re.findall(
        r"(\w+):(\w+)",
        "tj:tanjung tjg:tanjung tg:tanjung kb:kebon kp:kampung kmp:kampung pd:pondok pdk:pondok ps:pasar psr:pasar"
        " dr:duren cemp:cempaka cpk:cempaka pl:pulo kby:kebayoran mp:mampang prpt:prapatan cip:cipinang gn:gunung"
        " tmn:taman utr:utara sel:selatan slt:selatan tim:timur tmr:timur brt:barat bar:barat",
    )
)


def named(code: str) -> Area | None:
    """Find an area by its code."""
    return _BY_CODE.get(code)


def bearing(name: str) -> tuple[Area, ...]:
    """List the areas of this name, by its letters; one that has no code yet counts as the one it came from."""
    said = letters(name)
    return tuple(area for known, area in _NAMES if known == said)


def kotas() -> tuple[Area, ...]:
    """List the six kota, Kepulauan Seribu among them."""
    return tuple(area for area in AREAS if area.level == "kota")


def kecamatans(kota: str) -> tuple[Area, ...]:
    """List the kecamatan of a kota by its code."""
    return tuple(area for area in AREAS if area.level == "kecamatan" and area.kota == kota)


def kelurahans(kecamatan: str) -> tuple[Area, ...]:
    """List the kelurahan of a kecamatan by its code."""
    return tuple(area for area in AREAS if area.level == "kelurahan" and area.kecamatan == kecamatan)


def find(text: str) -> tuple[Match, ...]:
    """Find the areas a text may mean, the most specific and the likeliest first; exact ones leave no others.

    A kecamatan or kota typed along narrows the kelurahan: "kel klender kec duren sawit jaktim" is one match.
    """
    if marked := _marked(text):
        return (Match(marked, 100),)
    typed, level = _cleaned(text)
    typed, kota = _without_kota(typed)
    if not typed:
        return (Match(_BY_CODE[kota], 100),) if kota else ()
    exact = _exact(typed)
    if fitting := _narrowed(exact, kota, level):
        return tuple(Match(area, 100) for area in fitting)
    if exact:
        return tuple(Match(area, CONTRADICTED) for area in _narrowed(exact, "", level))
    return _near(typed, kota, level) or tuple(Match(area, AMONG) for area in _among(typed, kota, level))


def outside(text: str) -> tuple[str, str]:
    """Name a place outside Jakarta that a text holds, and the text without it; ("", text) where it holds none."""
    rest, found = " ".join(split(text)), ""
    for name in _OUTSIDE:
        without = re.sub(rf"(?:^| )(?:kota |kabupaten |kab )?{name.casefold()}(?= |$)", " ", rest)
        if without != rest:
            rest, found = without, found or name
    return (found, rest.strip()) if found else ("", text)


def _marked(text: str) -> Area | None:
    """Find the kelurahan of a whole address that marks it: "jl. raya klender 5, kel. klender, kec. duren sawit"."""
    found = _ADDRESS.search(_RT_RW.sub(" ", " ".join(split(text))))
    if found is None:
        return None
    kelurahan, kecamatan = (_exact(_cleaned(part)[0]) for part in (found[1], found[2]))
    within = {area.code for area in kecamatan if area.level == "kecamatan"}
    fitting = [area for area in kelurahan if area.level == "kelurahan" and area.kecamatan in within]
    return fitting[0] if len(fitting) == 1 else None


def _cleaned(text: str) -> tuple[list[str], Level | None]:
    """Take RT/RW, postcodes and filler off; say which level the last mark before the name told."""
    said = _RT_RW.sub(" ", " ".join(split(text)))
    kept: list[str] = []
    level: Level | None = None
    marks: list[Level] = []
    said_words = said.split()
    for word, following in zip(said_words, (*said_words[1:], ""), strict=False):
        if word == "kota" and not (following and any(name.startswith(f"kota{following}") for name, _ in _NAMES)):
            continue
        if word in _MARKS:
            marks.append(_MARKS[word])
            kept.append("|")
        elif not word.isascii() or not word.isalpha() or word in _FILLER:
            continue
        else:
            kept.append(_SHORT.get(word, word))
    while kept and kept[0] == "|":
        kept = kept[1:]
    if len(marks) == 1 and "|" not in kept:
        level = marks[0]
    elif "kelurahan" in marks:
        level = "kelurahan"
    return kept, level


def _without_kota(typed: Sequence[str]) -> tuple[list[str], str]:
    """Take the name of a kota out, if one is told: "jaktim", "jakarta timur", "jkt timur"."""
    rest, found = list(typed), ""
    for size in (3, 2, 1):
        for at in range(len(rest) - size + 1):
            said = "".join(rest[at : at + size])
            if said in _KOTAS and not found:
                found = _KOTAS[said]
                if found == "31.01" and at + size < len(rest) and rest[at + size] in ("utara", "selatan"):
                    return rest, found  # the two kecamatan of Kepulauan Seribu bear its name
                rest = rest[:at] + rest[at + size :]
    return [word for word in rest if word not in ("jakarta", "jkt", "jak")], found


def _exact(typed: Sequence[str]) -> list[Area]:
    """Cover all that was typed with names, longest first; every word must belong to one."""
    names = {name for name, _ in _NAMES}
    parts: list[str] = []
    at = 0
    words = list(typed)
    while at < len(words):
        if words[at] == "|":
            at += 1
            continue
        for end in range(min(len(words), at + 5), at, -1):
            name = "".join(words[at:end])
            if "|" not in words[at:end] and name in names:
                parts.append(name)
                at = end
                break
        else:
            return []
    found = [[area for name, area in _NAMES if name == part] for part in parts]
    if len(found) < 2:
        return found[0] if found else []
    # Several names: keep each area that lies in, or holds, one named beside it.
    specific = [
        area
        for place, areas in enumerate(found)
        for area in areas
        if area.level != "kota"
        and all(any(_together(area, other) for other in others) for at, others in enumerate(found) if at != place)
    ]
    lowest = max((len(area.code) for area in specific), default=0)
    return list(dict.fromkeys(area for area in specific if len(area.code) == lowest))


def _among(typed: Sequence[str], kota: str, level: Level | None) -> list[Area]:
    """Find names of five letters or more between other words, as in an address: "jalan mawar, klender"."""
    names = {name for name, _ in _NAMES if len(name) >= 5}
    spans = [
        (at, end)
        for at in range(len(typed))
        for end in range(at + 1, min(len(typed), at + 4) + 1)
        if "".join(typed[at:end]) in names
    ]
    widest = [s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]
    kept = [word for at, end in widest for word in ("|", *typed[at:end])]
    if not kept:
        return []
    # Names that do not fit together: those of kelurahan may be meant, those of kecamatan may be streets.
    apart = [area for at, end in widest for area in _exact(typed[at:end]) if area.level == "kelurahan"]
    return _narrowed(_exact(kept) or apart, kota, level)


def _together(area: Area, other: Area) -> bool:
    return area != other and (area.code.startswith(other.code) or other.code.startswith(area.code))


def _narrowed(areas: Iterable[Area], kota: str, level: Level | None) -> list[Area]:
    """Keep what lies in the kota and is of the level that was told. What contradicts them is no match."""
    kept = [area for area in areas if area.code.startswith(kota)]
    if level and any(area.level == level for area in kept):
        kept = [area for area in kept if area.level == level]
    return sorted(dict.fromkeys(kept), key=lambda area: (-len(area.code), area.code))


def _near(typed: Sequence[str], kota: str, level: Level | None) -> tuple[Match, ...]:
    """Compare all letters typed with every name, and with a kelurahan's name followed by its kecamatan's."""
    said = "".join(word for word in typed if word != "|")[:60]
    if len(said) < 4:
        return ()
    scored: dict[Area, float] = {}
    for name, area in _NAMES:
        if not area.code.startswith(kota) or (level and area.level != level):
            continue
        forms = [name]
        if area.level == "kelurahan":
            forms.append(name + letters(_BY_CODE[area.kecamatan].name))
        score = max(fuzz.ratio(said, form) for form in forms)
        first_words = letters("".join(split(area.name)[: len(typed)]))
        if said == first_words or (len(said) >= 6 and name.startswith(said)):
            score = max(score, BEGUN)
        if score >= NEAR:
            scored[area] = max(scored.get(area, 0), min(score, 99))
    best = max(scored.values(), default=0)
    close = [Match(area, score) for area, score in scored.items() if score >= best - APART]
    return tuple(sorted(close, key=lambda match: (-match.score, -len(match.area.code), match.area.code)))
