"""Requests for a person: one a chat, answered by one, quiet for a day, and never lost."""

from __future__ import annotations

from datetime import datetime

from storage import help_requests, outbox, people, staff, transcript
from storage.columns import micros
from storage.database import Database
from storage.help_requests import QUIET, HelpRequest
from storage.keys import Keyring
from tests.storage.world import BUDI, NOW, SITI, a_form, later, place_of, submit, talk

ANSWER = b'{"text": "Halo Kak, saya Ratna."}'


async def member(db: Database, login: str = "ratna") -> int:
    async with db.writing() as tx:
        await staff.invite(tx, login, role="reviewer", now=NOW, expires_at=later(days=1))
        joined = await staff.join(tx, login, login=login, name=f"{login} x", password_hash="x", now=NOW)
    assert joined
    return joined.id


async def asks(db: Database, keyring: Keyring, who: str = SITI, at: datetime = NOW) -> int:
    await talk(db, keyring, who, said='{"text":"bantuan"}', told='{"text":"Baik, Kak."}', at=at)
    place = await place_of(db, keyring, who)
    async with db.writing() as tx:
        return await help_requests.open_request(tx, place.chat_id, "asked", at)


async def answers(db: Database, keyring: Keyring, request: int, staff_id: int, at: datetime) -> int:
    async with db.writing() as tx:
        held = await help_requests.hold(tx, request)
        assert held
        row = await outbox.add(tx, keyring, held.chat_id, ANSWER, "staff", at)
        await help_requests.answer(tx, held, staff_id=staff_id, outbox_id=row, now=at)
    return row


async def one(db: Database, request: int) -> HelpRequest:
    async with db.reading() as tx:
        found = await help_requests.one(tx, request)
    assert found
    return found


async def quiet_until(db: Database) -> list[int | None]:
    async with db.reading() as tx:
        return [row[0] for row in await tx.rows("SELECT quiet_until FROM chats ORDER BY id")]


async def test_who_waits_longest_comes_first_and_pages_go_on_where_they_ended(
    database: Database, keyring: Keyring
) -> None:
    requests = [await asks(database, keyring, who, later(minutes=n)) for n, who in enumerate((BUDI, SITI, "555009"))]
    async with database.reading() as tx:
        first = await help_requests.waiting(tx, "open", limit=2)
        rest = await help_requests.waiting(tx, "open", after=(first[-1].opened_at, first[-1].id), limit=2)
    assert [r.id for r in (*first, *rest)] == requests
    assert (first[0].channel, first[0].reason, first[0].staff, first[0].receipt) == ("telegram", "asked", "", "")


async def test_asking_twice_is_one_request(database: Database, keyring: Keyring) -> None:
    assert await asks(database, keyring) == await asks(database, keyring, at=later(minutes=5))


async def test_an_answer_hushes_the_bot_for_a_day_and_stands_after_what_it_answers(
    database: Database, keyring: Keyring
) -> None:
    ratna, request = await member(database), await asks(database, keyring)
    await answers(database, keyring, request, ratna, later(hours=1))
    await talk(database, keyring, SITI, said='{"text":"oh begitu"}', told=None, at=later(hours=2))
    await answers(database, keyring, request, ratna, later(hours=3))
    found = await one(database, request)
    assert (found.state, found.staff_id, found.staff) == ("answered", ratna, "ratna x")
    assert (found.answered_at, found.hushed_until) == (later(hours=3), later(hours=3) + QUIET)
    assert await quiet_until(database) == [micros(later(hours=3) + QUIET)]
    async with database.reading() as tx:
        lines = await transcript.transcript(tx, keyring, found.chat_id)
        assert await tx.rows("SELECT staff_id FROM staff_messages ORDER BY id") == [(ratna,), (ratna,)]
    assert [line.side for line in lines] == ["them", "us", "us", "them", "us"]


async def test_closing_lets_the_bot_talk_and_happens_once(database: Database, keyring: Keyring) -> None:
    ratna, request = await member(database), await asks(database, keyring)
    await answers(database, keyring, request, ratna, later(hours=1))
    async with database.writing() as tx:
        assert await help_requests.close_request(tx, request, later(hours=2))
        assert not await help_requests.close_request(tx, request, later(hours=2))
        assert not await help_requests.take(tx, request, ratna)
    assert await quiet_until(database) == [None]
    assert await asks(database, keyring, at=later(hours=3)) != request


async def test_the_person_may_end_the_quiet_and_staff_keep_the_request(database: Database, keyring: Keyring) -> None:
    ratna, request = await member(database), await asks(database, keyring)
    await answers(database, keyring, request, ratna, later(hours=1))
    found = await one(database, request)
    async with database.writing() as tx:
        await help_requests.end_quiet(tx, found.chat_id)
    assert await quiet_until(database) == [None]
    assert ((await one(database, request)).state, (await one(database, request)).hushed_until) == ("answered", None)
    assert await asks(database, keyring, at=later(hours=2)) == request
    assert (await one(database, request)).state == "open"


async def test_asking_again_in_the_quiet_changes_nothing(database: Database, keyring: Keyring) -> None:
    ratna, request = await member(database), await asks(database, keyring)
    await answers(database, keyring, request, ratna, later(hours=1))
    assert await asks(database, keyring, at=later(hours=2)) == request
    assert (await one(database, request)).state == "answered"


async def test_after_a_day_who_wrote_again_waits_again_and_the_others_are_done_with(
    database: Database, keyring: Keyring
) -> None:
    ratna = await member(database)
    siti, budi = await asks(database, keyring, SITI), await asks(database, keyring, BUDI)
    for request in (siti, budi):
        await answers(database, keyring, request, ratna, later(hours=1))
    await talk(database, keyring, SITI, said='{"text":"masih bingung"}', told=None, at=later(hours=2))
    async with database.writing() as tx:
        assert await help_requests.lapse(tx, later(hours=24)) == (0, 0)
        assert await help_requests.lapse(tx, later(hours=25)) == (1, 1)
        assert await help_requests.lapse(tx, later(hours=25)) == (0, 0)
    assert [(await one(database, request)).state for request in (siti, budi)] == ["open", "closed"]


async def test_an_applicant_of_another_area_is_left_out_and_who_has_no_form_is_not(
    database: Database, keyring: Keyring
) -> None:
    await submit(database, keyring, SITI, form=a_form("K7Q2M-4"))
    siti, budi = await asks(database, keyring, SITI), await asks(database, keyring, BUDI, later(minutes=1))
    area = (await one(database, siti)).area_code
    assert area
    async with database.reading() as tx:
        for code, ids in ((area, [siti, budi]), (area[:5], [siti, budi]), ("31.71", [budi]), (None, [siti, budi])):
            assert [r.id for r in await help_requests.waiting(tx, "open", area=code)] == ids, code
        assert await help_requests.count(tx) == 2
        assert await help_requests.count(tx, most=1) == 1


async def test_forgetting_somebody_closes_their_request_and_ends_the_quiet(
    database: Database, keyring: Keyring
) -> None:
    ratna, request = await member(database), await asks(database, keyring)
    await answers(database, keyring, request, ratna, later(hours=1))
    found = await one(database, request)
    async with database.writing() as tx:
        await people.erase(tx, keyring, found.person_id, later(hours=2))
    assert ((await one(database, request)).state, await quiet_until(database)) == ("closed", [None])
