"""The approved ones as a file: only with the password again, written down, and nothing left lying about."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import httpx
import openpyxl
import pytest

from bot.admin.columns import COLUMNS
from bot.admin.export import export_to_file
from locales import LANGUAGES, catalogue
from storage import audit
from tests.bot.town import BUDI, PASSWORD, SITI, Phone, Town, send


async def approved(town: Town, *people: tuple[str, ...]) -> httpx.AsyncClient:
    """Sign these up, approve them, and give back the admin who did."""
    ratna = await town.member()
    for answers in people:
        receipt = await Phone(town.visitor()).signs_up(answers)
        await send(ratna, f"/admin/applications/{receipt}/approval", version="1")
    return ratna


def sheet(data: bytes) -> list[dict[str, object]]:
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page is not None
    head, *rows = page.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


async def test_the_download_is_a_sheet_of_text_with_every_approved_one(town: Town) -> None:
    ratna = await approved(town, SITI, BUDI)
    await Phone(town.visitor()).signs_up(SITI)  # waits still: not in the file
    answer = await send(ratna, "/admin/export", kind="xlsx", simulated="yes", password=PASSWORD)
    assert answer.headers["content-disposition"] == 'attachment; filename="taruna-2026-11-24.xlsx"'
    assert answer.headers["cache-control"] == "no-store"
    siti, budi = sheet(answer.content)
    assert (siti["NIK"], siti["Nama"], siti["Tanggal lahir"]) == ("3174055708950003", "Siti Aminah", "1995-08-17")
    assert (siti["Kelurahan"], siti["RW"]) == ("Klender, Duren Sawit, Jakarta Timur", "5")
    assert (siti["Nomor HP"], budi["Nomor HP"]) == ("081234567890", "")
    assert (siti["Program"], budi["Program"]) == ("JKK+JKM", "JKK+JKM+JHT")
    assert (siti["Jumlah iuran"], siti["Dasar iuran"], siti["Bulan pertama"]) == ("65600", "2600000", "2026-11")
    assert (budi["Pekerjaan"], budi["Sektor"], budi["Jumlah iuran"]) == ("Driver ojek online", "transport", "77150")
    assert (siti["Disetujui"], siti["Tanda"], siti["Contoh"]) == ("2026-11-24", "approximate", "contoh")


async def test_people_of_the_simulator_are_left_out_unless_asked_for(town: Town) -> None:
    ratna = await approved(town, SITI)
    answer = await send(ratna, "/admin/export", kind="xlsx", password=PASSWORD)
    assert sheet(answer.content) == []


async def test_a_csv_opens_with_its_columns(town: Town) -> None:
    ratna = await approved(town, SITI)
    answer = await send(ratna, "/admin/export", kind="csv", simulated="yes", password=PASSWORD)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["NIK"], row["E-mail"]) == ("3174055708950003", "")


async def test_without_the_password_there_is_no_file_and_the_try_counts(town: Town) -> None:
    ratna = await approved(town, SITI)
    answer = await send(ratna, "/admin/export", kind="xlsx", password="salah salah salah")
    assert (answer.status_code, "Kata sandinya tidak cocok" in answer.text) == (403, True)
    async with town.services.db.reading() as tx:
        assert [e.action for e in await audit.search(tx, action="export")] == []
        assert [e.action for e in await audit.search(tx, action="login.wrong")] == ["login.wrong_password"]


async def test_each_download_is_written_down_with_its_count_and_digest(town: Town) -> None:
    ratna = await approved(town, SITI, BUDI)
    answer = await send(ratna, "/admin/export", kind="csv", simulated="yes", password=PASSWORD)
    async with town.services.db.reading() as tx:
        (entry,) = await audit.search(tx, action="export.taken")
        assert await audit.verify(tx) is None
    digest = hashlib.sha256(answer.content).hexdigest()
    assert (entry.actor, entry.subject) == ("ratna", "export:csv")
    assert entry.facts == {"rows": 2, "which": "all", "sha256": digest}


async def test_nothing_personal_is_left_on_the_disk(town: Town) -> None:
    ratna = await approved(town, SITI)
    before = sorted(town.services.settings.var.iterdir())
    await send(ratna, "/admin/export", kind="xlsx", simulated="yes", password=PASSWORD)
    assert sorted(town.services.settings.var.iterdir()) == before


async def test_the_command_line_writes_the_same_rows_for_its_owner_only(town: Town, tmp_path: Path) -> None:
    await approved(town, SITI, BUDI)
    path, steps = tmp_path / "approved.xlsx", list[tuple[int, int]]()
    count = await export_to_file(
        town.services.settings, "xlsx", path, "all", lambda done, total: steps.append((done, total))
    )
    assert (count, len(sheet(path.read_bytes())), steps) == (2, 2, [(2, 2)])
    assert path.stat().st_mode & 0o077 == 0


async def test_a_file_that_fails_halfway_is_not_there(town: Town, tmp_path: Path) -> None:
    await approved(town, SITI)

    def stops(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await export_to_file(town.services.settings, "csv", tmp_path / "approved.csv", "all", stops)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".approved", "approved"))] == []


def test_every_column_has_a_heading_in_every_language() -> None:
    for language in LANGUAGES:
        assert {f"export.column.{column.name}" for column in COLUMNS} <= set(catalogue(language))
