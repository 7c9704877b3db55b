"""Files as people make them: the header near the top, any separator and encoding, traps that harm nobody."""

from __future__ import annotations

import asyncio
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import pytest
import xlsxwriter

from bot.results import sheet as sheets
from bot.results.columns import FIELDS, find_header, read_names, spelled
from bot.results.reading import reading
from bot.results.sheet import MOST_ROWS, Cell, NotRead
from bot.results.tables import rows as table
from tests.bot.results.lists import HEADER, SITI, csv_list, excel_list, row

PAYLOADS = Path(__file__).parent


async def read(file: Path) -> tuple[str, int, dict[str, int], list[tuple[int, tuple[Cell, ...]]]]:
    async with reading(file) as found:
        lines = [line async for page in found.pages for line in page]
        return found.sheet, found.header.row, dict(found.header.mapping), lines


async def trouble(file: Path) -> str:
    with pytest.raises(NotRead) as told:
        await read(file)
    return told.value.trouble


@pytest.mark.parametrize("above", range(15))
async def test_the_header_may_stand_on_any_of_the_first_fifteen_rows(tmp_path: Path, above: int) -> None:
    file = excel_list(tmp_path / "hasil.xlsx", [row(SITI)], above=above)
    _, at, mapping, lines = await read(file)
    assert (at, len(lines), lines[0][0]) == (above + 1, 1, above + 2)
    assert mapping == {name: n for n, name in enumerate(FIELDS[:8], start=1)}


async def test_on_the_sixteenth_row_nobody_looks_for_a_header(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "late.xlsx")
    sheet = book.add_worksheet()
    for n in range(15):
        sheet.write(n, 0, f"catatan {n}")
    sheet.write_row(15, 0, HEADER)
    book.close()
    assert await trouble(tmp_path / "late.xlsx") == "no_header"


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
async def test_a_text_file_is_read_whatever_its_separator_and_encoding(
    tmp_path: Path, sign: str, encoding: str
) -> None:
    file = csv_list(tmp_path / "hasil.csv", [[1, SITI, f'Renée "Ani"{sign} S.Pd', "", "Y", "", "", "", ""]], sign=sign)
    file.write_bytes(file.read_text(encoding="utf-8-sig").encode(encoding))
    _, _, mapping, [(_, cells)] = await read(file)
    assert (cells[mapping["nik"]].text, cells[mapping["name"]].text) == (
        SITI,
        " ".join(f'Renée "Ani"{sign} S.Pd'.split()),
    )


async def test_of_several_sheets_the_one_with_a_list_is_read(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "buku.xlsx")
    book.add_worksheet("SAMPUL").write(0, 0, "LAPORAN")
    book.add_worksheet("REKAP").write_row(0, 0, ["NAMA", "STATUS"])
    sheet = book.add_worksheet("HASIL")
    sheet.write_row(2, 1, HEADER)
    sheet.write_row(3, 1, ["1", SITI, "Siti", "", "Y"])
    book.add_worksheet("KOSONG")
    book.close()
    name, at, mapping, lines = await read(tmp_path / "buku.xlsx")
    assert (name, at, len(lines)) == ("HASIL", 3, 1)
    assert lines[0][1][mapping["nik"]] == Cell(SITI)


async def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    """hasil.xls was saved by LibreOffice in the format of Excel 97."""
    _, at, mapping, lines = await read(PAYLOADS / "hasil.xls")
    assert (at, [line[1][mapping["nik"]].text for line in lines]) == (4, [SITI, "3174051708950001"])
    assert lines[0][1][mapping["paid_until"]] == Cell("2026-12-31", "day")


