"""The outbox: in order within a chat, head by head; leases lapse; what came of a message only ever goes up."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from storage import outbox, people
from storage.database import Database
from storage.keys import Keyring
from storage.models import Outbox
from storage.outbox import Claimed, Settled
from storage.tx import Tx
from tests.storage.world import ANA, BUDI, NOW, SITI, later, place_of, talk

LEASE = timedelta(seconds=60)


async def claim(
    db: Database, keyring: Keyring, now: datetime = NOW, limit: int = 64, holder: str = "me"
) -> list[Claimed]:
    async with db.writing() as tx:
        return await outbox.claim(tx, keyring, holder, now, limit, lease=LEASE)


async def settle(db: Database, *settled: Settled, holder: str = "me") -> None:
    async with db.writing() as tx:
        await outbox.settle(tx, settled, holder)


async def row(db: Database, outbox_id: int, *columns: str) -> tuple[Any, ...]:
    async with db.reading() as tx:
        found = await tx.execute(
            select(*[getattr(Outbox, name) for name in columns]).where(col(Outbox.id) == outbox_id)
        )
        return tuple(found.one())


def sent(message: Claimed, platform_id: str = "p1") -> Settled:
    return Settled(message.id, message.chat_id, "sent", platform_id=platform_id, sent_at=NOW)


def retry(message: Claimed, at: datetime) -> Settled:
    return Settled(message.id, message.chat_id, "waiting", due_at=at, error="429")


# ---- who goes first -----------------------------------------------------------------------------------------------


async def test_a_message_is_claimed_with_all_that_sending_needs(database: Database, keyring: Keyring) -> None:
    first = await talk(database, keyring, SITI, told="Halo Kak", channel="whatsapp", window=later(hours=24))
    [message] = await claim(database, keyring)
    place = await place_of(database, keyring, SITI, "whatsapp")
    assert message == Claimed(
        first, place.chat_id, "whatsapp", SITI, b"Halo Kak", 0, NOW, later(hours=24), maybe_sent=False
    )


async def test_a_chats_messages_leave_one_after_the_other(database: Database, keyring: Keyring) -> None:
    ids = [await talk(database, keyring, SITI, told=str(n)) for n in range(3)]
    left = []
    for _ in ids:
        [message] = await claim(database, keyring)
        assert await claim(database, keyring) == []
        await settle(database, sent(message))
        left.append(message.id)
    assert left == ids
    assert await claim(database, keyring) == []


async def test_chats_do_not_wait_for_each_other(database: Database, keyring: Keyring) -> None:
    for who in (SITI, BUDI, ANA):
        await talk(database, keyring, who, told=f"1 {who}")
        await talk(database, keyring, who, told=f"2 {who}")
    assert {m.payload for m in await claim(database, keyring)} == {f"1 {w}".encode() for w in (SITI, BUDI, ANA)}


async def test_a_message_to_be_tried_again_later_holds_back_those_behind_it(
    database: Database, keyring: Keyring
) -> None:
    first, second = [await talk(database, keyring, SITI, told=str(n)) for n in range(2)]
    [message] = await claim(database, keyring)
    await settle(database, retry(message, later(seconds=30)))
    assert await claim(database, keyring, later(seconds=29)) == []
    [again] = await claim(database, keyring, later(seconds=30))
    assert (again.id, again.attempts, again.maybe_sent) == (first, 1, False)
    await settle(database, sent(again))
    assert [m.id for m in await claim(database, keyring, later(seconds=30))] == [second]


async def test_what_stands_behind_a_waiting_message_is_not_looked_at_before_it(
    database: Database, keyring: Keyring
) -> None:
    ids = [await talk(database, keyring, SITI, told=str(n)) for n in range(3)]
    other = await talk(database, keyring, BUDI)
    [message, _] = await claim(database, keyring)
    await settle(database, retry(message, later(seconds=30)))
    assert [await row(database, i, "due_at") for i in (*ids, other)] == [(later(seconds=30),)] * 3 + [(NOW,)]


async def test_an_unconfirmed_message_holds_back_those_behind_it(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI, told="1")
    second = await talk(database, keyring, SITI, told="2")
    [message] = await claim(database, keyring)
    await settle(database, Settled(message.id, message.chat_id, "unknown", due_at=later(seconds=60)))
    assert await claim(database, keyring, later(seconds=59)) == []
    [again] = await claim(database, keyring, later(seconds=60))
    assert (again.id, again.maybe_sent, again.unconfirmed) == (message.id, True, True)
    async with database.writing() as tx:
        assert await outbox.note_status(tx, message.id, "SM1", "sent", None) == "sent"
    assert [m.id for m in await claim(database, keyring, later(seconds=60))] == [second]


@pytest.mark.parametrize("state", ["held", "failed"])
async def test_a_message_that_will_not_go_holds_nobody_back(database: Database, keyring: Keyring, state: str) -> None:
    await talk(database, keyring, SITI, told="1")
    second = await talk(database, keyring, SITI, told="2")
    [message] = await claim(database, keyring)
    await settle(database, Settled(message.id, message.chat_id, state, error="63016"))
    assert [m.id for m in await claim(database, keyring)] == [second]


async def test_replies_to_people_go_before_broadcasts_then_the_longest_due(
    database: Database, keyring: Keyring
) -> None:
    places = {who: await place_of(database, keyring, who) for who in (SITI, BUDI, ANA)}
    async with database.writing() as tx:
        for who, priority, due in ((SITI, 9, -60), (BUDI, 1, -1), (ANA, 1, -2)):
            await outbox.add(
                tx, keyring, places[who].chat_id, who.encode(), "broadcast", later(seconds=due), priority=priority
            )
    await talk(database, keyring, "555004", told="555004", at=NOW)
    order = [m.payload.decode() for m in await claim(database, keyring)]
    assert order == ["555004", ANA, BUDI, SITI]


async def test_a_claim_takes_no_more_than_asked(database: Database, keyring: Keyring) -> None:
    for n in range(10):
        await talk(database, keyring, f"5560{n}")
    first = await claim(database, keyring, limit=4)
    second = await claim(database, keyring, limit=4)
    third = await claim(database, keyring, limit=4)
    assert [len(first), len(second), len(third)] == [4, 4, 2]
    assert len({m.id for m in first + second + third}) == 10


async def test_nothing_is_claimed_before_it_is_due(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI, at=later(seconds=10))
    assert await claim(database, keyring, later(seconds=9)) == []
    assert len(await claim(database, keyring, later(seconds=10))) == 1


# ---- leases -------------------------------------------------------------------------------------------------------


async def test_a_message_in_flight_when_its_process_died_is_claimed_again_and_says_so(
    database: Database, keyring: Keyring
) -> None:
    await talk(database, keyring, SITI)
    [message] = await claim(database, keyring, holder="dead")
    assert await claim(database, keyring, later(seconds=60), holder="heir") == []
    [again] = await claim(database, keyring, later(seconds=61), holder="heir")
    assert (again.id, again.attempts, again.maybe_sent, again.unconfirmed) == (message.id, 1, True, False)


async def test_a_new_leader_need_not_wait_for_leases_of_the_dead(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    await talk(database, keyring, BUDI)
    [dead, _] = await claim(database, keyring, holder="dead", limit=2)
    await settle(database, sent(dead), holder="dead")
    async with database.writing() as tx:
        await outbox.take_over(tx, "heir")
    assert [m.maybe_sent for m in await claim(database, keyring, holder="heir")] == [True]


async def test_only_one_process_delivers_at_a_time(database: Database) -> None:
    async with database.writing() as tx:
        assert await outbox.lead(tx, "a", NOW)
        assert not await outbox.lead(tx, "b", later(seconds=4))
        assert await outbox.lead(tx, "a", later(seconds=4))
        assert not await outbox.lead(tx, "b", later(seconds=8))
        assert await outbox.lead(tx, "b", later(seconds=10))
        assert not await outbox.lead(tx, "a", later(seconds=11))
        await outbox.step_down(tx, "a")
        assert not await outbox.lead(tx, "a", later(seconds=11))
        await outbox.step_down(tx, "b")
        assert await outbox.lead(tx, "a", later(seconds=11))


async def test_two_claiming_at_once_never_take_the_same_message(database: Database, keyring: Keyring) -> None:
    for n in range(30):
        await talk(database, keyring, f"5570{n:02}", told="1")
        await talk(database, keyring, f"5570{n:02}", told="2")
    rounds = await asyncio.gather(*[claim(database, keyring, limit=5, holder=f"h{n}") for n in range(12)])
    claimed = [m for messages in rounds for m in messages]
    assert len({m.id for m in claimed}) == len(claimed)
    assert len({m.chat_id for m in claimed}) == len(claimed)
    assert {m.payload for m in claimed} == {b"1"}


async def test_who_lost_its_lease_no_longer_decides(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    [slow] = await claim(database, keyring, holder="slow")
    [again] = await claim(database, keyring, later(seconds=61), holder="heir")
    await settle(database, retry(slow, later(seconds=1)), holder="slow")
    assert await row(database, slow.id, "state", "lease_by") == ("sending", "heir")
    await settle(database, sent(again), holder="heir")
    await settle(database, Settled(slow.id, slow.chat_id, "failed", error="late"), holder="slow")
    assert await row(database, slow.id, "state", "error") == ("sent", None)


async def test_what_the_platform_took_counts_even_from_who_lost_its_lease(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    [slow] = await claim(database, keyring, holder="slow")
    await claim(database, keyring, later(seconds=61), holder="heir")
    await settle(database, sent(slow, "p9"), holder="slow")
    assert await row(database, slow.id, "state", "platform_id") == ("sent", "p9")


# ---- what came of it ----------------------------------------------------------------------------------------------


async def test_sixty_four_results_cost_at_most_three_statements(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(64):
        await talk(database, keyring, f"5580{n:02}")
    messages = await claim(database, keyring)
    results = [
        (sent(m), retry(m, later(seconds=9)), Settled(m.id, m.chat_id, "failed", error="403", chat_state="opted_out"))[
            n % 3
        ]
        for n, m in enumerate(messages)
    ]
    asked: list[str] = []
    async with database.writing() as tx:
        rows, many = type(tx).rows, type(tx).many
        monkeypatch.setattr(type(tx), "rows", lambda self, sql, args=(): (asked.append(sql), rows(self, sql, args))[1])
        monkeypatch.setattr(type(tx), "many", lambda self, sql, args: (asked.append(sql), many(self, sql, args))[1])
        await outbox.settle(tx, results, "me")
        monkeypatch.undo()
    assert 1 <= len(asked) <= 3
    async with database.reading() as tx:
        states = dict(await tx.rows("SELECT state, COUNT(*) FROM outbox GROUP BY state"))
        assert states == {"sent": 22, "waiting": 21, "failed": 21}
        assert await tx.rows("SELECT COUNT(*) FROM chats WHERE state = 'opted_out'") == [(21,)]


async def test_a_result_is_written_whole(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    [m] = await claim(database, keyring)
    await settle(database, Settled(m.id, m.chat_id, "sent", platform_id="SM1", billable=1, sent_at=later(seconds=1)))
    columns = ("state", "platform_id", "billable", "sent_at", "lease_by", "lease_until", "attempts")
    assert await row(database, m.id, *columns) == ("sent", "SM1", 1, later(seconds=1), None, None, 1)


async def test_a_callback_that_overtook_the_answer_is_not_undone(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    [m] = await claim(database, keyring)
    async with database.writing() as tx:
        assert await outbox.note_status(tx, m.id, "SM1", "read", None) == "read"
    await settle(database, sent(m, "SM1"))
    assert await row(database, m.id, "state", "platform_id") == ("read", "SM1")


@pytest.mark.parametrize("told", ["failed", "held"])
async def test_bad_news_that_overtook_the_answer_is_not_undone(database: Database, keyring: Keyring, told: str) -> None:
    await talk(database, keyring, SITI)
    [m] = await claim(database, keyring)
    async with database.writing() as tx:
        assert await outbox.note_status(tx, m.id, "SM1", told, "63016") == told
    await settle(database, sent(m, "SM1"))
    assert await row(database, m.id, "state", "error", "sent_at") == (told, "63016", NOW)


@pytest.mark.parametrize("told", ["sent", "delivered", "read", "failed", "held"])
@pytest.mark.parametrize("attempt", ["unknown", "failed"])
async def test_an_attempt_without_an_answer_does_not_undo_what_a_callback_told_meanwhile(
    database: Database, keyring: Keyring, told: str, attempt: str
) -> None:
    await talk(database, keyring, SITI)
    [m] = await claim(database, keyring)
    async with database.writing() as tx:
        assert await outbox.note_status(tx, m.id, "SM1", told, None) == told
    await settle(database, Settled(m.id, m.chat_id, attempt, due_at=later(seconds=60), error="timeout"))
    assert await row(database, m.id, "state", "platform_id", "error") == (told, "SM1", None)
    assert await claim(database, keyring, later(hours=1)) == []


async def test_bad_news_of_an_earlier_attempt_does_not_count_against_the_next(
    database: Database, keyring: Keyring
) -> None:
    await talk(database, keyring, SITI)
    [m] = await claim(database, keyring)
    await settle(database, sent(m, "SM1"))
    async with database.writing() as tx:
        await outbox.note_status(tx, m.id, "SM1", "held", "63016")
        await outbox.release(tx, [m.chat_id], NOW)
    [again] = await claim(database, keyring)
    await settle(database, sent(again, "SM2"))
    assert await row(database, m.id, "state", "platform_id", "error") == ("sent", "SM2", None)


@pytest.mark.parametrize("seed", range(6))
async def test_statuses_in_any_order_end_at_the_highest(database: Database, keyring: Keyring, seed: int) -> None:
    await talk(database, keyring, SITI)
    [m] = await claim(database, keyring)
    statuses = ["sent", "delivered", "read", "sent", "delivered"]
    random.Random(seed).shuffle(statuses)
    for status in statuses:
        async with database.writing() as tx:
            await outbox.note_status(tx, m.id, "SM1", status, None)
    assert await row(database, m.id, "state") == ("read",)


async def test_statuses_that_arrive_at_once_never_go_down(database: Database, keyring: Keyring) -> None:
    ids = [await talk(database, keyring, f"5590{n:02}") for n in range(15)]
    await claim(database, keyring)

    async def note(outbox_id: int, status: str) -> None:
        async with database.writing() as tx:
            await outbox.note_status(tx, outbox_id, f"SM{outbox_id}", status, None)

    await asyncio.gather(*[note(i, status) for i in ids for status in ("delivered", "read", "sent")])
    assert {await row(database, i, "state") for i in ids} == {("read",)}


async def test_a_failure_reported_later_counts_until_it_was_delivered(database: Database, keyring: Keyring) -> None:
    for who in (SITI, BUDI):
        await talk(database, keyring, who)
    first, second = await claim(database, keyring)
    await settle(database, sent(first, "SM1"), sent(second, "SM2"))
    async with database.writing() as tx:
        assert await outbox.note_status(tx, first.id, "SM1", "failed", "63033", "opted_out") == "failed"
        assert await outbox.note_status(tx, second.id, "SM2", "delivered", None) == "delivered"
        assert await outbox.note_status(tx, second.id, "SM2", "failed", "63016") == "delivered"
        states = await tx.rows("SELECT state FROM chats WHERE id = $1", (first.chat_id,))
    assert await row(database, first.id, "state", "error") == ("failed", "63033")
    assert await row(database, second.id, "state", "error") == ("delivered", None)
    assert states == [("opted_out",)]


async def test_a_status_for_a_message_that_is_not_ours_changes_nothing(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    [m] = await claim(database, keyring)
    await settle(database, sent(m, "SM1"))
    async with database.writing() as tx:
        assert await outbox.note_status(tx, m.id, "SM2", "read", None) == ""
        assert await outbox.note_status(tx, m.id + 99, "SM1", "read", None) == ""
    assert await row(database, m.id, "state") == ("sent",)


async def test_what_was_held_goes_when_they_write(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI, told="held")
    [m] = await claim(database, keyring)
    await settle(database, Settled(m.id, m.chat_id, "held", error="window_closed"))
    assert await claim(database, keyring, later(days=2)) == []
    async with database.writing() as tx:
        await outbox.release(tx, [m.chat_id], later(days=2))
    assert [one.payload for one in await claim(database, keyring, later(days=2))] == [b"held"]


# ---- queueing -----------------------------------------------------------------------------------------------------


async def test_a_message_that_answers_nothing_is_queued_sealed(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        made = await outbox.add(tx, keyring, place.chat_id, b"Kak Siti, kabar baik", "notice", NOW)
    [message] = await claim(database, keyring)
    assert (message.id, message.payload) == (made, b"Kak Siti, kabar baik")
    [payload] = await row(database, made, "payload")
    assert b"Siti" not in bytes(payload)


async def test_nothing_is_queued_for_the_forgotten(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    await talk(database, keyring, SITI)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW)
        assert await outbox.add(tx, keyring, place.chat_id, b"x", "notice", NOW) == 0
        assert await outbox.add(tx, keyring, 9999, b"x", "notice", NOW) == 0
    assert await claim(database, keyring) == []


async def test_what_cannot_be_opened_is_dropped_and_holds_nobody_back(database: Database, keyring: Keyring) -> None:
    spoilt = await talk(database, keyring, SITI, told="spoilt")
    second = await talk(database, keyring, SITI, told="good")
    async with database.writing() as tx:
        await tx.rows("UPDATE outbox SET payload = $1 WHERE id = $2", (b"\x01" + b"0" * 40, spoilt))
    assert await claim(database, keyring) == []
    assert await row(database, spoilt, "state", "error") == ("dropped", "KeyWrong")
    assert [m.id for m in await claim(database, keyring)] == [second]


async def test_waiting_and_parked_are_counted(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    await talk(database, keyring, BUDI)
    async with database.writing() as tx:
        await tx.rows("UPDATE inbox SET state = 'parked' WHERE id = (SELECT MIN(id) FROM inbox)")
        assert await outbox.count_waiting(tx) == (2, 1)


async def test_a_chat_is_found_by_its_name_and_told_since_by_number(database: Database, keyring: Keyring) -> None:
    first = await talk(database, keyring, SITI, told="1")
    second = await talk(database, keyring, SITI, told="2")
    place = await place_of(database, keyring, SITI)

    async def look(tx: Tx) -> tuple[int | None, int | None, list[tuple[int, bytes]]]:
        return (
            await outbox.find_chat(tx, keyring, "telegram", SITI),
            await outbox.find_chat(tx, keyring, "web", SITI),
            await outbox.told_since(tx, keyring, place.chat_id, first),
        )

    async with database.reading() as tx:
        assert await look(tx) == (place.chat_id, None, [(second, b"2")])
