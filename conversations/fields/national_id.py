"""The NIK: cleaned, never corrected, shown masked, and never called valid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.fields.field import Asking, Problem, Question, Reading, Took, Unsure
from conversations.fields.text import clip
from conversations.rules import national_id as rules
from conversations.turn import Fact, Json

_MASKED = rules.mask("3174055708950003")
_RUN = re.compile(r"(?<![0-9])[0-9](?:[ .\-]?[0-9]){15}(?![0-9])")
# Asked once before it is believed, the most telling first. The rest are for the officer's eyes.
_ASKED_ONCE = ("unused_province", "old_province", "like_family_card")


@dataclass(frozen=True, slots=True)
class NationalId:
    """Sixteen digits as text. What looks odd is asked once, then taken with a flag."""

    reads_back: bool = True
    flags: tuple[str, ...] = (*_ASKED_ONCE, "unknown_regency", "unknown_district")
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {
            "length": {"n": 200},
            "like_phone": {"n": 13},
            "like_health_card": {"n": 13},
            "like_member_number": {"n": 11},
            "not_digits": {"n": 16},
            "bad_date": {},
            "zero_serial": {},
            "all_same": {},
            "no_number": {},
            "several": {},
        }
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(
        default_factory=lambda: {code: {"nik": _MASKED} for code in (*_ASKED_ONCE, "letters", "found")}
    )
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})

    def question(self, asking: Asking) -> Question:
        """Ask for the number."""
        return Question()

    def read(self, text: str, asking: Asking) -> Reading:
        """Read a NIK as typed. Letters that look like digits are offered as digits, never replaced."""
        typed = clip(text)
        nik = rules.clean(typed)
        if not any(c.isdecimal() for c in nik):
            return Problem("no_number")
        if len(nik) == rules.LENGTH and not nik.isdecimal():
            mended = rules.with_digits_for_letters(nik)
            return self._offered(mended, "letters", asking) or Problem("not_digits", {"n": len(nik)})
        if not re.fullmatch(r"[0-9]+", nik):
            found = {re.sub(r"[^0-9]", "", run) for run in _RUN.findall(typed)}
            if len(found) > 1:
                return Problem("several")
            if found:
                return self._offered(found.pop(), "found", asking) or Problem("not_digits", {"n": len(nik)})
        if re.fullmatch(r"[0-9]{32}", nik):
            return Problem("several")
        return self._judged(nik, asking)

    def pick(self, value: str, asking: Asking) -> Reading:
        """There is nothing to tap."""
        return Problem("no_number")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show it masked; last4 for channels that may show no more."""
        nik = str(value)
        return {"value": rules.mask(nik), "last4": nik[-4:]}

    def samples(self) -> tuple[Json, ...]:
        """Made-up numbers."""
        return ("3174055708950003", "3201011708950001")

    def _judged(self, nik: str, asking: Asking) -> Reading:
        checked = rules.check(nik, today=asking.today)
        if checked.problem:
            return Problem(checked.problem, checked.facts)
        for code in _ASKED_ONCE:
            if code in checked.warnings:
                return Unsure(nik, code, {"nik": rules.mask(nik)}, checked.warnings)
        return Took(nik, checked.warnings)

    def _offered(self, nik: str, code: str, asking: Asking) -> Reading | None:
        """Offer a NIK that was not typed exactly like this, if it can be one at all."""
        checked = rules.check(nik, today=asking.today)
        return None if checked.problem else Unsure(nik, code, {"nik": rules.mask(nik)}, checked.warnings)
