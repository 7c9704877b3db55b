"""A rush marks the volunteer and nothing else: everybody who came counts, and a full hall is no rush."""

from __future__ import annotations

from datetime import timedelta

from storage import referrals, rushes, volunteers
from storage.columns import micros
from storage.database import Database
from storage.keys import Keyring
from storage.rushes import FAIR, HALL, Rush
from storage.volunteers import RUSHED
from tests.storage.test_volunteers import DEWI, RATNA, join
from tests.storage.world import ANA, BUDI, NOW, SITI, later, place_of, submit


async def crowd(
    db: Database, keyring: Keyring, count: int, code: str = RATNA, *, every: float, start: float = 0
) -> None:
    """So many new chats come by a code, one each so many seconds, from so many seconds after NOW on."""
    async with db.writing() as tx:
        people = await tx.insert("people", ("created_at",), [(NOW,)] * count, returning="id")
        chats = await tx.insert(
            "chats",
            ("channel", "person_id", "address", "language", "active", "state", "created_at", "last_inbound_at"),
            [("telegram", one, b"", "id", "", "open", NOW, NOW) for (one,) in people], returning="id",
        )  # fmt: skip
        for number, (chat_id,) in enumerate(sorted(chats)):
            assert await referrals.note(tx, chat_id, code, NOW + timedelta(seconds=start + number * every))


async def rushed(db: Database, keyring: Keyring, code: str = RATNA) -> int | None:
    """After how many seconds the code's volunteer was marked last."""
    async with db.reading() as tx:
        found = await volunteers.by_code(tx, keyring, code)
    assert found is not None
    return None if found.rushed_at is None else (micros(found.rushed_at) - micros(NOW)) // 1_000_000


async def test_a_full_hall_is_no_rush_and_one_more_is(database: Database, keyring: Keyring) -> None:
    await join(database, keyring, SITI, RATNA)
    await join(database, keyring, ANA, DEWI)
    await crowd(database, keyring, HALL[0], every=2)
    await crowd(database, keyring, HALL[0], DEWI, every=2)
    assert await rushed(database, keyring) is None
    await crowd(database, keyring, 1, every=0, start=1_000)
    assert (await rushed(database, keyring), await rushed(database, keyring, DEWI)) == (1_000, None)
    async with database.reading() as tx:
        assert (await referrals.brought(tx, (RATNA,)))[RATNA].chats == HALL[0] + 1, "everybody counts"
        assert [one.code for one in await volunteers.listed(tx, keyring, state=RUSHED)] == [RATNA]


async def test_many_over_a_whole_day_are_a_rush_too(database: Database, keyring: Keyring) -> None:
    await join(database, keyring, SITI, RATNA)
    await crowd(database, keyring, FAIR[0], every=240)
    assert await rushed(database, keyring) is None
    await crowd(database, keyring, 1, every=0, start=FAIR[0] * 240)
    assert await rushed(database, keyring) == FAIR[0] * 240


async def test_who_opens_the_link_again_is_not_one_more(database: Database, keyring: Keyring) -> None:
    await join(database, keyring, SITI, RATNA)
    await crowd(database, keyring, HALL[0], every=1)
    place = await place_of(database, keyring, BUDI)
    async with database.writing() as tx:
        await tx.rows("DELETE FROM referrals WHERE chat_id = (SELECT MAX(chat_id) FROM referrals)")
        for number in range(20):
            assert await referrals.note(tx, place.chat_id, RATNA, later(seconds=200 + number))
    assert await rushed(database, keyring) is None


async def test_a_rush_is_judged_by_how_many_signed_up_and_settled_once(database: Database, keyring: Keyring) -> None:
    joined = await join(database, keyring, SITI, RATNA)
    place = await submit(database, keyring, BUDI)
    async with database.writing() as tx:
        await referrals.note(tx, place.chat_id, RATNA, NOW)
    await crowd(database, keyring, HALL[0], every=1)
    async with database.writing() as tx:
        found = await volunteers.one(tx, keyring, joined.id)
        assert found is not None
        assert found.rushed_at is not None
        assert await rushes.seen(tx, RATNA, found.rushed_at) == Rush(HALL[0] + 1, 1)
        assert await rushes.settle(tx, joined.id)
        assert not await rushes.settle(tx, joined.id)
    await crowd(database, keyring, 1, every=0, start=300)
    assert await rushed(database, keyring) == 300, "the next one marks it again"
