"""What may no longer be kept goes by the clock, and nothing else does; the dry run says the same beforehand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage import retention, secure_forms, staff
from storage.database import Database
from storage.keys import Keyring
from tests.storage.test_people import ask_to_be_forgotten, count
from tests.storage.world import ANA, BUDI, NOW, SITI, a_session, later, place_of, talk

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
    await talk(db, keyring, ANA, session=replace(a_session(), touched=later(days=10)))


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
        assert await retention.let_drafts_go(tx, place.chat_id, later(days=30)) == 0
        assert await retention.let_drafts_go(tx, place.chat_id, later(days=31)) == 1
    assert await count(database, "sessions") == 2
