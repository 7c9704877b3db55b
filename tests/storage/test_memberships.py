"""Memberships: what the agency said of an applicant, sealed for them, beside what they applied for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from conversations.rules.contributions import base_for, price
from conversations.turn import Answer
from storage import applications, memberships, people, thinning
from storage.database import Database
from storage.keys import Keyring
from storage.memberships import Membership
from storage.turns import Place
from tests.storage.world import BUDI, NOW, SITI, a_form, later, submit

KPJ = "26012345678"


async def joined(db: Database, keyring: Keyring, who: str = SITI, receipt: str = "K7Q2M-4") -> tuple[Place, Membership]:
    """Somebody's form, and what the agency's list says of it."""
    place = await submit(db, keyring, who, form=a_form(receipt, income=1_500_000))
    async with db.reading() as tx:
        one = await applications.one(tx, keyring, receipt)
    assert one is not None
    kept = memberships.worth_keeping(one.answers)
    return place, Membership(
        one.id, place.person_id, "active", NOW, KPJ, "8100123", "", date(2026, 11, 20), date(2026, 12, 31),
        date(2026, 11, 23), kept,
    )  # fmt: skip


async def test_what_the_agency_said_reads_back_as_it_was_put(database: Database, keyring: Keyring) -> None:
    _, said = await joined(database, keyring)
    async with database.writing() as tx:
        assert await memberships.of_application(tx, keyring, said.application_id) is None
        assert await memberships.put(tx, keyring, said)
    later_said = replace(said, paid_until=date(2027, 3, 31), changed_at=later(days=30), reason="terverifikasi")
    async with database.writing() as tx:
        assert await memberships.of_application(tx, keyring, said.application_id) == said
        assert await memberships.put(tx, keyring, later_said)
    async with database.reading() as tx:
        assert await memberships.of_application(tx, keyring, said.application_id) == later_said
        assert (await tx.rows("SELECT COUNT(*) FROM memberships"))[0][0] == 1


async def test_a_chat_sees_each_of_its_applications_and_nobody_elses(database: Database, keyring: Keyring) -> None:
    place, said = await joined(database, keyring)
    await submit(database, keyring, SITI, form=a_form("K7Q2M-5", full_name="Ana", income=3_000_000), at=later(hours=1))
    await joined(database, keyring, BUDI, "K7Q2M-6")
    async with database.writing() as tx:
        await memberships.put(tx, keyring, said)
    async with database.reading() as tx:
        mine = await memberships.for_chat(tx, keyring, place.chat_id)
    assert [(one.receipt, one.first_name, one.membership) for one in mine] == [
        ("K7Q2M-4", "Siti", said),
        ("K7Q2M-5", "Ana", None),
    ]
    first = mine[0]
    assert (first.state, first.sector, first.programme, first.months, first.income, first.submitted_at) == (
        *("submitted", "transport", "two", 3, 1_600_000, NOW),
    )


async def test_once_thinned_out_a_chat_still_knows_what_a_reminder_needs(database: Database, keyring: Keyring) -> None:
    place, said = await joined(database, keyring)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, said)
        await tx.rows("UPDATE applications SET state = 'active'")
    assert await thinning.thin(database, later(days=31)) == 1
    async with database.reading() as tx:
        (one,) = await memberships.for_chat(tx, keyring, place.chat_id)
    assert (one.first_name, one.sector, one.programme, one.months, one.income) == (
        "Siti",
        "transport",
        "two",
        3,
        1_600_000,
    )


async def test_what_was_not_to_be_kept_is_gone_with_the_answers(database: Database, keyring: Keyring) -> None:
    place, said = await joined(database, keyring)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, replace(said, kept={}))
        await tx.rows("UPDATE applications SET state = 'active'")
    await thinning.thin(database, later(days=31))
    async with database.reading() as tx:
        (one,) = await memberships.for_chat(tx, keyring, place.chat_id)
    assert (one.first_name, one.sector, one.programme, one.months, one.income) == ("", "", "", 0, 0)
    assert one.membership is not None
    assert one.membership.paid_until == date(2026, 12, 31)


async def test_of_somebody_forgotten_nothing_is_kept(database: Database, keyring: Keyring) -> None:
    place, said = await joined(database, keyring)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, said)
        await people.erase(tx, keyring, place.person_id, NOW)
    async with database.writing() as tx:
        left = await memberships.of_application(tx, keyring, said.application_id)
        assert left is not None
        assert (left.kpj, left.payment_code, left.reason, left.kept) == ("", "", "", {})
        assert await memberships.put(tx, keyring, said) is False
        (one,) = await memberships.for_chat(tx, keyring, place.chat_id)
    assert (one.state, one.first_name, one.income) == ("erased", "", 0)


async def test_no_number_of_a_member_is_readable_in_the_table(database: Database, keyring: Keyring) -> None:
    _, said = await joined(database, keyring)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, replace(said, reason="NIK tidak sesuai"))
        (row,) = await tx.rows("SELECT kpj, kpj_hash, payment_code, reason, kept FROM memberships")
    written = b"".join(bytes(column) for column in row)
    for word in (KPJ, "8100123", "NIK tidak", "Siti"):
        assert word.encode() not in written
    assert bytes(row[1]) == keyring.blind("kpj", KPJ)


async def test_a_list_that_was_wrong_leaves_no_membership(database: Database, keyring: Keyring) -> None:
    _, said = await joined(database, keyring)
    async with database.writing() as tx:
        await memberships.put(tx, keyring, said)
        await memberships.take_out(tx, [said.application_id])
        assert await memberships.of_application(tx, keyring, said.application_id) is None


@pytest.mark.parametrize("income", [1, 900_000, 1_099_500, 1_500_000, 3_000_000, 5_000_000, 20_200_000, 90_000_000])
def test_a_kept_income_costs_what_the_stated_one_costs(income: int) -> None:
    kept = memberships.worth_keeping({"income": Answer(income)})["income"]
    assert isinstance(kept, int)
    month = date(2026, 11, 1)
    assert price(kept, "other", "three", month, 12) == price(income, "other", "three", month, 12)
    assert base_for(kept) == kept
