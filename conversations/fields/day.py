"""A date of birth in any of the ways people write one. Always read back, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz.distance import OSA

from conversations.fields.field import Asking, Problem, Question, Reading, Took, Unsure
from conversations.fields.numbers import DIGITS, WORDS, parted, whole
from conversations.fields.text import clip
from conversations.rules.spelling import words as split
from conversations.turn import Fact, Json

OLDEST = 100
MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan", "january", "jn"),
            ("februari", "feb", "pebruari", "peb", "february", "febuari", "pebuari"),
            ("maret", "mar", "mrt", "march"),
            ("april", "apr", "apl"),
            ("mei", "may"),
            ("juni", "jun", "june"),
            ("juli", "jul", "july"),
            ("agustus", "agt", "agst", "ags", "agu", "agus", "aug", "august", "agts", "agustu"),
            ("september", "sep", "sept", "spt"),
            ("oktober", "okt", "october", "oct"),
            ("november", "nov", "nopember", "nop"),
            ("desember", "des", "december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_LONG_MONTHS = tuple(name for name in MONTHS if len(name) >= 4)
_MARKERS = frozenset(split("tanggal tgl tg bulan bln bl tahun thn th"))
_FILLER = frozenset(
    split(
        "lahir saya sy aku gue gw ttl tempat lahirnya kelahiran di pada kak ya adalah itu ini ku nya hari senin selasa"
        " rabu kamis jumat sabtu minggu ahad born on of the th st nd rd my birthday is i was masehi dan"
    )
)
_DENYING = frozenset(
    split("bukan tidak gak ga nggak salah mungkin kayaknya sekitar kira lupa anak istri suami ibu bapak")
)
_AGE = re.compile(r"(?:umur|usia|umurku|age)\b.*|[0-9]{1,3} ?(?:tahun|thn|th)(?: ?lebih)?")
_LETTER_DIGIT = re.compile(r"(?<![a-z])(?=[0-9oil]*[0-9])(?=[0-9oil]*[oil])[0-9oil]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Day:
    """A day up to today, at most a hundred years back. The value is its ISO form, 1995-08-17."""

    reads_back: bool = True
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {
            "no_date": {},
            "no_year": {},
            "no_day": {},
            "only_year": {},
            "age_given": {},
            "bad_month": {},
            "bad_year": {},
            "impossible": {},
            "future": {},
            "too_long_ago": {"most": OLDEST},
            "several": {},
        }
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(
        default_factory=lambda: {
            code: {"day_date": "1995-09-30"} for code in ("swapped", "packed", "letters", "century", "near", "found")
        }
    )
    parts: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"ask": {}})

    def question(self, asking: Asking) -> Question:
        """Ask for the date."""
        return Question()

    def read(self, text: str, asking: Asking) -> Reading:
        """Read one date. What needs any guess at all comes back as a doubt."""
        typed = clip(text).casefold()
        mended = _LETTER_DIGIT.sub(lambda found: found[0].translate(str.maketrans("oil", "011")), typed)
        reading = _read(mended, asking.today)
        if mended != typed and isinstance(reading, Took):
            return _unsure(date.fromisoformat(str(reading.value)), "letters")
        return reading

    def pick(self, value: str, asking: Asking) -> Reading:
        """There is nothing to tap."""
        return Problem("no_date")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the date."""
        return {"value": date.fromisoformat(str(value))}

    def samples(self) -> tuple[Json, ...]:
        """A leap day and the longest month's name."""
        return ("1996-02-29", "1995-09-30")


def _unsure(day: date, code: str) -> Unsure:
    return Unsure(day.isoformat(), code, {"day_date": day.isoformat()})


