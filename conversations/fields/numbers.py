"""Numbers in Bahasa Indonesia as figures or words: dua belas, seratus lima puluh, 1,5, 1.500.000."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

DIGITS: Mapping[str, int] = {
    "nol": 0,
    "kosong": 0,
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "lima": 5,
    "enam": 6,
    "tujuh": 7,
    "delapan": 8,
    "sembilan": 9,
    "lapan": 8,
    "tuju": 7,
    "ampat": 4,
    "anam": 6,
    "dlapan": 8,
    "smbilan": 9,
}
SCALES: Mapping[str, int] = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "milyar": 10**9}
_SMALL_SCALES: Mapping[str, int] = {"puluh": 10, "ratus": 100}
_WHOLE: Mapping[str, int] = {"sepuluh": 10, "sebelas": 11, "seratus": 100}
_ONE_SCALES: Mapping[str, int] = {"seribu": 10**3, "sejuta": 10**6, "semiliar": 10**9, "semilyar": 10**9}
WORDS = frozenset((*DIGITS, *SCALES, *_SMALL_SCALES, *_WHOLE, *_ONE_SCALES, "belas", "se"))
_JOINED = tuple(sorted(WORDS, key=len, reverse=True))
_RUN = re.compile(r"[a-z]+")


def parted(word: str) -> tuple[str, ...]:
    """Split words written together, "limaratus", into the number words they are made of; else the word itself."""
    if word in WORDS or len(word) > 60:
        return (word,)
    ways: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for part in _JOINED:
            before = ways[end - len(part)] if len(part) <= end else None
            if before is not None and word.endswith(part, 0, end) and part != "se":
                ways[end] = (*before, part)
                break
    return ways[-1] or (word,)


def whole(words: Sequence[str]) -> int | None:
    """Read number words as one whole number: ["tujuh", "belas"] is 17. None if they are not one number."""
    total = group = 0
    pending: int | None = None
    last_scale, last_small = 10**12, 10**3
    said = [part for word in words for part in parted(word)]
    if not said:
        return None
    joined: list[str] = []
    for word in said:
        if joined and joined[-1] == "se":
            joined[-1] = "se" + word
        else:
            joined.append(word)
    if len(joined) > 1 and all(word in DIGITS for word in joined):
        return _spelt(joined)
    for word in joined:
        if word in DIGITS:
            if pending is not None or (last_small <= 10 and group % 10):
                return None
            pending = DIGITS[word]
        elif word in _WHOLE:
            if pending is not None or _WHOLE[word] >= last_small:
                return None
            group, last_small = group + _WHOLE[word], 100 if word == "seratus" else 1
        elif word == "belas":
            if pending is None or not 1 <= pending <= 9 or last_small <= 10:
                return None
            group, pending, last_small = group + pending + 10, None, 1
        elif word in _SMALL_SCALES:
            scale = _SMALL_SCALES[word]
            if pending is None or not pending or scale >= last_small:
                return None
            group, pending, last_small = group + pending * scale, None, scale
        elif word in SCALES or word in _ONE_SCALES:
            scale = SCALES.get(word) or _ONE_SCALES[word]
            amount = 1 if word in _ONE_SCALES else group + (pending or 0)
            if scale >= last_scale or not amount or (word in _ONE_SCALES and (group or pending is not None)):
                return None
            total, group, pending, last_scale, last_small = total + amount * scale, 0, None, scale, 10**3
        else:
            return None
    if pending is not None:
        if last_small == 1 or (pending == 0 and len(joined) > 1):
            return None
        group += pending
    return total + group


def _spelt(words: Sequence[str]) -> int | None:
    """Digits told one by one, "nol lima": only a leading zero makes that one number."""
    if DIGITS[words[0]] == 0 and len(words) == 2:
        return DIGITS[words[1]]
    return None


def figures(text: str) -> str:
    """Write every run of number words in a folded text as figures: "rw nol lima" is "rw 5"."""
    out: list[str] = []
    run: list[str] = []
    for word in [*re.findall(r"[a-z]+|[^a-z]+", text), ""]:
        if word and all(part in WORDS for part in parted(word)):
            run.append(word)
        elif word.isspace() and run:
            continue
        else:
            if run:
                number = whole(run)
                out.append(" ".join(run) if number is None else str(number))
                out.append("" if not word or not word[0].isalnum() else " ")
                run = []
            out.append(word)
    return re.sub(r" +", " ", "".join(out)).strip()


def literal(figure: str) -> tuple[Fraction, bool] | None:
    """Read a figure as Indonesians write it, and say whether it was grouped in thousands. None: malformed.

    1.500.000 and 1,500,000 are grouped; 1,5 and 1.5 and 1.50 are decimals; 500.000,00 has sen.
    """
    if figure.isascii() and figure.isdigit():
        return Fraction(int(figure)), False
    for group, point in ((".", ","), (",", ".")):
        pattern = rf"[0-9]{{1,3}}(?:\{group}[0-9]{{3}})+(?:\{point}[0-9]{{1,2}})?"
        if re.fullmatch(pattern, figure):
            return Fraction(figure.replace(group, "").replace(point, ".")), True
    if re.fullmatch(r"[0-9]{1,9}[.,][0-9]{1,2}", figure):
        return Fraction(figure.replace(",", ".")), False
    return None
