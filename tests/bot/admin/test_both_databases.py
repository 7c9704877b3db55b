"""The way of one form across the desk, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.admin.flags import FLAGS
from bot.admin.queue import PROGRAMMES, SECTORS, STATES
from tests.bot.admin.test_batches import sealed
from tests.bot.town import BUDI, PASSWORD, SITI, Phone, Town, open_town, send


@pytest.fixture
async def either_town(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)  # PostgreSQL has no folder of its own: keys go to ./var
    async with open_town(database_url) as town:
        yield town


async def test_a_form_goes_from_the_chat_to_the_file(either_town: Town) -> None:
    town = either_town
    siti, budi = await Phone(town.visitor()).signs_up(SITI), await Phone(town.visitor()).signs_up(BUDI)
    ratna = await town.member()
    for name, values in (("state", STATES), ("programme", PROGRAMMES), ("sector", SECTORS), ("flag", FLAGS)):
        for value in (*values, ""):
            assert (await ratna.get("/admin/queue", params={name: value})).status_code == 200
    both = await ratna.get("/admin/queue", params={"area": "31.75"})
    assert both.text.index(siti) < both.text.index(budi)
    found = await send(ratna, "/admin/queue/search", sought="budi santoso")
    searched = (await ratna.get(found.headers["location"])).text
    assert (budi in searched, siti in searched) == (True, False)
    assert "Siti Aminah" in (await send(ratna, f"/admin/applications/{siti}/reveal")).text
    for path in ("approval", "approval/undo", "approval"):
        done = await send(ratna, f"/admin/applications/{siti}/{path}", version="1")
        assert "faster" not in done.headers["location"]
    assert "sudah diperiksa" in (await town.visitor().post("/cek", data={"receipt": siti})).text
    batch = await sealed(ratna)
    file = await send(ratna, f"{batch}/file", kind="csv", password=PASSWORD)
    assert "3174055708950003" in file.text
    assert "BUDI" not in file.text
    handed_over = await send(ratna, f"{batch}/handover", sure="yes")
    assert handed_over.headers["location"] == f"{batch}?done=handed_over"
    assert "sudah diserahkan pada" in (await town.told(siti))[-1]
    town.clock.passes(minutes=31)
    assert (await ratna.get("/admin/queue")).status_code == 303
