"""What people reported or asked for: kept sealed, listed in order, settled once, gone with its person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import applications, data_requests, payment_reports, people, reports, waiting
from storage.database import Database
from storage.keys import Keyring
from storage.turns import Place
from tests.storage.test_help_requests import asks, member
from tests.storage.world import BUDI, NOW, SITI, a_form, later, place_of, submit


async def applied(db: Database, keyring: Keyring, who: str = SITI, receipt: str = "K7Q2M-4") -> tuple[int, Place]:
    await submit(db, keyring, who, form=a_form(receipt))
    async with db.reading() as tx:
        found = await applications.one(tx, keyring, receipt)
    assert found
    return found.id, await place_of(db, keyring, who)


async def pays(db: Database, keyring: Keyring, **more: object) -> int:
    """Siti tells that she paid."""
    async with db.reading() as tx:
        found = await applications.one(tx, keyring, "K7Q2M-4")
    application_id, place = (found.id, await place_of(db, keyring, SITI)) if found else await applied(db, keyring)
    told = {"paid_on": "2026-11-20", "months": 3, "now": NOW, **more}
    async with db.writing() as tx:
        return await payment_reports.add(
            tx, application_id=application_id, chat_id=place.chat_id, person_id=place.person_id, key=place.key,
            **told,  # type: ignore[arg-type]
        )  # fmt: skip


async def asks_for(db: Database, keyring: Keyring, kind: data_requests.Kind, who: str = SITI, **more: object) -> int:
    place = await place_of(db, keyring, who)
    told = {"now": NOW, **more}
    async with db.writing() as tx:
        return await data_requests.add(
            tx, kind=kind, chat_id=place.chat_id, person_id=place.person_id, key=place.key,
            **told,  # type: ignore[arg-type]
        )  # fmt: skip


# ---- payments -----------------------------------------------------------------------------------------------------


async def test_the_same_payment_told_twice_is_one_report_and_another_is_another(
    database: Database, keyring: Keyring
) -> None:
    first = await pays(database, keyring)
    assert await pays(database, keyring, now=later(hours=1)) == first
    other = await pays(database, keyring, months=6, via="collector", now=later(hours=2))
    async with database.reading() as tx:
        waiting_now = await payment_reports.waiting(tx)
        assert [r.id for r in waiting_now] == [first, other]
        assert [r.id for r in await payment_reports.waiting(tx, after=(NOW, first))] == [other]
        assert [r.id for r in await payment_reports.of_application(tx, waiting_now[0].application_id)] == [other, first]
        assert (await payment_reports.count(tx), await payment_reports.count(tx, most=1)) == (2, 1)
    assert (waiting_now[0].receipt, waiting_now[0].picture, waiting_now[1].via) == ("K7Q2M-4", False, "collector")


async def test_a_report_is_settled_once_and_the_lists_contradiction_still_waits_for_somebody(
    database: Database, keyring: Keyring
) -> None:
    ratna, one = await member(database), await pays(database, keyring)
    async with database.writing() as tx:
        assert await payment_reports.settle(tx, one, state="contradicted", staff_id=None, now=later(hours=1))
        assert [r.state for r in await payment_reports.waiting(tx, "contradicted")] == ["contradicted"]
        assert await payment_reports.waiting(tx) == []
        assert await payment_reports.settle(tx, one, state="contradicted", staff_id=ratna, now=later(hours=2))
        assert not await payment_reports.settle(tx, one, state="confirmed", staff_id=ratna, now=later(hours=3))
        assert await payment_reports.count(tx, "contradicted") == 0
        found = await payment_reports.one(tx, one)
    assert found
    assert (found.state, found.settled_by, found.settled_at) == ("contradicted", ratna, later(hours=2))
    assert await pays(database, keyring, now=later(hours=4)) != one


async def test_what_the_list_confirmed_waits_for_nobody(database: Database, keyring: Keyring) -> None:
    one = await pays(database, keyring)
    async with database.writing() as tx:
        assert await payment_reports.settle(tx, one, state="confirmed", staff_id=None, now=later(hours=1))
        assert not await payment_reports.settle(tx, one, state="contradicted", staff_id=None, now=later(hours=1))
        assert await waiting.waiting(tx, ["payments"]) == {"payments": 0}


async def test_a_receipts_picture_is_sealed_and_comes_with_the_report_it_belongs_to(
    database: Database, keyring: Keyring
) -> None:
    one = await pays(database, keyring)
    assert await pays(database, keyring, picture=b"\x89PNG...") == one
    async with database.reading() as tx:
        [(sealed,)] = await tx.rows("SELECT picture FROM payment_reports")
        assert b"PNG" not in bytes(sealed)
        assert await payment_reports.picture(tx, keyring, one) == b"\x89PNG..."


async def test_another_areas_payments_are_not_listed(database: Database, keyring: Keyring) -> None:
    await pays(database, keyring)
    async with database.reading() as tx:
        [found] = await payment_reports.waiting(tx)
        for area, count in ((found.area_code, 1), (found.area_code[:8], 1), (found.area_code[:5], 1), ("31.71", 0)):
            assert len(await payment_reports.waiting(tx, area=area)) == count, area


# ---- reports ------------------------------------------------------------------------------------------------------


async def test_a_reports_words_are_sealed_and_opened_only_one_by_one(database: Database, keyring: Keyring) -> None:
    place, ratna = await place_of(database, keyring, SITI), await member(database)
    async with database.writing() as tx:
        one = await reports.add(
            tx, kind="collector", chat_id=place.chat_id, person_id=place.person_id, key=place.key,
            body="minta uang tunai", now=NOW, volunteer_code="TRN-7K4",
        )  # fmt: skip
        [listed] = await reports.waiting(tx)
        assert (listed.body, listed.kind, listed.volunteer_code) == ("", "collector", "TRN-7K4")
        [(sealed,)] = await tx.rows("SELECT body FROM reports")
        assert b"uang" not in bytes(sealed)
        assert await reports.settle(tx, one, staff_id=ratna, now=later(hours=1), note="sudah ditegur", key=place.key)
        assert not await reports.settle(tx, one, staff_id=ratna, now=later(hours=1))
        found = await reports.one(tx, keyring, one)
        assert ([r.id for r in await reports.waiting(tx, "settled")], await reports.count(tx)) == ([one], 0)
    assert found
    assert (found.body, found.note, found.settled_by) == ("minta uang tunai", "sudah ditegur", ratna)


# ---- requests on data ---------------------------------------------------------------------------------------------


async def test_asked_again_it_stays_one_request_with_its_first_day_and_all_its_words(
    database: Database, keyring: Keyring
) -> None:
    one = await asks_for(database, keyring, "correct", body="RW saya 5")
    assert await asks_for(database, keyring, "correct", body="dan nama saya", now=later(hours=5)) == one
    assert await asks_for(database, keyring, "correct", body="RW saya 5", now=later(hours=6)) == one
    assert await asks_for(database, keyring, "erase") != one
    assert await asks_for(database, keyring, "correct", receipt="K7Q2M-4") != one
    async with database.reading() as tx:
        found = await data_requests.one(tx, keyring, one)
    assert found
    assert (found.body, found.due_at) == ("RW saya 5\ndan nama saya", NOW + timedelta(hours=72))


async def test_the_first_due_comes_first_and_what_is_overdue_is_counted(database: Database, keyring: Keyring) -> None:
    late = await asks_for(database, keyring, "restrict", SITI)
    soon = await asks_for(database, keyring, "erase", BUDI, now=later(hours=10))
    async with database.reading() as tx:
        assert [r.id for r in await data_requests.waiting(tx)] == [late, soon]
        assert [await data_requests.count_overdue(tx, later(hours=h)) for h in (71, 72, 82)] == [0, 1, 2]
        place = await place_of(database, keyring, BUDI)
        assert [r.kind for r in await data_requests.open_for_chat(tx, place.chat_id)] == ["erase"]


@pytest.mark.parametrize("note", ["", "sudah diperbaiki"])
async def test_a_request_is_settled_once(database: Database, keyring: Keyring, note: str) -> None:
    ratna, one = await member(database), await asks_for(database, keyring, "correct", body="RW 5")
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        done = [
            await data_requests.settle(tx, one, staff_id=ratna, now=later(hours=1), note=note, key=place.key)
            for _ in range(2)
        ]
        found = await data_requests.one(tx, keyring, one)
    assert done == [True, False]
    assert found
    assert (found.state, found.note, found.settled_at) == ("settled", note, later(hours=1))


# ---- all of them --------------------------------------------------------------------------------------------------


async def test_forgetting_somebody_takes_their_words_and_the_notes_about_them(
    database: Database, keyring: Keyring
) -> None:
    await pays(database, keyring)
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        one = await reports.add(
            tx, kind="bot", chat_id=place.chat_id, person_id=place.person_id, key=place.key, body="x", now=NOW
        )
        await reports.settle(tx, one, staff_id=None, now=NOW, note="y", key=place.key)
    await asks_for(database, keyring, "erase", body="tolong")
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, later(hours=1))
        assert await tx.rows("SELECT body, note FROM reports") == [(None, None)]
        assert await tx.rows("SELECT body, note FROM data_requests") == [(None, None)]
        assert await tx.rows("SELECT COUNT(*) FROM payment_reports") == [(0,)]
        assert (await reports.waiting(tx, "settled"))[0].state == "settled"


async def test_what_waits_is_counted_for_the_rooms_asked_for_and_for_an_area(
    database: Database, keyring: Keyring
) -> None:
    await pays(database, keyring)
    await asks(database, keyring)
    await asks(database, keyring, BUDI)
    await asks_for(database, keyring, "erase")
    rooms = ("queue", "help", "payments", "reports", "requests", "parked")
    async with database.reading() as tx:
        [found] = await payment_reports.waiting(tx)
        everywhere = {"queue": 1, "help": 2, "payments": 1, "reports": 0, "requests": 1, "parked": 0}
        assert await waiting.waiting(tx, rooms) == everywhere
        for area in (found.area_code, found.area_code[:8], found.area_code[:5]):
            assert await waiting.waiting(tx, rooms, area) == everywhere
        elsewhere = await waiting.waiting(tx, rooms, "31.71")
        assert (elsewhere["queue"], elsewhere["help"]) == (0, 1)
        assert await waiting.waiting(tx, ["help"]) == {"help": 2}
        assert await waiting.waiting(tx, []) == {}
        assert await waiting.waiting(tx, ["reports"], "31.71") == {"reports": 0}
