"""Look-alikes are found by their hashes and flagged both ways; merging takes one out and can be taken back."""

from __future__ import annotations

import asyncio

import pytest

from storage import applications, duplicates, people, staff
from storage.database import Database
from storage.keys import Keyring
from tests.storage.world import ANA, BUDI, NOW, SITI, a_form, later, submit

FIRST, SECOND, THIRD = "K7Q2M-4", "K7Q2M-5", "K7Q2M-6"
OTHER = {"full_name": "Ana Wijaya", "nik": "3174056203920004", "born": "1992-03-22", "phone": "+6285711112222"}


async def of(db: Database, receipt: str) -> tuple[int, str, list[str]]:
    """An application's id, state and flags."""
    async with db.reading() as tx:
        [(row_id, state, flags)] = await tx.rows(
            "SELECT id, state, flags FROM applications WHERE receipt = $1", (receipt,)
        )
    return row_id, state, [flag for flag in ("possible_duplicate", "old_province") if f'"{flag}"' in flags]


async def found(db: Database, receipt: str) -> list[tuple[str, tuple[str, ...]]]:
    row_id, _, _ = await of(db, receipt)
    async with db.reading() as tx:
        return [(one.receipt, one.same) for one in await duplicates.alike(tx, row_id)]


async def officer(db: Database, login: str = "ratna") -> int:
    async with db.writing() as tx:
        await staff.invite(tx, login, role="admin", now=NOW, expires_at=later(days=1))
        member = await staff.join(tx, login, login=login, name=login.title(), password_hash="x", now=NOW)
    assert member
    return member.id


async def merge(db: Database, receipt: str, into: str, by: int, version: int = 1) -> int:
    (row_id, _, _), (other, _, _) = await of(db, receipt), await of(db, into)
    async with db.writing() as tx:
        return await duplicates.merge(
            tx, application_id=row_id, version=version, into=other, staff_id=by, now=later(hours=1)
        )


@pytest.mark.parametrize(
    ("differs", "same"),
    [
        ((), ("nik", "name", "phone")),
        (("full_name", "phone"), ("nik",)),
        (("nik", "phone"), ("name",)),
        (("nik", "full_name", "born"), ("phone",)),
    ],
)
async def test_the_same_nik_name_and_birth_or_phone_is_found_both_ways(
    database: Database, keyring: Keyring, differs: tuple[str, ...], same: tuple[str, ...]
) -> None:
    await submit(database, keyring)
    changes = {name: OTHER[name] for name in differs}
    await submit(database, keyring, BUDI, form=a_form(SECOND, **changes))
    assert await found(database, SECOND) == [(FIRST, same)]
    assert await found(database, FIRST) == [(SECOND, same)]
    assert [(await of(database, receipt))[2] for receipt in (FIRST, SECOND)] == [
        ["possible_duplicate", "old_province"]
    ] * 2


@pytest.mark.parametrize("field", ["full_name", "born"])
async def test_a_name_or_a_birth_date_alone_is_no_sign(database: Database, keyring: Keyring, field: str) -> None:
    await submit(database, keyring)
    changes = {name: value for name, value in OTHER.items() if name != field}
    await submit(database, keyring, BUDI, form=a_form(SECOND, **changes))
    assert await found(database, SECOND) == []


