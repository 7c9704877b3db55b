"""Judgements on an answer that need the other answers. They ask at most once, and never tell what an officer sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from conversations.fields.field import Asking, Problem, Took, Unsure
from conversations.rules import eligibility, national_id
from conversations.rules.spelling import fold
from conversations.turn import Fact, Json

_DAY = "1995-09-30"


@dataclass(frozen=True)
class BornAsPrinted:
    """Too young and too old end here, once confirmed; a NIK that holds another date is asked about once."""

    problems: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    doubts: Mapping[str, Mapping[str, Json]] = field(
        default_factory=lambda: {
            "young": {"born_date": _DAY, "age": 17},
            "old": {"born_date": _DAY, "age": 100},
            "nik_differs": {"born_date": _DAY, "nik_date": _DAY},
        }
    )
    flags: tuple[str, ...] = ("minor", "too_old", "nik_date_differs")

    def __call__(self, took: Took, asking: Asking) -> Took | Problem | Unsure:
        """Judge a birth date against today and the NIK."""
        born = date.fromisoformat(str(took.value))
        printed = _printed(asking.answers.get("nik"))
        differs = bool(printed) and born not in printed
        flags = (*took.flags, *(("nik_date_differs",) if differs else ()))
        facts: dict[str, Json] = {"born_date": born.isoformat(), "age": eligibility.age(born, asking.today)}
        if eligibility.too_young(born, asking.today):
            return Unsure(took.value, "young", facts, (*flags, "minor"))
        if eligibility.too_old(born, asking.today):
            return Unsure(took.value, "old", facts, (*flags, "too_old"))
        if differs:
            nearest = min(printed, key=lambda day: abs(day - born))
            facts = {"born_date": born.isoformat(), "nik_date": nearest.isoformat()}
            return Unsure(took.value, "nik_differs", facts, flags)
        return took


def _printed(nik: Json) -> tuple[date, ...]:
    return national_id.birth_dates(nik) if isinstance(nik, str) else ()


@dataclass(frozen=True)
class SexAsPrinted:
    """A NIK of the other sex is noted for the officer and never mentioned."""

    problems: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    flags: tuple[str, ...] = ("nik_sex_differs",)

    def __call__(self, took: Took, asking: Asking) -> Took | Problem | Unsure:
        """Judge the sex against the NIK."""
        nik = asking.answers.get("nik")
        differs = isinstance(nik, str) and national_id.sex(nik) != took.value
        return Took(took.value, (*took.flags, *self.flags)) if differs else took


@dataclass(frozen=True)
class SectorKnown:
    """An occupation whose sector the table does not know is flagged: the sector is asked next."""

    problems: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    flags: tuple[str, ...] = ("sector_unknown",)

    def __call__(self, took: Took, asking: Asking) -> Took | Problem | Unsure:
        """Flag an occupation without a sector."""
        value = took.value
        known = isinstance(value, dict) and value.get("sector") in ("transport", "other")
        return took if known else Took(value, (*took.flags, *self.flags))


@dataclass(frozen=True)
class AnotherOccupation:
    """A second occupation is a different one; without a sector it counts as undecided for the officer."""

    problems: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"same": {}})
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    flags: tuple[str, ...] = ("second_sector_unknown",)

    def __call__(self, took: Took, asking: Asking) -> Took | Problem | Unsure:
        """Refuse the first occupation told again."""
        if took.value is None:
            return took
        if _named(took.value) == _named(asking.answers.get("occupation")):
            return Problem("same")
        known = isinstance(took.value, dict) and took.value.get("sector") in ("transport", "other")
        return took if known else Took(took.value, (*took.flags, *self.flags))


def _named(occupation: Json) -> str:
    return fold(str(occupation.get("name", ""))) if isinstance(occupation, dict) else ""
