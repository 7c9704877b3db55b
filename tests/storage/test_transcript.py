"""A transcript is what was said, both ways, in the order it happened, for as long as it may be read."""

from __future__ import annotations

from storage import outbox, people, transcript
from storage.database import Database
from storage.keys import Keyring
from storage.transcript import Line
from tests.storage.world import BUDI, NOW, SITI, later, place_of, talk


async def lines(db: Database, keyring: Keyring, who: str = SITI, limit: int = 500) -> list[Line]:
    place = await place_of(db, keyring, who)
    async with db.reading() as tx:
        return await transcript.transcript(tx, keyring, place.chat_id, limit=limit)


async def test_what_came_in_stands_before_what_answered_it(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, BUDI, said="somebody else", told="not theirs")
    await talk(database, keyring, SITI, said="halo", told="Halo Kak")
    await talk(database, keyring, SITI, said="daftar", told="Siapa nama Kakak?", at=later(minutes=1))
    found = await lines(database, keyring)
    assert [(line.side, line.body.decode(), line.at) for line in found] == [
        ("them", "halo", NOW),
        ("us", "Halo Kak", NOW),
        ("them", "daftar", later(minutes=1)),
        ("us", "Siapa nama Kakak?", later(minutes=1)),
    ]
    assert [(line.kind, line.state) for line in found[:2]] == [("said", "taken"), ("reply", "waiting")]


async def test_what_answers_nothing_stands_where_it_was_said(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI, said="1", told="2")
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await outbox.add(tx, keyring, place.chat_id, b"3", "notice", later(minutes=1))
    await talk(database, keyring, SITI, said="4", told=None, at=later(minutes=2))
    assert [line.body for line in await lines(database, keyring)] == [b"1", b"2", b"3", b"4"]


async def test_only_the_newest_are_shown(database: Database, keyring: Keyring) -> None:
    for n in range(6):
        await talk(database, keyring, SITI, said=f"q{n}", told=f"a{n}", at=later(minutes=n))
    assert [line.body.decode() for line in await lines(database, keyring, limit=4)] == ["q4", "a4", "q5", "a5"]


async def test_the_forgotten_have_no_transcript(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW)
        assert await transcript.transcript(tx, keyring, place.chat_id) == []
        assert await transcript.transcript(tx, keyring, 9999) == []
