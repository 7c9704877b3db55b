"""What may no longer be kept goes by the clock, and nothing else does; the dry run says the same beforehand."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from storage import applications, consents, quiet, retention, saving, scheduled, secure_forms, staff, thinning
from storage.database import Database
from storage.keys import Keyring
from tests.storage.test_people import ask_to_be_forgotten, count
from tests.storage.world import ANA, BUDI, NOW, SITI, a_form, a_session, later, place_of, submit, talk

NOTHING = {"drafts": 0, "secure_forms": 0, "logins": 0, "invitations": 0, "farewells": 0}


async def due(db: Database, **more: float) -> dict[str, int]:
    async with db.reading() as tx:
        found = await retention.due(tx, later(**more))
    return {name: count for name, count in found.items() if name in NOTHING}


async def retain(db: Database, keyring: Keyring, **more: float) -> dict[str, int]:
    removed = await retention.retain(db, keyring, later(**more))
    return {name: count for name, count in removed.items() if name in NOTHING}


async def drafts(db: Database, keyring: Keyring) -> None:
    """Siti stopped midway, Budi submitted, Ana came back after ten days."""
    await talk(db, keyring, SITI, session=a_session())
    await talk(db, keyring, BUDI, session=a_session(done="submitted"))
    await submit(db, keyring, BUDI)
    await talk(db, keyring, ANA, session=replace(a_session(), touched=later(days=10)), at=later(days=10))


async def test_a_draft_lives_thirty_days_after_it_was_last_touched(database: Database, keyring: Keyring) -> None:
    await drafts(database, keyring)
    assert await retain(database, keyring, days=30) == NOTHING
    assert await retain(database, keyring, days=30, seconds=1) == {**NOTHING, "drafts": 1}
    assert (await place_of(database, keyring, SITI)).talk.sessions == {}
    assert (await place_of(database, keyring, ANA)).talk.sessions["registration"].asked == "born"
    assert await retain(database, keyring, days=41) == {**NOTHING, "drafts": 1}


async def test_what_was_submitted_is_no_draft(database: Database, keyring: Keyring) -> None:
    await drafts(database, keyring)
    await retain(database, keyring, days=400)
    assert await count(database, "sessions", "done = 'submitted'") == 1


async def test_the_dry_run_counts_what_goes_and_takes_nothing(database: Database, keyring: Keyring) -> None:
    await drafts(database, keyring)
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await secure_forms.issue(tx, keyring, "t", place.chat_id, "registration", "nik", NOW)
        await staff.invite(tx, "i", role="admin", now=NOW, expires_at=later(days=1))
        await staff.invite(tx, "j", role="admin", now=NOW, expires_at=later(days=90))
        member = await staff.join(tx, "j", login="ana", name="Ana", password_hash="x", now=NOW)
        assert member is not None
        await staff.open_session(tx, "s", staff_id=member.id, csrf_secret="c", now=NOW, expires_at=later(hours=8))
    await ask_to_be_forgotten(database, keyring, BUDI)
    foretold = await due(database, days=45)
    assert foretold == {"drafts": 2, "secure_forms": 1, "logins": 1, "invitations": 1, "farewells": 1}
    assert await due(database, days=45) == foretold
    assert await retain(database, keyring, days=45) == foretold
    assert await due(database, days=45) == await retain(database, keyring, days=45) == NOTHING
    assert await count(database, "staff") == 1


async def test_more_than_fits_one_transaction_goes_all_the_same(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    for n in range(10):
        await talk(database, keyring, f"58{n:03}", session=a_session())
    assert await retain(database, keyring, days=31) == {**NOTHING, "drafts": 10}


async def test_one_chats_drafts_go_by_a_clock_of_its_own(database: Database, keyring: Keyring) -> None:
    await drafts(database, keyring)
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        assert await retention.let_drafts_go(tx, keyring, place.chat_id, later(days=30)) == 0
        assert await retention.let_drafts_go(tx, keyring, place.chat_id, later(days=31)) == 1
    assert await count(database, "sessions") == 2


# ---- people who fell silent ---------------------------------------------------------------------------------------


async def silent(db: Database, keyring: Keyring, **more: float) -> int:
    """How many silent people go; the dry run says the same beforehand."""
    async with db.reading() as tx:
        foretold = (await retention.due(tx, later(**more)))["silent"]
    gone = (await retention.retain(db, keyring, later(**more)))["silent"]
    assert gone == foretold
    return gone


@pytest.mark.parametrize("page", [1, 2, 50])
async def test_who_fell_silent_before_submitting_is_forgotten_after_thirty_days(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(quiet, "AT_ONCE", page)
    await talk(database, keyring, SITI)
    await submit(database, keyring, BUDI)
    await talk(database, keyring, BUDI)
    await talk(database, keyring, ANA)
    await talk(database, keyring, ANA, at=later(days=10))
    assert await silent(database, keyring, days=30) == 0
    assert await silent(database, keyring, days=30, seconds=1) == 1
    assert await silent(database, keyring, days=40) == 0
    assert await silent(database, keyring, days=40, seconds=1) == 1
    assert await silent(database, keyring, days=400) == 0
    assert await count(database, "people", "key IS NOT NULL") == 1
    assert await count(database, "identities") == 1
    assert await count(database, "inbox", "body IS NOT NULL") == 1


async def test_a_message_ahead_of_its_time_stops_nobody(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, ANA, channel="web", at=later(days=300))
    await talk(database, keyring, SITI)
    assert await silent(database, keyring, days=31) == 1


async def test_who_comes_back_after_being_forgotten_is_new(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI, session=a_session())
    before = await place_of(database, keyring, SITI)
    assert await silent(database, keyring, days=31) == 1
    after = await place_of(database, keyring, SITI, at=later(days=32))
    assert after.person_id != before.person_id
    assert after.talk.sessions == {}


async def test_what_was_looked_at_is_not_looked_at_again(database: Database, keyring: Keyring) -> None:
    for n in range(20):
        await talk(database, keyring, f"59{n:03}", at=later(days=n))
    assert await silent(database, keyring, days=40) == 10
    async with database.reading() as tx:
        assert await quiet._cursor(tx, "to read") == 10
    assert await silent(database, keyring, days=45) == 5


async def test_messages_nobody_could_read_stop_nothing(database: Database, keyring: Keyring) -> None:
    async with database.writing() as tx:
        await saving.park(tx, "telegram", "x", None, None, NOW, "unreadable")
    await talk(database, keyring, SITI)
    assert await silent(database, keyring, days=31) == 1


# ---- applications that came to their end --------------------------------------------------------------------------


async def ended(db: Database, state: str = "registered", receipt: str = "K7Q2M-4") -> None:
    async with db.writing() as tx:
        await tx.rows("UPDATE applications SET state = $1, changed_at = $2 WHERE receipt = $3", (state, NOW, receipt))


async def test_an_application_is_thinned_thirty_days_after_its_end(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI, session=a_session(done="submitted"))
    place = await submit(database, keyring)
    await ended(database)
    assert (await retention.retain(database, keyring, later(days=30)))["ended"] == 0
    async with database.reading() as tx:
        assert (await retention.due(tx, later(days=31)))["ended"] == 1
    assert (await retention.retain(database, keyring, later(days=31)))["ended"] == 1
    assert (await retention.retain(database, keyring, later(days=32)))["ended"] == 0
    async with database.reading() as tx:
        found = await applications.one(tx, keyring, "K7Q2M-4")
        [kept] = await tx.rows(
            "SELECT nik_hash, nik4_hash, name_hash, born_hash, phone_hash, area_code, kota_code FROM applications"
        )
        assert await tx.rows("SELECT body FROM inbox") == [(None,)]
        assert await tx.rows("SELECT COUNT(*) FROM application_versions WHERE LENGTH(answers) > 0") == [(0,)]
        assert await tx.rows("SELECT key IS NOT NULL FROM people WHERE id = $1", (place.person_id,)) in (
            [(1,)],
            [(True,)],
        )
    assert bytes(kept[0]) == keyring.blind("nik", "3174055708950003")
    assert kept[1:] == (None, None, None, None, "31.74.05.1003", "31.74")
    assert found is not None
    assert (found.state, found.name, found.answers, found.rw, found.programme) == ("registered", "", {}, "", "")
    assert await count(database, "sessions") == 0


@pytest.mark.parametrize("state", ["submitted", "needs_correction", "approved", "batched", "handed_over"])
async def test_an_application_under_way_is_kept_whole_however_long_it_takes(
    database: Database, keyring: Keyring, state: str
) -> None:
    await talk(database, keyring, SITI)
    await submit(database, keyring)
    await ended(database, state)
    assert (await retention.retain(database, keyring, later(days=400)))["ended"] == 0
    assert await count(database, "inbox", "body IS NOT NULL") == 1
    async with database.reading() as tx:
        found = await applications.one(tx, keyring, "K7Q2M-4")
    assert found is not None
    assert found.name == "Siti Aminah"


async def test_a_chat_is_kept_whole_while_one_of_its_applications_is_under_way(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thinning, "AT_ONCE", 1)
    await talk(database, keyring, SITI, session=a_session(done="submitted"))
    await submit(database, keyring, form=a_form("R-1"))
    await submit(database, keyring, form=a_form("R-2"))
    await ended(database, "refused", "R-1")
    assert (await retention.retain(database, keyring, later(days=31)))["ended"] == 1
    assert await count(database, "inbox", "body IS NOT NULL") == 1
    assert await count(database, "sessions") == 1
    await ended(database, "registered", "R-2")
    assert (await retention.retain(database, keyring, later(days=62)))["ended"] == 1
    assert await count(database, "inbox", "body IS NOT NULL") == 0
    assert await count(database, "sessions") == 0


async def test_what_is_said_after_the_end_goes_thirty_days_later(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    await ended(database, "active")
    await talk(database, keyring, SITI, at=later(days=20))
    await retention.retain(database, keyring, later(days=31))
    assert await count(database, "inbox", "body IS NOT NULL") == 1
    await retention.retain(database, keyring, later(days=51))
    assert await count(database, "inbox", "body IS NOT NULL") == 0
    assert await count(database, "people", "key IS NOT NULL") == 1


async def test_a_message_still_to_be_sent_is_not_thrown_away(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI)
    await submit(database, keyring)
    await ended(database)
    await retention.retain(database, keyring, later(days=31))
    assert await count(database, "outbox", "state = 'waiting'") == 1


# ---- proofs and moments -------------------------------------------------------------------------------------------


async def test_proofs_of_consent_are_kept_five_years(database: Database, keyring: Keyring) -> None:
    place = await submit(database, keyring)
    async with database.writing() as tx:
        await consents.record(
            tx, person_id=place.person_id, chat_id=place.chat_id, purpose="data", granted=True, text_version="v1",
            pressed="Ya", identity_hash=place.identity_hash, at=NOW,
        )  # fmt: skip
    assert (await retention.retain(database, keyring, NOW.replace(year=2031)))["consents"] == 0
    assert (await retention.retain(database, keyring, NOW.replace(year=2031, month=12)))["consents"] == 1


async def test_moments_that_passed_go_and_those_to_come_stay(database: Database, keyring: Keyring) -> None:
    place = await submit(database, keyring)
    async with database.writing() as tx:
        for key in ("past", "waiting", "far"):
            due_at = later(days=100) if key == "far" else NOW
            await scheduled.schedule(tx, chat_id=place.chat_id, kind=key, key=key, due_at=due_at)
        [past, _] = await scheduled.claim_due(tx, NOW, limit=2)
        await scheduled.done(tx, past.id)
        await scheduled.cancel(tx, place.chat_id, "far")
    assert (await retention.retain(database, keyring, later(days=31)))["moments"] == 1
    assert await count(database, "scheduled") == 2


async def test_two_processes_that_look_at_once_forget_each_person_once(postgres_url: str, keyring: Keyring) -> None:
    a, b = await Database.open(postgres_url), await Database.open(postgres_url)
    for n in range(30):
        await talk(a, keyring, f"57{n:03}")
    gone = await asyncio.gather(*[quiet.let_go(db, keyring, later(days=31)) for db in (a, b)])
    assert sum(gone) == 30
    await a.close()
    await b.close()
