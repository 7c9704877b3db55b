"""When our side is in trouble the page says so in words, and nothing of what was typed."""

from __future__ import annotations

from contextlib import asynccontextmanager

import httpx
import pytest

from storage.errors import DatabaseBusy, TryAgain
from tests.bot.town import Town


def trouble(town: Town, monkeypatch: pytest.MonkeyPatch, error: Exception) -> httpx.AsyncClient:
    """A visitor of a town whose database fails this way."""

    @asynccontextmanager
    async def fails():  # type: ignore[no-untyped-def]
        raise error
        yield

    monkeypatch.setattr(town.services.db, "reading", fails)
    transport = httpx.ASGITransport(app=town.app, raise_app_exceptions=False)
    visitor = httpx.AsyncClient(transport=transport, base_url="http://test", headers={"accept-language": "id"})
    town.doors.append(visitor)
    return visitor


@pytest.mark.parametrize("error", [TryAgain("later"), DatabaseBusy("locked")])
async def test_a_busy_database_asks_for_patience(town: Town, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    answer = await trouble(town, monkeypatch, error).get("/isi/" + "A" * 22)
    assert (answer.status_code, "Sistem sedang sibuk" in answer.text) == (503, True)
    assert "content-security-policy" in answer.headers


async def test_a_bug_of_ours_shows_no_trace_of_itself(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = await trouble(town, monkeypatch, RuntimeError("Siti Aminah 3174055708950003")).get("/isi/" + "A" * 22)
    assert (answer.status_code, "Ada yang rusak di tempat kami" in answer.text) == (500, True)
    assert "Siti" not in answer.text
    assert "Traceback" not in answer.text
