"""Amounts in rupiah as people write them: 1,5jt, sejuta setengah, 2 juta 300, Rp 3.500.000,-, 100rb sehari.

`hear` only understands; what to believe and what to ask again is decided in income.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from conversations.fields.money_words import (
    ABOUT,
    BETWEEN,
    BOUND,
    FILLER,
    ONES,
    PERIODS,
    SLANG,
    UNITS,
    Per,
    begins_number,
    repaired,
)
from conversations.fields.numbers import DIGITS, WORDS, literal, whole

Unit: TypeAlias = Literal["", "ribu", "juta"]


@dataclass(frozen=True, slots=True)
class Heard:
    """An amount and all that was said with it.

    unit: the largest unit said, "" for a bare number. grouped: written in thousands, 1.500. rest: "2 juta 5", where
    the 5 may be thousands or tenths. about: "sekitar", "jutaan", an average. bound: "lebih dari", "minimal". upto: the
    upper end of a range. days: working days, where they were told too. near: a word was misspelt. stray: other words.
    """

    amount: Fraction
    unit: Unit = ""
    grouped: bool = False
    rest: bool = False
    per: Per = ""
    about: bool = False
    bound: bool = False
    upto: Fraction | None = None
    days: int = 0
    days_per: Literal["", "week", "month"] = ""
    near: bool = False
    stray: tuple[str, ...] = ()
    negative: bool = False
    several: bool = False


_TOKEN = re.compile(r"[0-9][0-9.,]*[0-9]|[0-9]|[a-z]+|[^\sa-z0-9]")
_WRITTEN_OUT = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"(?:^|(?<=\s))[.,](?=[0-9])", "0,"),  # ",5 juta"
        (r"1[⁄/]2\b", " setengah "),
        (r"\b(?:kira|rata)2(?:nya)?(?= )(?! ?(?:ju?ta?|ri?bu?)\b)", " sekitar "),
        (r"±|\+ ?/? ?-|kurang ?(?:lebih|lbh)|kira[ -]?kira|rata[ -]?rata(?:nya)?", " sekitar "),
        (r"\bs ?[./] ?d\b\.?", " sd "),
        (r"[<≤]", " kurang "),
        (r"[>≥]", " lebih "),
        (r"\bse(juta|ribu)an\b", r" sekitar se\1 "),
        (r"\b(?:per |tiap |/)?(?:1|satu) ?(hari|minggu|bulan|bln|tahun|jam)\b", r" se\1 "),
        (r"(?:,-+|,=|\.-|=)(?![0-9])", " "),
        (r"\s+", " "),
    )
)
_FOREIGN = re.compile(r"[$€£¥]|\b(?:dolar|dollar|usd|sgd|ringgit|euro|yen|riyal)\b")
_DAILY = re.compile(r"(?:se|per ?|tiap ?|/ ?)hari|harian")
_WORKED = re.compile(
    r"(?:^|[\s,.(x×*])([0-9]{1,2}) ?(?:hari|hr|kali)?(?: kerja)?"
    r"(?: ?(?:se|per ?|dalam ?|tiap ?|/ ?|1 ?){1,3}(?P<within>minggu|bulan|bln))?\)?$"
)
_TIMES = re.compile(r" ?(?:x|×|\*|\bkali) ?([0-9]{1,2})(?: ?(?:hari|hr))?(?: kerja)?$")
_TIMES_BEFORE = re.compile(r"([0-9]{1,2}) ?(?:hari|hr)? ?(?:x|×|\*|kali) ?(?=[0-9r])")
# "2 minggu sekali", "3 bulan", "8 jam": an amount for a stretch of time that we do not multiply.
_ODD_PERIOD = re.compile(
    r"\b(?:[0-9]{1,2}|dua|tiga|empat|lima|enam|tujuh|delapan|sepuluh) ?(?:hari|hr|minggu|mgg|bulan|bln|tahun|thn|jam)\b"
)


def hear(text: str) -> Heard | None:
    """Understand one amount in a text, or None where there is none."""
    said = _plain(text)
    days, days_per, said = _worked(said)
    odd = _ODD_PERIOD.search(said) is not None
    words, near = repaired(_TOKEN.findall(said))
    if not any(begins_number(word) for word in words) or _FOREIGN.search(said):
        return None
    negative = bool(re.search(r"(?:^|\s|rp)[-−–] ?[0-9]", said)) and not re.search(r"[0-9a-z] ?[-−–] ?[0-9]", said)
    negative = negative or ("minus" in words and "plus" not in words)
    left, right = _halves(words)
    if right:
        heard = _range(left, right)
    else:
        amounts, others = _amounts(words)
        heard = replace(_colored(amounts[0], others), several=len(amounts) > 1) if amounts else None
    if heard is None:
        return None
    per: Per = "other" if odd else heard.per or ("day" if days else "")
    stray = (*heard.stray, "?") if "?" in text else heard.stray
    return replace(heard, near=near, days=days, days_per=days_per, negative=negative, per=per, stray=stray)


def _plain(text: str) -> str:
    """Write out what is said with signs and in two words, so that the rest meets words and figures only."""
    said = text.casefold()
    for pattern, instead in _WRITTEN_OUT:
        said = pattern.sub(instead, said)
    return said.strip()


def _worked(said: str) -> tuple[int, Literal["", "week", "month"], str]:
    """Find working days told with a daily amount: "100rb sehari, 6 hari seminggu", "100rb x 25". 0 for none."""
    for found in (_TIMES.search(said), _TIMES_BEFORE.match(said), _daily_tail(said)):
        if found and 1 <= int(found[1]) <= 31:
            rest = f"{said[: found.start()]} {said[found.end() :]}"
            if re.search(r"[0-9]|ratus|ribu", rest):
                within = (found.groupdict().get("within") or "")[:1]
                return int(found[1]), {"m": "week", "b": "month"}.get(within, ""), rest  # type: ignore[return-value]
    return 0, "", said


def _daily_tail(said: str) -> re.Match[str] | None:
    period = _DAILY.search(said)
    return _WORKED.search(said, period.end()) if period else None


def _halves(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Cut a range in two: "2 sampai 3 juta", "2-3 juta", "antara 2 dan 3 juta"."""
    for place, word in enumerate(words):
        between = word in BETWEEN or word in ("-", "–", "—", "~")
        between = between or (word in ("dan", "atau") and ("antara" in words[:place] or word == "atau"))
        if between and any(map(begins_number, words[:place])) and any(map(begins_number, words[place + 1 :])):
            return words[:place], words[place + 1 :]
    return words, ()


