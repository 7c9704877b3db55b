"""Monthly income, however it is told: by the month, the week or the day. Never guessed, always read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from conversations.fields.choice import Near, choose
from conversations.fields.field import Asking, Narrowed, Problem, Question, Reading, Took, Unsure
from conversations.fields.money import Heard, hear
from conversations.fields.numbers import figures
from conversations.fields.text import clip
from conversations.rules.spelling import fold
from conversations.turn import Fact, Json, Option, Rupiah

PLAUSIBLE = 100_000_000  # a month; above it we ask again
MOST = 1_000_000_000
MONTHLY_FROM = 500_000  # an amount without a period is a month's from here on; below it may be a day's
WEEKS = Fraction(52, 12)
_SAMPLE = MOST - 111

_PERIODS: Mapping[str, tuple[str, ...]] = {
    "day": ("sehari", "per hari", "hari", "harian", "perhari", "tiap hari", "setiap hari", "sehari hari", "daily"),
    "week": ("seminggu", "per minggu", "minggu", "mingguan", "perminggu", "tiap minggu", "weekly"),
    "month": ("sebulan", "per bulan", "bulan", "bulanan", "perbulan", "tiap bulan", "bln", "monthly"),
}
_EVERY_DAY = (
    *("tiap hari", "setiap hari", "full", "tanpa libur", "ga libur", "gak libur", "tidak libur", "7 hari", "nonstop"),
)
_DAYS: Mapping[str, tuple[str, ...]] = {
    "week5": ("senin jumat", "senin sampai jumat", "senin sampe jumat", "weekdays"),
    "week6": ("senin sabtu", "senin sampai sabtu", "senin sampe sabtu", "libur minggu", "minggu libur", "libur sehari"),
    "week7": _EVERY_DAY,
}
_WEEKS_OFFERED = ("month4", "month3", "month2")
_WEEKS_WORDS: Mapping[str, tuple[str, ...]] = {
    "month4": ("tiap minggu", "setiap minggu", "full", "terus", "empat minggu")
}
_AROUND_PERIOD = re.compile(r"^(?:(?:itu|buat|untuk|dalam|dlm|1|satu|ya|iya) )+|nya\b|(?: (?:kak|ya|aja|saja|itu))+$")
_COUNT = re.compile(
    r"(?:(?:kerja|sekitar|kira|biasanya|paling|saya|cuma|hanya|total|seminggu|sebulan|per|minggu|bulan) )*"
    r"([0-9]{1,2})(?: ?(?:hari|hr|x|kali|minggu|mg))?(?: kerja)?"
    r"(?: ?(?:se|per|dalam|tiap|/)? ?(?:1 )?(minggu|bulan|bln|mg))?(?: (?:aja|saja|kak|ya|kerja|lah))*"
)
_UNSTEADY = re.compile(
    r".*\b(?:(?:ga|gak|nggak|ngga|tidak|tdk|enggak|engga|gk|ndak|kagak) ?"
    r"(?:nentu|tentu|tetap|tetep|pasti|menentu|stabil|tau|tahu)"
    r"|naik turun|tergantung|tgantung|variatif|bervariasi|beda beda|berbeda|kadang kadang|serabutan|seadanya|musiman"
    r"|not fixed|depends|it varies)\b.*"
)
_NOTHING = re.compile(
    r".*\b(?:(?:ga|gak|nggak|ngga|tidak|tdk|belum|blm|enggak|gk) ?(?:ada|punya|berpenghasilan|kerja|bekerja)|nganggur"
    r"|pengangguran|kosong|nihil)\b.*"
)
_VAGUE = re.compile(r".*\b(?:jutaan|ratusan|puluhan|belasan|ribuan|lumayan|pas pasan|cukup|sedikit|banyak|kecil)\b.*")


@dataclass(frozen=True, slots=True)
class Income:
    """Rupiah a month. Half an answer is {"amount", "per"}: per "?" asks for the period, then days or weeks follow."""

    reads_back: bool = True
    flags: tuple[str, ...] = ("approximate",)
    options: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {value: {} for value in (*_PERIODS, *_DAYS, *_WEEKS_OFFERED)}
    )
    problems: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {
            "no_amount": {},
            "not_steady": {},
            "nothing": {},
            "vague": {},
            "by_the_job": {},
            "odd_period": {},
            "several": {},
            "zero": {},
            "negative": {},
            "too_high": {},
            "no_period": {},
            "no_days": {},
            "no_weeks": {},
        }
    )
    doubts: Mapping[str, Mapping[str, Json]] = field(
        default_factory=lambda: {
            "daily": {"amount_rp": _SAMPLE, "days": 31, "month_rp": _SAMPLE},
            "weekly": {"amount_rp": _SAMPLE, "weeks": 5, "month_rp": _SAMPLE},
            "yearly": {"amount_rp": _SAMPLE, "month_rp": _SAMPLE},
            "range": {"from_rp": _SAMPLE, "to_rp": _SAMPLE, "month_rp": _SAMPLE},
            "meant": {"month_rp": _SAMPLE},
            "bound": {"month_rp": _SAMPLE},
            "very_high": {"month_rp": _SAMPLE},
        }
    )
    parts: Mapping[str, Mapping[str, Fact]] = field(
        default_factory=lambda: {
            "ask": {},
            "period": {"amount": Rupiah(_SAMPLE)},
            "days": {"amount": Rupiah(_SAMPLE)},
            "weeks": {"amount": Rupiah(_SAMPLE)},
        }
    )

    def question(self, asking: Asking) -> Question:
        """Ask for the month's income, or for what is missing to work it out."""
        half = _half(asking.partial)
        if half is None:
            return Question()
        amount, per = half
        values = {"?": tuple(_PERIODS), "day": tuple(_DAYS), "week": _WEEKS_OFFERED}[per]
        part = {"?": "period", "day": "days", "week": "weeks"}[per]
        return Question(part, {"amount": Rupiah(amount)}, tuple(Option(asking.step, value) for value in values))

    def read(self, text: str, asking: Asking) -> Reading:
        """Read an amount, or the missing part of one. An amount typed instead of the part begins anew."""
        typed = clip(text)
        half = _half(asking.partial)
        if half is not None:
            reading = _read_part(typed, asking, *half)
            heard = hear(typed)
            if (
                not isinstance(reading, Problem)
                or heard is None
                or not (heard.unit or heard.grouped or heard.amount >= 1000)
            ):
                return reading
        return _read_amount(typed)

    def pick(self, value: str, asking: Asking) -> Reading:
        """Take a tapped period, number of days or weeks."""
        half = _half(asking.partial)
        if half is None:
            return Problem("no_amount")
        amount, per = half
        if per == "?":
            return _with_period(amount, value) if value in _PERIODS else Problem("no_period")
        count = int(value[-1:]) if value[-1:] in "1234567" and value[-1:] else 0
        if per == "day":
            return _by_days(amount, _days_a_month(count)) if value in _DAYS else Problem("no_days")
        return _by_weeks(amount, count) if value in _WEEKS_OFFERED else Problem("no_weeks")

    def shown(self, value: Json) -> Mapping[str, Fact]:
        """Show the month's income."""
        return {"value": Rupiah(value) if isinstance(value, int) else str(value)}

    def samples(self) -> tuple[Json, ...]:
        """From the least to the most."""
        return (500_000, 2_300_000, PLAUSIBLE)


