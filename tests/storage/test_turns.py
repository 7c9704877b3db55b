"""The hot path of a turn: who is calling is found or made, a message seen before is nothing, everything comes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conversations.turn import Offered, Session, Talk
from storage import outbox, people, saving, turns
from storage.columns import moment
from storage.database import Database
from storage.errors import AlreadyThere, KeyWrong
from storage.keys import Keyring
from storage.turns import CHAT, Call, Kept, Place
from storage.tx import Tx
from tests.storage.world import ANA, BUDI, NOW, SITI, a_session, call, later, talk


async def load(db: Database, keyring: Keyring, *calls: Call) -> list[Place | None]:
    async with db.writing() as tx:
        places = await turns.load(tx, keyring, calls, NOW)
    return [places[one] for one in calls]


async def until_somebody_waits(tx: Tx) -> None:
    """Until another connection to this PostgreSQL waits for a lock."""
    waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10):
        while not await tx.rows(waits):
            await asyncio.sleep(0.01)
            await tx.rows("SELECT pg_stat_clear_snapshot()")  # or the whole transaction would see the first look


def kept(one: Call, place: Place, **changes: object) -> Kept:
    base = Kept(one, place, place.talk, "said", b"halo", arrived_at=NOW, payload=b"Halo Kak", due_at=NOW)
    return replace(base, **changes)  # type: ignore[arg-type]


async def take(db: Database, keyring: Keyring, one: Call, **changes: object) -> dict[Call, int]:
    async with db.writing() as tx:
        place = (await turns.load(tx, keyring, [one], NOW))[one]
        assert place is not None
        return await saving.save(tx, [kept(one, place, **changes)])


async def count(db: Database, table: str) -> int:
    async with db.reading() as tx:
        return int((await tx.rows(f"SELECT COUNT(*) FROM {table}"))[0][0])


async def test_a_stranger_becomes_a_person_with_a_chat_and_is_known_next_time(
    database: Database, keyring: Keyring
) -> None:
    [first] = await load(database, keyring, call(SITI))
    [again] = await load(database, keyring, call(SITI))
    assert first is not None
    assert again is not None
    assert (first.chat_id, first.person_id, first.address) == (again.chat_id, again.person_id, SITI)
    assert (first.channel, first.state, first.talk) == ("telegram", "open", Talk())
    assert again.identity_hash == keyring.blind("address.telegram", SITI)
    assert [await count(database, table) for table in ("people", "chats", "identities")] == [1, 1, 1]


async def test_the_same_number_on_another_channel_is_somebody_else(database: Database, keyring: Keyring) -> None:
    here, there = await load(database, keyring, call(SITI, "telegram"), call(SITI, "web"))
    assert here is not None
    assert there is not None
    assert here.person_id != there.person_id


async def test_many_strangers_in_one_group_are_kept_apart(database: Database, keyring: Keyring) -> None:
    calls = [call(f"5650{n:03}") for n in range(64)]
    places = await load(database, keyring, *calls)
    assert [place.address for place in places if place] == [one.addresses[0][1] for one in calls]
    assert len({place.chat_id for place in places if place}) == 64


async def test_everything_a_turn_leaves_comes_back(database: Database, keyring: Keyring) -> None:
    session = a_session()
    said = Talk(
        language="en", active="registration", sessions={"registration": session},
        offered=(Offered("registration.sex", "female", "Perempuan"),), facts={"greeted": True},
    )  # fmt: skip
    one = call(SITI)
    made = await take(database, keyring, one, talk=said, chat_state="open")
    assert made[one] > 0
    [place] = await load(database, keyring, call(SITI))
    assert place is not None
    assert place.talk == said


async def test_a_session_left_alone_is_not_written_and_one_dropped_is_gone(
    database: Database, keyring: Keyring
) -> None:
    first, second = a_session(), replace(a_session(), form="membership", asked="kpj")
    await take(database, keyring, call(SITI), talk=Talk(sessions={"registration": first, "membership": second}))
    async with database.writing() as tx:
        await tx.rows("UPDATE sessions SET asked = 'marked by hand'")
    one = call(SITI)
    async with database.writing() as tx:
        place = (await turns.load(tx, keyring, [one], NOW))[one]
        assert place is not None
        left = replace(place.talk, sessions={"registration": place.talk.sessions["registration"]})
        await saving.save(tx, [kept(one, place, talk=left)])
        rows = await tx.rows("SELECT slot, asked FROM sessions")
    assert rows == [("registration", "marked by hand")]
    changed = replace(first, asked="sex", done="submitted")
    await take(database, keyring, call(SITI), talk=Talk(sessions={"registration": changed}))
    async with database.reading() as tx:
        assert await tx.rows("SELECT slot, asked, done FROM sessions") == [("registration", "sex", "submitted")]


@pytest.mark.parametrize(
    "changes",
    [
        {"asked": "sex"},
        {"asked": "sex", "touched": later(minutes=40)},
        {"asked": "sex", "touched": later(hours=3)},
        {"done": "submitted"},
        {"form": "membership"},
        {"answers": {}, "misses": 2},
    ],
)
async def test_a_session_that_goes_on_is_kept_in_every_part(
    database: Database, keyring: Keyring, changes: dict[str, Any]
) -> None:
    await take(database, keyring, call(SITI), talk=Talk(sessions={"registration": a_session()}))
    on = replace(a_session(), **changes)
    await take(database, keyring, call(SITI), talk=Talk(sessions={"registration": on}))
    [place] = await load(database, keyring, call(SITI))
    assert place is not None
    assert place.talk.sessions == {"registration": on}
    async with database.reading() as tx:
        [(form, asked, done, touched, started)] = await tx.rows(
            "SELECT form, asked, done, touched_at, started_at FROM sessions"
        )
    assert (form, asked, done, moment(started)) == (on.form, on.asked, on.done, NOW)
    assert on.touched <= moment(touched) < on.touched + timedelta(hours=1)


async def test_a_message_seen_before_is_nothing(database: Database, keyring: Keyring) -> None:
    one = call(SITI)
    await take(database, keyring, one)
    assert await load(database, keyring, one) == [None]
    assert await count(database, "inbox") == 1


async def test_the_same_message_twice_is_kept_once_by_the_database_itself(database: Database, keyring: Keyring) -> None:
    one = call(SITI)
    [place] = await load(database, keyring, call(SITI))
    assert place is not None
    async with database.writing() as tx:
        await saving.save(tx, [kept(one, place)])
    with pytest.raises(AlreadyThere):
        async with database.writing() as tx:
            await saving.save(tx, [kept(one, place)])
    assert [await count(database, table) for table in ("inbox", "outbox")] == [1, 1]


async def test_one_message_id_on_two_channels_is_two_messages(database: Database, keyring: Keyring) -> None:
    for channel in ("telegram", "web"):
        await take(database, keyring, Call(channel, "77", (("id", SITI),)))
    assert await count(database, "inbox") == 2


async def test_silence_leaves_the_inbox_alone_and_a_reminder_goes_after_replies(
    database: Database, keyring: Keyring
) -> None:
    silent, reminded, answered = call(SITI), call(BUDI), call(ANA)
    assert await take(database, keyring, silent, payload=None) == {}
    await take(database, keyring, reminded, purpose="reminder")
    await take(database, keyring, answered)
    async with database.reading() as tx:
        rows = await tx.rows("SELECT purpose, priority FROM outbox ORDER BY id")
    assert rows == [("reminder", 5), ("reply", 0)]


async def test_many_turns_share_one_commit_and_each_answer_finds_its_question(
    database: Database, keyring: Keyring
) -> None:
    calls = [call(f"5660{n:03}") for n in range(64)]
    async with database.writing() as tx:
        places = await turns.load(tx, keyring, calls, NOW)
        made = await saving.save(
            tx,
            [
                kept(c, p, payload=None if n % 4 == 0 else c.message_id.encode())
                for n, (c, p) in enumerate(places.items())
                if p
            ],
        )
        rows = dict(await tx.rows("SELECT o.id, i.message_id FROM outbox o JOIN inbox i ON i.id = o.inbox_id"))
    assert len(made) == 48
    assert {one.message_id: made[one] for one in made} == {message: row for row, message in rows.items()}


async def test_a_second_name_leads_to_the_same_chat(database: Database, keyring: Keyring) -> None:
    bsuid = ("bsuid", "ID.123")
    [first] = await load(database, keyring, call(SITI, "whatsapp", also=(bsuid,)))
    [hidden] = await load(database, keyring, Call("whatsapp", "x1", (bsuid,)))
    assert first is not None
    assert hidden is not None
    assert (hidden.chat_id, hidden.address) == (first.chat_id, "ID.123")
    assert await count(database, "identities") == 2


async def test_a_name_that_belongs_to_somebody_else_stays_theirs(database: Database, keyring: Keyring) -> None:
    bsuid = ("bsuid", "ID.123")
    [siti] = await load(database, keyring, call(SITI, "whatsapp", also=(bsuid,)))
    [budi] = await load(database, keyring, call(BUDI, "whatsapp"))
    [again] = await load(database, keyring, call(BUDI, "whatsapp", also=(bsuid,)))
    [owner] = await load(database, keyring, Call("whatsapp", "x2", (bsuid,)))
    assert siti is not None
    assert budi is not None
    assert again is not None
    assert owner is not None
    assert (again.chat_id, owner.chat_id) == (budi.chat_id, siti.chat_id)


async def test_a_chat_may_be_called_by_its_own_number(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    [siti] = await load(database, keyring, call(SITI))
    assert siti is not None
    woke = Call("telegram", "woke:1", ((CHAT, str(siti.chat_id)),))
    nobody = Call("telegram", "woke:2", ((CHAT, "999999"),))
    found, missing = await load(database, keyring, woke, nobody)
    assert found is not None
    assert (found.chat_id, found.address) == (siti.chat_id, SITI)
    assert missing is None


async def test_strangers_met_by_two_processes_at_once_are_one_person(postgres_url: str, keyring: Keyring) -> None:
    a, b = await Database.open(postgres_url), await Database.open(postgres_url)

    async def meet(db: Database, n: int) -> None:
        for _ in range(5):
            try:
                await take(db, keyring, Call("telegram", f"m-{n}", (("id", SITI),)))
            except AlreadyThere:
                continue
            return

    await asyncio.gather(*[meet(db, n * 2 + i) for n in range(6) for i, db in enumerate((a, b))])
    assert [await count(a, table) for table in ("people", "chats", "identities", "inbox")] == [1, 1, 1, 12]
    await a.close()
    await b.close()


async def test_turns_of_one_chat_wait_for_each_other_across_processes(postgres_url: str, keyring: Keyring) -> None:
    a, b = await Database.open(postgres_url), await Database.open(postgres_url)
    await talk(a, keyring, SITI)

    async def add_one(db: Database, n: int) -> None:
        one = Call("telegram", f"n-{n}", (("id", SITI),))
        async with db.writing() as tx:
            place = (await turns.load(tx, keyring, [one], NOW))[one]
            assert place is not None
            counted = int(str(place.talk.facts.get("n", 0)))
            await asyncio.sleep(0.002)
            await saving.save(tx, [kept(one, place, talk=replace(place.talk, facts={"n": counted + 1}))])

    await asyncio.gather(*[add_one(db, n * 2 + i) for n in range(10) for i, db in enumerate((a, b))])
    [place] = await load(a, keyring, call(SITI))
    assert place is not None
    assert place.talk.facts == {"n": 20}
    await a.close()
    await b.close()


async def test_a_message_that_waited_while_its_chat_was_forgotten_is_not_lost(
    postgres_url: str, keyring: Keyring
) -> None:
    a, b = await Database.open(postgres_url), await Database.open(postgres_url)
    await talk(a, keyring, SITI)
    [place] = await load(a, keyring, call(SITI))
    assert place is not None
    one = call(SITI)
    async with a.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW)
        waiting = asyncio.create_task(load(b, keyring, one))
        await until_somebody_waits(tx)
    with pytest.raises(AlreadyThere):
        await waiting
    [anew] = await load(b, keyring, one)
    assert anew is not None
    assert anew.person_id != place.person_id
    await a.close()
    await b.close()


async def test_a_reminder_to_a_chat_that_was_forgotten_is_nothing(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    [place] = await load(database, keyring, call(SITI))
    assert place is not None
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW)
    assert await load(database, keyring, Call("telegram", "woke:1", ((CHAT, str(place.chat_id)),))) == [None]


async def test_a_session_of_another_applicant_is_sealed_with_the_applicants_key(
    database: Database, keyring: Keyring
) -> None:
    await talk(database, keyring, SITI, session=a_session())
    [mother] = await load(database, keyring, call(ANA))
    assert mother is not None
    async with database.writing() as tx:
        await tx.rows("UPDATE sessions SET person_id = $1", (mother.person_id,))
    with pytest.raises(KeyWrong):
        await load(database, keyring, call(SITI))


async def test_what_was_parked_is_kept_once(database: Database) -> None:
    async with database.writing() as tx:
        for _ in range(2):
            await saving.park(tx, "telegram", "77", None, None, NOW, "JSONDecodeError")
        rows = await tx.rows("SELECT state, kind, error FROM inbox")
    assert rows == [("parked", "unreadable", "JSONDecodeError")]


@pytest.mark.parametrize(("wrote", "stands"), [("open", "waiting"), ("opted_out", "held"), ("nothing", "held")])
async def test_what_was_held_goes_before_the_answer_when_they_write(
    database: Database, keyring: Keyring, wrote: str, stands: str
) -> None:
    held = await talk(database, keyring, SITI, channel="whatsapp", told="Sudah disetujui")
    one = call(SITI, "whatsapp")
    async with database.writing() as tx:
        await tx.rows("UPDATE outbox SET state = 'held', platform_id = 'SM1'")
        place = (await turns.load(tx, keyring, [one], NOW))[one]
        assert place is not None
        window = None if wrote == "nothing" else later(hours=49)
        said = kept(one, place, due_at=later(hours=25), window_until=window)
        await saving.save(tx, [replace(said, chat_state="opted_out" if wrote == "opted_out" else "open")])
        [(state, due_at)] = await tx.rows("SELECT state, due_at FROM outbox WHERE id = $1", (held,))
        [first, *_] = await outbox.claim(tx, keyring, "me", later(hours=26), 5, lease=timedelta(seconds=60))
    assert state == stands
    assert (first.id == held) is (stands == "waiting")
    if stands == "waiting":
        assert moment(due_at) == later(hours=25)


async def test_what_was_held_and_goes_again_is_a_new_message_to_the_platform(
    database: Database, keyring: Keyring
) -> None:
    held = await talk(database, keyring, SITI, channel="whatsapp")
    [place] = await load(database, keyring, call(SITI, "whatsapp"))
    assert place is not None
    async with database.writing() as tx:
        await tx.rows("UPDATE outbox SET state = 'held', platform_id = 'SM1'")
        await outbox.release(tx, [place.chat_id], NOW)
        await outbox.claim(tx, keyring, "me", NOW, 5, lease=timedelta(seconds=60))
        assert await outbox.note_status(tx, held, "SM2", "delivered", None) == "delivered"


async def test_the_window_stays_as_it_was_unless_they_wrote(database: Database, keyring: Keyring) -> None:
    await take(database, keyring, call(SITI, "whatsapp"), window_until=later(hours=24))
    await take(database, keyring, call(SITI, "whatsapp"), window_until=None)
    async with database.reading() as tx:
        [(left,)] = await tx.rows("SELECT window_until FROM chats")
    assert moment(left) == later(hours=24)


async def test_an_empty_talk_is_an_empty_talk(database: Database, keyring: Keyring) -> None:
    await take(database, keyring, call(SITI), talk=Talk(sessions={"registration": Session("registration")}))
    [place] = await load(database, keyring, call(SITI))
    assert place is not None
    assert place.talk.sessions == {"registration": Session("registration")}
