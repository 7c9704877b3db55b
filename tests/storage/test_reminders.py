"""Reminders as rows: planned from a membership, never twice, cancelled by a payment or a word, each with its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson

from storage import consents, memberships, outbox, people, reminders, scheduled, standings, thinning
from storage.database import Database
from storage.keys import Keyring
from storage.memberships import Membership
from storage.turns import Place
from tests.storage.test_memberships import joined
from tests.storage.world import BUDI, NOW, SITI

JAKARTA = ZoneInfo("Asia/Jakarta")
UNTIL = date(2026, 12, 31)


async def agrees(db: Database, place: Place, granted: bool = True, at: datetime = NOW) -> None:
    async with db.writing() as tx:
        await consents.record(
            tx,
            person_id=place.person_id,
            chat_id=place.chat_id,
            purpose="reminders",
            granted=granted,
            text_version="id-1",
            pressed="Ya",
            identity_hash=place.identity_hash,
            at=at,
        )


async def member(db: Database, keyring: Keyring, who: str = SITI, receipt: str = "K7Q2M-4") -> tuple[Place, Membership]:
    """Somebody protected until the end of the year, who wants to be reminded."""
    place, said = await joined(db, keyring, who, receipt)
    await agrees(db, place)
    async with db.writing() as tx:
        await memberships.put(tx, keyring, said)
    return place, said


async def planned(db: Database, chat_id: int, state: str = "waiting") -> list[str]:
    async with db.reading() as tx:
        rows = await tx.rows(
            "SELECT key FROM scheduled WHERE chat_id = $1 AND state = $2 ORDER BY due_at", (chat_id, state)
        )
    return [key.split(":", 2)[2] for (key,) in rows]


async def plan(db: Database, said: Membership, now: datetime = NOW) -> int:
    async with db.writing() as tx:
        return await reminders.plan(tx, said.application_id, now, JAKARTA)


ALL = [
    *("2026-12-31:before_7", "2026-12-31:before_1", "2026-12-31:after_7", "2026-12-31:after_30"),
    *("2026-12-31:after_60", "2026-12-31:after_80", "2026-12-31:ended"),
]


async def test_a_member_who_agreed_has_seven_reminders_to_come_and_planning_again_adds_none(
    database: Database, keyring: Keyring
) -> None:
    place, said = await member(database, keyring)
    assert await plan(database, said) == 7
    assert await plan(database, said) == 7
    assert await planned(database, place.chat_id) == ALL


async def test_without_a_yes_as_the_last_word_nothing_is_planned(database: Database, keyring: Keyring) -> None:
    place, said = await joined(database, keyring)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, said)
    assert await plan(database, said) == 0
    await agrees(database, place)
    await agrees(database, place, granted=False)
    assert await plan(database, said) == 0


async def test_whoever_has_not_paid_yet_is_not_reminded_of_an_end(database: Database, keyring: Keyring) -> None:
    place, said = await member(database, keyring)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, replace(said, paid_until=None, state="registered"))
    assert await plan(database, said) == 0
    assert await planned(database, place.chat_id) == []


async def test_a_payment_cancels_what_was_to_come_and_plans_from_the_new_day(
    database: Database, keyring: Keyring
) -> None:
    place, said = await member(database, keyring)
    await plan(database, said)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, replace(said, paid_until=date(2027, 3, 31)))
        await reminders.plan(tx, said.application_id, NOW, JAKARTA)
    assert await planned(database, place.chat_id, "cancelled") == ALL
    assert await planned(database, place.chat_id) == [key.replace("2026-12-31", "2027-03-31") for key in ALL]


async def test_somebody_elses_reminders_stay(database: Database, keyring: Keyring) -> None:
    _, siti = await member(database, keyring)
    place, budi = await member(database, keyring, BUDI, "K7Q2M-5")
    await plan(database, siti)
    await plan(database, budi)
    async with database.writing() as tx:
        await memberships.take_out(tx, [siti.application_id])
        await reminders.plan(tx, siti.application_id, NOW, JAKARTA)
    assert await planned(database, place.chat_id) == ALL


async def test_what_is_long_past_is_not_planned(database: Database, keyring: Keyring) -> None:
    place, said = await member(database, keyring)
    assert await plan(database, said, datetime(2027, 1, 5, tzinfo=UTC)) == 5
    assert (await planned(database, place.chat_id))[0] == "2026-12-31:after_7"


async def test_stopping_cancels_at_once_and_starting_again_plans_what_is_still_to_come(
    database: Database, keyring: Keyring
) -> None:
    place, said = await member(database, keyring)
    await plan(database, said)
    async with database.writing() as tx:
        await scheduled.cancel(tx, place.chat_id, "reminder")
    assert await planned(database, place.chat_id) == []
    async with database.writing() as tx:
        assert await reminders.plan_chat(tx, place.chat_id, datetime(2026, 12, 27, tzinfo=UTC), JAKARTA) == 6
    assert await planned(database, place.chat_id) == ALL[1:]


async def test_a_reminder_that_was_taken_is_never_planned_again(database: Database, keyring: Keyring) -> None:
    place, said = await member(database, keyring)
    await plan(database, said)
    at = datetime(2026, 12, 24, 14, 0, tzinfo=UTC)
    async with database.writing() as tx:
        [due] = await scheduled.claim_due(tx, at, limit=10)
        await reminders.settle(tx, due.key, "said")
        await scheduled.done(tx, due.id)
        await scheduled.cancel(tx, place.chat_id, "reminder")
    await plan(database, said, at)
    assert await planned(database, place.chat_id, "taken") == ALL[:1]
    assert await planned(database, place.chat_id) == ALL[1:]
    async with database.reading() as tx:
        [(facts,)] = await tx.rows("SELECT facts FROM scheduled WHERE state = 'taken'")
    assert orjson.loads(facts)["came"] == "said"


async def test_a_reminder_is_claimed_by_one_of_several_at_once(database: Database, keyring: Keyring) -> None:
    _, said = await member(database, keyring)
    await plan(database, said)
    at = datetime(2026, 12, 24, 14, 0, tzinfo=UTC)

    async def claim() -> int:
        async with database.writing() as tx:
            return len(await scheduled.claim_due(tx, at, limit=10))

    assert sorted(await asyncio.gather(*[claim() for _ in range(6)])) == [0, 0, 0, 0, 0, 1]


async def test_a_lease_from_a_clock_that_ran_ahead_holds_nothing_up(database: Database, keyring: Keyring) -> None:
    _, said = await member(database, keyring)
    await plan(database, said)
    due = datetime(2026, 12, 24, 14, 0, tzinfo=UTC)
    ahead = due + timedelta(days=2)
    async with database.writing() as tx:
        assert len(await scheduled.claim_due(tx, ahead, limit=1)) == 1
    async with database.writing() as tx:
        assert len(await scheduled.claim_due(tx, due, limit=10)) == 1


async def test_reminders_follow_a_record_to_its_persons_own_chat(database: Database, keyring: Keyring) -> None:
    helper, said = await member(database, keyring)
    own, others = await member(database, keyring, BUDI, "K7Q2M-5")
    await plan(database, said)
    await plan(database, others)
    async with database.writing() as tx:
        await reminders.follow(tx, said.application_id, own.chat_id)
    assert await planned(database, helper.chat_id) == []
    assert sorted(await planned(database, own.chat_id)) == sorted(ALL * 2)


async def test_a_moved_reminder_has_a_key_of_its_own_and_is_moved_once(database: Database, keyring: Keyring) -> None:
    place, _ = await member(database, keyring)
    at = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)
    for _ in range(2):
        async with database.writing() as tx:
            await reminders.move(tx, place.chat_id, {"key": "reminder:1:2026-12-31:before_7@2026-12-25", "at": "x"}, at)
    assert await planned(database, place.chat_id) == ["2026-12-31:before_7@2026-12-25"]


async def test_a_reminder_held_for_two_days_is_dropped_and_other_words_wait_on(
    database: Database, keyring: Keyring
) -> None:
    place, _ = await member(database, keyring)
    async with database.writing() as tx:
        for purpose in ("reminder", "notice"):
            await outbox.add(tx, keyring, place.chat_id, b"{}", purpose, NOW)
        await tx.rows("UPDATE outbox SET state = 'held'")
        assert await reminders.drop_stale(tx, NOW + timedelta(days=2)) == 0
        assert await reminders.drop_stale(tx, NOW + timedelta(days=2, minutes=1)) == 1
        rows = await tx.rows("SELECT purpose, state, error FROM outbox ORDER BY id")
    assert [tuple(row) for row in rows] == [("reminder", "dropped", "stale"), ("notice", "held", None)]


async def test_what_would_go_out_is_counted_by_kind_and_channel(database: Database, keyring: Keyring) -> None:
    _, siti = await member(database, keyring)
    _, budi = await member(database, keyring, BUDI, "K7Q2M-5")
    await plan(database, siti)
    await plan(database, budi)
    async with database.reading() as tx:
        assert await reminders.to_come(tx, datetime(2026, 12, 24, tzinfo=UTC)) == {}
        week = await reminders.to_come(tx, datetime(2026, 12, 31, tzinfo=UTC))
    assert week == {("before_7", "telegram", "free"): 2, ("before_1", "telegram", "free"): 2}


async def test_outside_whatsapps_window_a_reminder_costs_a_template(database: Database, keyring: Keyring) -> None:
    place, said = await member(database, keyring)
    await plan(database, said)
    async with database.writing() as tx:
        await tx.rows("UPDATE chats SET channel = 'whatsapp' WHERE id = $1", (place.chat_id,))
    async with database.reading() as tx:
        found = await reminders.to_come(tx, datetime(2026, 12, 25, tzinfo=UTC))
    assert found == {("before_7", "whatsapp", "template"): 1}
    async with database.reading() as tx:
        assert await reminders.sums_to_come(tx, datetime(2026, 12, 25, tzinfo=UTC)) == (1, 1)
        assert await reminders.sums_to_come(tx, datetime(2026, 12, 23, tzinfo=UTC)) == (0, 0)


async def test_whoever_is_erased_is_not_reminded(database: Database, keyring: Keyring) -> None:
    place, said = await member(database, keyring)
    await plan(database, said)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW, keep_chat=place.chat_id)
    assert await planned(database, place.chat_id) == []
    assert await plan(database, said) == 0


# ---- what is kept for reminders -------------------------------------------------------------------------------------


async def test_what_reminders_need_outlives_the_answers_and_goes_when_they_are_stopped(
    database: Database, keyring: Keyring
) -> None:
    place, said = await member(database, keyring)
    async with database.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'active' WHERE id = $1", (said.application_id,))
    assert await thinning.thin(database, NOW + timedelta(days=31)) == 1
    async with database.reading() as tx:
        [known] = await memberships.for_chat(tx, keyring, place.chat_id)
    assert (known.first_name, known.income) == ("Siti", 1_600_000)
    async with database.writing() as tx:
        await standings.keep_for_reminders(tx, keyring, place.chat_id, "nothing")
        [known] = await memberships.for_chat(tx, keyring, place.chat_id)
    assert (known.first_name, known.income) == ("", 0)


async def test_what_was_kept_for_reminders_goes_a_month_after_the_membership_ended(
    database: Database, keyring: Keyring
) -> None:
    place, said = await member(database, keyring)
    async with database.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'active' WHERE id = $1", (said.application_id,))
    for day, name in ((date(2027, 4, 30), "Siti"), (date(2027, 5, 4), "")):
        await thinning.thin(database, datetime(day.year, day.month, day.day, tzinfo=UTC))
        async with database.reading() as tx:
            [known] = await memberships.for_chat(tx, keyring, place.chat_id)
        assert (known.first_name, known.membership is not None) == (name, True)


async def test_starting_again_keeps_what_the_answers_still_say_and_nothing_else_changes(
    database: Database, keyring: Keyring
) -> None:
    place, said = await member(database, keyring)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, replace(said, kept={}))
        await standings.keep_for_reminders(tx, keyring, place.chat_id, "what is known")
        assert await memberships.of_application(tx, keyring, said.application_id) == said


async def test_a_receipt_tells_the_state_and_the_day_and_nothing_of_its_person(
    database: Database, keyring: Keyring
) -> None:
    await member(database, keyring)
    async with database.reading() as tx:
        found = await standings.by_receipt(tx, "K7Q2M-4")
        assert found == standings.Stands("submitted", UNTIL)
        assert await standings.by_receipt(tx, "K7Q2M-9") is None
