"""Parked messages wait until somebody tries them again or sets them aside; what they held is opened for that."""

from __future__ import annotations

from storage import parked, people, saving
from storage.database import Database
from storage.keys import Keyring
from tests.storage.world import BUDI, NOW, SITI, later, place_of, talk


async def park(db: Database, keyring: Keyring, message_id: str, who: str = "") -> None:
    place = await place_of(db, keyring, who) if who else None
    body = place.key.seal(b'{"text":"halo"}', f"inbox.body/{place.person_id}") if place else None
    async with db.writing() as tx:
        await saving.park(tx, "telegram", message_id, place.chat_id if place else None, body, NOW, "KeyError in x:1")


async def test_parked_messages_come_oldest_first_and_opened(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, BUDI)
    await park(database, keyring, "1", SITI)
    await park(database, keyring, "2")
    async with database.reading() as tx:
        siti, nobody = await parked.waiting(tx, keyring)
        assert await parked.count(tx) == 2
        assert await parked.waiting(tx, keyring, limit=1) == [siti]
        assert await parked.waiting(tx, keyring, after=siti.id) == [nobody]
        assert await parked.one(tx, keyring, siti.id) == siti
    assert (siti.channel, siti.error, siti.body, siti.arrived_at) == (
        *("telegram", "KeyError in x:1", b'{"text":"halo"}', NOW),
    )
    assert (nobody.chat_id, nobody.body) == (None, b"")


async def test_what_is_set_aside_waits_no_longer(database: Database, keyring: Keyring) -> None:
    await park(database, keyring, "1")
    async with database.writing() as tx:
        [one] = await parked.waiting(tx, keyring)
        assert await parked.set_aside(tx, one.id)
        assert not await parked.set_aside(tx, one.id)
        assert await parked.one(tx, keyring, one.id) is None
        assert await parked.count(tx) == 0


async def test_what_somebody_forgotten_said_is_no_longer_there(database: Database, keyring: Keyring) -> None:
    await park(database, keyring, "1", SITI)
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, later(days=1))
        [one] = await parked.waiting(tx, keyring)
    assert one.body == b""


async def test_a_chat_that_wrote_again_has_moved_on(database: Database, keyring: Keyring) -> None:
    await park(database, keyring, "1", SITI)
    await talk(database, keyring, BUDI)
    async with database.reading() as tx:
        assert [one.moved_on for one in await parked.waiting(tx, keyring)] == [False]
    await talk(database, keyring, SITI)
    async with database.reading() as tx:
        assert [one.moved_on for one in await parked.waiting(tx, keyring)] == [True]
