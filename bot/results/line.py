"""One line of a list, read: who it is about, what the agency decided, and what cannot be trusted in it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from bot.results.columns import spelled
from bot.results.sheet import NOTHING, Cell
from bot.results.tables import rows
from conversations.fields.day import MONTHS
from conversations.rules import national_id

Verdict: TypeAlias = Literal["yes", "no", "ended", ""]
KPJ = re.compile(r"[0-9A-Z]{11}")
CODE = re.compile(r"[0-9A-Z]{4,20}")
_STATUS: Mapping[str, str] = {row["word"]: row["means"] for row in rows("words") if row["column"] == "status"}
_REMARKS = sorted(
    ((row["word"], row["means"]) for row in rows("words") if row["column"] == "remark"), key=lambda pair: -len(pair[0])
)
_EXACT = 15  # digits that a spreadsheet keeps of a number
_SIGNS = re.compile(r"[\s.\-_'`]+")
_DAY = re.compile(
    r"(?P<iso>(\d{4})-(\d{1,2})-(\d{1,2}))|(?P<day>(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?!\d))"
    r"|(?P<named>(\d{1,2})[-/. ]*([a-z]{3,9})[-/. ,]*(\d{4}|\d{2})(?!\d))|(?P<month>([a-z]{3,9})[-/. ,]*(\d{4}))"
    r"|(?P<figures>(\d{1,2})[-/.](\d{4}))|(?P<packed>(20\d{2})[-/.]?(0[1-9]|1[0-2])(?!\d))"
)
_FIRST_DAY_OF_EXCEL = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says. nik is "" where there is none or it cannot be trusted; damaged: a number lost its last digits.

    trouble: the column that cannot be read, with why ("status_unknown"), "" for none. means: what the remark is about.
    """

    nik: str = ""
    damaged: bool = False
    name: str = ""
    born: date | None = None
    verdict: Verdict = ""
    remark: str = ""
    means: str = ""
    kpj: str = ""
    payment_code: str = ""
    paid_until: date | None = None
    registered_on: date | None = None
    trouble: str = ""


def read_line(cells: Mapping[str, Cell]) -> Line:
    """Read a line by its columns. The first trouble is told; a line with one is never applied."""
    troubles: list[str] = []
    nik, damaged = _nik(cells.get("nik", NOTHING), troubles)
    born = read_day(cells.get("born", NOTHING), "day")
    verdict = _verdict(cells.get("status", NOTHING), troubles)
    remark = cells.get("remark", NOTHING).text
    kpj = _code(cells.get("kpj", NOTHING), KPJ, "kpj_wrong", troubles)
    payment_code = _code(cells.get("payment_code", NOTHING), CODE, "payment_code_wrong", troubles)
    paid_until = _day(cells, "paid_until", "paid_until_wrong", troubles)
    registered_on = _day(cells, "registered_on", "registered_on_wrong", troubles)
    name = cells.get("name", NOTHING).text
    if not (nik or damaged or kpj or name) and not troubles:
        troubles.append("nobody")
    elif not (verdict or kpj or paid_until) and not troubles:
        troubles.append("nothing_said")
    return Line(
        nik=nik,
        damaged=damaged,
        name=name,
        born=born,
        verdict=verdict,
        remark=remark,
        means=meaning(remark),
        kpj=kpj,
        payment_code=payment_code,
        paid_until=paid_until,
        registered_on=registered_on,
        trouble=next(iter(troubles), ""),
    )


def meaning(remark: str) -> str:
    """What a remark is about, by the words of data/words.csv; "" where none is known."""
    text = f" {spelled(remark)} "
    return next((means for word, means in _REMARKS if f" {word} " in text), "")


def _nik(cell: Cell, troubles: list[str]) -> tuple[str, bool]:
    if not cell.text:
        return "", False
    if cell.kind == "number":
        return "", True
    nik = national_id.clean(cell.text)
    problem = national_id.check(nik).problem
    if problem == "zero_serial":  # a text file made of a sheet whose numbers had lost their end
        return "", True
    if problem:
        troubles.append("nik_wrong")
        return "", False
    return nik, False


def _verdict(cell: Cell, troubles: list[str]) -> Verdict:
    word = spelled(cell.text)
    match _STATUS.get(word, ""):
        case "yes":
            return "yes"
        case "no":
            return "no"
        case "ended":
            return "ended"
    if word:
        troubles.append("status_unknown")
    return ""


def _code(cell: Cell, form: re.Pattern[str], trouble: str, troubles: list[str]) -> str:
    code = _SIGNS.sub("", cell.text).upper()
    if not code or code.strip("0") == "":
        return ""
    if form.fullmatch(code) and not (cell.kind == "number" and len(code) > _EXACT):
        return code
    troubles.append(trouble)
    return ""


def _day(cells: Mapping[str, Cell], column: str, trouble: str, troubles: list[str]) -> date | None:
    cell = cells.get(column, NOTHING)
    day = read_day(cell, "month" if column == "paid_until" else "day")
    if day is None and _SIGNS.sub("", cell.text).strip("0/:") not in ("", "tidakada", "belum", "null"):
        troubles.append(trouble)
    return day


def read_day(cell: Cell, finest: Literal["day", "month"]) -> date | None:
    """A day however it is written; of a span its end. finest "month": a month alone means its last day."""
    if cell.kind == "day":
        return date.fromisoformat(cell.text)
    if cell.kind == "number":
        days = int(cell.text) if cell.text.isdecimal() else 0
        return _FIRST_DAY_OF_EXCEL + timedelta(days) if 20_000 < days < 80_000 else None
    found = list(_DAY.finditer(cell.text.casefold()))
    return _found_day(found[-1], finest) if found else None


def _found_day(found: re.Match[str], finest: Literal["day", "month"]) -> date | None:
    match found.lastgroup:
        case "iso":
            year, month, day = (int(found[n]) for n in (2, 3, 4))
        case "day":
            day, month, year = (int(found[n]) for n in (6, 7, 8))
        case "named":
            day, month, year = int(found[10]), MONTHS.get(found[11], 0), int(found[12])
        case "month":
            day, month, year = 0, MONTHS.get(found[14], 0), int(found[15])
        case "figures":
            day, month, year = 0, int(found[17]), int(found[18])
        case _:
            day, month, year = 0, int(found[21]), int(found[20])
    if year < 100:  # a list is of the living: 95 is a birth year, 26 may be an end of protection
        year += 1900 if year > 60 else 2000
    if not day and (finest == "day" or not 1 <= month <= 12):
        return None
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        return None
