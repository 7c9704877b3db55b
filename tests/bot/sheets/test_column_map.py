"""The organisation's own columns: read as they are meant, or refused in a line that says where and what would do."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.settings import Misconfigured
from bot.sheets.column_map import (
    DELIVERED,
    Column,
    MapWrong,
    checked,
    columns_of,
    headings,
    loaded,
    read_columns,
    row,
    written,
)  # fmt: skip
from bot.sheets.fields import FIELDS, Source
from conversations.turn import Answer
from storage.batch_contents import Content

ROOT = Path(__file__).parents[3]
ANSWERS: dict[str, object] = {
    "full_name": "Siti Aminah",
    "nik": "3174055708950003",
    "born": "1995-08-17",
    "sex": "female",
    "kelurahan": "31.75.07.1003",
    "rw": "5",
    "phone": "+6281234567890",
    "email": None,
    "occupation": {"code": "ojol", "name": "Driver ojek online", "sector": "transport"},
    "income": 2_500_000,
    "programme": "two",
    "months": "3",
}


def siti(**changes: object) -> Source:
    answers = {step: Answer(value, "") for step, value in {**ANSWERS, **changes}.items()}  # type: ignore[arg-type]
    late = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # the 24th in Jakarta
    return Source(Content(7, 12, "TK-7Q4F-92XM-C", late, late, "rw07", answers), ZoneInfo("Asia/Jakarta"))


def test_the_delivered_columns_hold_what_a_branch_asks_for() -> None:
    columns = read_columns("")
    held = dict(zip([column.name for column in columns], row(columns, siti()), strict=True))
    assert held == {
        "NO": "12", "NIK": "3174055708950003", "NAMA": "SITI AMINAH", "TGL LAHIR": "17-08-1995",
        "JENIS KELAMIN": "PEREMPUAN", "KELURAHAN": "Klender", "KECAMATAN": "Duren Sawit", "KOTA": "Jakarta Timur",
        "RW": "5", "NO HP": "081234567890", "EMAIL": "", "PEKERJAAN": "Driver ojek online", "PEKERJAAN 2": "",
        "SEKTOR": "TRANSPORTASI", "PENGHASILAN": "2500000", "DASAR IURAN": "2600000", "PROGRAM": "JKK+JKM",
        "JUMLAH BULAN": "3", "BULAN PERTAMA": "11-2026", "JUMLAH IURAN": "49200", "KEWARGANEGARAAN": "WNI",
        "TANDA TERIMA": "TK-7Q4F-92XM-C",
    }  # fmt: skip


def test_every_field_can_be_read_of_somebody_who_left_everything_open() -> None:
    for name, field in FIELDS.items():
        assert isinstance(field.read(siti(**dict.fromkeys(ANSWERS))), str), name


@pytest.mark.parametrize(
    ("value", "how", "said"),
    [
        ("Siti", "text", "Siti"),
        ("Siti d'Arc", "upper", "SITI D'ARC"),
        ("+62 812-3456", "digits", "628123456"),
        ("٣١٧٤", "digits", ""),
        ("1995-08-17", "DD/MM/YYYY", "17/08/1995"),
        ("1995-08-17", "YYYYMMDD", "19950817"),
        ("1995-08-17", "DD.MM.YY", "17.08.95"),
        ("2026-11", "MM-YYYY", "11-2026"),
        ("", "DD/MM/YYYY", ""),
    ],
)
def test_a_value_is_written_in_its_format(value: str, how: str, said: str) -> None:
    assert written(value, how) == said


def test_columns_come_back_from_a_sealed_batch_as_they_were() -> None:
    columns = read_columns("")
    assert loaded([column.saved() for column in columns]) == columns
    assert [heading.width for heading in headings(columns)][:3] == [7, 19, 32]


NIK = {"name": "NIK", "field": "nik"}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ([], "there are 0 columns; 1 to 100 can be"),
        ([NIK] * 101, "there are 101 columns"),
        ([NIK, NIK], "column 2: 'NIK' is there twice; every name stands for one column"),
        ([{"field": "nik"}], "column 1: every column needs a name"),
        ([{"name": "  ", "field": "nik"}], "column 1: every column needs a name"),
        ([{"name": "N\u202eIK", "field": "nik"}], "column 1: every column needs a name, in plain characters"),
        ([{"name": "NIK", "field": "nikk"}], "column 1 'NIK': there is no field 'nikk'; did you mean 'nik'?"),
        ([NIK, {"name": "T", "field": "Borm"}], "column 2 'T': there is no field 'Borm'; did you mean 'born'?"),
        ([{"name": "X", "field": "zzzzz"}], "column 1 'X': there is no field 'zzzzz'"),
        ([{"name": "X", "feild": "nik"}], "column 1 'X': 'feild' means nothing here; did you mean 'field'?"),
        ([{"name": "X"}], "column 1 'X': give it either a field or a constant"),
        ([{"name": "X", "field": "nik", "constant": "1"}], "either a field or a constant"),
        ([{"name": "X", "field": 3}], "field must be a text in quotes"),
        ([{"name": "X", "field": ""}], "field must be a text in quotes"),
        ([{"name": "X", "field": "nik", "format": "uper"}], "no format 'uper'; did you mean 'upper'?"),
        ([{"name": "X", "field": "born", "format": "%d-%m"}], "no format '%d-%m'; a day is written like DD/MM/YYYY"),
        ([{"name": "X", "field": "nik", "format": "DD/MM/YYYY"}], "is for days; those are born, first_month"),
        ([{"name": "X", "constant": "a", "format": "DD"}], "is for days"),
        ([{"name": "X", "field": "first_month", "format": "DD/MM"}], "first_month is a month and has no day"),
        ([{"name": "X", "field": "sex", "values": {"female": 1}}], "values must be pairs of texts"),
        ([{"name": "X", "field": "sex", "values": "P"}], "values must be pairs of texts"),
        ([{"name": "X", "field": "nik", "width": 2}], "width must be a number from 3 to 100"),
        ([{"name": "X", "field": "nik", "width": True}], "width must be a number from 3 to 100"),
    ],
)
def test_a_map_that_cannot_be_says_where_and_what_would_do(columns: list[dict[str, object]], said: str) -> None:
    with pytest.raises(MapWrong, match=re.escape(said)):
        checked(columns)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[column]\n", "is not TOML"),
        ("columns = []\n", "'columns' means nothing here; every column begins with [[column]]"),
        ("", "has no columns"),
        ("column = 3\n", "has no columns"),
        ('[[column]]\nname = "A"\nfield = "nama"\n', "columns.toml, column 1 'A': there is no field 'nama'"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "columns.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured, match=re.escape(said)) as told:
        columns_of(str(file))
    assert str(told.value).startswith(f"COLUMN_MAP: {file}")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MapWrong, match="cannot be read \\(No such file or directory\\)"):
        read_columns(str(tmp_path / "nothing.toml"))


def test_a_constant_may_be_empty_and_is_never_reformatted() -> None:
    empty = checked([{"name": "CATATAN", "constant": ""}])
    assert (empty, row(empty, siti())) == ((Column("CATATAN"),), [""])


def test_the_documents_example_is_a_map_and_every_field_is_told_of() -> None:
    text = (ROOT / "docs" / "kolom.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.S)
    columns = checked(tomllib.loads(example)["column"])
    held = dict(zip([column.name for column in columns], row(columns, siti()), strict=True))
    assert held == dict(re.findall(r"^\| `([^`]+)` \| `([^`]*)` \|$", text, re.M))
    assert set(FIELDS) == set(re.findall(r"^\| `([a-z_]+)` \| [^`]", text, re.M))
    assert DELIVERED.name in text
