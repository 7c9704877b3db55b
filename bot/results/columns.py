"""Which column is which: a list's header is looked for near its top and read by the words of data/columns.csv."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.results.tables import rows

LOOKED_AT = 15  # rows from the top
FIELDS = (*("nik", "name", "born", "status", "remark", "kpj", "payment_code", "paid_until", "registered_on"),)
_KEYS = ("nik", "kpj", "name")  # without one of these nobody can be found
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Header:
    """A list's header. row: where it stands; names: its cells; mapping: what is read from which column (from 0)."""

    row: int
    names: tuple[str, ...]
    mapping: Mapping[str, int]

    @property
    def score(self) -> int:
        """How many columns are known; two are the least a list has."""
        return len(self.mapping)

    def numbered(self, row: int) -> Header:
        """The same with the row's number as the file shows it."""
        return replace(self, row=row)


def find_header(top: Sequence[Sequence[str]]) -> Header | None:
    """The row among the first that names most of the columns we know; None where none names who and one thing more."""
    headers = [Header(number, tuple(row), read_names(row)) for number, row in enumerate(top[:LOOKED_AT])]
    fit = [header for header in headers if header.score >= 2 and any(key in header.mapping for key in _KEYS)]
    return max(fit, key=lambda header: header.score, default=None)


def read_names(names: Sequence[str]) -> dict[str, int]:
    """What is read from which column. Of two columns for one thing the first counts."""
    found: dict[str, int] = {}
    for at, name in enumerate(names):
        column = _WORDS.get(_joined(name)) or _WORDS.get(_joined(_IN_BRACKETS.sub(" ", name)))
        if column in FIELDS:
            found.setdefault(column, at)
    return found


def spelled(text: str) -> str:
    """Small letters and digits, single spaces."""
    return _NO_LETTERS.sub(" ", text.casefold()).strip()


def _joined(text: str) -> str:
    """A header may be spaced out: N I K."""
    return spelled(text).replace(" ", "")


_WORDS: Mapping[str, str] = {_joined(row["word"]): row["column"] for row in rows("columns")}
