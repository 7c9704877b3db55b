"""One line read: numbers that Excel damaged are not trusted, days are read however they are written."""

from __future__ import annotations

from datetime import date

import pytest

from bot.results.line import Line, meaning, read_day, read_line
from bot.results.sheet import Cell
from tests.bot.results.lists import SITI


def line(**cells: str | Cell) -> Line:
    return read_line({name: cell if isinstance(cell, Cell) else Cell(cell) for name, cell in cells.items()})


@pytest.mark.parametrize(
    "text", [SITI, "3174 0557 0895 0003", "3174-0557-0895-0003", "３１７４０５５７０８９５０００３", "NIK: " + SITI]
)
def test_a_nik_is_read_however_it_is_spaced(text: str) -> None:
    read = line(nik=text, status="Y", kpj="26012345678")
    assert (read.nik, read.damaged, read.trouble) == (SITI, False, "")


@pytest.mark.parametrize(
    "cell", [Cell("3174055708950000", "number"), Cell("3,17406E+15", "number"), Cell("31", "number")]
)
def test_a_nik_that_is_a_number_is_never_read(cell: Cell) -> None:
    read = line(nik=cell, name="Siti Aminah", status="Y")
    assert (read.nik, read.damaged, read.trouble) == ("", True, "")


def test_a_text_that_was_once_a_damaged_number_is_told_by_its_serial() -> None:
    read = line(nik="3174055708950000", name="Siti Aminah", status="Y")
    assert (read.nik, read.damaged, read.trouble) == ("", True, "")


@pytest.mark.parametrize(
    ("cells", "trouble"),
    [
        ({"nik": "317405570895000", "status": "Y"}, "nik_wrong"),
        ({"nik": "3174059908950003", "status": "Y"}, "nik_wrong"),
        ({"nik": SITI, "status": "MUNGKIN"}, "status_unknown"),
        ({"nik": SITI, "status": "Y", "kpj": "123"}, "kpj_wrong"),
        ({"nik": SITI, "status": "Y", "payment_code": Cell("3174055708950003", "number")}, "payment_code_wrong"),
        ({"nik": SITI, "status": "Y", "paid_until": "segera"}, "paid_until_wrong"),
        ({"nik": SITI, "status": "Y", "registered_on": "32-13-2026"}, "registered_on_wrong"),
        ({"status": "Y"}, "nobody"),
        ({"nik": SITI, "name": "Siti"}, "nothing_said"),
        ({"nik": SITI, "status": "Y", "kpj": "-", "paid_until": "-"}, ""),
        ({"nik": SITI, "kpj": Cell("26012345678", "number")}, ""),
        ({"nik": SITI, "kpj": "2601-2345-678", "status": "y "}, ""),
    ],
)
def test_what_cannot_be_trusted_is_named(cells: dict[str, str | Cell], trouble: str) -> None:
    assert line(**cells).trouble == trouble


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        *[(word, "yes") for word in ("Y", "Ya", "OK", "AKTIF", "Berhasil", "TERVERIFIKASI", "BISA DAFTAR", "1")],
        *[(word, "no") for word in ("T", "N", "Tidak", "DITOLAK", "Gagal", "TIDAK BISA DAFTAR", "0")],
        *[(word, "ended") for word in ("NONAKTIF", "Non-Aktif", "TIDAK AKTIF", "Berakhir")],
        ("", ""),
    ],
)
def test_statuses_are_read_by_the_words_of_the_table(word: str, verdict: str) -> None:
    assert line(nik=SITI, status=word, kpj="26012345678").verdict == verdict


@pytest.mark.parametrize(
    ("remark", "means"),
    [
        ("BISA DAFTAR", "eligible"),
        ("Terverifikasi", "eligible"),
        ("NIK TIDAK SESUAI DUKCAPIL", "identity"),
        ("Sudah terdaftar sebagai BPU", "member"),
        ("USIA MELEBIHI 65", "age"),
        ("data belum lengkap", "incomplete"),
        ("TERDAFTAR", ""),
        ("penghasilan", ""),
    ],
)
def test_remarks_are_understood_by_whole_words(remark: str, means: str) -> None:
    assert meaning(remark) == means


@pytest.mark.parametrize(
    ("text", "until", "born"),
    [
        ("31-12-2026", "2026-12-31", "2026-12-31"),
        ("31/12/2026", "2026-12-31", "2026-12-31"),
        ("31.12.2026", "2026-12-31", "2026-12-31"),
        ("2026-12-31", "2026-12-31", "2026-12-31"),
        ("2026-12-31 00:00:00", "2026-12-31", "2026-12-31"),
        ("31 Desember 2026", "2026-12-31", "2026-12-31"),
        ("31-Des-26", "2026-12-31", "2026-12-31"),
        ("17-08-95", "1995-08-17", "1995-08-17"),
        ("01/11/2026 - 31/12/2026", "2026-12-31", "2026-12-31"),
        ("s/d 31 Des 2026", "2026-12-31", "2026-12-31"),
        ("Desember 2026", "2026-12-31", None),
        ("02/2028", "2028-02-29", None),
        ("2026-12", "2026-12-31", None),
        ("202612", "2026-12-31", None),
        ("30 Februari 2026", None, None),
        ("13/2026", None, None),
        ("aktif", None, None),
        ("", None, None),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str, until: str | None, born: str | None) -> None:
    found = [read_day(Cell(text), "month"), read_day(Cell(text), "day")]
    assert found == [date.fromisoformat(one) if one else None for one in (until, born)]


def test_a_day_that_excel_keeps_as_a_number_is_a_day() -> None:
    assert read_day(Cell("46387", "number"), "day") == date(2026, 12, 31)
    assert read_day(Cell("2026", "number"), "day") is None
    assert read_day(Cell("2026-12-31", "day"), "month") == date(2026, 12, 31)
