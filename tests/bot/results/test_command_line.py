"""A list on the command line: matched and left to be looked at, or applied at once when that is said."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from storage import audit
from storage.database import Database
from storage.migrate import migrate
from storage.opening import open_keyring
from tests.bot.results.lists import SITI, Office, csv_list, row


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A house with Siti in it, whose form was handed over."""
    where = f"sqlite+aiosqlite:///{tmp_path}/var/taruna.db"
    (tmp_path / "var").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", where)

    async def moves_in() -> None:
        await migrate(where)
        db = await Database.open(where)
        await Office(db, await open_keyring(db, "", tmp_path / "var" / "keys")).signs_up(SITI, "R-1")
        await db.close()

    asyncio.run(moves_in())
    return where


def imports(*words: object) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, words)])


def state(url: str) -> str:
    async def look() -> str:
        db = await Database.open(url)
        async with db.reading() as tx:
            [(found,)] = await tx.rows("SELECT state FROM applications")
            actors = {entry.actor for entry in await audit.search(tx, action="import.")}
        await db.close()
        assert actors == {"command line"}
        return str(found)

    return asyncio.run(look())


def test_a_list_is_matched_and_applied_only_when_that_is_said(url: str, tmp_path: Path) -> None:
    file = csv_list(tmp_path / "hasil.csv", [row(SITI)])
    looked = imports(file, "--listed-on", "2026-11-23")
    assert (looked.exit_code, "1 matched" in looked.output, "say --apply" in looked.output) == (0, True, True)
    assert state(url) == "handed_over"
    done = imports(file, "--apply")
    assert "applied: 1 people, 1 to be told" in done.output
    assert state(url) == "waiting_for_payment"
    again = imports(file, "--apply")
    assert (again.exit_code, "nothing changes" in again.output) == (0, True)


def test_a_file_that_is_no_list_is_told_in_one_line(url: str, tmp_path: Path) -> None:
    file = tmp_path / "hasil.xlsx"
    file.write_bytes(b"%PDF-1.7")
    refused = imports(file)
    assert refused.exit_code == 1
    assert refused.output == f"taruna: {file} cannot be read: not a sheet\n"
    assert imports(tmp_path / "nothing.csv").exit_code == 2