def _half(partial: Json) -> tuple[int, str] | None:
    """Read half an answer as it was remembered, or None."""
    if not isinstance(partial, dict):
        return None
    amount, per = partial.get("amount"), partial.get("per")
    if not isinstance(amount, int) or isinstance(amount, bool) or not isinstance(per, str):
        return None
    return (amount, per) if 0 < amount <= MOST and per in ("?", "day", "week") else None


def _read_amount(typed: str) -> Reading:
    said = fold(typed)
    heard = hear(typed)
    if heard is None:
        if _UNSTEADY.fullmatch(said):
            return Problem("not_steady")
        if _NOTHING.fullmatch(said):
            return Problem("nothing")
        return Problem("vague" if _VAGUE.fullmatch(said) else "no_amount")
    if heard.several:
        return Problem("odd_period" if heard.per == "other" else "several")
    if heard.negative:
        return Problem("negative")
    if heard.amount <= 0:
        return Problem("zero")
    if heard.amount.denominator != 1 and heard.unit:
        return Problem("no_amount")
    return _in_unit(heard)


def _in_unit(heard: Heard) -> Reading:
    """Bring the amount to whole rupiah; a bare number may mean thousands or millions, so it is asked about."""
    amount, sure = heard.amount, not heard.rest
    if not heard.unit and not heard.grouped:
        bare = {True: 10**6, False: 10**3}[amount < 20 or amount.denominator != 1]
        if amount < 1000:
            amount, sure = amount * bare, False
        elif amount < 10_000:
            amount, sure = amount * 1000, False
    elif heard.grouped and not heard.unit and amount < 20_000:
        amount, sure = amount * 1000, False  # 3.500 for three and a half million
    if amount > MOST:
        return Problem("too_high")
    if amount.denominator != 1:
        return Problem("no_amount")
    upto = heard.upto
    if upto is not None and not heard.unit and not heard.grouped and upto < 1000:
        upto = upto * (amount / heard.amount)
    if upto is not None and upto > MOST:
        return Problem("too_high")
    return _in_period(heard, int(amount), int(upto) if upto is not None else None, sure=sure)