async def test_made_up_people_are_nobodys_duplicates(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    await submit(database, keyring, BUDI, form=a_form(SECOND), channel="web", simulated=True)
    assert await found(database, SECOND) == []


async def test_a_corrected_nik_lowers_the_flag_on_both(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    changes = {name: OTHER[name] for name in ("full_name", "phone")}
    await submit(database, keyring, BUDI, form=a_form(SECOND, **changes))
    await submit(database, keyring, BUDI, form=a_form(SECOND, **OTHER), at=later(hours=1))
    assert [(await of(database, receipt))[2] for receipt in (FIRST, SECOND)] == [["old_province"]] * 2


async def test_a_duplicate_is_out_and_both_are_whole_again_once_it_is_undone(
    database: Database, keyring: Keyring
) -> None:
    await submit(database, keyring)
    await submit(database, keyring, BUDI, form=a_form(SECOND))
    by = await officer(database)
    assert await merge(database, SECOND, FIRST, by)
    row_id, state, flags = await of(database, SECOND)
    assert (state, flags, (await of(database, FIRST))[2]) == ("duplicate", ["old_province"], ["old_province"])
    async with database.writing() as tx:
        assert await duplicates.merged_with(tx, row_id) == FIRST
        assert await duplicates.merged_into(tx, (await of(database, FIRST))[0]) == [SECOND]
        assert await duplicates.unmerge(tx, application_id=row_id, version=1, staff_id=by, now=later(hours=2))
        assert await duplicates.merged_with(tx, row_id) == ""
        assert not await duplicates.unmerge(tx, application_id=row_id, version=1, staff_id=by, now=later(hours=2))
    assert [(await of(database, receipt))[1:] for receipt in (FIRST, SECOND)] == [
        ("submitted", ["possible_duplicate", "old_province"])
    ] * 2


@pytest.mark.parametrize(
    ("state", "other", "can"),
    [
        ("submitted", "batched", True),
        ("approved", "handed_over", True),
        ("batched", "submitted", False),
        ("handed_over", "submitted", False),
        ("submitted", "withdrawn", False),
        ("submitted", "erased", False),
        ("refused", "submitted", False),
    ],
)
async def test_what_is_in_a_batch_is_never_the_duplicate(
    database: Database, keyring: Keyring, state: str, other: str, can: bool
) -> None:
    await submit(database, keyring)
    await submit(database, keyring, BUDI, form=a_form(SECOND))
    async with database.writing() as tx:
        await tx.rows("UPDATE applications SET state = $1 WHERE receipt = $2", (state, SECOND))
        await tx.rows("UPDATE applications SET state = $1 WHERE receipt = $2", (other, FIRST))
    assert bool(await merge(database, SECOND, FIRST, await officer(database))) == can
    assert (await of(database, SECOND))[1] == ("duplicate" if can else state)


async def test_nothing_is_merged_into_itself_into_a_duplicate_or_with_others_already_in_it(
    database: Database, keyring: Keyring
) -> None:
    await submit(database, keyring)
    await submit(database, keyring, BUDI, form=a_form(SECOND))
    await submit(database, keyring, ANA, form=a_form(THIRD))
    by = await officer(database)
    assert not await merge(database, FIRST, FIRST, by)
    assert not await merge(database, SECOND, FIRST, by, version=2)
    assert await merge(database, SECOND, FIRST, by)
    assert not await merge(database, THIRD, SECOND, by)
    assert not await merge(database, FIRST, THIRD, by)
    assert await merge(database, THIRD, FIRST, by)


async def test_of_two_merges_that_cross_one_holds(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    await submit(database, keyring, BUDI, form=a_form(SECOND))
    by = await officer(database)
    done = await asyncio.gather(merge(database, FIRST, SECOND, by), merge(database, SECOND, FIRST, by))
    assert sorted(map(bool, done)) == [False, True]


async def test_somebody_forgotten_looks_like_nobody(database: Database, keyring: Keyring) -> None:
    place = await submit(database, keyring, SITI)
    await submit(database, keyring, BUDI, form=a_form(SECOND))
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW)
    assert await found(database, SECOND) == []
    assert (await of(database, SECOND))[2] == ["old_province"]


async def test_an_approved_one_that_is_merged_is_not_approved_any_more(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    await submit(database, keyring, BUDI, form=a_form(SECOND))
    by, (row_id, _, _) = await officer(database), await of(database, SECOND)
    async with database.writing() as tx:
        await applications.approve(tx, application_id=row_id, version=1, staff_id=by, now=NOW)
    await merge(database, SECOND, FIRST, by)
    async with database.reading() as tx:
        kinds = await tx.rows("SELECT kind, undone_at IS NULL FROM decisions ORDER BY id")
    assert [(kind, bool(stands)) for kind, stands in kinds] == [("approve", False), ("mark_duplicate", True)]
