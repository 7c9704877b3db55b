"""How many months: three, "3 bulan", "setahun"; a bare number that could also be an option's place is asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.fields.choice import Near, choose
from conversations.fields.field import Asking, Problem, Question, Reading, Took, Unsure
from conversations.fields.numbers import figures
from conversations.fields.text import clip
from conversations.rules.contributions import MONTHS_OFFERED
from conversations.turn import Fact, Json, Option

MOST = 24
_NAMED: Mapping[str, int] = {
    "sebulan": 1,
    "setengah tahun": 6,
    "half a year": 6,
    "setahun": 12,
    "a year": 12,
    "a month": 1,
}
_COUNTED = re.compile(
    r"(?:(?:untuk|buat|bayar|for|cuma|baru) )?([0-9]{1,3}) ?(bulan|bln|bl|months?|tahun|thn|years?)(?:an)?"
)
_TAIL = re.compile(r"(?: (?:kak|ya|aja|saja|doang|dulu))+$")


@dataclass(frozen=True, slots=True)
class MonthCount:
    """From 1 to 24 months, kept as a number."""

    reads_back: bool = False
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {"no_number": {}, "out_of_range": {"most": MOST}}
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=lambda: {"meant": {"n": MOST}})
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})
    options: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {str(months): {} for months in MONTHS_OFFERED}
    )

    def question(self, asking: Asking) -> Question:
        """Offer what is usually paid; any other number is typed."""
        return Question(options=tuple(Option(asking.step, value) for value in self.options))

    def read(self, text: str, asking: Asking) -> Reading:
        """Read a number of months."""
        typed = _TAIL.sub("", figures(clip(text).casefold()))
        if typed in _NAMED:
            return Took(_NAMED[typed])
        if counted := _COUNTED.fullmatch(typed):
            return _bounded(int(counted[1]) * (12 if counted[2][0] in "ty" else 1))
        match choose(text, asking.offered, {}):
            case Near(value) if value in self.options:
                return Unsure(int(value), "meant", {"n": int(value)})
            case str(value) if value in self.options:
                return Took(int(value))
        return _bounded(int(typed)) if re.fullmatch(r"[0-9]{1,3}", typed) else Problem("no_number")

    def pick(self, value: str, asking: Asking) -> Reading:
        """Take a tapped number."""
        return Took(int(value)) if value in self.options else Problem("no_number")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the number."""
        return {"value": value if isinstance(value, int) else str(value)}

    def samples(self) -> tuple[Json, ...]:
        """The fewest and the most."""
        return (1, MOST)


def _bounded(months: int) -> Reading:
    return Took(months) if 1 <= months <= MOST else Problem("out_of_range", {"most": MOST})
