"""What happened, in a person's own words: a sentence or a few, without numbers that name somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.fields.field import Asking, Problem, Question, Reading, Took
from conversations.fields.text import clip
from conversations.turn import Fact, Json

LEAST_LETTERS = 8
MOST = 400
_NUMBER = re.compile(r"[0-9](?:[ .\-]{0,2}[0-9])*")
_PHONE = re.compile(r"(?:0|62)8[0-9]{7,11}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Free words. A telephone number may be in them: a false bot is known by it. A longer number may not."""

    reads_back: bool = False
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {"too_short": {}, "too_long": {"n": 500, "most": MOST}, "has_number": {}}
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})

    def question(self, asking: Asking) -> Question:
        """Ask what happened."""
        return Question()

    def read(self, text: str, asking: Asking) -> Reading:
        """Read the words as they were typed."""
        said = clip(text)
        if any(_names_somebody(run) for run in _NUMBER.findall(said)):
            return Problem("has_number")
        if sum(c.isalpha() for c in said) < LEAST_LETTERS:
            return Problem("too_short")
        return Problem("too_long", {"n": len(said), "most": MOST}) if len(said) > MOST else Took(said)

    def pick(self, value: str, asking: Asking) -> Reading:
        """There is nothing to tap."""
        return Problem("too_short")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the words."""
        return {"value": str(value)}

    def samples(self) -> tuple[Json, ...]:
        """Words as they come, up to the longest."""
        return ("Ada yang minta uang", ("kemarin ada yang minta uang " * 20)[:MOST].strip())


def _names_somebody(run: str) -> bool:
    digits = re.sub(r"[^0-9]", "", run)
    return len(digits) >= 11 and not _PHONE.fullmatch(digits)
