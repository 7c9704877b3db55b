"""Floods are listed chat by chat, taken again where the chat stands, and set aside as far as they were seen."""

from __future__ import annotations

import pytest

from storage import floods, people, saving, waiting
from storage.database import Database
from storage.flow import Flow
from storage.keys import Keyring
from storage.turns import Kept
from tests.storage.world import ANA, BUDI, NOW, SITI, call, later, place_of, talk


async def flood(db: Database, keyring: Keyring, who: str, count: int, minute: int = 0) -> int:
    """So many messages that are not answered. Returns the chat."""
    place = await place_of(db, keyring, who)
    kept = [
        Kept(
            call=call(who), place=place, talk=place.talk, kind="said", body=b'{"text":"halo"}',
            arrived_at=later(minutes=minute, seconds=n), payload=None, due_at=NOW, state="flooded",
            flow=Flow(5, 6, 7),
        )
        for n in range(count)
    ]  # fmt: skip
    async with db.writing() as tx:
        await saving.save(tx, kept)
    return place.chat_id


async def test_each_chats_flood_is_one_line_however_long_it_is(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk(database, keyring, ANA)
    siti = await flood(database, keyring, SITI, 5)
    budi = await flood(database, keyring, BUDI, 2)
    monkeypatch.setattr(floods, "COUNTED_UP_TO", 3)
    async with database.reading() as tx:
        first, second = await floods.waiting(tx)
        assert (first.chat_id, first.channel, first.count) == (siti, "telegram", 3)
        assert (first.first_at, first.last_at, first.moved_on) == (NOW, later(seconds=4), False)
        assert (second.chat_id, second.count) == (budi, 2)
        assert await floods.waiting(tx, limit=1) == [first]
        assert await floods.waiting(tx, after=siti) == [second]
        assert await waiting.waiting(tx, {"parked"}) == {"parked": 2}


async def test_how_fast_a_chat_writes_is_known_at_its_next_turn(database: Database, keyring: Keyring) -> None:
    await flood(database, keyring, SITI, 1)
    assert (await place_of(database, keyring, SITI)).flow == Flow(5, 6, 7)
    await talk(database, keyring, SITI)
    assert (await place_of(database, keyring, SITI)).flow == Flow(5, 6, 7), "a turn that says nothing of it leaves it"


async def test_who_wrote_again_has_moved_on_and_only_what_came_after_can_be_taken(
    database: Database, keyring: Keyring
) -> None:
    siti = await flood(database, keyring, SITI, 3)
    await talk(database, keyring, SITI)
    async with database.reading() as tx:
        assert [one.moved_on for one in await floods.waiting(tx)] == [True]
        assert await floods.to_take(tx, keyring, siti, limit=10) == []
    await flood(database, keyring, SITI, 2, minute=9)
    async with database.reading() as tx:
        assert [(one.count, one.moved_on) for one in await floods.waiting(tx)] == [(5, False)]
        found = await floods.to_take(tx, keyring, siti, limit=10)
    assert [(one.arrived_at, one.body) for one in found] == [
        (later(minutes=9, seconds=n), b'{"text":"halo"}') for n in range(2)
    ]


async def test_a_flood_is_set_aside_as_far_as_it_was_seen(database: Database, keyring: Keyring) -> None:
    siti = await flood(database, keyring, SITI, 3)
    async with database.reading() as tx:
        [seen] = await floods.waiting(tx)
    await flood(database, keyring, SITI, 1)
    async with database.writing() as tx:
        assert await floods.set_aside(tx, siti, seen.last) == 3
        assert await floods.set_aside(tx, siti, seen.last) == 0
        [left] = await floods.waiting(tx)
    assert left.count == 1


async def test_the_flood_of_somebody_forgotten_is_nothing_to_look_at(database: Database, keyring: Keyring) -> None:
    await flood(database, keyring, SITI, 3)
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW)
        assert await floods.waiting(tx) == []
