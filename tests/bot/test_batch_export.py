"""A batch's file from the command line: what was sealed, for its owner only, and plainly said where it is not."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import socket
import subprocess
import sys
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
from click.testing import CliRunner

from bot.batch_export import NoBatch, NotWhatWasSealed, export_batch
from bot.cli import main
from storage import applications, audit, people
from tests.bot.admin.test_batches import approved, sealed, taken
from tests.bot.town import BUDI, SITI, Town, send


async def written(town: Town, path: Path, **how: object) -> bytes:
    kind = path.suffix.removeprefix(".")
    await export_batch(town.services.settings, 1, kind, path, lambda _d, _t: None, **how)  # type: ignore[arg-type]
    return path.read_bytes()


async def test_the_command_line_writes_the_very_file_the_desk_gives(town: Town, tmp_path: Path) -> None:
    ratna, _ = await approved(town, SITI, BUDI)
    where = await sealed(ratna)
    steps: list[tuple[int, int]] = []
    for kind in ("xlsx", "csv", "jsonl"):
        path = tmp_path / f"batch-1.{kind}"
        done = await export_batch(
            town.services.settings, 1, kind, path, lambda done, total: steps.append((done, total))  # type: ignore[arg-type]
        )  # fmt: skip
        data = path.read_bytes()
        assert (done.rows, done.missing, done.verdict) == (2, 0, "same")
        assert data == (await taken(ratna, where, kind=kind)).content
        assert hashlib.sha256(data).hexdigest() == done.sha256
        assert path.stat().st_mode & 0o077 == 0
        assert json.loads(done.manifest.read_text()) == (await ratna.get(f"{where}/manifest.json")).json()
        assert done.manifest.name == "batch-1.manifest.json"
    assert steps == [(2, 2)] * 3
    async with town.services.db.reading() as tx:
        taken_by = [entry.actor for entry in await audit.search(tx, action="batch.taken")]
    assert sorted(taken_by) == ["command line"] * 3 + ["ratna"] * 3


async def test_a_locked_file_opens_with_its_password(town: Town, tmp_path: Path) -> None:
    await sealed((await approved(town, SITI))[0])
    plain = await written(town, tmp_path / "plain.xlsx")
    locked = await written(town, tmp_path / "locked.xlsx", password="kunci lemari")
    book, opened = msoffcrypto.OfficeFile(io.BytesIO(locked)), io.BytesIO()
    book.load_key(password="kunci lemari")
    book.decrypt(opened)
    assert opened.getvalue() == plain
    assert sorted(path.name for path in tmp_path.iterdir() if "xlsx" in path.name) == ["locked.xlsx", "plain.xlsx"]


async def test_what_lost_somebody_is_written_and_said(town: Town, tmp_path: Path) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    await sealed(ratna)
    async with town.services.db.writing() as tx:
        one = await applications.one(tx, town.services.keyring, receipts[0])
        assert one is not None
        await people.erase(tx, town.services.keyring, one.person_id, town.clock())
    done = await export_batch(town.services.settings, 1, "csv", tmp_path / "b.csv", lambda _d, _t: None)
    assert (done.rows, done.missing, done.verdict) == (1, 1, "let_go")


async def test_what_says_something_else_is_not_written_unless_told_to(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sealed((await approved(town, SITI))[0])
    import bot.batch_files

    before = bot.batch_files.row
    monkeypatch.setattr(bot.batch_files, "row", lambda columns, source: [*before(columns, source)[:-1], "TK-OTHER"])
    path = tmp_path / "batch-1.xlsx"
    path.write_bytes(b"an older file")
    with pytest.raises(NotWhatWasSealed, match="batch 1 does not say what it said when it was sealed"):
        await written(town, path)
    assert [one.name for one in tmp_path.iterdir() if "batch" in one.name] == ["batch-1.xlsx"]
    assert path.read_bytes() == b"an older file"
    await written(town, path, if_changed="write")
    assert openpyxl.load_workbook(path).active is not None


async def test_rows_that_are_only_packed_otherwise_are_told_from_others(town: Town, tmp_path: Path) -> None:
    ratna, _ = await approved(town, SITI)
    await sealed(ratna)
    async with town.services.db.writing() as tx:
        [(kept,)] = await tx.rows("SELECT digests FROM batches")
        digests = json.loads(kept)
        digests["sha256"]["xlsx"] = "0" * 64
        await tx.rows("UPDATE batches SET digests = $1", (json.dumps(digests),))
    done = await export_batch(town.services.settings, 1, "xlsx", tmp_path / "b.xlsx", lambda _d, _t: None)
    assert done.verdict == "packed_otherwise"


async def test_only_a_sealed_batch_has_a_file(town: Town, tmp_path: Path) -> None:
    with pytest.raises(NoBatch, match="there is no batch 1; none yet"):
        await written(town, tmp_path / "b.xlsx")
    ratna, _ = await approved(town, SITI)
    where = await sealed(ratna)
    await send(ratna, f"{where}/cancellation")
    with pytest.raises(NoBatch, match="batch 1 is cancelled: only a sealed one has a file"):
        await written(town, tmp_path / "b.xlsx")
    with pytest.raises(NoBatch, match="there is no batch 7; the newest is 1"):
        await export_batch(town.services.settings, 7, "csv", tmp_path / "b.csv", lambda _d, _t: None)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("b.", ".b."))] == []


async def test_the_command_says_what_it_wrote_and_refuses_what_it_must(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sealed((await approved(town, SITI))[0])
    monkeypatch.setenv("DATABASE_URL", town.services.settings.database_url)
    monkeypatch.chdir(tmp_path)

    async def taruna(*words: str, typed: str = "") -> tuple[int, str]:
        answer = await asyncio.to_thread(CliRunner().invoke, main, list(words), input=typed)
        return answer.exit_code, answer.output

    code, said = await taruna("export", "--batch", "1", "--format", "csv")
    assert code == 0
    assert said.startswith("batch 1: 1 rows written to batch-1.csv, the manifest to batch-1.manifest.json\nsha256 ")
    assert said.endswith(": what was sealed\n")
    assert await taruna("export", "--batch", "1", "--format", "csv") == (
        2,
        "taruna: batch-1.csv exists; choose another --output, or say --force\n",
    )
    assert await taruna("export", "--batch", "9") == (2, "taruna: there is no batch 9; the newest is 1\n")
    assert (await taruna("export"))[0] == 2
    assert (await taruna("export", "--batch", "0"))[0] == 2
    assert await taruna("export", "--batch", "1", "--format", "csv", "--lock", "--force") == (
        2,
        "taruna: --lock is for xlsx; a csv cannot be locked\n",
    )
    code, said = await taruna("export", "--batch", "1", "--lock", typed="pendek\npendek\n")
    assert (code, "needs 8 to 100 characters" in said) == (2, True)
    code, said = await taruna("export", "--batch", "1", "--lock", typed="kunci lemari\nkunci lemari\n")
    assert (code, "kunci" in said, "(before it was locked): what was sealed" in said) == (0, False, True)
    assert Path("batch-1.xlsx").read_bytes().startswith(b"\xd0\xcf\x11\xe0")


def test_a_column_map_that_cannot_be_stops_the_start_with_one_line(tmp_path: Path) -> None:
    file = tmp_path / "kolom.toml"
    file.write_text('[[column]]\nname = "NIK"\nfield = "nikk"\n', encoding="utf-8")
    root = Path(__file__).parents[2]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    answer = subprocess.run(
        [sys.executable, "-m", "bot.cli", "serve"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root), "COLUMN_MAP": str(file), "PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = f"taruna: COLUMN_MAP: {file}, column 1 'NIK': there is no field 'nikk'; did you mean 'nik'?"
    assert (answer.returncode, answer.stderr.strip().splitlines()[-1]) == (2, said)
