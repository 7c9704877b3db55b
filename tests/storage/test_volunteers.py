"""Volunteers are invited once, confirmed from one chat, paused at once; the first and the last link are kept."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.rules.codes import VOLUNTEER
from storage import people, referrals, retention, volunteers
from storage.columns import micros
from storage.database import Database
from storage.errors import AlreadyThere
from storage.keys import Keyring
from storage.referrals import Brought, Referral
from storage.volunteers import Volunteer
from tests.storage.world import ANA, BUDI, NOW, SITI, a_form, later, place_of, submit, talk

RATNA, DEWI = VOLUNTEER.make(11), VOLUNTEER.make(22)
KLENDER, PULO_GEBANG = "31.75.07.1003", "31.75.06.1004"


async def invite(db: Database, keyring: Keyring, code: str = RATNA, link: str = "t", **given: Any) -> int:
    asked = {"name": "Ratna Dewi", "area_code": KLENDER, "rw": "5", "staff_id": None, "now": NOW, **given}
    async with db.writing() as tx:
        return await volunteers.invite(tx, keyring, link, code=code, until=later(days=7), **asked)


async def take(db: Database, keyring: Keyring, who: str, link: str = "t", **after: float) -> Volunteer | None:
    place = await place_of(db, keyring, who)
    async with db.writing() as tx:
        return await volunteers.take_invitation(
            tx, keyring, link, chat_id=place.chat_id, person_id=place.person_id, now=later(**after)
        )


async def join(db: Database, keyring: Keyring, who: str, code: str = RATNA, area: str = KLENDER) -> Volunteer:
    """Somebody is invited, opens the link and confirms."""
    await invite(db, keyring, code, link=code, area_code=area)
    taken = await take(db, keyring, who, link=code)
    assert taken is not None
    assert taken.chat_id is not None
    async with db.writing() as tx:
        joined = await volunteers.confirm(
            tx, keyring, chat_id=taken.chat_id, name="Ratna Dewi", area_code=area, rw="5", now=NOW
        )
    assert joined is not None
    return joined


async def came(db: Database, keyring: Keyring, who: str, code: str, **after: float) -> bool:
    place = await place_of(db, keyring, who)
    async with db.writing() as tx:
        return await referrals.note(tx, place.chat_id, code, later(**after))


async def referral(db: Database, keyring: Keyring, who: str) -> Referral | None:
    place = await place_of(db, keyring, who)
    async with db.reading() as tx:
        return await referrals.of_chat(tx, place.chat_id)


async def test_an_invitation_belongs_to_the_chat_that_opened_it_first(database: Database, keyring: Keyring) -> None:
    await invite(database, keyring)
    first = await take(database, keyring, SITI)
    assert first is not None
    assert (first.name, first.state, first.area_code, first.rw) == ("Ratna Dewi", "invited", KLENDER, "5")
    assert await take(database, keyring, SITI) is not None  # opened again, from the same chat
    assert await take(database, keyring, BUDI) is None
    assert await take(database, keyring, SITI, link="another") is None


async def test_an_invitation_grows_old(database: Database, keyring: Keyring) -> None:
    await invite(database, keyring)
    assert await take(database, keyring, SITI, days=8) is None


async def test_confirming_spends_the_invitation_and_keeps_what_was_said(database: Database, keyring: Keyring) -> None:
    joined = await join(database, keyring, SITI)
    assert (joined.state, joined.name, joined.confirmed_at) == ("active", "Ratna Dewi", NOW)
    assert await take(database, keyring, SITI, link=RATNA) is None
    async with database.writing() as tx:
        again = {"chat_id": joined.chat_id or 0, "name": "Y", "area_code": KLENDER, "rw": "1", "now": NOW}
        assert await volunteers.confirm(tx, keyring, **again) is None  # type: ignore[arg-type]
        assert await volunteers.by_chat(tx, keyring, joined.chat_id or 0) == joined
        assert await volunteers.by_code(tx, keyring, RATNA) == joined
        [(name,)] = await tx.rows("SELECT name FROM volunteers")
    assert b"Ratna" not in bytes(name)


async def test_a_code_is_given_out_once(database: Database, keyring: Keyring) -> None:
    await invite(database, keyring)
    with pytest.raises(AlreadyThere):
        await invite(database, keyring, link="other")


async def test_who_is_paused_brings_nobody_and_goes_on_when_resumed(database: Database, keyring: Keyring) -> None:
    joined = await join(database, keyring, SITI)
    async with database.writing() as tx:
        assert await volunteers.move_to(tx, joined.id, ("active",), "paused", later(hours=1))
        assert not await volunteers.move_to(tx, joined.id, ("active",), "paused", later(hours=1))
    assert not await came(database, keyring, BUDI, RATNA)
    async with database.writing() as tx:
        assert await volunteers.move_to(tx, joined.id, ("paused",), "active", later(hours=2))
    assert await came(database, keyring, BUDI, RATNA)


async def test_who_has_ended_is_nobodys_volunteer_and_their_code_is_nobodys(
    database: Database, keyring: Keyring
) -> None:
    joined = await join(database, keyring, SITI)
    async with database.writing() as tx:
        await volunteers.move_to(tx, joined.id, ("active", "paused", "invited"), "ended", NOW)
        assert await volunteers.by_chat(tx, keyring, joined.chat_id or 0) is None
        ended = await volunteers.by_code(tx, keyring, RATNA)
    assert ended is not None
    assert (ended.state, ended.name) == ("ended", "")  # kept until they stop, they were told
    assert not await came(database, keyring, BUDI, RATNA)


async def test_the_first_link_stays_and_the_last_one_changes(database: Database, keyring: Keyring) -> None:
    await join(database, keyring, SITI, RATNA)
    await join(database, keyring, ANA, DEWI)
    assert await referral(database, keyring, BUDI) is None
    assert await came(database, keyring, BUDI, RATNA)
    assert await came(database, keyring, BUDI, DEWI, days=1)
    assert not await came(database, keyring, BUDI, VOLUNTEER.make(33), days=2)
    assert await referral(database, keyring, BUDI) == Referral(RATNA, NOW, DEWI, later(days=1))


async def test_a_volunteers_own_link_does_not_count_for_them(database: Database, keyring: Keyring) -> None:
    await join(database, keyring, SITI, RATNA)
    assert not await came(database, keyring, SITI, RATNA)


async def test_a_form_counts_for_the_last_link_before_it_was_sent(database: Database, keyring: Keyring) -> None:
    await join(database, keyring, SITI, RATNA)
    await join(database, keyring, ANA, DEWI)
    await came(database, keyring, BUDI, RATNA)
    await came(database, keyring, BUDI, DEWI, days=1)
    await submit(database, keyring, BUDI, at=later(days=2))
    await came(database, keyring, BUDI, RATNA, days=3)
    async with database.reading() as tx:
        assert await tx.rows("SELECT referral FROM applications") == [(DEWI,)]
        assert await referrals.brought(tx, (RATNA, DEWI)) == {RATNA: Brought(1, 0), DEWI: Brought(0, 1)}
        assert await referrals.brought(tx, ()) == {}


async def test_a_code_nobody_has_counts_for_nobody(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring, BUDI)  # the talk remembers a code; no volunteer has it
    async with database.reading() as tx:
        assert await tx.rows("SELECT referral FROM applications") == [(None,)]


async def test_volunteers_are_listed_by_area_and_state(database: Database, keyring: Keyring) -> None:
    await join(database, keyring, SITI, RATNA, KLENDER)
    await join(database, keyring, ANA, DEWI, PULO_GEBANG)
    await invite(database, keyring, VOLUNTEER.make(5), link="open")

    async def codes(**wanted: Any) -> list[str]:
        async with database.reading() as tx:
            return [one.code for one in await volunteers.listed(tx, keyring, **wanted)]

    assert await codes(area="31.75.06") == [DEWI]
    assert await codes(area="31.75", state="active") == [RATNA, DEWI]
    assert await codes(area="31.7") == []  # half a code is no area
    assert await codes(area=KLENDER) == [RATNA, VOLUNTEER.make(5)]
    assert await codes(limit=1) == [RATNA]
    async with database.reading() as tx:
        assert await volunteers.counts(tx, area="31.75.07") == {"invited": 1, "active": 1, "paused": 0, "ended": 0}


async def test_a_forgotten_volunteer_is_ended_without_a_name(database: Database, keyring: Keyring) -> None:
    joined = await join(database, keyring, SITI)
    await came(database, keyring, BUDI, RATNA)
    budi = await place_of(database, keyring, BUDI)
    async with database.writing() as tx:
        await people.erase(tx, keyring, joined.person_id or 0, later(hours=1))
        await people.erase(tx, keyring, budi.person_id, later(hours=1))
        found = await volunteers.by_code(tx, keyring, RATNA)
        assert await tx.rows("SELECT COUNT(*) FROM referrals") == [(0,)]
    assert found is not None
    assert (found.state, found.name, found.chat_id, found.person_id) == ("ended", "", None, None)


# ---- what the clock lets go of ------------------------------------------------------------------------------------


async def gone(db: Database, keyring: Keyring, **after: float) -> int:
    """How many of them go; the dry run says the same beforehand."""
    async with db.reading() as tx:
        foretold = (await retention.due(tx, later(**after)))["volunteers"]
    went = (await retention.retain(db, keyring, later(**after)))["volunteers"]
    assert went == foretold
    return went


async def test_a_volunteer_who_writes_nothing_for_months_stays_one(database: Database, keyring: Keyring) -> None:
    joined = await join(database, keyring, SITI)
    await talk(database, keyring, SITI)
    assert await gone(database, keyring, days=90) == 0
    async with database.reading() as tx:
        assert await volunteers.by_code(tx, keyring, RATNA) == joined


async def test_thirty_days_after_the_end_a_volunteer_is_forgotten_unless_they_signed_up_themselves(
    database: Database, keyring: Keyring
) -> None:
    stranger = await join(database, keyring, SITI, RATNA)
    member = await join(database, keyring, ANA, DEWI)
    await talk(database, keyring, SITI)
    await submit(database, keyring, ANA, form=a_form("TK-1"))
    async with database.writing() as tx:
        for one in (stranger, member):
            await volunteers.move_to(tx, one.id, ("active",), "ended", NOW)
    assert await gone(database, keyring, days=30) == 0
    assert await gone(database, keyring, days=31) == 2
    assert await gone(database, keyring, days=32) == 0
    async with database.reading() as tx:
        assert await tx.rows("SELECT code, state, chat_id, person_id FROM volunteers ORDER BY id") == [
            (RATNA, "ended", None, None), (DEWI, "ended", None, None),
        ]  # fmt: skip
        kept = await tx.rows("SELECT id, key IS NULL FROM people ORDER BY id")
    assert [(row, bool(empty)) for row, empty in kept] == [(stranger.person_id, True), (member.person_id, False)]


async def test_an_invitation_nobody_took_goes_with_the_name_on_it(database: Database, keyring: Keyring) -> None:
    await invite(database, keyring)
    assert await gone(database, keyring, days=37) == 0
    assert await gone(database, keyring, days=37, seconds=1) == 1
    async with database.reading() as tx:
        assert await tx.rows("SELECT COUNT(*) FROM volunteers") == [(0,)]


async def test_who_opened_an_invitation_and_fell_silent_is_forgotten_with_it(
    database: Database, keyring: Keyring
) -> None:
    await invite(database, keyring)
    taken = await take(database, keyring, SITI)
    assert taken is not None
    await talk(database, keyring, SITI)
    assert await gone(database, keyring, days=32) == 0
    assert await gone(database, keyring, days=38) == 1
    async with database.reading() as tx:
        assert await tx.rows("SELECT key FROM people WHERE id = $1", (taken.person_id,)) == [(None,)]


async def test_looking_by_code_chat_and_area_reads_no_table_whole(database: Database, keyring: Keyring) -> None:
    joined = await join(database, keyring, SITI)
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    async with database.writing() as tx:
        if tx.dialect == "postgresql":
            await tx.rows("SET LOCAL enable_seqscan = off")
        for question in (
            "SELECT id FROM volunteers WHERE code = 'x'",
            f"SELECT id FROM volunteers WHERE chat_id = {joined.chat_id}",
            "SELECT id FROM volunteers WHERE invite_hash IS NOT NULL AND invite_hash = NULL",
            "SELECT COUNT(*) FROM referrals WHERE last_code = 'x'",
            "SELECT first_code FROM referrals WHERE chat_id = 1",
            f"SELECT id FROM referrals WHERE first_code = 'x' AND first_at > {micros(NOW)}",
        ):
            plan = " ".join(str(cell) for row in await tx.rows(explain + question) for cell in row)
            assert "SCAN referrals" not in plan, question
            assert "SCAN volunteers" not in plan, question
            assert "Seq Scan" not in plan, question
