"""Conversations replayed word for word. `pytest --rewrite tests/conversations` writes them anew; read the diff."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.house import build_house
from tests.transcripts import script
from tests.transcripts.replay import replay


@pytest.mark.parametrize("path", script.every(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_conversation_goes_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    transcript = script.read(path)
    heard = replay(transcript, build_house())
    written = script.write(transcript, heard)
    if request.config.getoption("rewrite"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")
