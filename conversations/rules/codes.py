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
_MISTAKEN = str.maketrans("OQDILZASEGBMU", "0001124536 8NV".replace(" ", ""))
_LONGEST = 2000  # of a text only so much is looked at
_APART = r"[^0-9A-Z]{0,4}"  # what may stand between two signs: a dash, a line break, a star of bold, an emoji
_SPOKEN = {
    **dict(zip("nol satu dua tiga empat lima enam tujuh delapan sembilan".split(), "0123456789", strict=True)),
    **dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True)),
    **dict(zip("kosong oh oo lapan".split(), "0008", strict=True)),
    **dict(zip("be ce de ef ge ha je ka el em en pe ki qi er es te ve fe we eks ye ya zet".split(),
               "BCDFGHJKLMNPQQRSTVVWXYYZ", strict=True)),
    **dict(zip("bee cee see dee eff gee aitch jay kay ell pee queue cue ar ess tee vee ex why".split(),
               "BCCDFGHJKLPQQRSTVXY", strict=True)),
    **dict(zip("double-u dobel-u double-you".split(), "WWW", strict=True)),
}  # fmt: skip


@dataclass(frozen=True)
class Sort:
    """One sort of code: the letters it begins with, how many random signs follow, how they are grouped."""

    prefix: str
    length: int
    group: int

    @property
    def span(self) -> int:
        """How many different ones there are."""
        return len(SIGNS) ** self.length

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
        said = "".join(c for c in _plain(text[:_LONGEST]) if c.isalnum())
        return self._whole(said) or self._whole("".join(_heard(text)))

    def find(self, text: str) -> str | None:
        """Find the one code in a text. None where there is none, and where there are two: nobody knows which is meant."""
        text = text[:_LONGEST]
        found = self._among(_plain(text))
        if not found:
            found = self._among("-".join(_heard(text)))
        if not found and (alone := self.read(text)) and not alone.replace("-", "").isdigit():
            return alone
        return found.pop() if len(found) == 1 else None

    def _among(self, said: str) -> set[str]:
        found: set[str] = set()
        for pattern in (self._begun, self._shaped):
            at = 0
            while match := pattern.search(said, at):
                code = self._checked("".join(match.groups()))
                at = match.end() if code else match.start() + 1
                found |= {code} if code else set()
            if found:
                break
        return found

    def _whole(self, said: str) -> str | None:
        if len(said) == len(self.prefix) + self.length + 1 and _folded(said).startswith(_folded(self.prefix)):
            said = said[len(self.prefix) :]
        return self._checked(said) if len(said) == self.length + 1 else None

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
        """The beginning, then the signs, whatever stands between them."""
        beginning = _APART.join(_alike(letter) for letter in self.prefix)
        signs = "".join(rf"{_APART}([0-9A-Z])" for _ in range(self.length + 1))
        return re.compile(rf"(?<![0-9A-Z]){beginning}{signs}")

    @cached_property
    def _shaped(self) -> re.Pattern[str]:
        """The groups with their dashes, where the beginning was lost; a row of digits alone is a telephone number."""
        groups = r"[-\u2010-\u2015\u2212]".join(rf"([0-9A-Z]{{{n}}})" for n in self._groups())
        return re.compile(rf"(?<![0-9A-Z-])(?=[-0-9]*[A-Z]){groups}(?![0-9A-Z-])")

    def _groups(self) -> list[int]:
        whole, rest = divmod(self.length + 1, self.group)
        return [self.group] * whole + ([rest] if rest else [])


VOLUNTEER = Sort("TRN", 8, 3)
INVITATION = Sort("UND", 11, 4)


def _plain(text: str) -> str:
    """Full-width and accented signs as plain ones, in capitals; invisible ones away."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf", "Cc") or c.isspace()).upper()


def _heard(text: str) -> list[str]:
    """The text as signs that were said one by one: "te er en tujuh"; longer words stay as they are."""
    return [_SPOKEN.get(word.casefold(), word) for word in re.findall(r"[0-9A-Z]+(?:-U\b|-YOU\b)?", _plain(text))]


def _folded(said: str) -> str:
    return said.translate(_MISTAKEN)


def _alike(letter: str) -> str:
    """A letter or any that is read as it."""
    sign = _folded(letter)
    return "[" + "".join(sorted({letter, sign, *(c for c in "OQDILZASEGBMU" if _folded(c) == sign)})) + "]"


def _check(body: str) -> str:
    """Weigh each place with another number, so that no change and no swap leaves the sum alike."""
    total = sum((place + 2) * SIGNS.index(sign) for place, sign in enumerate(body))
    return SIGNS[total % len(SIGNS)]
