"""What is held of somebody beside their form is counted, each person's own, and nothing of it is opened."""

from __future__ import annotations

from storage import consents, held, memberships, people, reports
from storage.database import Database
from storage.held import Held
from storage.keys import Keyring
from tests.storage.test_memberships import joined
from tests.storage.world import ANA, BUDI, NOW, SITI, later, place_of

NOTHING = Held(payments=0, reports=0, helped=0, volunteer=False, numbers=0, kept=0)


async def test_of_somebody_new_nothing_is_held(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, ANA)
    async with database.reading() as tx:
        assert await held.held(tx, place.chat_id, place.person_id) == NOTHING


async def test_numbers_of_the_agency_and_reports_are_counted_for_their_own_person(
    database: Database, keyring: Keyring
) -> None:
    place, said = await joined(database, keyring, SITI)
    other = await place_of(database, keyring, BUDI)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, said)
        await reports.add(
            tx, kind="bot", chat_id=place.chat_id, person_id=place.person_id, key=place.key, body="bot palsu", now=NOW
        )
    async with database.reading() as tx:
        mine = await held.held(tx, place.chat_id, place.person_id)
        assert (mine.reports, mine.numbers) == (1, 1)
        assert await held.held(tx, other.chat_id, other.person_id) == NOTHING


async def test_what_was_agreed_to_stands_in_its_order(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        for hours, (purpose, granted) in enumerate([("data", True), ("reminders", True), ("reminders", False)]):
            await consents.record(
                tx,
                person_id=place.person_id,
                chat_id=place.chat_id,
                purpose=purpose,
                granted=granted,
                text_version="id-1",
                pressed="Ya",
                identity_hash=b"",
                at=later(hours=hours),
            )
    async with database.reading() as tx:
        said = await held.words(tx, place.person_id)
        newest = await held.words(tx, place.person_id, limit=1)
    assert [(word.purpose, word.granted) for word in said] == [
        ("data", True),
        ("reminders", True),
        ("reminders", False),
    ]
    assert newest == said[-1:]


async def test_of_somebody_forgotten_no_number_is_held(database: Database, keyring: Keyring) -> None:
    place, said = await joined(database, keyring, SITI)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, said)
        await people.erase(tx, keyring, place.person_id, NOW)
    async with database.reading() as tx:
        found = await held.held(tx, place.chat_id, place.person_id)
    assert (found.numbers, found.kept) == (0, 0)
