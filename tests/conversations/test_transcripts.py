"""Conversations replayed word for word. `pytest --rewrite tests/conversations` writes them anew; read the diff."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.terminal import Transcript as Saved
from bot.house import build_house
from tests.transcripts import script
from tests.transcripts.replay import NoSuchButton, chat, replay


@pytest.mark.parametrize("path", script.every(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_conversation_goes_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    transcript = script.read(path)
    heard = replay(transcript, build_house())
    written = script.write(transcript, heard)
    if request.config.getoption("rewrite"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


def test_what_the_terminal_saves_is_such_a_transcript(tmp_path: Path) -> None:
    original = script.read(script.HERE / "id" / "corrections.txt")
    talking = chat(original, build_house())
    saved = Saved("id", original.can, talking.at)
    for line in original.lines:
        written = script.write(script.Transcript(original.path, {}, (replace(line, before=()),)), [()]).strip()
        saved.did(written.removeprefix("> ") if not written.startswith("@") else written)
        if line.how == "waited":
            talking.take(line)
            continue
        message = talking.send(*talking.content(line)).message
        assert message is not None
        saved.heard(message.text, message.choices)
    saved.save(tmp_path / "saved.txt")
    again = script.read(tmp_path / "saved.txt")
    assert again.header["own"].startswith("+62")
    assert [(line.how, line.text) for line in again.lines] == [(line.how, line.text) for line in original.lines]
    assert [line.heard for line in again.lines] == [_said(line.heard) for line in original.lines]


def _said(heard: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what a terminal does not show: effects, and the platform's contact button."""
    return tuple(line for line in heard if not line.startswith(("~ ", "(")))


@pytest.mark.parametrize("line", ["hello", "@ +two days", ">typed"])
def test_a_line_that_means_nothing_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_text(f"language: id\ndate: 2026-11-24\n\n> halo\n{line}\n", encoding="utf-8")
    with pytest.raises(script.Unreadable, match=r"odd\.txt:5"):
        script.read(path)


def test_a_button_that_was_never_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_text("language: id\ndate: 2026-11-24\n\n> halo\n> [Terbang]\n", encoding="utf-8")
    with pytest.raises(NoSuchButton, match=r"\[Terbang\].*\[Daftar\]"):
        replay(script.read(path), build_house())
