"""Volunteers' codes and invitations: said, retyped or damaged on the way, they are found or they are nothing.

A code is random (it cannot be guessed by counting on) and ends in a check sign, so that a wrong one is nobody's rather
than somebody else's. Its signs are those of 23 that stay apart in handwriting and on a bad line; every other letter is
read as the one it is mistaken for (O as 0, S as 5, M as N). There are no vowels, so no words come out of it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

SIGNS = "0123456789CFHJKNPRTVWXY"  # 23, a prime: the check below notices every changed and every swapped sign
_LOOKALIKES = {
    "O": "0",
    "Q": "0",
    "D": "0",
    "I": "1",
    "L": "1",
    "Z": "2",
    "S": "5",
    "G": "6",
    "B": "8",
    "M": "N",
    "U": "V",
}
_MISTAKEN = str.maketrans(_LOOKALIKES)
_LONGEST = 2000  # of a text only so much is looked at
_APART = r"[^0-9A-Z]{0,9}"  # what may stand between two signs: a dash, a line break, stars of bold, emoji
_SAID = {
    "0": ("nol", "kosong", "zero"), "1": ("satu", "one"), "2": ("dua", "two"), "3": ("tiga", "three"),
    "4": ("empat", "four"), "5": ("lima", "five"), "6": ("enam", "six"), "7": ("tujuh", "seven"),
    "8": ("delapan", "lapan", "eight"), "9": ("sembilan", "nine"), "B": ("be", "bee"), "C": ("ce", "cee", "see"),
    "D": ("de", "dee"), "F": ("ef", "eff"), "G": ("ge", "gee"), "H": ("ha", "aitch"), "J": ("je", "jay"),
    "K": ("ka", "kay"), "L": ("el", "ell"), "M": ("em",), "N": ("en",), "P": ("pe", "pee"), "Q": ("ki", "queue"),
    "R": ("er", "ar"), "S": ("es", "ess"), "T": ("te", "tee"), "V": ("ve", "fe", "vee"), "W": ("we", "double-u"),
    "X": ("eks", "ex"), "Y": ("ye",), "Z": ("zet",),
}  # fmt: skip
_SPOKEN = {word: sign for sign, words in _SAID.items() for word in words}


@dataclass(frozen=True)
class Sort:
    """One sort of code: the letters it begins with, how many random signs follow, how they are grouped, its name."""

    prefix: str
    length: int
    group: int
    called: str  # a pattern, in capitals

    @property
    def span(self) -> int:
        """How many different ones there are."""
        return int(len(SIGNS) ** self.length)

    def make(self, number: int) -> str:
        """Write a random number as a code like TRN-7K4-F92-XNC; its last sign is the check.

        Raises:
            ValueError: the number is not from 0 to span - 1.
        """
        if not 0 <= number < self.span:
            raise ValueError(f"a {self.prefix} code is made from a number below {self.span}, not {number}")
        body = ""
        for _ in range(self.length):
            number, sign = divmod(number, len(SIGNS))
            body += SIGNS[sign]
        return self._written(body + _check(body))

    def read(self, text: str) -> str | None:
        """Read a text that is one code and nothing else: any case, with or without its beginning and dashes."""
        said = "".join(c for c in _heard(text) if c.isalnum())
        if len(said) == len(self.prefix) + self.length + 1 and _folded(said).startswith(_folded(self.prefix)):
            return self._checked(said[len(self.prefix) :])
        return self._bare(said) if len(said) == self.length + 1 else None

    def find(self, text: str) -> str | None:
        """Find the one code in a text. None where there is none, and where there are two: which one is meant?"""
        said = _heard(text)
        for pattern in (self._begun, self._shaped, self._named):
            found: set[str] = set()
            at = 0
            while match := pattern.search(said, at):
                read = self._checked if pattern is self._begun else self._bare
                code = read("".join(match.groups())) if _like_a_code(match[0], said) else None
                at = match.end() if code else match.start() + 1
                found |= {code} if code else set()
            if found:
                return found.pop() if len(found) == 1 else None
        begun = "".join(c for c in said if c.isalnum()).startswith(self.prefix)
        return self.read(said) if begun or (re.search("[0-9]", said) and re.search("[A-Z]", said)) else None

    def _bare(self, said: str) -> str | None:
        """Signs without the beginning. Those that begin like it are a code cut short, and nobody's."""
        return None if _folded(said).startswith(_folded(self.prefix)) else self._checked(said)

    def _checked(self, said: str) -> str | None:
        signs = _folded(said)
        if any(sign not in SIGNS for sign in signs) or signs[-1] != _check(signs[:-1]):
            return None
        return self._written(signs)

    def _written(self, signs: str) -> str:
        groups = [signs[at : at + self.group] for at in range(0, len(signs), self.group)]
        return "-".join((self.prefix, *groups))

    @cached_property
    def _begun(self) -> re.Pattern[str]:
        """The beginning, then the signs, whatever stands between. Glued to a word before, it is in one piece."""
        letters = [_alike(letter) for letter in self.prefix]
        signs = "".join(rf"{_APART}([0-9A-Z])" for _ in range(self.length + 1))
        return re.compile(rf"(?:(?<![0-9A-Z]){_APART.join(letters)}|{self.prefix}){signs}")

    @cached_property
    def _shaped(self) -> re.Pattern[str]:
        """The groups with their dashes, where the beginning was lost. A row of digits alone is a telephone number."""
        whole, rest = divmod(self.length + 1, self.group)
        sizes = [self.group] * whole + ([rest] if rest else [])
        groups = r"[-\u2010-\u2015\u2212]".join(rf"([0-9A-Z]{{{size}}})" for size in sizes)
        return re.compile(rf"(?<![0-9A-Z-])(?=[-0-9]*[A-Z]){groups}(?![0-9A-Z-])")

    @cached_property
    def _named(self) -> re.Pattern[str]:
        """The signs in groups after what such a code is called, where the beginning and the dashes were lost."""
        signs = "".join(rf"{_APART}([0-9A-Z])" for _ in range(self.length + 1))
        return re.compile(rf"(?<![0-9A-Z])(?:{self.called})(?:NYA)?(?![0-9A-Z]){signs}(?![0-9A-Z])")


