"""`taruna outlines`: a file is told feature by feature, kept only when that is asked for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from storage import outlines
from storage.database import Database
from tests.bot.coverage.patchwork import collection, patchwork, written


@pytest.fixture
def url(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    return database_url


async def run(*words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, main, ["outlines", *words])


async def count(url: str) -> dict[str, int]:
    db = await Database.open(url)
    async with db.reading() as tx:
        found = dict(await outlines.counts(tx))
    await db.close()
    return found


def spoilt() -> dict[str, Any]:
    what = collection({code: cell for code, cell in patchwork(2).items() if code.startswith("31.71")})
    what["features"][3]["properties"]["WADMKD"] = "PETOJO SELATANN"
    what["features"][5]["properties"]["WADMKD"] = "Antah Berantah"
    return what


async def test_a_file_is_told_and_kept_only_when_asked(url: str, tmp_path: Path) -> None:
    path = str(written(tmp_path / "pusat.geojson", spoilt()))
    looked = await run(path)
    assert looked.exit_code == 0, looked.output
    assert (
        "feature 4: PETOJO SELATANN, Gambir, Kota Adm. Jakarta Pusat: unknown; perhaps Petojo Selatan" in looked.output
    )
    assert "feature 6: Antah Berantah" in looked.output
    assert "42 matched" in looked.output
    assert "kecamatan: 7 of 44, 7 put together; missing: Kepulauan Seribu Utara" in looked.output
    assert "nothing is kept yet: look at /admin/coverage/outlines/1, or say --apply" in looked.output
    assert set((await count(url)).values()) == {0}
    applied = await run(path, "--apply")
    assert "49 outlines are in use" in applied.output
    assert await count(url) == {"kota": 0, "kecamatan": 7, "kelurahan": 42, "rw": 0}


async def test_what_cannot_be_read_is_one_line_and_fails(url: str, tmp_path: Path) -> None:
    path = tmp_path / "batas.geojson"
    path.write_text('{"type":\n ]')
    answer = await run(str(path))
    assert (answer.exit_code, answer.output) == (1, f"taruna: {path} cannot be read: not json (line 2, column 2)\n")


async def test_a_file_of_which_nothing_is_known_fails(url: str, tmp_path: Path) -> None:
    what = spoilt()
    what["features"] = [what["features"][5]]
    answer = await run(str(written(tmp_path / "batas.geojson", what)), "--apply")
    assert answer.exit_code == 1
    assert "0 outlines are in use" in answer.output
