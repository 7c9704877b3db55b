"""The dry run of retention says what would go and when, and changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.retaining import AHEAD, RULES, forecast, let_go, table
from bot.settings import Settings
from tests.bot.town import BUDI, START, Phone, open_town


def settings_of(database_url: str, folder: Path) -> Settings:
    return Settings(_env_file=None, database_url=database_url, var=folder)  # type: ignore[call-arg]


async def test_a_draft_is_told_to_go_thirty_days_after_the_last_answer(database_url: str, tmp_path: Path) -> None:
    async with open_town(database_url, var=tmp_path) as town:
        await Phone(town.visitor()).says("daftar", "dibantu", "setuju")
        await Phone(town.visitor()).says(*BUDI)
    settings = settings_of(database_url, tmp_path)
    by = {days: await forecast(settings, START + timedelta(days=days)) for days in (1, 24, 31)}
    drafts = {days: next(one.counts for one in going if one.kind == "drafts") for days, going in by.items()}
    assert drafts == {1: (0, 0, 1), 24: (0, 1, 1), 31: (1, 1, 1)}
    assert next(one.counts for one in by[31] if one.kind == "silent")[0] == 1
    assert await forecast(settings, START + timedelta(days=31)) == by[31]  # nothing went by looking
    gone = await let_go(settings, START + timedelta(days=31))
    assert (gone["drafts"], gone["silent"]) == (1, 1)
    after = await forecast(settings, START + timedelta(days=31))
    assert next(one.counts for one in after if one.kind == "drafts") == (0, 0, 0)


async def test_every_kind_that_goes_has_a_rule_in_words(database_url: str, tmp_path: Path) -> None:
    going = await forecast(settings_of(database_url, tmp_path), datetime.now(UTC))
    assert [one.kind for one in going] == [*RULES]
    lines = table(going).splitlines()
    assert len(lines) == len(RULES) + 1
    assert all(rule in line for rule, line in zip(RULES.values(), lines[1:], strict=True))
    assert all(f"in {days} days" in lines[0] for days in AHEAD[1:])


def test_the_command_prints_the_table_and_lets_nothing_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/taruna.db")
    monkeypatch.setenv("VAR", str(tmp_path))
    answer = CliRunner().invoke(main, ["retention", "--dry-run"])
    assert answer.exit_code == 0, answer.output
    assert "unfinished registrations, 30 days after the last answer" in answer.output
    answer = CliRunner().invoke(main, ["retention"])
    assert answer.output == "nothing was due\n"
