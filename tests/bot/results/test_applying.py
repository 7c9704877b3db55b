"""A list is looked at, applied once, told to those it concerns, and undone."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from bot.results.applying import Overtaken
from storage import audit
from tests.bot.results.lists import ANA, BUDI, KPJ, SITI, Office, csv_list, excel_list, row


async def test_a_list_says_what_it_brings_and_nothing_happens_before_it_is_applied(
    office: Office, tmp_path: Path
) -> None:
    await office.signs_up(SITI, "R-1")
    await office.signs_up(BUDI, "R-2")
    taken = await office.takes_in(
        excel_list(tmp_path / "hasil.xlsx", [row(SITI), row(BUDI, "T", "NIK TIDAK SESUAI"), row(ANA)])
    )
    assert await office.found(taken.import_id) == [("matched", ""), ("matched", ""), ("unmatched", "unknown")]
    assert (await office.state("R-1"), await office.membership("R-1"), await office.told("R-1")) == (
        *("handed_over", None), []
    )  # fmt: skip

    assert await office.applies(taken.import_id) == {"changed": 2, "told": 2, "kept": 2}
    assert (await office.state("R-1"), await office.state("R-2")) == ("waiting_for_payment", "refused")
    siti = await office.membership("R-1")
    assert siti is not None
    assert (siti.state, siti.kpj, siti.listed_on) == ("registered", KPJ[SITI], date(2026, 11, 23))


async def test_who_is_registered_hears_the_number_but_never_beside_the_nik(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.reads_and_applies(csv_list(tmp_path / "hasil.csv", [row(SITI, code="8100123456")]))
    (told,) = await office.told("R-1")
    assert ("Siti" in told, KPJ[SITI] in told, "8100123456" in told, "sebelum" in told or "setelah" in told) == (
        *(True, True, True, True),
    )
    assert SITI not in told


async def test_a_payment_code_that_is_the_nik_is_not_said(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.reads_and_applies(csv_list(tmp_path / "hasil.csv", [row(SITI, code=SITI)]))
    (told,) = await office.told("R-1")
    assert SITI not in told
    assert "pakai NIK" in told


@pytest.mark.parametrize(
    ("remark", "advice"),
    [
        ("NIK TIDAK SESUAI DUKCAPIL 3174055708950003", "Dukcapil"),
        ("SUDAH TERDAFTAR BPU", "tidak perlu daftar lagi"),
        ("USIA 65 TAHUN", "65 tahun"),
        ("DATA TIDAK LENGKAP", "data yang kurang"),
        ("", "Layanan 175"),
    ],
)
async def test_who_is_refused_hears_why_and_what_to_do(
    office: Office, tmp_path: Path, remark: str, advice: str
) -> None:
    await office.signs_up(SITI, "R-1")
    await office.reads_and_applies(csv_list(tmp_path / "hasil.csv", [row(SITI, "T", remark)]))
    (told,) = await office.told("R-1")
    assert advice in told
    assert remark.rpartition(" 3")[0] in told
    assert SITI not in told


async def test_the_same_file_again_changes_nothing(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    file = csv_list(tmp_path / "hasil.csv", [row(SITI)])
    first = await office.reads_and_applies(file)
    again = await office.takes_in(file)
    assert (again.import_id, again.before is not None) == (first, True)
    assert await office.applies(first) is None
    assert len(await office.told("R-1")) == 1


async def test_the_same_lines_in_another_file_are_no_news(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI)]))
    taken = await office.takes_in(excel_list(tmp_path / "b.xlsx", [row(SITI)]))
    assert await office.found(taken.import_id) == [("same", "")]
    assert await office.applies(taken.import_id) == {}
    assert len(await office.told("R-1")) == 1


async def test_a_file_applied_by_two_at_once_is_applied_by_one(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    taken = await office.takes_in(csv_list(tmp_path / "hasil.csv", [row(SITI)]))
    done = await asyncio.gather(*(office.applies(taken.import_id) for _ in range(4)))
    assert sorted(one is None for one in done) == [False, True, True, True]
    assert len(await office.told("R-1")) == 1
    async with office.db.reading() as tx:
        assert [entry.action for entry in await audit.search(tx, action="import.applied")] == ["import.applied"]


async def test_the_very_same_file_loaded_by_two_at_once_is_applied_by_one(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    file = csv_list(tmp_path / "hasil.csv", [row(SITI)])
    first, second = await asyncio.gather(office.takes_in(file), office.takes_in(file))
    assert first.import_id != second.import_id
    done = await asyncio.gather(office.applies(first.import_id), office.applies(second.import_id))
    assert sorted(one is None for one in done) == [False, True]
    assert len(await office.told("R-1")) == 1


async def test_two_lists_that_speak_of_the_same_people_at_once_do_not_mix(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.signs_up(BUDI, "R-2")
    files = [
        csv_list(tmp_path / f"{day}.csv", [row(SITI, until=f"{day}-12-2026"), row(BUDI, until=f"{day}-12-2026")])
        for day in (10, 20)
    ]
    taken = [await office.takes_in(file) for file in files]
    done = await asyncio.gather(*(office.applies(one.import_id) for one in taken))
    assert None not in done
    said = [await office.membership(receipt) for receipt in ("R-1", "R-2")]
    assert len({one.paid_until for one in said if one}) == 1
    assert [len(await office.told(receipt)) for receipt in ("R-1", "R-2")] == [2, 2]


async def test_a_list_is_undone_by_one_of_two(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    applied = await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI)]))
    done = await asyncio.gather(office.undoes(applied), office.undoes(applied))
    assert sorted(one is None for one in done) == [False, True]
    assert await office.state("R-1") == "handed_over"


async def test_months_later_the_list_moves_people_on(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    lists = [
        ("2026-11-23", row(SITI), "waiting_for_payment", KPJ[SITI]),
        ("2026-12-05", row(SITI, until="31-12-2026"), "active", "31 Desember 2026"),
        ("2027-01-20", row(SITI, until="31-12-2026"), "late", ""),
        ("2027-02-10", row(SITI, until="Desember 2026", status="NONAKTIF", kpj=KPJ[SITI]), "lapsed", "sudah berakhir"),
        ("2027-05-02", row(SITI, until="31/05/2027"), "active", "31 Mei 2027"),
    ]
    told_before = 0
    for n, (day, line, state, said) in enumerate(lists):
        listed = date.fromisoformat(day)
        office.now = office.now.replace(year=listed.year, month=listed.month, day=listed.day)
        await office.reads_and_applies(csv_list(tmp_path / f"{n}.csv", [[*line, n]], (*line_header(), "KE")), listed)
        told = await office.told("R-1")
        assert await office.state("R-1") == state, day
        assert len(told) - told_before == bool(said), (day, told)
        assert not said or said in told[-1]
        told_before = len(told)


def line_header() -> tuple[str, ...]:
    return ("NO", "NIK", "NAMA", "TGL LAHIR", "STATUS", "KETERANGAN", "NOMOR KPJ", "KODE IURAN", "MASA PERLINDUNGAN")


async def test_an_older_list_does_not_speak_against_a_newer_one(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.reads_and_applies(csv_list(tmp_path / "new.csv", [row(SITI, until="31-12-2026")]), date(2026, 11, 20))
    older = await office.takes_in(csv_list(tmp_path / "old.csv", [row(SITI, until="30-11-2026")]), date(2026, 11, 1))
    assert await office.found(older.import_id) == [("same", "older")]
    await office.applies(older.import_id)
    said = await office.membership("R-1")
    assert said is not None
    assert said.paid_until == date(2026, 12, 31)


# ---- undoing --------------------------------------------------------------------------------------------------------


async def test_undoing_puts_back_what_was_before_and_takes_unsent_words_back(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.signs_up(BUDI, "R-2")
    await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI)]))
    before = await office.membership("R-1")
    async with office.db.writing() as tx:
        await tx.rows("UPDATE outbox SET state = 'sent', attempts = 1")
    second = await office.reads_and_applies(
        csv_list(tmp_path / "b.csv", [row(SITI, until="31-12-2026"), row(BUDI, "T", "USIA")])
    )
    assert (await office.state("R-1"), await office.state("R-2")) == ("active", "refused")
    assert await office.undoes(second) == {"put_back": 2}
    assert (await office.state("R-1"), await office.state("R-2")) == ("waiting_for_payment", "handed_over")
    assert (await office.membership("R-1"), await office.membership("R-2")) == (before, None)
    assert (len(await office.told("R-1")), await office.told("R-2")) == (1, [])
    assert await office.undoes(second) is None


async def test_who_was_told_hears_plainly_that_it_was_wrong(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    applied = await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI, "T", "USIA")]))
    async with office.db.writing() as tx:
        await tx.rows("UPDATE outbox SET state = 'delivered', attempts = 1")
    assert await office.undoes(applied) == {"put_back": 1, "told": 1}
    assert "keliru" in (await office.told("R-1"))[-1]


async def test_a_list_that_was_spoken_over_is_undone_last(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    first = await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI)]))
    second = await office.reads_and_applies(csv_list(tmp_path / "b.csv", [row(SITI, until="31-12-2026")]))
    with pytest.raises(Overtaken):
        await office.undoes(first)
    assert await office.state("R-1") == "active"
    await office.undoes(second)
    await office.undoes(first)
    assert (await office.state("R-1"), await office.membership("R-1")) == ("handed_over", None)


async def test_an_undone_file_can_be_applied_after_all(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    file = csv_list(tmp_path / "a.csv", [row(SITI)])
    first = await office.reads_and_applies(file)
    await office.undoes(first)
    second = await office.reads_and_applies(file)
    assert second != first
    assert await office.state("R-1") == "waiting_for_payment"
