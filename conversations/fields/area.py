"""Where somebody lives, down to the kelurahan: typed, or picked from lists of kota, kecamatan and kelurahan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conversations.fields.choice import choose
from conversations.fields.field import Asking, Narrowed, Problem, Question, Reading, Took, Unsure
from conversations.fields.text import clip
from conversations.rules import areas
from conversations.rules.areas import Area, Match
from conversations.rules.spelling import fold, letters
from conversations.turn import Fact, Json, Option

ON_A_PAGE = 9
MOST_OPTIONS = 10
_LIST: Mapping[str, tuple[str, ...]] = {
    "list": ("daftar", "pilih", "pilih dari daftar", "lihat daftar", "pilihan", "list", "dari daftar"),
    "more": ("lagi", "lainnya", "lain", "more", "selanjutnya", "berikutnya", "lebih banyak"),
}


def _full(code: str) -> tuple[str, Mapping[str, str]]:
    """Say where a kelurahan lies, as one text and part by part."""
    found = [areas.named(code), areas.named(code[:8]), areas.named(code[:5])]
    names = [area.name if area else "" for area in found]
    parts = dict(zip(("kelurahan", "kecamatan", "kota"), names, strict=True))
    return ", ".join(name for name in names if name), parts


_LONGEST = max((area for area in areas.AREAS if area.level == "kelurahan"), key=lambda area: len(_full(area.code)[0]))


@dataclass(frozen=True, slots=True)
class Kelurahan:
    """The value is a Kemendagri code, 31.75.07.1003.

    Half an answer is {"in": code, "page": n}, the list of what lies in it ("" for all of Jakarta), or
    {"candidates": [codes], "page": n}, the areas a text may have meant. Text goes on being read while a list is shown.
    """

    reads_back: bool = True
    options: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {
            "list": {},
            "more": {},
            "kelurahan": {"name": "Mampang Prapatan"},
            "kecamatan": {"name": "Mampang Prapatan"},
        }
    )
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {"unknown": {}, "outside_jakarta": {"place": "Tangerang Selatan"}}
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=lambda: {"near": {**_full(_LONGEST.code)[1]}})
    parts: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {
            "ask": {},
            "kota": {},
            "kecamatan": {"kota": "Kepulauan Seribu"},
            "kelurahan": {"kecamatan": "Kepulauan Seribu Selatan"},
            "which": {},
        }
    )

    def question(self, asking: Asking) -> Question:
        """Ask for the name, or show the list that is open."""
        half = _half(asking.partial)
        if half is None:
            return Question(options=(Option(asking.step, "list"),))
        shown, page, within = half
        options = _page(asking.step, shown, page)
        match within:
            case None:
                return Question("which", options=options)
            case Area(level="kota", name=name):
                return Question("kecamatan", {"kota": name}, options)
            case Area(name=name):
                return Question("kelurahan", {"kecamatan": name}, options)
        return Question("kota", options=options)

    def read(self, text: str, asking: Asking) -> Reading:
        """Read a name as typed, the number of an option, or "daftar"."""
        typed = clip(text)
        half = _half(asking.partial)
        inside = half[2] if half else None
        place, rest = areas.outside(typed)
        matches = areas.find(typed)
        if isinstance(inside, Area):
            below = tuple(m for m in matches if m.area.code.startswith(inside.code) and m.area != inside)
            matches = below if any(m.exact for m in below) else matches
        if not any(match.exact for match in matches):
            chosen = choose(typed, asking.offered, _LIST)
            if isinstance(chosen, str) and (chosen in _LIST or areas.named(chosen)):
                return self.pick(chosen, asking)
            if fold(typed) in _LIST["list"]:
                return self.pick("list", asking)  # the button may be messages away
            if place:
                matches = areas.find(rest)
                if not matches:
                    return Problem("outside_jakarta", {"place": place})
                matches = tuple(Match(match.area, min(match.score, areas.AMONG)) for match in matches)
        return _understood(matches)

    def pick(self, value: str, asking: Asking) -> Reading:
        """Take a tapped kelurahan, or open the list that was tapped."""
        if value == "list":
            return Narrowed({"in": "", "page": 0})
        if value == "more":
            return _next_page(asking.partial)
        area = areas.named(value)
        if area is None:
            return Problem("unknown")
        return Took(area.code) if area.level == "kelurahan" else Narrowed({"in": area.code, "page": 0})

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show it with its kecamatan and kota."""
        full, parts = _full(str(value))
        return {"value": full, **parts}

    def samples(self) -> tuple[Json, ...]:
        """An ordinary one and the longest."""
        return ("31.75.07.1003", _LONGEST.code)


def _understood(matches: Sequence[Match]) -> Reading:
    """Take what was typed exactly, ask about what was nearly, and list what may be several."""
    if not matches:
        return Problem("unknown")
    if len(matches) > 1:
        return Narrowed({"candidates": [match.area.code for match in matches], "page": 0})
    match = matches[0]
    if match.area.level != "kelurahan":
        return Narrowed({"in": match.area.code, "page": 0})
    if match.exact:
        return Took(match.area.code)
    return Unsure(match.area.code, "near", {**_full(match.area.code)[1]})


def _half(partial: Json) -> tuple[tuple[Area, ...], int, Area | str | None] | None:
    """Read half an answer: the areas listed, the page, and what they lie in (None: candidates; "": Jakarta)."""
    if not isinstance(partial, dict):
        return None
    page = partial.get("page", 0)
    page = page if isinstance(page, int) and not isinstance(page, bool) and page >= 0 else 0
    candidates = partial.get("candidates")
    if isinstance(candidates, list):
        found = tuple(area for code in candidates if isinstance(code, str) and (area := areas.named(code)))
        return (found, page, None) if found else None
    within = partial.get("in")
    if within == "":
        return areas.kotas(), page, ""
    area = areas.named(within) if isinstance(within, str) else None
    if area is None or area.level == "kelurahan":
        return None
    below = areas.kecamatans(area.code) if area.level == "kota" else areas.kelurahans(area.code)
    return below, page, area


def _page(step: str, listed: Sequence[Area], page: int) -> tuple[Option, ...]:
    """Offer one page of a list, at most ten options with the one that leads on."""
    if len(listed) <= MOST_OPTIONS:
        return tuple(_option(step, area, listed) for area in listed)
    pages = -(-len(listed) // ON_A_PAGE)
    first = page % pages * ON_A_PAGE
    return (*(_option(step, area, listed) for area in listed[first : first + ON_A_PAGE]), Option(step, "more"))


def _option(step: str, area: Area, listed: Sequence[Area]) -> Option:
    """Name an area by its name alone, and by its level too where two of one name stand together."""
    alike = [other for other in listed if letters(other.name) == letters(area.name)]
    if len(alike) == 1:
        return Option(step, area.code, label=area.name)
    return Option(step, area.code, key=f"{step}.option.{area.level}", facts={"name": area.name})


def _next_page(partial: Json) -> Reading:
    """Turn the page of the open list; after the last comes the first."""
    half = _half(partial)
    if half is None or not isinstance(partial, dict):
        return Narrowed({"in": "", "page": 0})
    listed, page, _ = half
    pages = max(-(-len(listed) // ON_A_PAGE), 1)
    return Narrowed({**partial, "page": (page + 1) % pages})
