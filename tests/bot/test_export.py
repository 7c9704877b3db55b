"""A file that a spreadsheet opens shows what people typed and runs none of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tempfile
import time
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import openpyxl
import pytest
import time_machine
from python_calamine import CalamineWorkbook

from bot.export import STARTS_A_FORMULA, Heading, Kind, Row, cell, defused, write

HEADINGS = (Heading("receipt", "Tanda terima", 16), Heading("nik", "NIK", 20), Heading("name", "Nama", 30))
KINDS: tuple[Kind, ...] = ("xlsx", "csv", "jsonl")
SITI = ("TK-7Q4F-92XM-C", "3174055708950003", "Siti Aminah")


async def pages(*rows: Row, each: int = 500) -> AsyncIterator[Sequence[Row]]:
    for start in range(0, len(rows), each):
        yield rows[start : start + each]


async def written(kind: Kind, *rows: Row) -> bytes:
    file = io.BytesIO()
    with tempfile.TemporaryDirectory() as scratch:
        assert await write(kind, HEADINGS, pages(*rows), file, Path(scratch)) == len(rows)
        assert list(Path(scratch).iterdir()) == []
    return file.getvalue()


async def test_a_nik_stays_text_with_all_sixteen_digits() -> None:
    data = await written("xlsx", SITI)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    nik = sheet["B2"]
    assert (nik.value, nik.data_type, nik.number_format) == ("3174055708950003", "s", "@")
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python() == [
        ["Tanda terima", "NIK", "Nama"],
        list(SITI),
    ]


async def test_the_header_stays_in_sight_and_columns_have_their_width() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(await written("xlsx", SITI))).active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["C"].width == pytest.approx(30, abs=1)
    assert sheet["A1"].font.bold


@pytest.mark.parametrize("start", STARTS_A_FORMULA)
async def test_a_name_that_is_a_formula_is_only_a_name(start: str) -> None:
    evil = f'{start}HYPERLINK("http://example.test","Siti")'
    data = await written("xlsx", ("TK-1", "3174055708950003", evil))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert sheet["C2"].data_type == "s"
    assert sheet["C2"].hyperlink is None
    text = (await written("csv", ("TK-1", "3174055708950003", evil))).decode("utf-8-sig")
    value = list(csv.reader(io.StringIO(text)))[1][2]
    assert not value.startswith(STARTS_A_FORMULA)
    assert value.endswith('HYPERLINK("http://example.test","Siti")')


async def test_csv_opens_as_utf8_and_quotes_everything() -> None:
    data = await written("csv", ("TK-1", "3174055708950003", 'Ñoño "Budi", S.Pd.'))
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1][2] == 'Ñoño "Budi", S.Pd.'


async def test_json_lines_carry_the_column_names() -> None:
    lines = (await written("jsonl", SITI, SITI)).splitlines()
    assert [json.loads(line)["nik"] for line in lines] == ["3174055708950003"] * 2


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Siti\x00 Aminah", "Siti Aminah"),
        ("Siti \u202eaminA", "Siti aminA"),
        ("x" * 40_000, "x" * 32_767),
        ("👩‍🌾 Ana", "👩‍🌾 Ana"),
    ],
)
def test_a_cell_holds_no_control_or_direction_characters(typed: str, shown: str) -> None:
    assert cell(typed) == shown


EVIL = (
    *("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://example.test")'),
    *("<script>alert(1)</script>", "Siti\u202eanimA", "Nul\x00Nul", "😀" * 4_000, "_x0041_", " Siti ", "1E5", "TRUE"),
)


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_somebody_calls_themselves_is_only_text_in_every_format(kind: Kind) -> None:
    data = await written(kind, *(("TK-1", "3174055708950003", name) for name in EVIL))
    meant = [cell(name) for name in EVIL]
    match kind:
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(data))
            assert book.active is not None
            assert {one.data_type for line in book.active.iter_rows() for one in line} == {"s"}
            lines = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
            assert [line[2] for line in lines] == meant
        case "csv":
            names = [line[2] for line in csv.reader(io.StringIO(data.decode("utf-8-sig")))][1:]
            assert [name.removeprefix("'") for name in names] == meant
            assert not any(name.startswith(STARTS_A_FORMULA) for name in names)
        case "jsonl":
            assert [json.loads(line)["name"] for line in data.splitlines()] == meant
    assert not any(bad in "".join(meant) for bad in ("\x00", "\u202e", "\t"))


async def test_the_same_rows_are_the_same_bytes_whatever_the_clock_the_zone_and_the_rights_of_new_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with time_machine.travel("2026-11-24 03:00Z"):
        once = {kind: await written(kind, SITI, SITI) for kind in KINDS}
    monkeypatch.setenv("TZ", "Asia/Jakarta")
    before = os.umask(0o077)
    try:
        time.tzset()
        with time_machine.travel("2031-02-03 21:00Z"):
            again = {kind: await written(kind, SITI, SITI) for kind in KINDS}
    finally:
        os.umask(before)
        monkeypatch.undo()
        time.tzset()
    assert {kind: hashlib.sha256(data).hexdigest() for kind, data in again.items()} == {
        kind: hashlib.sha256(data).hexdigest() for kind, data in once.items()
    }


def test_what_starts_no_formula_is_left_alone() -> None:
    assert [defused(value) for value in ("Siti", "3174055708950003", "", "a=b")] == [
        "Siti",
        "3174055708950003",
        "",
        "a=b",
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_memory_stays_flat_however_many_rows(kind: Kind, tmp_path: Path) -> None:
    async def many(count: int) -> AsyncIterator[Sequence[Row]]:
        for _ in range(count // 500):
            yield [SITI] * 500

    async def peak(count: int) -> int:
        with (tmp_path / "file").open("wb") as file:
            tracemalloc.start()
            assert await write(kind, HEADINGS, many(count), file, tmp_path) == count
            highest = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return highest

    few, lots = await peak(1_000), await peak(10_000)
    assert lots < few * 1.5 + 500_000
