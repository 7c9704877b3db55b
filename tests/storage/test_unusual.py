"""Many people from one chat and NIKs in a row are flagged for reviewers, on all of them; twins and families are not."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from conversations.rules import receipts
from conversations.rules.codes import VOLUNTEER as CODE
from storage import people, volunteers
from storage.applications import Filters, queue
from storage.database import Database
from storage.keys import Keyring
from storage.unusual import ANYBODY, MANY, RUN, VOLUNTEER
from tests.storage.world import ANA, BUDI, NOW, SITI, a_form, later, place_of, submit

KIN = "317405570895"  # one kecamatan, one birth date


def receipt(number: int) -> str:
    return receipts.make(1_000 + number)


async def send(
    db: Database,
    keyring: Keyring,
    number: int,
    who: str = SITI,
    *,
    nik: str = "",
    simulated: bool = False,
    **after: float,
) -> None:
    """One more person signs up; each has a card of their own."""
    form = a_form(
        receipt(number), nik=nik or f"31740557{number:04d}0001", phone=f"+62812{number:08d}", full_name=f"W {number}"
    )
    await submit(
        db, keyring, who, form=form, at=later(**after), simulated=simulated, channel="web" if simulated else "telegram"
    )


async def flagged(db: Database, flag: str) -> list[int]:
    """Who carries a flag, by number."""
    async with db.reading() as tx:
        rows = await tx.rows("SELECT receipt, flags FROM applications ORDER BY id")
    numbers = {receipt(number): number for number in range(100)}
    return [numbers[one] for one, flags in rows if flag in orjson.loads(flags)]


# ---- many from one chat -------------------------------------------------------------------------------------------


async def test_a_family_and_its_neighbours_are_nothing_and_one_more_flags_them_all(
    database: Database, keyring: Keyring
) -> None:
    for number in range(ANYBODY.people):
        await send(database, keyring, number, days=number)
    assert await flagged(database, MANY) == []
    await send(database, keyring, 10, days=10)
    assert await flagged(database, MANY) == list(range(11))
    await send(database, keyring, 11, days=11)
    assert await flagged(database, MANY) == list(range(12))
    async with database.reading() as tx:
        found = await queue(tx, keyring, Filters(state="submitted", flag=MANY), after=None, limit=50)
    assert len(found) == 12


async def test_others_are_not_counted_in_and_those_of_long_ago_neither(database: Database, keyring: Keyring) -> None:
    for number in range(8):
        await send(database, keyring, number)
    for number in range(8, 16):
        await send(database, keyring, number, BUDI)
    for number in range(16, 24):
        await send(database, keyring, number, days=31)
    assert await flagged(database, MANY) == []


async def test_a_volunteers_hall_is_nothing(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await volunteers.invite(
            tx, keyring, "undangan", code=CODE.make(7), name="Siti", area_code="31.75.07.1003", rw="5", staff_id=None,
            now=NOW, until=later(days=7),
        )  # fmt: skip
        await volunteers.take_invitation(
            tx, keyring, "undangan", chat_id=place.chat_id, person_id=place.person_id, now=NOW
        )
        await volunteers.confirm(
            tx, keyring, chat_id=place.chat_id, name="Siti", area_code="31.75.07.1003", rw="5", now=NOW
        )
    for number in range(VOLUNTEER.people):
        await send(database, keyring, number)
    for number in range(40, 60):
        await send(database, keyring, number, days=2)
    assert await flagged(database, MANY) == []
    await send(database, keyring, 60)
    assert await flagged(database, MANY) == [*range(40), 60]


async def test_a_corrected_form_is_not_one_more_and_keeps_its_flag(database: Database, keyring: Keyring) -> None:
    for number in range(ANYBODY.people):
        await send(database, keyring, number)
    await send(database, keyring, 3, days=1)
    assert await flagged(database, MANY) == []
    await send(database, keyring, 10)
    await send(database, keyring, 3, days=2)
    assert await flagged(database, MANY) == list(range(11))


# ---- NIKs in a row ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("serials", "found"),
    [
        ((1, 2, 3), [0, 1, 2]),
        ((3, 1, 2), [0, 1, 2]),  # in whatever order
        ((1, 3, 5), [0, 1, 2]),  # with gaps
        ((9998, 9999, 9997), [0, 1, 2]),
        ((1, 2), []),  # twins
        ((1, 9, 17), []),
        ((1, 1, 2), []),  # one card twice is a duplicate, and no run
        ((1, 2, 3, 4), [0, 1, 2, 3]),
    ],
)
async def test_a_run_is_three_that_count_on(
    database: Database, keyring: Keyring, serials: tuple[int, ...], found: list[int]
) -> None:
    for number, serial in enumerate(serials):
        await send(
            database, keyring, number, (SITI, BUDI, ANA, "555004")[number], nik=f"{KIN}{serial:04d}", hours=number
        )
    assert await flagged(database, RUN) == found


async def test_the_same_numbers_of_another_day_or_place_are_no_run(database: Database, keyring: Keyring) -> None:
    for number, nik in enumerate((f"{KIN}0001", "3174055709950002", "3175055708950003", f"{KIN}0002")):
        await send(database, keyring, number, nik=nik)
    assert await flagged(database, RUN) == []


async def test_neighbours_who_come_a_week_apart_are_no_run(database: Database, keyring: Keyring) -> None:
    for number in range(3):
        await send(database, keyring, number, nik=f"{KIN}{number + 1:04d}", days=4 * number)
    assert await flagged(database, RUN) == []


async def test_made_up_people_and_those_who_are_gone_make_no_run(database: Database, keyring: Keyring) -> None:
    await send(database, keyring, 0, nik=f"{KIN}0001", simulated=True)
    await send(database, keyring, 1, BUDI, nik=f"{KIN}0002")
    place = await place_of(database, keyring, BUDI)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW + timedelta(hours=1))
    await send(database, keyring, 2, nik=f"{KIN}0003", hours=2)
    await send(database, keyring, 3, nik=f"{KIN}0004", hours=2)
    assert await flagged(database, RUN) == []


async def test_a_corrected_nik_leaves_the_run(database: Database, keyring: Keyring) -> None:
    for number in range(3):
        await send(database, keyring, number, nik=f"{KIN}{number + 1:04d}")
    await send(database, keyring, 2, nik="3174056203920004", hours=1)
    assert await flagged(database, RUN) == [0, 1]


async def test_nothing_but_the_flag_says_which_niks_are_near(database: Database, keyring: Keyring) -> None:
    for number in range(3):
        await send(database, keyring, number, nik=f"{KIN}{number + 1:04d}")
    async with database.reading() as tx:
        rows = await tx.rows("SELECT * FROM applications")
    assert KIN not in repr(rows)
