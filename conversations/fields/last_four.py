"""The last four digits of a NIK: enough to prove that somebody holds the card, too little to be one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.fields.field import Asking, Problem, Question, Reading, Took
from conversations.fields.text import clip
from conversations.turn import Fact, Json

_APART = re.compile(r"[\s.\-]+")


@dataclass(frozen=True, slots=True)
class LastFour:
    """Exactly four digits. A whole NIK is not taken, and not shortened either: nobody should learn to send it here."""

    reads_back: bool = False
    problems: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"not_four": {}})
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})

    def question(self, asking: Asking) -> Question:
        """Ask for the four digits."""
        return Question()

    def read(self, text: str, asking: Asking) -> Reading:
        """Read four digits, spaced or not."""
        digits = _APART.sub("", clip(text))
        return Took(digits) if re.fullmatch(r"[0-9]{4}", digits) else Problem("not_four")

    def pick(self, value: str, asking: Asking) -> Reading:
        """There is nothing to tap."""
        return Problem("not_four")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show that they are there, not which they are."""
        return {"value": "••••"}

    def samples(self) -> tuple[Json, ...]:
        """Four digits."""
        return ("0003",)