def _range(left: Sequence[str], right: Sequence[str]) -> Heard | None:
    """Read both ends; the lower one borrows the unit of the upper."""
    lows, before = _amounts(left)
    highs, after = _amounts(right)
    if len(lows) != 1 or len(highs) != 1:
        return None
    low, high = lows[0], highs[0]
    if not low.unit and high.unit and low.amount < 1000:
        low = replace(low, amount=low.amount * {"ribu": 10**3, "juta": 10**6, "": 1}[high.unit], unit=high.unit)
    if low.amount >= high.amount:
        return replace(high, several=True)
    heard = _colored(replace(high, amount=low.amount), [*before, *after])
    return replace(heard, upto=high.amount)


def _colored(heard: Heard, others: Sequence[str]) -> Heard:
    """Add what the words around the amount say about it."""
    per: Per = next((PERIODS[word] for word in others if word in PERIODS), "")
    stray = tuple(
        word
        for word in others
        if word.isalpha() and word not in PERIODS and word not in ABOUT and word not in BOUND and word not in FILLER
    )
    return replace(
        heard,
        per=per,
        about=heard.about or any(word in ABOUT for word in others),
        bound=any(word in BOUND for word in others),
        stray=stray,
    )


def _amounts(words: Sequence[str]) -> tuple[list[Heard], list[str]]:
    """Read every amount in the words, and list the words that belong to none."""
    amounts: list[Heard] = []
    others: list[str] = []
    at = 0
    while at < len(words):
        if begins_number(words[at]):
            heard, end = _amount(words, at)
            if heard is None or end == at:
                return [], list(words)
            amounts.append(heard)
            at = end
        else:
            others.append(words[at])
            at += 1
    return amounts, others


def _amount(words: Sequence[str], at: int) -> tuple[Heard | None, int]:
    """Read the amount that begins here: numbers, each with its unit, the units falling."""
    total = Fraction(0)
    last = 0
    largest = 0
    grouped = rest = about = False
    while at < len(words):
        if words[at] == "setengah" and last:
            total, at = total + Fraction(last, 2), at + 1
            break
        number, in_thousands, next_at = _number(words, at)
        if number is None:
            break
        unit, after, loose = _unit(words, next_at)
        if words[at] in ONES:
            unit, number = ONES[words[at]], Fraction(1)
        if words[at] in SLANG:
            unit, number = 10**3, Fraction(SLANG[words[at]], 10**3)
        if last and (unit >= last or (not unit and last <= 1000 and number >= 1000)):
            return None, at
        about = about or loose
        grouped = grouped or in_thousands
        if unit:
            if in_thousands and unit >= 10**6:
                return None, at
            total, last, largest, at = total + number * unit, unit, max(largest, unit), after
            continue
        at = next_at
        if last == 10**6 and 100 <= number <= 999:
            total += number * 1000  # "2 juta 300" means thousands
        elif last == 10**6 and number < 100:
            total, rest = total + number * 1000, True
        elif last:
            total += number
        else:
            total = number
        break
    if not last and not total and not grouped and largest == 0 and at == 0:
        return None, at
    name: Unit = "juta" if largest >= 10**6 else "ribu" if largest else ""
    return Heard(total, name, grouped, rest, about=about), at


def _number(words: Sequence[str], at: int) -> tuple[Fraction | None, bool, int]:
    """Read one number without its unit: a figure, number words, slang, or a half."""
    word = words[at]
    if word in SLANG:
        return Fraction(SLANG[word]), False, at + 1
    if word in ONES:
        return Fraction(1), False, at + 1
    if word == "setengah":
        return Fraction(1, 2), False, at + 1
    if word[:1].isdigit():
        read = literal(word)
        if read is None:
            return None, False, at
        number, grouped, end = read[0], read[1], at + 1
        while end < len(words) and words[end] in ("ratus", "puluh") and number < 10:
            number, end = number * (100 if words[end] == "ratus" else 10), end + 1
    else:
        end = at
        while end < len(words) and words[end] in WORDS and words[end] not in UNITS and words[end] not in ONES:
            end += 1
        spoken = whole(words[at:end])
        if spoken is None:
            return None, False, at
        number, grouped = Fraction(spoken), False
    if end < len(words) and words[end] == "setengah":
        return number + Fraction(1, 2), grouped, end + 1
    if end + 1 < len(words) and words[end] == "koma" and words[end + 1] in DIGITS:
        return number + Fraction(DIGITS[words[end + 1]], 10), grouped, end + 2
    return number, grouped, end


def _unit(words: Sequence[str], at: int) -> tuple[int, int, bool]:
    """Read the unit that stands here, if one does: (unit, where it ends, said loosely as in "jutaan")."""
    if at < len(words) and words[at] in UNITS:
        loose = words[at].endswith("an")
        if at + 1 < len(words) and words[at + 1] == "an":
            return UNITS[words[at]], at + 2, True
        return UNITS[words[at]], at + 1, loose
    return 0, at, False