def _in_period(heard: Heard, amount: int, upto: int | None, *, sure: bool) -> Reading:
    """Judge an amount in rupiah by the period it was said with."""
    middle = amount if upto is None else (amount + upto) // 2
    match heard.per:
        case "hour" | "job":
            return Problem("by_the_job")
        case "other":
            return Problem("odd_period")
        case "day" if heard.days:
            if heard.days_per == "week" or (not heard.days_per and heard.days <= 7):
                return _by_days(middle, _days_a_month(heard.days)) if heard.days <= 7 else Problem("no_days")
            return _by_days(middle, heard.days)
        case "day":
            return Narrowed({"amount": middle, "per": "day"})
        case "week":
            return Narrowed({"amount": middle, "per": "week"})
        case "year":
            month = middle // 12
            return Unsure(month, "yearly", {"amount_rp": middle, "month_rp": month}) if month else Problem("zero")
        case "" if middle < MONTHLY_FROM:
            return Narrowed({"amount": middle, "per": "?"})
    if upto is not None:
        return Unsure(middle, "range", {"from_rp": amount, "to_rp": upto, "month_rp": middle}, ("approximate",))
    return _a_month(middle, heard, sure=sure)


def _a_month(month: int, heard: Heard, *, sure: bool) -> Reading:
    flags = ("approximate",) if heard.about or heard.bound else ()
    if month > PLAUSIBLE:
        return Unsure(month, "very_high", {"month_rp": month}, flags)
    if heard.bound:
        return Unsure(month, "bound", {"month_rp": month}, flags)
    if not sure or heard.near or heard.stray:
        return Unsure(month, "meant", {"month_rp": month}, flags)
    return Took(month, flags)


def _read_part(typed: str, asking: Asking, amount: int, per: str) -> Reading:
    """Read the missing part: the period, the working days, or the weeks."""
    said = figures(fold(typed))
    if per == "?":
        return _read_period(typed, _AROUND_PERIOD.sub("", said), asking, amount)
    words = _DAYS if per == "day" else _WEEKS_WORDS
    said_in = next((value for value, phrases in words.items() if said in phrases), "")
    if said_in:
        return _by_days(amount, _days_a_month(int(said_in[-1]))) if per == "day" else _by_weeks(amount, 4)
    found = _COUNT.fullmatch(said)
    if found is None:
        return Problem("no_days" if per == "day" else "no_weeks")
    before = said.split(found[1])[0]
    named = next((word for word in ("minggu", "bulan") if word in before), "")
    count, within = int(found[1]), named or found[2] or ""
    if per == "week":
        return _by_weeks(amount, count) if 1 <= count <= 5 else Problem("no_weeks")
    if within in ("minggu", "mg") or (not within and count <= 7):
        return _by_days(amount, _days_a_month(count)) if 1 <= count <= 7 else Problem("no_days")
    return _by_days(amount, count) if 1 <= count <= 31 else Problem("no_days")


def _read_period(typed: str, said: str, asking: Asking, amount: int) -> Reading:
    match choose(typed, asking.offered, _PERIODS):
        case "month":
            return Took(amount)
        case Near("month"):
            return Unsure(amount, "meant", {"month_rp": amount})
        case str(value) | Near(value) if value in _PERIODS:
            return _with_period(amount, value)
    value = next((period for period, words in _PERIODS.items() if said in words), "")
    return _with_period(amount, value) if value else Problem("no_period")


def _with_period(amount: int, period: str) -> Reading:
    if period == "month":
        return Took(amount)
    return Narrowed({"amount": amount, "per": period})


def _days_a_month(days_a_week: int) -> int:
    """Working days of an average month: 5 a week are 22, 6 are 26, 7 are 30."""
    return round(days_a_week * WEEKS)


def _by_days(amount: int, days: int) -> Reading:
    month = amount * days
    if month > MOST:
        return Problem("too_high")
    return Unsure(month, "daily", {"amount_rp": amount, "days": days, "month_rp": month}, ("approximate",))


def _by_weeks(amount: int, weeks: int) -> Reading:
    month = amount * weeks
    if month > MOST:
        return Problem("too_high")
    return Unsure(month, "weekly", {"amount_rp": amount, "weeks": weeks, "month_rp": month}, ("approximate",))
