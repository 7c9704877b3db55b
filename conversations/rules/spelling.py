"""Comparing what people type with what we know: folded text, letters only, bounded distance."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz.distance import OSA

LONGEST = 500
_SILENT = "'’‘`ʼ\u200d\ufe0f\u20e3"
_APART = re.compile(r"(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_FOLDED = {n: None if chr(n) in _SILENT else " " for n in range(128) if not chr(n).isalnum()}
_LETTERS = {n: None for n in range(128) if not chr(n).isalpha()}


def fold(text: str) -> str:
    """Bring text into the form we compare in: lower case, letters and digits, single spaces, nothing else."""
    if text.isascii():  # most of what is typed: the same, many times as fast
        return " ".join(text[:LONGEST].lower().translate(_FOLDED).split())
    normal = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    kept = (c if c.isalnum() else "" if c in _SILENT or unicodedata.combining(c) else " " for c in normal)
    return " ".join("".join(kept).split())[:LONGEST]


def unstretched(text: str) -> str:
    """Shorten letters drawn out for feeling: "iyaaaa" is "iya"."""
    return _STRETCHED.sub(r"\1", text)


def words(text: str) -> list[str]:
    """Split folded text into words, letters apart from digits: "17agt95" is three."""
    return _APART.sub(" ", fold(text)).split()


def letters(text: str) -> str:
    """Keep the letters a to z only, so that Pal Merah and Palmerah are one."""
    if text.isascii():
        return text[:LONGEST].lower().translate(_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", text[:LONGEST]).casefold() if "a" <= c <= "z")


def allowance(length: int) -> int:
    """How many slips a word of this length may hold and still be recognised. Short words may hold none."""
    return 0 if length < 4 else 1 if length < 6 else 2 if length < 10 else 3


def slips(typed: str, known: str) -> int | None:
    """Count the slips (missing, added, wrong or swapped characters) between two words, or None if too many."""
    most = allowance(min(len(typed), len(known)))
    if abs(len(typed) - len(known)) > most:
        return None
    distance = OSA.distance(typed, known, score_cutoff=most)
    return int(distance) if distance <= most else None


def nearest(typed: str, known: Iterable[str]) -> list[tuple[int, str]]:
    """List the known words within the allowance, fewest slips first."""
    found = [(count, word) for word in known if (count := slips(typed, word)) is not None]
    return sorted(found)
