"""The column map: which columns a batch's file has, read from a file the organisation edits and checked at start."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.export import Heading, Row, cell
from bot.settings import Misconfigured
from bot.sheets.fields import FIELDS, Source

DELIVERED = Path(__file__).with_name("columns.toml")
FORMATS = ("text", "upper", "digits")
PATTERN = re.compile(r"(?:DD|MM|YYYY|YY|[-/. ])+")
NARROWEST, WIDEST, DEFAULT_WIDTH = 3, 100, 20
MOST = 100  # columns
_KEYS = ("name", "field", "constant", "format", "values", "width")


class MapWrong(Exception):
    """A column map that cannot be used: one line with the column, the trouble and the way out."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Either field, or the same constant in every row. values: other words for what the field holds."""

    name: str
    field: str = ""
    constant: str = ""
    format: str = "text"
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    width: int = DEFAULT_WIDTH

    def read(self, source: Source) -> str:
        """What stands in this column for one person."""
        if not self.field:
            return self.constant
        value = FIELDS[self.field].read(source)
        return written(self.values.get(value, value), self.format)

    def saved(self) -> dict[str, Any]:
        """As it is kept with a sealed batch."""
        kept = {"name": self.name, "field": self.field, "constant": self.constant, "format": self.format}
        return {**kept, "values": dict(self.values), "width": self.width}


def written(value: str, how: str) -> str:
    """Write a value in a format. A day's pattern leaves alone what is no day."""
    match how:
        case "text":
            return value
        case "upper":
            return value.upper()
        case "digits":
            return "".join(c for c in value if c in "0123456789")
    day = re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?", value)
    if day is None:
        return value
    year, month, of_month = day.groups()
    parts = {"YYYY": year, "YY": year[2:], "MM": month, "DD": of_month or "01"}
    return re.sub("YYYY|YY|MM|DD", lambda found: parts[found[0]], how)


def read_columns(path: str) -> tuple[Column, ...]:
    """Read the organisation's column map, or the delivered one where no path is given.

    Raises:
        MapWrong: there is no such file, it is not TOML, or a column in it cannot be.
    """
    file = Path(path) if path else DELIVERED
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise MapWrong(f"{file} cannot be read ({error.strerror}); name the file of your columns") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MapWrong(f"{file} is not TOML: {error}") from None
    for name in table:
        if name != "column":
            raise MapWrong(f"{file}: {name!r} means nothing here; every column begins with [[column]]")
    found = table.get("column")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise MapWrong(f"{file} has no columns; each begins with [[column]]")
    try:
        return checked(found)
    except MapWrong as wrong:
        raise MapWrong(f"{file}, {wrong}") from None


def columns_of(path: str) -> tuple[Column, ...]:
    """The column map of the setting COLUMN_MAP.

    Raises:
        Misconfigured: it cannot be used.
    """
    try:
        return read_columns(path)
    except MapWrong as wrong:
        raise Misconfigured(f"COLUMN_MAP: {wrong}") from None


def checked(found: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Make columns of what was read.

    Raises:
        MapWrong: names the column, the trouble and what would do.
    """
    if not 1 <= len(found) <= MOST:
        raise MapWrong(f"there are {len(found)} columns; 1 to {MOST} can be")
    columns = tuple(_column(number, one) for number, one in enumerate(found, start=1))
    seen: set[str] = set()
    for number, column in enumerate(columns, start=1):
        if column.name in seen:
            raise MapWrong(f"column {number}: {column.name!r} is there twice; every name stands for one column")
        seen.add(column.name)
    return columns


def loaded(saved: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Columns as a sealed batch kept them."""
    return tuple(Column(**one) for one in saved)


def headings(columns: Sequence[Column]) -> list[Heading]:
    return [Heading(column.name, column.name, column.width) for column in columns]


def row(columns: Sequence[Column], source: Source) -> Row:
    return [column.read(source) for column in columns]


def _column(number: int, one: Mapping[str, Any]) -> Column:
    name = one.get("name", "")
    if not isinstance(name, str) or not name.strip() or cell(name) != name:
        raise MapWrong(f"column {number}: every column needs a name, in plain characters")
    where = f"column {number} {name!r}"
    for key in one:
        if key not in _KEYS:
            raise MapWrong(f"{where}: {key!r} means nothing here{_near(key, _KEYS)}")
    if ("field" in one) == ("constant" in one):
        raise MapWrong(f"{where}: give it either a field or a constant")
    column = Column(
        name=name,
        field=_text(where, one, "field"),
        constant=_text(where, one, "constant"),
        format=_text(where, one, "format") or "text",
        values=_values(where, one.get("values", {})),
        width=_width(where, one.get("width", DEFAULT_WIDTH)),
    )
    if column.field and column.field not in FIELDS:
        raise MapWrong(f"{where}: there is no field {column.field!r}{_near(column.field, FIELDS)}")
    _check_format(where, column)
    return column


def _check_format(where: str, column: Column) -> None:
    if column.format in FORMATS:
        return
    if not PATTERN.fullmatch(column.format):
        near = _near(column.format, FORMATS)
        raise MapWrong(f"{where}: there is no format {column.format!r}{near or '; a day is written like DD/MM/YYYY'}")
    kind = FIELDS[column.field].kind if column.field else "text"
    if kind == "text":
        days = ", ".join(name for name, one in FIELDS.items() if one.kind != "text")
        raise MapWrong(f"{where}: {column.format!r} is for days; those are {days}")
    if kind == "month" and "DD" in column.format:
        raise MapWrong(f"{where}: {column.field} is a month and has no day; write MM/YYYY")


def _text(where: str, one: Mapping[str, Any], key: str) -> str:
    value = one.get(key, "")
    if not isinstance(value, str) or (key in one and key != "constant" and not value):
        raise MapWrong(f'{where}: {key} must be a text in quotes, like {key} = "nik"')
    return value


def _values(where: str, values: object) -> Mapping[str, str]:
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise MapWrong(f'{where}: values must be pairs of texts, like {{ female = "P", male = "L" }}')
    return values


def _width(where: str, width: object) -> int:
    if not isinstance(width, int) or isinstance(width, bool) or not NARROWEST <= width <= WIDEST:
        raise MapWrong(f"{where}: width must be a number from {NARROWEST} to {WIDEST}")
    return width


def _near(wrong: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(wrong.casefold(), list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
