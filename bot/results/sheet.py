"""A file of the agency's as rows of cells: XLSX, XLS or CSV, told by what is in it and not by its name.

A workbook is read by a library that trusts it; reading.py has this done in a process of its own, which may fail.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from bot.inert import inert
from bot.results.columns import LOOKED_AT, Header, find_header

MOST_BYTES = 30_000_000
MOST_UNPACKED = 1_500_000_000  # a small file that unpacks into more than this is a trap
MOST_ROWS = 200_000
MOST_COLUMNS = 100
LONGEST_CELL = 500

Trouble: TypeAlias = Literal["empty", "too_big", "too_many_rows", "not_a_sheet", "password", "no_header", "trap"]


class NotRead(Exception):
    """The file cannot be read as a list. trouble says why; the page says what to do."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble


class Cell(NamedTuple):
    """What a cell holds. kind: text, number (digits beyond the fifteenth may be lost) or day (ISO)."""

    text: str
    kind: Literal["text", "number", "day"] = "text"


NOTHING = Cell("")
Row: TypeAlias = tuple[int, tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list that was found: in which sheet, under which header. rows: numbered as the reader of the file sees them."""

    name: str
    header: Header
    rows: Iterator[Row] = field(repr=False)


def read_sheet(file: Path) -> Sheet:
    """Find the list in a file. Rows are read as they are asked for; wholly empty ones are left out.

    Raises:
        NotRead: with what is the matter. Also while rows are being asked for.
    """
    size = file.stat().st_size
    if size == 0:
        raise NotRead("empty")
    if size > MOST_BYTES:
        raise NotRead("too_big")
    with file.open("rb") as opened:
        start = opened.read(4096)
    if start.startswith(b"PK"):
        _look_for_traps(file)
        return _workbook(file)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return _workbook(file)
    return _text_file(file, start)


# ---- workbooks ----------------------------------------------------------------------------------------------------


def _look_for_traps(file: Path) -> None:
    """Unpack once into nothing: what is declared may be a lie, and the reader would believe it."""
    unpacked = 0
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    while chunk := part.read(1 << 20):
                        unpacked += len(chunk)
                        if unpacked > MOST_UNPACKED:
                            raise NotRead("trap")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise NotRead("not_a_sheet") from None  # NotImplementedError: zipfile's own, packed in a way it cannot undo
    except RuntimeError:  # zipfile's word for an encrypted entry; NotImplementedError is one, and so comes before
        raise NotRead("password") from None


def _workbook(file: Path) -> Sheet:
    if _sealed_by_excel(file):
        raise NotRead("password")
    try:
        with file.open("rb") as opened:
            return _first_list(CalamineWorkbook.from_filelike(opened))
    except PasswordError:
        raise NotRead("password") from None
    except (CalamineError, ZipError, OSError, ValueError):
        raise NotRead("not_a_sheet") from None


def _sealed_by_excel(file: Path) -> bool:
    """A workbook with a password is an OLE file with one stream of this name in its directory."""
    with file.open("rb") as opened:
        content = opened.read(1 << 20)
        return content.startswith(b"\xd0\xcf\x11\xe0") and "EncryptedPackage".encode("utf-16-le") in (
            content + opened.read()
        )


def _first_list(workbook: CalamineWorkbook) -> Sheet:
    """Of several sheets the one whose header is most like a list's; the first of equals."""
    best: tuple[int, str] = (0, "")
    anything = False
    for name in workbook.sheet_names:
        top = list(islice(_cells(workbook, name), LOOKED_AT))
        anything = anything or bool(top)
        header = find_header(_texts(top))
        if header is not None and header.score > best[0]:
            best = (header.score, name)
    if not best[0]:
        raise NotRead("no_header" if anything else "empty")
    rows = _cells(workbook, best[1])
    top = list(islice(rows, LOOKED_AT))
    return _listed(best[1], top, rows)


def _cells(workbook: CalamineWorkbook, name: str) -> Iterator[Row]:
    """A sheet's rows, numbered as Excel shows them."""
    for number, row in enumerate(workbook.get_sheet_by_name(name).iter_rows(), start=1):
        cells = tuple(_cell(value) for value in row[:MOST_COLUMNS])
        if any(cell.text for cell in cells):
            yield number, cells


def _cell(value: Any) -> Cell:
    match value:
        case str():
            return Cell(_plain(value))
        case bool():
            return Cell("Y" if value else "T")
        case float() | int():
            whole = isinstance(value, int) or value.is_integer()
            return Cell(str(int(value)) if whole else repr(value), "number")
        case datetime():
            return Cell(value.date().isoformat(), "day")
        case date():
            return Cell(value.isoformat(), "day")
    return Cell(str(value)[:LONGEST_CELL])  # a time of day: nothing we ask for


def _plain(text: str) -> str:
    return " ".join(inert(text[:LONGEST_CELL].replace("\n", " ").replace("\t", " ")).split())


# ---- text files ---------------------------------------------------------------------------------------------------


def _text_file(file: Path, start: bytes) -> Sheet:
    encoding = _encoding(file, start)
    text = start.decode(encoding, "ignore")
    if text.count("\0") * 100 > len(text) or text.lstrip().startswith(("<", "%PDF", "{\\rtf")):
        raise NotRead("not_a_sheet")
    rows = _csv_rows(file, encoding, _delimiter(text))
    top = list(islice(rows, LOOKED_AT))
    if not top:
        raise NotRead("empty")
    return _listed("", top, rows)


def _encoding(file: Path, start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        with file.open(encoding="utf-8-sig") as opened:
            while opened.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(text: str) -> str:
    """The one that cuts a line into most columns."""
    lines = text.splitlines()[:LOOKED_AT]
    return max((";", ",", "\t", "|"), key=lambda sign: max((line.count(sign) for line in lines), default=0))


def _csv_rows(file: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    with file.open(encoding=encoding, errors="replace", newline="") as opened:
        reader = csv.reader(_without_nul(opened), delimiter=delimiter)
        try:
            for row in reader:
                cells = tuple(_typed(value) for value in row[:MOST_COLUMNS])
                if any(cell.text for cell in cells):
                    yield reader.line_num, cells
        except csv.Error:
            raise NotRead("not_a_sheet") from None


def _without_nul(lines: IO[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in lines)


def _typed(value: str) -> Cell:
    """A text file has only texts; a number that a spreadsheet shortened to 3,17E+15 has lost its end."""
    plain = _plain(value).removeprefix("'")
    if plain.startswith('="') and plain.endswith('"'):  # how people keep a spreadsheet from making it a number
        plain = plain[2:-1]
    mantissa, e, exponent = plain.upper().partition("E+")
    if e and exponent.isdecimal() and mantissa.replace(",", "").replace(".", "").isdecimal():
        return Cell(plain, "number")
    return Cell(plain)


# ---- both ---------------------------------------------------------------------------------------------------------


def _listed(name: str, top: list[Row], rest: Iterator[Row]) -> Sheet:
    header = find_header(_texts(top))
    if header is None:
        raise NotRead("no_header")
    number = top[header.row][0]
    return Sheet(name, header.numbered(number), _counted([*top[header.row + 1 :]], rest))


def _counted(top: Iterable[Row], rest: Iterator[Row]) -> Iterator[Row]:
    taken = 0
    for part in (top, rest):
        for row in part:
            taken += 1
            if taken > MOST_ROWS:
                raise NotRead("too_many_rows")
            yield row


def _texts(rows: list[Row]) -> list[list[str]]:
    return [[cell.text for cell in cells] for _, cells in rows]


def dump_cells(cells: Iterable[Cell]) -> list[str | list[str]]:
    """Cells as JSON: a text as itself, anything else with its kind."""
    return [cell.text if cell.kind == "text" else [cell.text, cell.kind] for cell in cells]


def load_cells(saved: Iterable[str | list[Any]]) -> tuple[Cell, ...]:
    """Cells from JSON."""
    return tuple(Cell(one) if isinstance(one, str) else Cell(*one) for one in saved)


def columns_of(mapping: Mapping[str, int], cells: tuple[Cell, ...]) -> Mapping[str, Cell]:
    """A row's cells by what they were read as; what is missing at the end of a short row is nothing."""
    return {name: cells[at] if 0 <= at < len(cells) else NOTHING for name, at in mapping.items()}
