"""The day something was done lately: today, kemarin, dua hari lalu, or a date, with or without its year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from conversations.fields.choice import Near, choose
from conversations.fields.day import Day
from conversations.fields.field import Asking, Problem, Question, Reading, Took, Unsure
from conversations.fields.numbers import figures
from conversations.fields.text import clip
from conversations.turn import Fact, Json, Option

MOST = 400  # days back: older than that, it is more likely another year was meant
_WORDS: Mapping[str, tuple[str, ...]] = {
    "today": (
        *("hari ini", "tadi", "barusan", "baru saja", "baru aja", "sekarang", "tadi pagi", "tadi siang", "tadi sore"),
        *("barusan aja", "tadi malam", "today", "just now", "this morning"),
    ),
    "yesterday": ("kemarin", "kmrn", "kemaren", "kmren", "semalam", "hari kemarin", "yesterday", "last night"),
}
_BACK: Mapping[str, int] = {"today": 0, "yesterday": 1}
_AGO = re.compile(r"([0-9]{1,3}) ?(hari|hr|minggu|mgg|days?|weeks?) ?(?:yang |yg )?(?:lalu|kemarin|ago)")
_A_WEEK = re.compile(r"(?:seminggu|minggu) (?:yang |yg )?(?:lalu|kemarin)|a week ago|last week")
_DAY_BEFORE = re.compile(r"kemarin (?:lusa|dulu)|kmrn (?:lusa|dulu)|the day before yesterday")
_ONLY_DAY = re.compile(r"(?:tanggal|tgl|tg|the)? ?([0-9]{1,2})(?:st|nd|rd|th)?")
_DAY = Day()


@dataclass(frozen=True, slots=True)
class RecentDay:
    """A day up to today, at most 400 days back. The value is its ISO form."""

    reads_back: bool = False
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {"no_date": {}, "future": {}, "too_long_ago": {}}
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=lambda: {"meant": {"day_date": "2026-09-30"}})
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})
    options: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"today": {}, "yesterday": {}})

    def question(self, asking: Asking) -> Question:
        """Offer today and yesterday; every other day is typed."""
        return Question(options=tuple(Option(asking.step, value) for value in self.options))

    def read(self, text: str, asking: Asking) -> Reading:
        """Read a day by its word, by how long ago it was, or by its date."""
        match choose(text, asking.offered, _WORDS):
            case str(value) if value in _BACK:
                return self.pick(value, asking)
            case Near(value) if value in _BACK and not any(c.isdigit() for c in text):
                return _meant(asking.today - timedelta(days=_BACK[value]))
        typed = figures(clip(text).casefold())
        for value, said in _WORDS.items():
            if typed in said:
                return self.pick(value, asking)
        if (back := _days_back(typed)) is not None:
            return _bounded(asking.today - timedelta(days=back), asking.today)
        if (only := _ONLY_DAY.fullmatch(typed)) and (day := _latest(int(only[1]), asking.today)):
            return _meant(day)
        return _dated(clip(text), asking)

    def pick(self, value: str, asking: Asking) -> Reading:
        """Take a tapped day."""
        if value not in _BACK:
            return Problem("no_date")
        return Took((asking.today - timedelta(days=_BACK[value])).isoformat())

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the date."""
        return {"value": date.fromisoformat(str(value))}

    def samples(self) -> tuple[Json, ...]:
        """A day of the longest month's name."""
        return ("2026-09-30",)


def _days_back(typed: str) -> int | None:
    if _DAY_BEFORE.fullmatch(typed):
        return 2
    if _A_WEEK.fullmatch(typed):
        return 7
    if ago := _AGO.fullmatch(typed):
        return int(ago[1]) * (7 if ago[2][0] in "mw" else 1)
    return None


def _latest(day: int, today: date) -> date | None:
    """The last time this day of the month was."""
    month = today.replace(day=1)
    for _ in range(3):
        try:
            found = month.replace(day=day)
        except ValueError:
            found = None
        if found and found <= today:
            return found
        month = (month - timedelta(days=1)).replace(day=1)
    return None


def _dated(text: str, asking: Asking) -> Reading:
    """A date; without its year, the last time it was."""
    reading = _DAY.read(text, asking)
    if isinstance(reading, Problem) and reading.code == "no_year":
        for year in (asking.today.year, asking.today.year - 1):
            reading = _DAY.read(f"{text} {year}", asking)
            if isinstance(reading, Took | Unsure):
                break
    match reading:
        case Took(value):
            return _bounded(date.fromisoformat(str(value)), asking.today)
        case Unsure(value):
            bounded = _bounded(date.fromisoformat(str(value)), asking.today)
            return _meant(date.fromisoformat(str(value))) if isinstance(bounded, Took) else bounded
        case Problem("future" | "too_long_ago" as code):
            return Problem(code)
        case _:
            return Problem("no_date")


def _bounded(day: date, today: date) -> Reading:
    if day > today:
        return Problem("future")
    return Took(day.isoformat()) if (today - day).days <= MOST else Problem("too_long_ago")


def _meant(day: date) -> Unsure:
    return Unsure(day.isoformat(), "meant", {"day_date": day.isoformat()})
