"""What somebody does for a living, found in their own words, with the sector that decides the discount."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conversations.fields.choice import choose
from conversations.fields.field import Asking, Narrowed, Problem, Question, Reading, Took, Unsure
from conversations.fields.nothing import says_none
from conversations.fields.stance import stance
from conversations.fields.text import clip
from conversations.rules import occupations
from conversations.rules.occupations import Match
from conversations.rules.spelling import fold
from conversations.turn import Fact, Json, Option

UNKNOWN = "lainnya"
_LONGEST = "W" * 60
_OTHER = (
    "lainnya",
    "lain",
    "lain lain",
    "yang lain",
    "other",
    "pekerjaan lain",
    "tidak ada di daftar",
    "ga ada di daftar",
)
_THINGS = ("pekerjaan", "kerjaan", "kerja", "lain", "lagi", "sampingan", "kedua", "yang", "pekerjaannya")
_ONLY = r"(?:cuma|cuman|hanya|only|just)"
_DENIED = r"(?:tidak|tdk|gak|ga|nggak|ngga|enggak|engga|no)"
_ONLY_ONE = re.compile(
    rf"(?:(?:ya|iya|sudah|udah|{_DENIED}|ada|kak) )*"
    rf"(?:{_ONLY} (?:itu|satu|1|one|that)|(?:itu|satu|1) (?:aja|saja|doang))"
    r"(?: (?:itu|aja|saja|doang|kak|sih|ya|min))*"
)
_THAT_IS_ALL = re.compile(rf"{_DENIED} ada\b.*\b(?:itu|ini) (?:aja|saja|doang)")
_NOT_A_TRADE = frozenset(
    (
        *("dua duanya", "keduanya", "semuanya", "semua", "both", "kosong", "skip", "none", "nihil", "itu", "itu aja"),
        *(
            "itu saja",
            "cuma itu",
            "cuma itu aja",
            "hanya itu",
            "yang tadi",
            "sama",
            "sama aja",
            "banyak",
            "macam macam",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Occupation:
    """The value is {"code", "name", "sector"}; an occupation we do not know has code "lainnya" and sector "".

    Half an answer is {"candidates": [codes]} or {"other": true}. optional: having no (second) one is an answer.
    """

    optional: bool = False
    reads_back: bool = True
    flags: tuple[str, ...] = ("wage_earner",)
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {"unclear": {}, "not_working": {"name": "Mengurus rumah tangga"}}
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(
        default_factory=lambda: {"near": {"name": "Tentara Nasional Indonesia"}, "as_typed": {"name": _LONGEST}}
    )
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}, "type": {}, "which": {}})

    @property
    def options(self) -> Mapping[str, Mapping[str, Fact]]:
        """The options with texts; the others are labelled by their names."""
        return {"other": {}, **({"none": {}} if self.optional else {})}

    def question(self, asking: Asking) -> Question:
        """Offer the commonest ones, or those that the person may have meant, or let them type."""
        candidates = _candidates(asking.partial)
        if candidates:
            named = tuple(_option(asking.step, code) for code in candidates)
            return Question("which", options=(*named, Option(asking.step, "other")))
        if _is_typing(asking.partial):
            return Question("type", options=(Option(asking.step, "none"),) if self.optional else ())
        told = {value.get("code") for value in asking.answers.values() if isinstance(value, dict)}
        named = tuple(
            _option(asking.step, code) for code in occupations.COMMON if code not in told or not self.optional
        )
        last = ("other", "none") if self.optional else ("other",)
        return Question(options=(*named, *(Option(asking.step, value) for value in last)))

    def read(self, text: str, asking: Asking) -> Reading:
        """Read an occupation in somebody's own words, or one of the options."""
        typed = clip(text)
        said = fold(typed)
        if self.optional and (says_none(typed, *_THINGS) or _ONLY_ONE.fullmatch(said) or _THAT_IS_ALL.match(said)):
            return Took(None)
        matches = occupations.find(typed)
        if self.optional and re.search(rf"\b(?:{_ONLY}|{_DENIED})\b", said) and _only_told(matches, asking):
            return Took(None)
        if not any(match.exact for match in matches):
            chosen = choose(typed, asking.offered, {"other": _OTHER})
            if isinstance(chosen, str) and not chosen.startswith("="):
                return self.pick(chosen, asking)
            if said in _OTHER:
                return self.pick("other", asking)
        return _understood(matches, typed)

    def pick(self, value: str, asking: Asking) -> Reading:
        """Take a tapped occupation, "other" or "none"."""
        if value == "other":
            return Narrowed({"other": True})
        if value == "none" and self.optional:
            return Took(None)
        found = occupations.named(value)
        return _took(found) if found else Problem("unclear")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show its name."""
        return {"value": str(value.get("name") or "") if isinstance(value, dict) else str(value)}

    def samples(self) -> tuple[Json, ...]:
        """A common one and the longest a person may type."""
        unknown: Json = {"code": UNKNOWN, "name": _LONGEST, "sector": ""}
        return (_value(occupations.OCCUPATIONS[0]), unknown)


def _only_told(matches: Sequence[Match], asking: Asking) -> bool:
    """Say whether nothing is named but what was told before: "enggak, cuma ojol"."""
    mine = asking.step.rpartition(".")[2]
    told = {value.get("code") for step, value in asking.answers.items() if isinstance(value, dict) and step != mine}
    return bool(matches) and all(match.occupation.code in told for match in matches)


def _value(occupation: occupations.Occupation) -> dict[str, Json]:
    return {"code": occupation.code, "name": occupation.name, "sector": occupation.sector}


def _option(step: str, code: str) -> Option:
    occupation = occupations.named(code)
    return Option(step, code, label=occupation.name if occupation else code)


def _candidates(partial: Json) -> tuple[str, ...]:
    listed = partial.get("candidates") if isinstance(partial, dict) else None
    if not isinstance(listed, list):
        return ()
    return tuple(code for code in listed if isinstance(code, str) and occupations.named(code))[:9]


def _is_typing(partial: Json) -> bool:
    return isinstance(partial, dict) and partial.get("other") is True


def _took(occupation: occupations.Occupation) -> Reading:
    """Take it: not working is no occupation, and usually being paid a wage is for the officer to see."""
    if occupation.kind == "none":
        return Problem("not_working", {"name": occupation.name})
    return Took(_value(occupation), ("wage_earner",) if occupation.kind == "wage" else ())


def _understood(matches: Sequence[Match], typed: str) -> Reading:
    if len(matches) > 1:
        return Narrowed({"candidates": [match.occupation.code for match in matches[:9]]})
    if not matches:
        return _as_typed(typed)
    reading = _took(matches[0].occupation)
    if isinstance(reading, Took) and not matches[0].exact:
        return Unsure(reading.value, "near", {"name": matches[0].occupation.name}, reading.flags)
    return reading


def _as_typed(typed: str) -> Reading:
    """Offer to write down what we do not know, if it can be an occupation at all."""
    name = occupations.tidy(typed)
    if fold(typed) in _NOT_A_TRADE or fold(name) in _NOT_A_TRADE:
        return Problem("unclear")
    letters = sum(c.isalpha() for c in name)
    if letters < 3 or letters < len(name) / 2 or "?" in typed or stance(typed) or occupations.denies(typed):
        return Problem("unclear")
    if len(typed.split()) > 8 or "http" in typed:
        return Problem("unclear")
    return Unsure({"code": UNKNOWN, "name": name, "sector": ""}, "as_typed", {"name": name})
