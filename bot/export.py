"""Rows as a file: XLSX, CSV or JSON lines, in constant memory, every cell inert text.

A spreadsheet runs what looks like a formula and rounds what looks like a number. So XLSX cells are written as strings
in text format, and CSV cells that would start a formula get an apostrophe in front.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal, Protocol, TypeAlias

import orjson
import xlsxwriter

from bot.inert import inert

Kind: TypeAlias = Literal["xlsx", "csv", "jsonl"]
Row: TypeAlias = Sequence[str]

# https://owasp.org/www-community/attacks/CSV_Injection, and the full-width twins that Excel reads alike.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_767  # Excel's limit
MADE = datetime(2026, 1, 1, tzinfo=UTC)  # what a sheet says of when it was made, where nobody says otherwise
MEDIA_TYPES: Mapping[Kind, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as the file shows it. name: its key in JSON lines; width: in characters."""

    name: str
    label: str
    width: int


class Sheet(Protocol):
    """A file being written, a page of rows at a time."""

    def add(self, rows: Sequence[Row]) -> None: ...

    def close(self) -> None: ...


def begin(kind: Kind, file: IO[bytes], headings: Sequence[Heading], scratch: Path, made: datetime = MADE) -> Sheet:
    """Begin a sheet in an open file. The same rows, headings and time of making give the same bytes.

    scratch: a private folder for the parts of an unfinished file; the caller removes it.
    """
    return _SHEETS[kind](file, headings, scratch, made)


async def write(
    kind: Kind, headings: Sequence[Heading], pages: AsyncIterator[Sequence[Row]], file: IO[bytes], scratch: Path
) -> int:
    """Write every page to the file and say how many rows there were. The file stays open."""
    sheet = begin(kind, file, headings, scratch)
    count = 0
    try:
        async for rows in pages:
            await asyncio.to_thread(sheet.add, rows)
            count += len(rows)
    finally:
        await asyncio.to_thread(sheet.close)
    return count


def cell(value: str) -> str:
    """A value as a cell may hold it: no control or direction characters, not longer than a cell."""
    return inert(value)[:LONGEST_CELL]


def defused(value: str) -> str:
    """A cell for CSV: what would start a formula is preceded by an apostrophe."""
    return f"'{value}" if value.startswith(STARTS_A_FORMULA) else value


class _Xlsx:
    def __init__(self, file: IO[bytes], headings: Sequence[Heading], scratch: Path, made: datetime) -> None:
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(scratch)})
        self._book.set_properties({"created": made.astimezone(UTC)})
        self._page = self._book.add_worksheet()
        self._text = self._book.add_format({"num_format": "@"})
        head = self._book.add_format({"num_format": "@", "bold": True, "bottom": 1, "bg_color": "#E6F0EC"})
        for place, heading in enumerate(headings):
            self._page.set_column(place, place, heading.width, self._text)
        self._page.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            self._page.write_string(0, place, cell(heading.label), head)
        self._next = 1

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            for place, value in enumerate(row):
                self._page.write_string(self._next, place, cell(value), self._text)
            self._next += 1

    def close(self) -> None:
        self._book.close()


class _Csv:
    def __init__(self, file: IO[bytes], headings: Sequence[Heading], _scratch: Path, _made: datetime) -> None:
        self._file = file
        self._file.write(b"\xef\xbb\xbf")  # without it Excel reads UTF-8 as something else
        self.add([[heading.label for heading in headings]])

    def add(self, rows: Sequence[Row]) -> None:
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows([defused(cell(value)) for value in row] for row in rows)
        self._file.write(text.getvalue().encode())

    def close(self) -> None:
        self._file.flush()


class _JsonLines:
    def __init__(self, file: IO[bytes], headings: Sequence[Heading], _scratch: Path, _made: datetime) -> None:
        self._file = file
        self._names = [heading.name for heading in headings]

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._file.write(orjson.dumps(dict(zip(self._names, map(cell, row), strict=True))) + b"\n")

    def close(self) -> None:
        self._file.flush()


_SHEETS: Mapping[Kind, Callable[[IO[bytes], Sequence[Heading], Path, datetime], Sheet]] = {
    "xlsx": _Xlsx,
    "csv": _Csv,
    "jsonl": _JsonLines,
}
