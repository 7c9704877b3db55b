"""The number of a neighbourhood, RW, as people write it: alone, after RW, or as RT/RW on the KTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.fields.field import Asking, Problem, Question, Reading, Took, Unsure
from conversations.fields.numbers import figures
from conversations.fields.text import clip
from conversations.turn import Fact, Json

MOST = 40
_RW = re.compile(r"\br ?w(?: ?nya)? ?[.:/-]? ?0*([0-9]{1,4})\b")
_RT = re.compile(r"\br ?t ?[.:/-]? ?0*([0-9]{1,4})\b")
_RT_RW = re.compile(r"\brt ?[/\\.-] ?rw ?[.:]? ?([0-9]{1,3}) ?[/\\.,-]? ?([0-9]{1,3})\b")
_RW_RT = re.compile(r"\brw ?[/\\.-] ?rt ?[.:]? ?([0-9]{1,3}) ?[/\\.,-]? ?([0-9]{1,3})\b")
_PAIR = re.compile(r"([0-9]{1,3}) ?[/\\] ?([0-9]{1,3})")
_OR = re.compile(r"\br ?w ?[.:/-]? ?[0-9]{1,4} ?(?:atau|atw|ato|or|dan|sampai|s/d|sd|,|&) ?[0-9]{1,4}\b")
_ALONE = re.compile(
    r"(?:(?:di|no|nomor|nomer|nmr|erwe|warga|saya|kak)[ .]*)*0*([0-9]{1,4})(?: ?(?:kak|ya|aja|saja))*[.)]?"
)
_UNKNOWN = re.compile(
    r".*\b(?:lupa|(?:ga|gak|nggak|tidak|tdk|gk|kurang|enggak|ngga|engga) ?(?:tau|tahu|inget|ingat|ngerti))\b.*"
)


@dataclass(frozen=True, slots=True)
class Rw:
    """A number from 1 to 40. Nobody knows every kelurahan's count, so none within that is refused."""

    reads_back: bool = True
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {
            "no_number": {},
            "rt_only": {"n": 999},
            "out_of_range": {"most": MOST},
            "unknown": {},
            "several": {},
        }
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=lambda: {"pair": {"n": MOST}})
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})

    def question(self, asking: Asking) -> Question:
        """Ask for the number."""
        return Question()

    def read(self, text: str, asking: Asking) -> Reading:
        """Read the RW out of a number, "rw 05", "rt 3 rw 5" or the KTP's "003/005"."""
        said = figures(clip(text).casefold())
        if both := _RT_RW.search(said):
            return _bounded(int(both[2]))
        if both := _RW_RT.search(said):
            return _bounded(int(both[1]))
        named = {int(number) for number in _RW.findall(said)}
        if len(named) > 1 or _OR.search(said):
            return Problem("several")
        if named:
            return _bounded(named.pop())
        if rt := _RT.search(said):
            return Problem("rt_only", {"n": int(rt[1])})
        if pair := _PAIR.fullmatch(said.strip(" .")):
            return _of_pair(pair[1], pair[2])
        if alone := _ALONE.fullmatch(said):
            return _of_number(_bounded(int(alone[1])), asking, said)
        if _UNKNOWN.fullmatch(said):
            return Problem("unknown")
        return Problem("several" if len(re.findall(r"[0-9]+", said)) > 1 else "no_number")

    def pick(self, value: str, asking: Asking) -> Reading:
        """There is nothing to tap."""
        return Problem("no_number")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the number."""
        return {"value": value if isinstance(value, int) else str(value)}

    def samples(self) -> tuple[Json, ...]:
        """The lowest and the highest."""
        return (1, MOST)


def _of_pair(first: str, second: str) -> Reading:
    """The KTP prints RT/RW with three digits each; shorter pairs are asked about."""
    reading = _bounded(int(second))
    if isinstance(reading, Took) and not len(first) == len(second) == 3:
        return Unsure(reading.value, "pair", {"n": reading.value})
    return reading


def _of_number(reading: Reading, asking: Asking, said: str) -> Reading:
    """A bare 1 under a numbered option may be the RW or the option: it is asked about."""
    if isinstance(reading, Took) and said.isdecimal() and int(said) <= len(asking.offered):
        return Unsure(reading.value, "pair", {"n": reading.value})
    return reading


def _bounded(number: int) -> Reading:
    return Took(number) if 1 <= number <= MOST else Problem("out_of_range", {"most": MOST})
