"""The town in which pages are tested."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bot.town import Town, open_town


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    async with open_town(sqlite_url) as opened:
        yield opened
