"""A receipt number, as people copy it from a message, a slip or somebody's voice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.fields.field import Asking, Problem, Question, Reading, Took
from conversations.fields.text import clip
from conversations.rules import receipts
from conversations.turn import Fact, Json


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """A number like TK-7Q4F-92XM-C. Its check character tells a slip; whether it exists is not asked here."""

    reads_back: bool = False
    problems: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"not_a_receipt": {}})
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})

    def question(self, asking: Asking) -> Question:
        """Ask for the number."""
        return Question()

    def read(self, text: str, asking: Asking) -> Reading:
        """Read it in any case, with or without TK and dashes."""
        number = receipts.read(clip(text))
        return Took(number) if number else Problem("not_a_receipt")

    def pick(self, value: str, asking: Asking) -> Reading:
        """There is nothing to tap."""
        return Problem("not_a_receipt")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the number."""
        return {"value": str(value)}

    def samples(self) -> tuple[Json, ...]:
        """One number."""
        return (receipts.make(1),)