def _read(typed: str, today: date) -> Reading:
    if _AGE.fullmatch(typed.strip(" .")):
        return Problem("age_given")
    tokens = _tokens(typed)
    numbers = [token for token in tokens if _is_figure(token)]
    months = [token for token in tokens if token in MONTHS]
    near = [] if months else [token for token in tokens if _near_month(token)]
    others = [t for t in tokens if not _is_figure(t) and t not in MONTHS and t not in _MARKERS and t not in near]
    unknown = [token for token in _between(tokens) if token not in _FILLER | _MARKERS | set(near)]
    if not months and not near and len(numbers) == 2 and unknown:
        return Problem("bad_month")
    if len(set(months)) > 1 or len(near) > 1:
        return Problem("several" if len(numbers) > 2 else "bad_month")
    if months or near:
        month = MONTHS[months[0]] if months else _near_month(near[0])
        named = tokens.index((months or near)[0])
        before, after = ([t for t in side if _is_figure(t)] for side in (tokens[:named], tokens[named:]))
        reading = _with_month(before, after, month or 0, today)
    else:
        reading = _all_figures(numbers, typed, today)
    if not isinstance(reading, Took):
        return reading
    day = date.fromisoformat(str(reading.value))
    if near:
        return _unsure(day, "near")
    place = set(others) - _FILLER
    # A KTP puts the place of birth before the date; anything else around it makes the date doubtful.
    if place and not (_before_date(typed, place) and not place & _DENYING):
        return _unsure(day, "found")
    return reading


def _is_figure(token: str) -> bool:
    return token.isascii() and token.isdigit()


def _between(tokens: Sequence[str]) -> Sequence[str]:
    """List the words that stand between the first and the last figure, where a month would be."""
    places = [place for place, token in enumerate(tokens) if _is_figure(token)]
    return [t for t in tokens[places[0] : places[-1]] if not _is_figure(t)] if places else []


def _before_date(typed: str, place: set[str]) -> bool:
    """Say whether the other words all stand before the first figure, as a place of birth does."""
    first = re.search(r"[0-9]", typed)
    lead = set(split(typed[: first.start()] if first else ""))
    return len(place) <= 4 and place <= lead


def _tokens(typed: str) -> list[str]:
    """Split into figures and words, number words turned into figures, "17agt95" into three."""
    tokens: list[str] = []
    run: list[str] = []
    for word in [*split(typed), ""]:
        if word and word not in MONTHS and all(part in WORDS for part in parted(word)):
            run.append(word)
            continue
        tokens.extend(_spoken(run))
        run = []
        if word:
            tokens.append(word)
    return tokens


def _spoken(run: list[str]) -> list[str]:
    """Turn number words into one figure, or into two where they are told so: "sembilan belas sembilan lima"."""
    if not run:
        return []
    if (number := whole(run)) is not None:
        return [str(number)]
    for cut in range(1, len(run)):
        left, right = whole(run[:cut]), whole(run[cut:])
        if left is not None and right is not None:
            return [str(left), str(right)]
        if left is not None and all(word in DIGITS for word in run[cut:]):
            return [str(left), *(str(DIGITS[word]) for word in run[cut:])]
    return run


def _near_month(token: str) -> int | None:
    """Recognise a long month's name with one or two slips, if it can be only one month."""
    if len(token) < 4 or token in _FILLER or token in _MARKERS or not token.isalpha():
        return None
    most = 1 if len(token) < 7 else 2
    close = {MONTHS[name] for name in _LONG_MONTHS if OSA.distance(token, name, score_cutoff=most) <= most}
    return close.pop() if len(close) == 1 else None


def _with_month(before: Sequence[str], after: Sequence[str], month: int, today: date) -> Reading:
    """The month is named, so what is left is a day and a year, each perhaps told digit by digit."""
    numbers = (*before, *after)
    if len(numbers) > 2 and before and all(len(number) <= 2 for number in numbers[:-1]):
        day, year = "".join(before), "".join(after)
        if len(day) <= 2 and len(year) in (2, 4):
            return _doubted(_day(day, month, year, today), "packed")
    if not numbers:
        return Problem("no_day")
    if len(numbers) == 1:
        return Problem("no_day" if len(numbers[0]) == 4 else "no_year")
    if len(numbers) > 2:
        return Problem("several")
    first, second = numbers
    if len(first) == 4 and len(second) <= 2:
        return _day(second, month, first, today)
    return _day(first, month, second, today)


