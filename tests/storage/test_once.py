"""Single-use links, moments to come, consents and calls for help: each exactly once, each with its end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from storage import consents, help_requests, people, scheduled, secure_forms
from storage.database import Database
from storage.keys import Keyring
from tests.storage.world import BUDI, NOW, SITI, later, place_of

STEP = ("registration", "nik")


# ---- secure forms -------------------------------------------------------------------------------------------------


async def test_a_link_is_good_for_one_step_of_one_chat_for_half_an_hour(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI, "whatsapp")
    async with database.writing() as tx:
        await secure_forms.issue(tx, keyring, "t", place.chat_id, *STEP, NOW)
        pending = await secure_forms.look_up(tx, keyring, "t", later(minutes=29))
        assert isinstance(pending, secure_forms.Pending)
        assert (pending.chat_id, pending.channel, pending.form, pending.step) == (place.chat_id, "whatsapp", *STEP)
        assert (pending.language, pending.expires_at) == ("id", later(minutes=30))
        assert await secure_forms.look_up(tx, keyring, "t", later(minutes=30)) == "expired"
        assert not await secure_forms.spend(tx, keyring, "t", later(minutes=30))
        assert await secure_forms.look_up(tx, keyring, "T", NOW) is None
        assert not await secure_forms.spend(tx, keyring, "T", NOW)


async def test_a_link_is_spent_by_exactly_one_of_many_at_once(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await secure_forms.issue(tx, keyring, "t", place.chat_id, *STEP, NOW)

    async def spend() -> bool:
        async with database.writing() as tx:
            return await secure_forms.spend(tx, keyring, "t", NOW)

    assert sorted(await asyncio.gather(*[spend() for _ in range(8)])) == [False] * 7 + [True]
    async with database.reading() as tx:
        assert await secure_forms.look_up(tx, keyring, "t", NOW) == "used"


async def test_a_new_link_ends_the_earlier_ones_of_its_step_only(database: Database, keyring: Keyring) -> None:
    siti, budi = await place_of(database, keyring, SITI), await place_of(database, keyring, BUDI)
    async with database.writing() as tx:
        await secure_forms.issue(tx, keyring, "old", siti.chat_id, *STEP, NOW)
        await secure_forms.issue(tx, keyring, "phone", siti.chat_id, "registration", "phone", NOW)
        await secure_forms.issue(tx, keyring, "budi", budi.chat_id, *STEP, NOW)
        await secure_forms.issue(tx, keyring, "new", siti.chat_id, *STEP, later(minutes=1))
        found = {
            token: await secure_forms.look_up(tx, keyring, token, later(minutes=1))
            for token in ("old", "phone", "budi", "new")
        }
    assert found["old"] == "expired"
    assert all(isinstance(found[token], secure_forms.Pending) for token in ("phone", "budi", "new"))


async def test_a_links_token_is_not_in_the_database(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await secure_forms.issue(tx, keyring, "secret-token", place.chat_id, *STEP, NOW)
        rows = await tx.rows("SELECT * FROM secure_forms")
    assert "secret-token" not in str([bytes(v) if isinstance(v, memoryview) else v for v in rows[0]])


async def test_a_forgotten_persons_links_are_gone(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await secure_forms.issue(tx, keyring, "t", place.chat_id, *STEP, NOW)
        await people.erase(tx, keyring, place.person_id, NOW)
        assert await secure_forms.look_up(tx, keyring, "t", NOW) is None


# ---- scheduled moments --------------------------------------------------------------------------------------------


async def test_a_moment_is_scheduled_once_and_comes_once(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        for _ in range(2):
            made = await scheduled.schedule(
                tx, chat_id=place.chat_id, kind="reminder", key="r1", due_at=later(hours=1), facts='{"days": 7}'
            )
        assert not made
        assert await scheduled.claim_due(tx, later(minutes=59), limit=10) == []
        [due] = await scheduled.claim_due(tx, later(hours=1), limit=10)
        assert (due.chat_id, due.channel, due.kind, due.key, due.facts) == (
            *(place.chat_id, "telegram", "reminder", "r1", '{"days": 7}'),
        )
        assert await scheduled.claim_due(tx, later(hours=1), limit=10) == []
        await scheduled.done(tx, due.id)
        assert await scheduled.claim_due(tx, later(days=9), limit=10) == []
        assert not await scheduled.schedule(tx, chat_id=place.chat_id, kind="reminder", key="r1", due_at=later(days=2))


async def test_a_moment_whose_taker_died_comes_again(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await scheduled.schedule(tx, chat_id=place.chat_id, kind="reminder", key="r1", due_at=NOW)
        assert len(await scheduled.claim_due(tx, NOW, limit=10)) == 1
        assert len(await scheduled.claim_due(tx, NOW + scheduled.LEASE, limit=10)) == 0
        assert len(await scheduled.claim_due(tx, NOW + scheduled.LEASE + timedelta(seconds=1), limit=10)) == 1


async def test_moments_come_in_the_order_they_are_due_and_to_one_taker_each(
    database: Database, keyring: Keyring
) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        for n in range(20):
            await scheduled.schedule(
                tx, chat_id=place.chat_id, kind="reminder", key=f"r{n}", due_at=later(minutes=20 - n)
            )

    async def take() -> list[str]:
        async with database.writing() as tx:
            return [due.key for due in await scheduled.claim_due(tx, later(hours=1), limit=4)]

    first = await take()
    assert first == ["r19", "r18", "r17", "r16"]
    rest = [key for keys in await asyncio.gather(*[take() for _ in range(8)]) for key in keys]
    while keys := await take():
        rest += keys
    assert sorted(first + rest) == sorted(f"r{n}" for n in range(20))


async def test_a_cancelled_kind_no_longer_comes(database: Database, keyring: Keyring) -> None:
    siti, budi = await place_of(database, keyring, SITI), await place_of(database, keyring, BUDI)
    async with database.writing() as tx:
        for chat, kind in ((siti, "reminder"), (siti, "resume"), (budi, "reminder")):
            await scheduled.schedule(tx, chat_id=chat.chat_id, kind=kind, key=f"{chat.chat_id}{kind}", due_at=NOW)
        await scheduled.cancel(tx, siti.chat_id, "reminder")
        due = await scheduled.claim_due(tx, NOW, limit=10)
    assert {(one.chat_id, one.kind) for one in due} == {(siti.chat_id, "resume"), (budi.chat_id, "reminder")}


# ---- consents and calls for help ----------------------------------------------------------------------------------


async def test_the_last_word_on_a_purpose_counts_and_every_word_is_kept(database: Database, keyring: Keyring) -> None:
    siti, budi = await place_of(database, keyring, SITI), await place_of(database, keyring, BUDI)
    async with database.writing() as tx:
        assert not await consents.granted(tx, siti.person_id, "reminders")
        for n, granted in enumerate((True, False, True)):
            await consents.record(
                tx, person_id=siti.person_id, chat_id=siti.chat_id, purpose="reminders", granted=granted,
                text_version="v1", pressed="Ya", identity_hash=siti.identity_hash, at=later(minutes=n),
            )  # fmt: skip
            assert await consents.granted(tx, siti.person_id, "reminders") is granted
        assert not await consents.granted(tx, siti.person_id, "data")
        assert not await consents.granted(tx, budi.person_id, "reminders")
        rows = await tx.rows("SELECT granted, text_version, pressed, identity_hash FROM consents ORDER BY id")
    assert [(bool(granted), *rest) for granted, *rest, _ in rows] == [
        (True, "v1", "Ya"),
        (False, "v1", "Ya"),
        (True, "v1", "Ya"),
    ]
    assert {bytes(row[3]) for row in rows} == {keyring.blind("address.telegram", SITI)}


async def test_a_chat_has_one_open_call_for_help(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        first = await help_requests.open_request(tx, place.chat_id, "asked", NOW)
        assert await help_requests.open_request(tx, place.chat_id, "misses", NOW) == first
        assert await help_requests.close_request(tx, first, NOW)
        assert not await help_requests.close_request(tx, first, NOW)
        assert await help_requests.open_request(tx, place.chat_id, "misses", NOW) != first
