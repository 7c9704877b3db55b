"""Holds: one holder at a time, renewed while the page is open, gone by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage import holds, staff
from storage.database import Database
from storage.holds import LASTS
from storage.keys import Keyring
from tests.storage.world import NOW, later, submit

SECOND = timedelta(seconds=1)


async def officer(db: Database, login: str) -> int:
    async with db.writing() as tx:
        await staff.invite(tx, login, role="reviewer", now=NOW, expires_at=later(days=1))
        member = await staff.join(tx, login, login=login, name=login.title(), password_hash="x", now=NOW)
    assert member
    return member.id


@pytest.fixture
async def waiting(database: Database, keyring: Keyring) -> int:
    await submit(database, keyring)
    async with database.reading() as tx:
        return int((await tx.rows("SELECT id FROM applications"))[0][0])


async def take(db: Database, application: int, who: int, at: timedelta = timedelta()) -> str:
    """Open it; the name of whoever else has it, "" for nobody."""
    async with db.writing() as tx:
        other = await holds.take(tx, application, who, NOW + at)
    return other.name if other else ""


async def test_whoever_opens_first_holds_it_and_the_next_is_told_who_and_until_when(
    database: Database, waiting: int
) -> None:
    ana, budi = await officer(database, "ana"), await officer(database, "budi")
    assert await take(database, waiting, ana) == ""
    async with database.writing() as tx:
        other = await holds.take(tx, waiting, budi, NOW + SECOND)
    assert other and (other.name, other.until) == ("Ana", NOW + LASTS)
    assert await take(database, waiting, ana, SECOND) == ""


async def test_a_hold_lapses_by_itself(database: Database, waiting: int) -> None:
    ana, budi = await officer(database, "ana"), await officer(database, "budi")
    await take(database, waiting, ana)
    assert await take(database, waiting, budi, LASTS - SECOND) == "Ana"
    assert await take(database, waiting, budi, LASTS) == ""
    async with database.writing() as tx:
        assert not await holds.renew(tx, waiting, ana, NOW + LASTS)
        assert (await holds.held(tx, [waiting], NOW + LASTS))[waiting].name == "Budi"


async def test_a_renewed_hold_lasts_longer(database: Database, waiting: int) -> None:
    ana, budi = await officer(database, "ana"), await officer(database, "budi")
    await take(database, waiting, ana)
    async with database.writing() as tx:
        assert await holds.renew(tx, waiting, ana, NOW + LASTS - SECOND)
    assert await take(database, waiting, budi, LASTS + SECOND) == "Ana"


async def test_what_is_let_go_is_free_unless_another_page_has_renewed_it(database: Database, waiting: int) -> None:
    ana, budi = await officer(database, "ana"), await officer(database, "budi")
    await take(database, waiting, ana)
    await take(database, waiting, ana, SECOND)
    async with database.writing() as tx:
        await holds.let_go(tx, waiting, ana, NOW + LASTS)
        assert await holds.held_by_another(tx, waiting, budi, NOW + SECOND)
        await holds.let_go(tx, waiting, budi)
        assert await holds.held_by_another(tx, waiting, budi, NOW + SECOND)
        await holds.let_go(tx, waiting, ana, NOW + LASTS + SECOND)
        assert await holds.held(tx, [waiting], NOW + SECOND) == {}
        assert await holds.held(tx, [], NOW) == {}


async def test_of_two_who_open_at_once_one_holds_it(database: Database, waiting: int) -> None:
    people = [await officer(database, f"petugas{n}") for n in range(6)]
    told = await asyncio.gather(*(take(database, waiting, who) for who in people))
    assert told.count("") == 1
    async with database.reading() as tx:
        assert await tx.rows("SELECT COUNT(*) FROM holds") == [(1,)]
