"""Whom a line is about: by NIK, by member number, and never by a name alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.results.matching import names_agree
from tests.bot.results.lists import ANA, BUDI, SITI, Office, csv_list, excel_list, row


def changed(line: list[Any], **cells: Any) -> list[Any]:
    columns = ("no", "nik", "name", "born", "status", "remark", "kpj", "code", "until")
    return [cells.get(column, value) for column, value in zip(columns, line, strict=True)]


async def found(office: Office, tmp_path: Path, *rows: list[Any]) -> list[tuple[str, str]]:
    taken = await office.takes_in(excel_list(tmp_path / "hasil.xlsx", rows))
    return await office.found(taken.import_id)


@pytest.mark.parametrize("state", ["approved", "batched", "handed_over"])
async def test_the_agency_answers_for_those_who_were_approved(office: Office, tmp_path: Path, state: str) -> None:
    await office.signs_up(SITI, "R-1", state=state)
    assert await found(office, tmp_path, row(SITI)) == [("matched", "")]


@pytest.mark.parametrize("state", ["submitted", "in_review", "needs_correction", "refused"])
async def test_who_was_not_handed_over_is_looked_at(office: Office, tmp_path: Path, state: str) -> None:
    await office.signs_up(SITI, "R-1", state=state)
    assert await found(office, tmp_path, row(SITI)) == [("ambiguous", "not_handed_over")]


@pytest.mark.parametrize("state", ["duplicate", "withdrawn", "erased"])
async def test_a_form_that_no_longer_counts_is_nobodys(office: Office, tmp_path: Path, state: str) -> None:
    await office.signs_up(SITI, "R-1", state=state)
    assert await found(office, tmp_path, changed(row(SITI), born="")) == [("unmatched", "unknown")]


async def test_two_forms_with_one_nik_are_for_somebody_to_choose(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.signs_up(SITI, "R-2")
    assert await found(office, tmp_path, row(SITI)) == [("ambiguous", "several")]


async def test_a_duplicate_that_was_merged_does_not_stand_in_the_way(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1", state="duplicate")
    await office.signs_up(SITI, "R-2")
    assert await found(office, tmp_path, row(SITI)) == [("matched", "")]


async def test_a_made_up_person_gives_way_to_a_real_one(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.signs_up(SITI, "R-2")
    async with office.db.writing() as tx:
        await tx.rows("UPDATE applications SET simulated = TRUE WHERE receipt = 'R-1'")
    taken = await office.takes_in(csv_list(tmp_path / "a.csv", [row(SITI)]))
    await office.applies(taken.import_id)
    assert (await office.state("R-1"), await office.state("R-2")) == ("handed_over", "waiting_for_payment")


async def test_a_nik_with_another_name_is_looked_at(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    assert await found(office, tmp_path, changed(row(SITI), name="BUDI SANTOSO")) == [("ambiguous", "name_differs")]


async def test_a_damaged_nik_never_matches_even_where_it_would_fit(office: Office, tmp_path: Path) -> None:
    """The last digit of this NIK is a zero, so that what Excel left of another is exactly this one."""
    await office.signs_up(BUDI, "R-1", nik="3174051708950010")
    damaged = changed(row(BUDI), nik=3174051708950010)
    assert await found(office, tmp_path, damaged) == [("numeric_nik", "numeric")]
    taken = await office.takes_in(excel_list(tmp_path / "hasil.xlsx", [damaged]))
    (line,) = await office.lines(taken.import_id)
    assert (line.application_id, len(line.body["candidates"])) == (None, 1)
    assert await office.applies(taken.import_id) == {}


async def test_a_member_number_we_were_told_stands_in_for_a_damaged_nik(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI)]), date(2026, 11, 20))
    damaged = changed(row(SITI, until="31-12-2026"), nik=3174055708950000)
    assert await found(office, tmp_path, damaged) == [("changed", "")]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"nik": ""}, ("ambiguous", "by_name")),
        ({"nik": ANA}, ("ambiguous", "other_nik")),
        ({"nik": ANA, "born": "1995-08-18"}, ("unmatched", "unknown")),
        ({"nik": ANA, "name": "SITI"}, ("unmatched", "unknown")),
        ({"nik": "", "born": "", "kpj": ""}, ("unmatched", "no_number")),
    ],
)
async def test_a_name_and_a_birth_date_are_offered_together_only(
    office: Office, tmp_path: Path, cells: dict[str, str], expected: tuple[str, str]
) -> None:
    await office.signs_up(SITI, "R-1")
    taken = await office.takes_in(csv_list(tmp_path / "a.csv", [changed(row(SITI), **cells)]))
    assert await office.found(taken.import_id) == [expected]
    assert await office.applies(taken.import_id) == {}


async def test_a_member_who_is_refused_is_looked_at(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI)]))
    assert await found(office, tmp_path, row(SITI, "T", "USIA")) == [("ambiguous", "member_refused")]


async def test_who_may_be_registered_but_is_not_yet_hears_nothing(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    assert await found(office, tmp_path, row(SITI, remark="BISA DAFTAR", kpj="-")) == [("same", "eligible")]
    assert await office.told("R-1") == []


async def test_the_same_line_twice_counts_once_and_two_that_differ_are_looked_at(
    office: Office, tmp_path: Path
) -> None:
    await office.signs_up(SITI, "R-1")
    await office.signs_up(BUDI, "R-2")
    rows = [row(SITI), row(BUDI), changed(row(SITI), no=9), row(BUDI, "T", "USIA")]
    taken = await office.takes_in(csv_list(tmp_path / "a.csv", rows))
    assert await office.found(taken.import_id) == [
        *(("matched", ""), ("ambiguous", "twice_differs"), ("same", "twice"), ("ambiguous", "twice_differs")),
    ]
    assert await office.applies(taken.import_id) == {"changed": 1, "told": 1, "kept": 1}
    assert await office.state("R-2") == "handed_over"


async def test_after_the_answers_were_thinned_out_a_nik_still_matches(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI)]))
    async with office.db.writing() as tx:
        await tx.rows("UPDATE applications SET answers = $1, name_hash = NULL, born_hash = NULL", (b"",))
    await office.reads_and_applies(csv_list(tmp_path / "b.csv", [row(SITI, until="31-12-2026")]))
    assert "R-1 terlindungi sampai" in (await office.told("R-1"))[-1].replace("*", "")


@pytest.mark.parametrize(
    ("listed", "known", "agree"),
    [
        ("SITI AMINAH", "Siti Aminah", True),
        ("SITI AMINAH, S.PD", "Siti Aminah", True),
        ("ST AMINAH", "Siti Aminah", True),
        ("M. YUSUF", "Muhammad Yusuf", True),
        ("ANA", "Ana", True),
        ("IT", "It", True),
        ("", "Siti Aminah", True),
        ("BUDI", "", True),
        ("BUDI SANTOSO", "Siti Aminah", False),
        ("AN", "Ana", False),
    ],
)
def test_names_agree_by_a_word_they_share(listed: str, known: str, agree: bool) -> None:
    assert names_agree(listed, known) is agree
