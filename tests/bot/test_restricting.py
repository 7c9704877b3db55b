"""BATASI: from that moment on nothing of theirs is handed over, the desk reads why, and only they take it back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from storage import batches, choosing, restrictions
from storage.choosing import Choice
from tests.bot.admin.test_batches import sealed
from tests.bot.test_whose import KARTINI_HELPED, helped
from tests.bot.town import BUDI, PASSWORD, SITI, Phone, Town, open_town, send

HELD = "Datanya dibatasi"


@pytest.fixture
async def either_town(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)  # PostgreSQL has no folder of its own: keys go to ./var
    async with open_town(database_url) as town:
        yield town


async def approved(ratna: httpx.AsyncClient, *receipts: str) -> None:
    for receipt in receipts:
        await send(ratna, f"/admin/applications/{receipt}/approval", version="1")


async def chosen(town: Town) -> tuple[int, dict[str, int]]:
    """How many a batch would take, and why the others are left out."""
    choice = Choice(which="simulated")
    async with town.services.db.reading() as tx:
        return (await choosing.mark_of(tx, choice)).count, await choosing.left_out(tx, choice)


async def state(town: Town, receipt: str) -> str:
    async with town.services.db.reading() as tx:
        [(found,)] = await tx.rows("SELECT state FROM applications WHERE receipt = $1", (receipt,))
    return str(found)


async def test_who_is_restricted_goes_into_no_batch_and_the_desk_reads_why(either_town: Town) -> None:
    phone = Phone(either_town.visitor())
    siti, budi = await phone.signs_up(SITI), await Phone(either_town.visitor()).signs_up(BUDI)
    ratna = await either_town.member()
    await approved(ratna, siti, budi)
    assert await chosen(either_town) == (2, {})
    assert "kami tahan mulai sekarang" in await phone.says("batasi data", "1")
    assert await chosen(either_town) == (1, {"restricted": 1})
    page = (await ratna.get(f"/admin/applications/{siti}")).text
    assert HELD in page
    assert "24 Nov 2026" in page
    assert HELD not in (await ratna.get(f"/admin/applications/{budi}")).text
    assert (await ratna.get("/admin/queue", params={"state": "approved"})).text.count(HELD) == 1
    assert "membatasi datanya" in (await ratna.get("/admin/batches/new", params={"which": "simulated"})).text


async def test_only_they_take_it_back_and_then_it_goes_on(either_town: Town) -> None:
    phone = Phone(either_town.visitor())
    siti = await phone.signs_up(SITI)
    ratna = await either_town.member()
    await approved(ratna, siti)
    await phone.says("batasi data", "1")
    assert "sedang ditahan" in await phone.says("data saya")
    assert "sedang ditahan" in await phone.says("batasi")
    assert "jalan lagi" in await phone.says("1")
    assert await chosen(either_town) == (1, {})
    assert HELD not in (await ratna.get(f"/admin/applications/{siti}")).text
    async with either_town.services.db.reading() as tx:
        assert await tx.rows("SELECT state FROM data_requests") == [("settled",)]
    assert "sedang ditahan" not in await phone.says("data saya")
    assert "Kalau dibatasi" in await phone.says("batasi")


async def test_who_lies_in_a_sealed_batch_is_taken_out_and_stays_behind_at_the_handover(either_town: Town) -> None:
    phone = Phone(either_town.visitor())
    siti, budi = await phone.signs_up(SITI), await Phone(either_town.visitor()).signs_up(BUDI)
    ratna = await either_town.member()
    await approved(ratna, siti, budi)
    batch = await sealed(ratna, which="simulated")
    await phone.says("batasi data", "1")
    assert await state(either_town, siti) == "approved"
    told = await send(ratna, f"{batch}/file", kind="csv", password=PASSWORD)
    assert "Data 1 orang sudah dihapus atau dibatasi" in (await ratna.get(told.headers["location"])).text
    file = await ratna.get(told.headers["location"], params={"take": "yes"})
    assert ("3174055708950003" in file.text, "3174051708950001" in file.text) == (False, True)
    await send(ratna, f"{batch}/handover", sure="yes")
    assert (await state(either_town, siti), await state(either_town, budi)) == ("approved", "handed_over")
    await phone.says("batasi", "1")
    assert (await chosen(either_town))[0] == 1


async def test_a_helper_restricts_their_own_and_nobody_they_help(either_town: Town) -> None:
    ana = Phone(either_town.visitor())
    own, kartini = await ana.signs_up(SITI), await helped(ana, KARTINI_HELPED)
    await ana.says("batasi data", "1")
    ratna = await either_town.member()
    assert HELD in (await ratna.get(f"/admin/applications/{own}")).text
    assert HELD not in (await ratna.get(f"/admin/applications/{kartini}")).text
    theirs = Phone(either_town.visitor())
    assert "Selesai" in await theirs.says("data ini milik saya", kartini, "4-8-1995", "0002")
    await theirs.says("batasi data", "1")
    assert HELD in (await ratna.get(f"/admin/applications/{kartini}")).text


async def test_a_batch_begun_while_somebody_restricts_holds_them_never(either_town: Town) -> None:
    phone = Phone(either_town.visitor())
    siti = await phone.signs_up(SITI)
    await approved(await either_town.member(), siti)
    db, now, choice = either_town.services.db, either_town.clock(), Choice(which="simulated")
    async with db.reading() as tx:
        seen = await choosing.mark_of(tx, choice)
        [(row_id, chat_id, person_id)] = await tx.rows("SELECT id, chat_id, person_id FROM applications")

    async def begin() -> None:
        async with db.writing() as tx:
            await batches.start(tx, choice, seen, branch="x", column_map=[], staff_id=None, now=now)

    async def restrict() -> None:
        async with db.writing() as tx:
            await restrictions.restrict(tx, chat_id, person_id, now)

    await asyncio.gather(begin(), restrict(), return_exceptions=True)
    async with db.reading() as tx:
        assert await batches.of_application(tx, row_id) is None
    assert await state(either_town, siti) == "approved"
