"""`taruna poster`: a file for every active volunteer of an area, named by their code."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.house_keeping import opened
from bot.settings import Settings
from conversations.rules.codes import VOLUNTEER
from storage import volunteers
from tests.bot.relawan import KLENDER, PULO_GEBANG

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
async def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with two active volunteers in Klender, a paused one, and one elsewhere."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite+aiosqlite:///{tmp_path}/taruna.db"
    monkeypatch.setenv("DATABASE_URL", url)
    async with opened(Settings(_env_file=None, database_url=url)) as (db, keyring):  # type: ignore[call-arg]
        for number, (area, state) in enumerate(
            ((KLENDER, "active"), (KLENDER, "active"), (KLENDER, "paused"), (PULO_GEBANG, "active"))
        ):
            async with db.writing() as tx:
                row_id = await volunteers.invite(
                    tx, keyring, str(number), code=VOLUNTEER.make(number), name="Ratna Dewi", area_code=area,
                    rw="5", staff_id=None, now=NOW, until=NOW + timedelta(days=1),
                )  # fmt: skip
                await volunteers.move_to(tx, row_id, ("invited",), state, NOW)
    return url


async def drawn(folder: Path, *words: str) -> tuple[int, str, list[str]]:
    answer = await asyncio.to_thread(CliRunner().invoke, main, ["poster", "--out", str(folder), *words])
    return answer.exit_code, answer.output, sorted(path.name for path in folder.glob("*")) if folder.exists() else []


async def test_every_active_volunteer_of_a_kelurahan_gets_a_file(url: str, tmp_path: Path) -> None:
    code, said, files = await drawn(tmp_path / "klender", "--area", KLENDER)
    assert (code, f"2 posters written to {tmp_path}/klender" in said) == (0, True)
    assert files == [f"{VOLUNTEER.make(number)}-a4.pdf" for number in (0, 1)]
    assert all((tmp_path / "klender" / name).read_bytes().startswith(b"%PDF-") for name in files)


async def test_a_kota_holds_its_kelurahan_and_other_sizes_can_be_asked_for(url: str, tmp_path: Path) -> None:
    code, _, files = await drawn(tmp_path / "timur", "--area", "31.75", "--size", "square", "--format", "png")
    assert code == 0
    assert files == [f"{VOLUNTEER.make(number)}-square.png" for number in (0, 1, 3)]


async def test_posters_that_would_lead_nowhere_are_warned_of(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = "PUBLIC_URL is not set"
    assert warning in (await drawn(tmp_path / "a", "--area", KLENDER, "--size", "a6"))[1]
    monkeypatch.setenv("PUBLIC_URL", "https://taruna.example")
    assert warning not in (await drawn(tmp_path / "b", "--area", KLENDER, "--size", "a6"))[1]


async def test_a_place_that_is_none_is_said_plainly(url: str, tmp_path: Path) -> None:
    code, said, files = await drawn(tmp_path / "x", "--area", "Klender")
    assert (code, files) == (2, [])
    assert "Klender is no area of Jakarta" in said
