"""The documentation says what is so: its commands run, settings are in .env.example, the files it names are there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.en.md")


def commands(name: str) -> list[str]:
    """Every command a README tells people to type."""
    text = (ROOT / name).read_text(encoding="utf-8")
    fenced = [line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines() if line]
    return fenced + re.findall(r"`(\.venv/bin/taruna [^`]*|make [a-z]+)`", text)


def test_both_readmes_tell_the_same_commands() -> None:
    assert commands(READMES[0]) == commands(READMES[1])
    assert "make run" in commands(READMES[0])
    assert "make test" in commands(READMES[0])


def test_every_make_target_a_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = {c.split()[1] for name in READMES for c in commands(name) if c.startswith("make ")}
    assert named <= targets


@pytest.mark.parametrize("command", sorted({c for c in commands(READMES[0]) if "taruna" in c}))
def test_a_readmes_command_is_understood(command: str) -> None:
    words = [word for word in command.split()[1:] if word != "FILE"]
    answer = CliRunner().invoke(main, [*words, "--help"])
    assert answer.exit_code == 0, answer.output


def run(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM", "TWILIO", "DATABASE", "DATA_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *words],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_readmes_commands_work_one_after_the_other(tmp_path: Path) -> None:
    """The whole table of the README, on a fresh folder: chat, invite, download, back up, restore, look at the flow."""
    assert run(tmp_path, "doctor").returncode == 0
    chat = run(tmp_path, "chat", "--save", "chat.txt", stdin="daftar\n:1\n")
    assert chat.returncode == 0, chat.stderr
    assert "> daftar" in (tmp_path / "chat.txt").read_text(encoding="utf-8")
    assert "/admin/setup/" in run(tmp_path, "staff", "add").stdout
    nothing = run(tmp_path, "export", "--batch", "1")
    assert (nothing.returncode, nothing.stderr) == (2, "taruna: there is no batch 1; none yet\n")
    assert run(tmp_path, "backup", "all.gz").returncode == 0
    again = run(tmp_path, "backup", "all.gz")
    assert again.returncode == 2
    assert "never overwritten" in again.stderr
    assert run(tmp_path, "restore", "all.gz", "--force").returncode == 0
    assert "registration" in run(tmp_path, "flow", "registration").stdout
    assert (
        "mermaid" in run(tmp_path, "flow", "registration").stdout.casefold()
        or "flowchart" in run(tmp_path, "flow", "registration").stdout
    )
    assert run(tmp_path, "audit", "verify").stdout.strip() == "the chain is whole"
    assert run(tmp_path, "keys", "rotate").returncode == 0
    assert run(tmp_path, "doctor").returncode == 0


def test_a_misspelt_setting_is_one_clear_line(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "bot.cli", "doctor"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TELEGRAM_BOT_TOKN": "x"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 2
    assert answer.stderr.strip() == "taruna: TELEGRAM_BOT_TOKN is not a setting; did you mean TELEGRAM_BOT_TOKEN?"


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_every_file_the_documentation_names_is_there() -> None:
    for name in (*READMES, "CONTRIBUTING.md", "docs/memasang.md", "docs/admin.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for path in re.findall(r"\]\(([^)#:]+)\)|`((?:bot|conversations|locales|storage|tests)/[\w./]+\.\w+)`", text):
            wanted = path[0] or path[1]
            assert (ROOT / wanted).exists() or (ROOT / name).parent.joinpath(wanted).exists() or "yours" in wanted, (
                f"{name} names {wanted}, which is not there"
            )


def test_the_changelog_tells_of_this_version() -> None:
    assert "## 0.1.0" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
