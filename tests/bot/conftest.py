"""The town in which pages are tested, and the hall in which people talk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.hall import Hall, open_hall
from tests.bot.town import Town, open_town


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    async with open_town(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def hall(database_url: str, tmp_path: Path) -> AsyncIterator[Hall]:
    """A hall full of chats, on each database."""
    async with open_hall(database_url, tmp_path) as hall:
        yield hall