VOLUNTEER = Sort("TRN", 8, 3, "[CK]ODE(?:[^0-9A-Z]{1,3}RELAWAN)?")
INVITATION = Sort("UND", 11, 4, "UNDANGAN")


def _like_a_code(part: str, said: str) -> bool:
    """Letters alone are words, unless the text speaks of a code."""
    return bool(re.search("[0-9]", part) or re.search("[CK]ODE", said))


def _heard(text: str) -> str:
    """The text in plain capitals: wide, accented and invisible signs made plain, "tujuh" or "te" as 7 or T."""
    kept = text[:_LONGEST]
    if not (kept.isascii() and kept.isprintable()):
        apart = unicodedata.normalize("NFKD", kept)
        kept = "".join(c for c in apart if c.isspace() or unicodedata.category(c) not in ("Mn", "Cf", "Cc"))
    return _WORD.sub(lambda word: _SPOKEN.get(word[0].casefold(), word[0].upper()), kept)


_WORD = re.compile(r"double-u\b|[^\W_]+", re.IGNORECASE)


def _folded(said: str) -> str:
    return said.translate(_MISTAKEN)


def _alike(letter: str) -> str:
    """A letter or any that is read as it."""
    sign = _folded(letter)
    return f"[{letter}{sign}{''.join(other for other, meant in _LOOKALIKES.items() if meant == sign)}]"


def _check(body: str) -> str:
    """Weigh each place with another number, so that no change and no swap leaves the sum alike."""
    total = sum((place + 2) * SIGNS.index(sign) for place, sign in enumerate(body))
    return SIGNS[total % len(SIGNS)]