def _all_figures(numbers: Sequence[str], typed: str, today: date) -> Reading:
    """Figures only: 17-8-95, 1995-08-17, 170895, or a month told as a number."""
    if not numbers:
        return Problem("no_date")
    if len(numbers) == 1:
        return _packed(numbers[0], today)
    if len(numbers) == 2:
        return Problem("no_day" if any(len(n) == 4 for n in numbers) else "no_year")
    if len(numbers) > 3:
        year = "".join(numbers[2:])
        told = len(year) in (2, 4) and all(len(number) <= 2 for number in numbers)
        reading = _day(numbers[0], int(numbers[1]), year, today) if told else None
        return _doubted(reading, "packed") if isinstance(reading, Took) else Problem("several")
    first, second, third = numbers
    if len(first) == 4:
        if int(second) > 12 >= int(third):
            return _doubted(_day(second, int(third), first, today), "swapped")
        return _day(third, int(second), first, today)
    if len(first) > 2 or len(second) > 2:
        return Problem("no_date")
    if int(first) > 31 and len(third) <= 2:
        return _doubted(_day(third, int(second), first, today), "swapped")
    if int(second) > 12 >= int(first) and int(second) <= 31:
        return _doubted(_day(second, int(first), third, today), "swapped")
    return _day(first, int(second), third, today)


def _doubted(reading: Reading, code: str) -> Reading:
    return _unsure(date.fromisoformat(str(reading.value)), code) if isinstance(reading, Took) else reading


def _packed(figures: str, today: date) -> Reading:
    """A date without anything between its parts."""
    size = len(figures)
    if size in (1, 2):
        return Problem("no_date")
    if size == 4:
        return Problem("only_year" if figures[:2] in ("19", "20") else "no_year")
    if size == 8:
        forward = _day(figures[:2], int(figures[2:4]), figures[4:], today)
        backward = _day(figures[6:], int(figures[4:6]), figures[:4], today)
        return forward if isinstance(forward, Took | Unsure) or not isinstance(backward, Took) else backward
    if size == 6:
        straight = _day(figures[:2], int(figures[2:4]), figures[4:], today)
        if isinstance(straight, Took | Unsure):
            return straight
    if size in (5, 6, 7):
        year = 4 if size == 7 or (size == 6 and figures[2:4] in ("19", "20")) else 2
        cuts = [(1, size - year), (2, size - year)]
        ways = [_day(figures[:cut], int(figures[cut:end]), figures[end:], today) for cut, end in cuts if end > cut]
        if size == 6:
            ways.append(_day(figures[4:], int(figures[2:4]), figures[:2], today))
        right = {str(way.value) for way in ways if isinstance(way, Took)}
        if len(right) == 1:
            return _unsure(date.fromisoformat(right.pop()), "packed")
    return Problem("no_date" if size not in (6, 8) else "impossible")


def _day(day: str, month: int, year: str, today: date) -> Reading:
    """Put a day together. Two-digit years become the only century they can be in."""
    if not 1 <= month <= 12:
        return Problem("bad_month")
    if len(year) not in (2, 4):
        return Problem("bad_year")
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    made: list[date] = []
    for one in years:
        try:
            made.append(date(one, month, int(day)))
        except ValueError:
            continue
    if not made:
        return Problem("impossible")
    oldest = date(today.year - OLDEST - 1, today.month, min(today.day, 28))
    fitting = [one for one in made if oldest < one <= today]
    if len(fitting) > 1:
        return _unsure(fitting[0], "century")
    if fitting:
        return Took(fitting[0].isoformat())
    return Problem("future") if min(made) > today else Problem("too_long_ago", {"most": OLDEST})
