"""Two reviewers never collide: opening holds, others read who has it, and nobody decides over a colleague's head."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.admin.test_correction import asks, opened, text
from tests.bot.admin.test_refusal import refuses
from tests.bot.town import Phone, Town, open_town, send


@pytest.fixture
async def either_town(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)
    async with open_town(database_url) as town:
        yield town


def until(page: str) -> str:
    found = re.search(r'data-until="([0-9]+)"', page)
    assert found
    return found[1]


async def test_who_opens_second_reads_who_has_it_and_cannot_decide(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    where = f"/admin/applications/{receipt}"
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    assert "Setujui" in (await ratna.get(where)).text
    page = await dewi.get(where)
    assert "Sedang dilihat Ratna Dewi sampai pukul 10.10" in text(page)
    assert "Jawaban" in page.text
    assert not re.search(r"/(approval|correction|refusal)\b", page.text)
    for path in ("approval", "correction", "refusal"):
        ticked = {"version": "1", "own": "Tolong dicek.", "step.rw": "yes"}
        assert (await send(dewi, f"{where}/{path}", **ticked)).headers["location"].endswith("?done=held")
    assert "Belum tersimpan: orang lain" in (await dewi.get(f"{where}?done=held")).text
    assert (await opened(town, receipt)).state == "submitted"


async def test_a_hold_lapses_by_itself_and_is_kept_by_the_open_page(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    where = f"/admin/applications/{receipt}"
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    await ratna.get(where)
    town.clock.passes(minutes=9)
    assert (await send(ratna, f"{where}/hold")).text.isdecimal()
    town.clock.passes(minutes=9)
    assert "Sedang dilihat" in (await dewi.get(where)).text
    town.clock.passes(minutes=2)
    assert "Sedang dilihat" not in (await dewi.get(where)).text
    assert (await send(ratna, f"{where}/hold")).text == ""
    assert (await send(ratna, f"{where}/approval", version="1")).headers["location"].endswith("?done=held")


async def test_leaving_the_page_gives_it_back_unless_another_page_of_theirs_is_open(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    where = f"/admin/applications/{receipt}"
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    first = until((await ratna.get(where)).text)
    town.clock.passes(seconds=5)
    second = until((await ratna.get(f"{where}/correction")).text)
    await send(ratna, f"{where}/hold/end", until=first)
    assert "Sedang dilihat" in (await dewi.get(where)).text
    for odd in ("", "x", "9" * 30):
        await send(ratna, f"{where}/hold/end", until=odd)
    assert "Sedang dilihat" in (await dewi.get(where)).text
    await send(ratna, f"{where}/hold/end", until=second)
    assert "Sedang dilihat" not in (await dewi.get(where)).text


async def test_whoever_may_only_read_holds_nothing(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    where = f"/admin/applications/{receipt}"
    auditor, dewi = await town.member("auditor", login="auditor"), await town.member("reviewer", login="dewi")
    page = await auditor.get(where)
    assert (page.status_code, "data-hold" in page.text) == (200, False)
    assert "Sedang dilihat" not in (await dewi.get(where)).text
    assert "Sedang dilihat" in (await auditor.get(where)).text or page.status_code == 200


async def test_a_decision_gives_the_application_back(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    where = f"/admin/applications/{receipt}"
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    await ratna.get(where)
    await send(ratna, f"{where}/approval", version="1")
    assert (await send(dewi, f"{where}/approval/undo", version="1")).headers["location"].endswith("?done=undone")


async def test_of_two_reviewers_who_decide_differently_at_once_one_wins_and_the_person_hears_one(
    either_town: Town,
) -> None:
    town = either_town
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    ratna, dewi = await town.member(login="ratna"), await town.member("reviewer", login="dewi")
    budi = await town.member("reviewer", login="budi")
    where = f"/admin/applications/{receipt}"
    answers = await asyncio.gather(
        send(ratna, f"{where}/approval", version="1"), refuses(dewi, receipt), asks(budi, receipt, "rw")
    )
    done = sorted(answer.headers["location"].partition("done=")[2] for answer in answers)
    assert done.count("faster") == 2
    assert len((await opened(town, receipt)).decisions) == 1
    assert len(await phone.hear()) == 1
