"""News: once to each chat, only to who agreed, capped, stopped half-way, and gone on with after a crash."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from storage import broadcasts, consents
from storage.broadcasts import Audience, Broadcast
from storage.database import Database
from storage.keys import Keyring
from tests.storage.world import ANA, BUDI, NOW, SITI, a_form, place_of, submit

MIDNIGHT = NOW.replace(hour=0, minute=0, second=0, microsecond=0)


async def agreed(db: Database, keyring: Keyring, who: str, yes: bool = True) -> None:
    place = await place_of(db, keyring, who)
    async with db.writing() as tx:
        await consents.record(
            tx, person_id=place.person_id, chat_id=place.chat_id, purpose="reminders", granted=yes,
            text_version="v1", pressed="ya", identity_hash=place.identity_hash, at=NOW,
        )  # fmt: skip
        await tx.rows("UPDATE applications SET simulated = $1", (False,))


async def news(db: Database, *, cap: int = 0, area: str = "", states: tuple[str, ...] = ()) -> Broadcast:
    async with db.writing() as tx:
        number = await broadcasts.write(
            tx, Audience(area, states), {"id": "Halo"}, cap=cap, area="", staff_id=None, now=NOW
        )
        assert await broadcasts.start(tx, number, None, NOW)
        found = await broadcasts.one(tx, number)
    assert found is not None
    return found


async def go_on(db: Database, keyring: Keyring, one: Broadcast, now: datetime = NOW) -> int:
    async with db.writing() as tx:
        return await broadcasts.go_on(tx, keyring, one, lambda language: b"Halo", since_midnight=MIDNIGHT, now=now)


@pytest.fixture
async def three(database: Database, keyring: Keyring) -> Database:
    for who in (SITI, BUDI, ANA):
        await submit(database, keyring, who, form=a_form(f"K7Q2M-{who}"))
    await agreed(database, keyring, SITI)
    await agreed(database, keyring, BUDI)
    await agreed(database, keyring, ANA, yes=False)
    return database


async def waiting(db: Database) -> int:
    async with db.reading() as tx:
        [(n,)] = await tx.rows("SELECT COUNT(*) FROM outbox WHERE purpose = 'broadcast' AND state = 'waiting'")
    return int(n)


async def test_who_agreed_is_told_once_and_nobody_else(three: Database, keyring: Keyring) -> None:
    async with three.reading() as tx:
        assert sum((await broadcasts.reach(tx, Audience())).values()) == 2
    one = await news(three)
    assert await go_on(three, keyring, one) == 2
    assert await go_on(three, keyring, one) == 0
    assert await waiting(three) == 2
    async with three.reading() as tx:
        ended = await broadcasts.one(tx, one.id)
    assert ended is not None
    assert (ended.state, ended.sent) == ("done", 2)


async def test_two_processes_tell_nobody_twice(three: Database, keyring: Keyring) -> None:
    one = await news(three)
    assert sum(await asyncio.gather(*(go_on(three, keyring, one) for _ in range(4)))) == 2
    assert await waiting(three) == 2


async def test_a_cap_is_kept_for_the_day(three: Database, keyring: Keyring) -> None:
    one = await news(three, cap=1)
    assert await go_on(three, keyring, one) == 1
    assert await go_on(three, keyring, one) == 0, "tomorrow again"
    async with three.writing() as tx:
        told = await broadcasts.go_on(
            tx,
            keyring,
            one,
            lambda language: b"Halo",
            since_midnight=NOW.replace(year=2027),
            now=NOW.replace(year=2027),
        )
    assert told == 1


async def test_what_is_stopped_half_way_drops_what_waits_and_can_go_on(three: Database, keyring: Keyring) -> None:
    one = await news(three, cap=1)
    await go_on(three, keyring, one)
    async with three.writing() as tx:
        assert await broadcasts.stop(tx, one.id, None, NOW) == 1
        assert await broadcasts.stop(tx, one.id, None, NOW) is None
    assert await waiting(three) == 0
    assert await go_on(three, keyring, one) == 0
    async with three.writing() as tx:
        assert await broadcasts.start(tx, one.id, None, NOW)
        told = await broadcasts.go_on(
            tx,
            keyring,
            one,
            lambda language: b"Halo",
            since_midnight=NOW.replace(year=2027),
            now=NOW.replace(year=2027),
        )
    assert told == 1, "only whom it had not reached"


async def test_a_crash_between_two_pages_loses_and_repeats_nothing(
    three: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "A_PAGE", 1)
    one = await news(three)
    told = await go_on(three, keyring, one)

    async def dies() -> None:
        async with three.writing() as tx:
            await broadcasts.go_on(tx, keyring, one, lambda language: b"Halo", since_midnight=MIDNIGHT, now=NOW)
            raise RuntimeError("killed before the commit")

    with pytest.raises(RuntimeError):
        await dies()
    for _ in range(6):
        told += await go_on(three, keyring, one)
    assert told == 2
    assert await waiting(three) == 2


async def test_an_area_and_a_state_narrow_it(three: Database, keyring: Keyring) -> None:
    async with three.reading() as tx:
        assert await broadcasts.reach(tx, Audience(states=("active",))) == {}
        assert await broadcasts.reach(tx, Audience(area="31.01")) == {}


async def test_a_helper_who_said_stop_hears_no_news_for_those_they_helped(three: Database, keyring: Keyring) -> None:
    """Bug: the helped person's yes outlived their helper's BERHENTI, and the news came to the helper's chat."""
    siti, budi = await place_of(three, keyring, SITI), await place_of(three, keyring, BUDI)
    async with three.writing() as tx:  # as if Siti had been signed up from Budi's phone
        await tx.rows("UPDATE applications SET chat_id = $1 WHERE person_id = $2", (budi.chat_id, siti.person_id))
    async with three.reading() as tx:
        assert await broadcasts.reach(tx, Audience()) == {"telegram": 1}
    await agreed(three, keyring, BUDI, yes=False)
    async with three.reading() as tx:
        assert await broadcasts.reach(tx, Audience()) == {}