async def test_numbers_and_days_keep_their_kind(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "buku.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["NIK", "STATUS", "TGL LAHIR", "NO KPJ"])
    sheet.write_number(1, 0, int(SITI))
    sheet.write_formula(1, 1, '="Y"', None, "Y")
    sheet.write_datetime(1, 2, date(1995, 8, 17), book.add_format({"num_format": "dd/mm/yy"}))
    sheet.write_number(1, 3, 26012345678)
    book.close()
    [(_, cells)] = (await read(tmp_path / "buku.xlsx"))[3]
    assert cells == (Cell(SITI, "number"), Cell("Y"), Cell("1995-08-17", "day"), Cell("26012345678", "number"))


async def test_empty_lines_are_left_out_and_numbers_stay_the_files(tmp_path: Path) -> None:
    file = tmp_path / "hasil.csv"
    file.write_text(f"NIK;STATUS\n\n;;\n{SITI};Y\n   ;\n{SITI};T\n", encoding="utf-8")
    assert [line[0] for line in (await read(file))[3]] == [4, 6]


# ---- what is no list ------------------------------------------------------------------------------------------------


async def test_a_workbook_with_a_password_is_told_apart(tmp_path: Path) -> None:
    plain, sealed = excel_list(tmp_path / "a.xlsx", [row(SITI)]), tmp_path / "b.xlsx"
    with plain.open("rb") as source, sealed.open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("kopi tubruk", target)
    assert await trouble(sealed) == "password"


@pytest.mark.parametrize(("flags", "packing", "said"), [(0, 97, "not_a_sheet"), (1, 8, "password")])
async def test_a_workbook_packed_unknown_or_locked_inside_is_told_apart(
    tmp_path: Path, flags: int, packing: int, said: str
) -> None:
    """In every entry's two headers, the flag of a password and the number of the packing."""
    whole = bytearray(excel_list(tmp_path / "a.xlsx", [row(SITI)]).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = whole.find(mark)
        while place >= 0:
            whole[place + at] |= flags
            whole[place + at + 2 : place + at + 4] = packing.to_bytes(2, "little")
            place = whole.find(mark, place + 4)
    (tmp_path / "b.xlsx").write_bytes(whole)
    assert await trouble(tmp_path / "b.xlsx") == said


async def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = excel_list(tmp_path / "bom.xlsx", [row(SITI)])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * 3_000_000)
    assert file.stat().st_size < 20_000
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(NotRead) as told:
        sheets.read_sheet(file)
    assert told.value.trouble == "trap"


async def test_a_cell_at_the_far_corner_takes_the_reader_down_and_nothing_else(tmp_path: Path) -> None:
    """Its reader makes room for every cell in between: seventeen thousand million."""
    book = xlsxwriter.Workbook(tmp_path / "jauh.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["NIK", "NAMA", "STATUS"])
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    assert await trouble(tmp_path / "jauh.xlsx") == "trap"


async def test_a_workbook_cut_off_in_the_middle_is_no_workbook(tmp_path: Path) -> None:
    whole = excel_list(tmp_path / "a.xlsx", [row(SITI)]).read_bytes()
    for length in (100, len(whole) // 2, len(whole) - 10):
        (tmp_path / "cut.xlsx").write_bytes(whole[:length])
        assert await trouble(tmp_path / "cut.xlsx") == "not_a_sheet"


async def test_too_many_lines_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("NIK;STATUS\n" + "1;Y\n" * (MOST_ROWS + 1), encoding="utf-8")
    assert await trouble(file) == "too_many_rows"


def spied(monkeypatch: pytest.MonkeyPatch) -> list[tuple[asyncio.subprocess.Process, dict[str, str]]]:
    """The processes that are started, with what they are given."""
    started: list[tuple[asyncio.subprocess.Process, dict[str, str]]] = []
    real = asyncio.create_subprocess_exec

    async def start(*args: Any, **options: Any) -> asyncio.subprocess.Process:
        process = await real(*args, **options)
        started.append((process, options["env"]))
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    return started


async def test_a_list_nobody_reads_to_its_end_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = spied(monkeypatch)
    async with reading(csv_list(tmp_path / "a.csv", [row(SITI)] * 5000)) as found:
        async for _ in found.pages:
            break
    assert [process.returncode for process, _ in started] == [-9]


async def test_the_reader_is_given_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_KEYS", "k1:secret")
    started = spied(monkeypatch)
    await read(csv_list(tmp_path / "a.csv", [row(SITI)]))
    [(_, given)] = started
    assert "PATH" in given
    assert "DATA_KEYS" not in given


# ---- headers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["No.", "N I K", "Nama Lengkap", "Status"], {"nik": 1, "name": 2, "status": 3}),
        (["NO", "NIK *", "NAMA TENAGA KERJA", "Tgl. Lahir (DD-MM-YYYY)"], {"nik": 1, "name": 2, "born": 3}),
        (
            ["Nomor KTP", "No. KPJ", "ID Billing", "Masa Perlindungan s/d"],
            {"nik": 0, "kpj": 1, "payment_code": 2, "paid_until": 3},
        ),
        (["NIK", "KPJ", "NOMOR KPJ", "KPJ"], {"nik": 0, "kpj": 1}),
    ],
)
def test_columns_are_known_by_their_many_names(header: list[str], expected: dict[str, int]) -> None:
    assert read_names(header) == expected


def test_the_row_that_names_most_is_the_header() -> None:
    top = [["NAMA", "STATUS"], ["x"], ["NO", "NIK", "NAMA", "STATUS"], [SITI, "Siti", "Y"]]
    found = find_header(top)
    assert found is not None
    assert found.row == 2


@pytest.mark.parametrize("top", [[["STATUS", "KETERANGAN"]], [["NIK"]], [["satu", "dua"]], [[]], []])
def test_a_header_names_who_and_one_thing_more(top: list[list[str]]) -> None:
    assert find_header(top) is None


def test_the_tables_hold_no_word_twice_and_each_as_it_is_looked_for() -> None:
    columns = [one["word"] for one in table("columns")]
    words = [(one["column"], one["word"]) for one in table("words")]
    assert len(columns) == len(set(columns))
    assert len(words) == len(set(words))
    assert all(spelled(word) == word for word in (*columns, *(word for _, word in words)))
