"""Batches: who is in one, who is in none, and that two people at two desks never double anybody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

import pytest

from storage import applications, batch_contents, batches, choosing, people, staff
from storage.batches import Batch, ChoiceChanged
from storage.choosing import Choice, Mark, read_mark
from storage.database import Database
from storage.keys import Keyring
from tests.storage.world import NOW, a_form, later, submit

COLUMNS = [{"name": "NIK", "field": "nik"}]
DIGESTS = {"xlsx": "a" * 64, "csv": "b" * 64, "jsonl": "c" * 64}
KLENDER, TEBET = "31.75.07.1004", "31.74.01.1001"


@dataclass
class Desk:
    """A database with somebody at its desk."""

    db: Database
    keyring: Keyring
    member: int = 0

    async def approved(self, receipt: str, at: datetime = NOW, *, simulated: bool = False, **answers: object) -> int:
        """Somebody signs up and is approved. Everybody has a NIK of their own unless one is given."""
        given = {"nik": f"31740557089{receipt.zfill(5)}", **answers}
        await submit(self.db, self.keyring, receipt, form=a_form(receipt, **given), at=at, simulated=simulated)
        async with self.db.writing() as tx:
            found = await applications.one(tx, self.keyring, receipt)
            assert found is not None
            assert await applications.approve(
                tx, application_id=found.id, version=1, staff_id=await self.staff(), now=at
            )
        return found.id

    async def staff(self) -> int:
        if not self.member:
            async with self.db.writing() as tx:
                await staff.invite(tx, "t", role="exporter", now=NOW, expires_at=later(days=1))
                joined = await staff.join(tx, "t", login="ratna", name="Ratna Dewi", password_hash="x", now=NOW)
            assert joined is not None
            self.member = joined.id
        return self.member

    async def start(self, choice: Choice = Choice(), seen: Mark | None = None) -> int:
        async with self.db.reading() as tx:
            looked = seen or await choosing.mark_of(tx, choice)
        async with self.db.writing() as tx:
            return await batches.start(
                tx, choice, looked, branch="Jakarta Pulo Gebang", column_map=COLUMNS, staff_id=self.member, now=NOW
            )

    async def sealed(self, choice: Choice = Choice()) -> int:
        number = await self.start(choice)
        async with self.db.writing() as tx:
            assert await batches.seal(
                tx,
                number,
                digests=DIGESTS,
                counts={"programme": {"two": 1}},
                staff_id=self.member,
                now=later(minutes=1),
            )
        return number

    async def batch(self, number: int) -> Batch:
        async with self.db.reading() as tx:
            found = await batches.one(tx, number)
        assert found is not None
        return found

    async def members(self, number: int) -> list[tuple[int, str, str]]:
        async with self.db.reading() as tx:
            return [(e.position, e.receipt, e.state) for e in await batches.entries(tx, number)]

    async def left_out(self, choice: Choice) -> dict[str, int]:
        async with self.db.reading() as tx:
            return await choosing.left_out(tx, choice)


@pytest.fixture
async def desk(database: Database, keyring: Keyring) -> Desk:
    desk = Desk(database, keyring)
    await desk.staff()
    return desk


async def test_a_batch_goes_from_building_to_answered(desk: Desk) -> None:
    siti, budi = await desk.approved("1"), await desk.approved("2", later(minutes=1))
    number = await desk.start()
    assert await desk.members(number) == [(1, "1", "batched"), (2, "2", "batched")]
    batch = await desk.batch(number)
    assert (batch.state, batch.size, batch.created_by, batch.branch) == (
        "building",
        2,
        "Ratna Dewi",
        "Jakarta Pulo Gebang",
    )
    assert (batch.column_map, batch.digests, batch.sealed_by, batch.sealed_at) == (COLUMNS, {}, "", None)

    async with desk.db.writing() as tx:
        assert await batches.seal(
            tx, number, digests=DIGESTS, counts={"n": 2}, staff_id=desk.member, now=later(minutes=2)
        )
        assert not await batches.seal(tx, number, digests={}, counts={}, staff_id=desk.member, now=later(minutes=3))
    batch = await desk.batch(number)
    assert (batch.state, batch.digests, batch.counts, batch.sealed_at) == ("ready", DIGESTS, {"n": 2}, later(minutes=2))

    async with desk.db.writing() as tx:
        assert await batches.hand_over(tx, number, staff_id=desk.member, now=later(days=1))
        assert not await batches.hand_over(tx, number, staff_id=desk.member, now=later(days=2))
        assert not await batches.cancel(tx, number, later(days=2))
        assert await batches.to_be_moved(tx, number) == 2
        moved = await batches.move(tx, number, later(days=1), limit=1)
        assert [(m.application_id, m.position, m.receipt, m.language) for m in moved] == [(siti, 1, "1", "id")]
        assert [m.receipt for m in await batches.move(tx, number, later(days=1), after=1)] == ["2"]
        assert await batches.move(tx, number, later(days=1)) == []
        assert await batches.to_be_moved(tx, number) == 0
        assert not await batches.mark_answered(tx, number, later(days=9))

    async with desk.db.writing() as tx:
        for row in (siti, budi):
            assert await applications.decide(
                tx, application_id=row, kind="result", staff_id=None, now=later(days=9), version=1,
                from_states=("handed_over",), to_state="registered",
            )  # fmt: skip
        assert await batches.mark_answered(tx, number, later(days=9))
        assert not await batches.mark_answered(tx, number, later(days=10))
    batch = await desk.batch(number)
    assert (batch.state, batch.handed_over_at, batch.answered_at) == ("answered", later(days=1), later(days=9))
    async with desk.db.writing() as tx:
        assert await batches.mark_unanswered(tx, number)
        assert not await batches.mark_unanswered(tx, number)
    assert ((await desk.batch(number)).state, (await desk.batch(number)).answered_at) == ("handed_over", None)


async def test_an_application_knows_its_batch_until_that_is_cancelled(desk: Desk) -> None:
    siti, budi = await desk.approved("1"), await desk.approved("2", later(days=1))
    number = await desk.sealed(Choice(limit=1))
    async with desk.db.writing() as tx:
        found = await batches.of_application(tx, siti)
        assert found is not None
        assert (found.batch_id, found.position, found.version, found.state) == (number, 1, 1, "batched")
        assert await batches.of_application(tx, budi) is None
        assert set(await batches.of_applications(tx, [siti, budi, 99])) == {siti}
        assert await batches.cancel(tx, number, later(days=1))
        assert not await batches.cancel(tx, number, later(days=1))
        assert await batches.of_application(tx, siti) is None
        assert await applications.state_of(tx, "1") == "approved"
    assert (await desk.batch(number)).state == "cancelled"
    again = await desk.sealed()
    assert again != number
    assert [m[1] for m in await desk.members(again)] == ["1", "2"]


async def test_people_are_chosen_by_area_day_and_number_oldest_first(desk: Desk) -> None:
    await desk.approved("1", kelurahan=TEBET)
    await desk.approved("2", later(days=1), kelurahan=KLENDER)
    await desk.approved("3", later(days=2), kelurahan=KLENDER)
    await desk.approved("4", later(days=3), kelurahan=KLENDER)

    async def taken(choice: Choice) -> list[str]:
        async with desk.db.reading() as tx:
            lines = await choosing.first_lines(tx, desk.keyring, choice)
            assert (await choosing.mark_of(tx, choice)).count == len(lines)
        return [line.receipt for line in lines]

    assert await taken(Choice()) == ["1", "2", "3", "4"]
    for area in ("31.75", "31.75.07", KLENDER):
        assert await taken(Choice(area=area)) == ["2", "3", "4"]
        assert await desk.left_out(Choice(area=area)) == {"elsewhere": 1}
    two_days = Choice(area="31.75", since=later(days=2), until=later(days=3))
    assert await taken(two_days) == ["3"]
    assert await desk.left_out(two_days) == {"elsewhere": 1, "other_days": 2}
    assert await taken(Choice(limit=3)) == ["1", "2", "3"]
    assert await desk.left_out(Choice(limit=3)) == {"over_limit": 1}
    assert await taken(Choice(within="31.74")) == ["1"]
    assert await desk.left_out(Choice(within="31.74")) == {}
    assert await taken(Choice(area="31.75", within="31.74")) == []
    number = await desk.sealed(two_days)
    batch = await desk.batch(number)
    assert (batch.area, batch.chosen["since"]) == ("31.75", later(days=2).isoformat())


async def test_made_up_people_are_never_in_a_real_batch(desk: Desk) -> None:
    await desk.approved("1")
    await desk.approved("2", simulated=True)
    real, practice = Choice(), Choice(which="simulated")
    assert await desk.left_out(real) == {"simulated": 1}
    assert await desk.left_out(practice) == {"real": 1}
    first, second = await desk.sealed(real), await desk.sealed(practice)
    assert [m[1] for m in await desk.members(first)] == ["1"]
    assert [m[1] for m in await desk.members(second)] == ["2"]
    assert [(await desk.batch(n)).simulated for n in (first, second)] == [False, True]


async def test_one_nik_is_not_sent_twice_though_two_forms_carry_it(desk: Desk) -> None:
    await desk.approved("1")
    await desk.approved("2", later(days=1), nik=f"31740557089{'1'.zfill(5)}")
    assert await desk.left_out(Choice()) == {"same_nik": 1}
    number = await desk.sealed()
    assert [m[1] for m in await desk.members(number)] == ["1"]
    assert await desk.left_out(Choice()) == {"same_nik": 1}
    async with desk.db.reading() as tx:
        nobody = await choosing.mark_of(tx, Choice())
    with pytest.raises(ChoiceChanged):
        await desk.start(seen=nobody)


async def test_a_choice_that_changed_since_it_was_looked_at_is_refused_whole(desk: Desk) -> None:
    await desk.approved("1")
    async with desk.db.reading() as tx:
        seen = await choosing.mark_of(tx, Choice())
    await desk.approved("2", later(hours=1))
    with pytest.raises(ChoiceChanged):
        await desk.start(seen=seen)
    async with desk.db.reading() as tx:
        assert await batches.newest(tx) == []
        assert await applications.state_of(tx, "1") == "approved"
    assert [m[1] for m in await desk.members(await desk.sealed())] == ["1", "2"]


@pytest.mark.parametrize("text", ["", "1.2.3", "1.2.3.x", "1.2.3.-4", "1.2.3.4.5", "١.2.3.4", "9" * 40 + ".1.1.1"])
def test_a_mark_that_was_tampered_with_was_never_seen(text: str) -> None:
    assert read_mark(text) == Mark()


def test_a_mark_survives_the_form_it_travels_in() -> None:
    assert read_mark(str(Mark(3, 6, 3, 1_800_000_000_000_000))) == Mark(3, 6, 3, 1_800_000_000_000_000)


async def test_two_who_seal_overlapping_choices_at_once_share_nobody(desk: Desk) -> None:
    for n in range(1, 41):
        await desk.approved(str(n), later(minutes=n), kelurahan=KLENDER if n % 2 else TEBET)
    east = Choice(area="31.75")
    async with desk.db.reading() as tx:
        all_seen, east_seen = await choosing.mark_of(tx, Choice()), await choosing.mark_of(tx, east)
    outcomes = await asyncio.gather(
        *(desk.start(choice, seen) for choice, seen in ((Choice(), all_seen), (east, east_seen), (Choice(), all_seen))),
        return_exceptions=True,
    )
    won = [number for number in outcomes if isinstance(number, int)]
    assert len(won) == 1
    assert sum(isinstance(outcome, ChoiceChanged) for outcome in outcomes) == 2
    async with desk.db.reading() as tx:
        held = await tx.rows("SELECT application_id, COUNT(*) FROM batch_entries WHERE live GROUP BY application_id")
        assert [b.id for b in await batches.newest(tx)] == won
    assert {count for _, count in held} == {1}
    assert len(held) == (await desk.batch(won[0])).size


async def test_a_batch_and_an_undone_approval_at_once_never_both_have_the_person(desk: Desk) -> None:
    rows = [await desk.approved(str(n), later(minutes=n)) for n in range(1, 11)]
    async with desk.db.reading() as tx:
        seen = await choosing.mark_of(tx, Choice())

    async def take_back() -> bool:
        async with desk.db.writing() as tx:
            return await applications.undo_approval(
                tx, application_id=rows[4], version=1, staff_id=desk.member, now=later(hours=1)
            )

    started, undone = await asyncio.gather(desk.start(seen=seen), take_back(), return_exceptions=True)
    if isinstance(started, ChoiceChanged):
        assert undone
        assert not isinstance(undone, BaseException)
        number = await desk.start()
        assert len(await desk.members(number)) == 9
    else:
        assert isinstance(started, int)
        assert not undone
        assert len(await desk.members(started)) == 10


async def test_handing_over_twice_at_once_tells_each_person_once(desk: Desk) -> None:
    for n in range(1, 8):
        await desk.approved(str(n), later(minutes=n))
    number = await desk.sealed()

    async def hand_over() -> bool:
        async with desk.db.writing() as tx:
            return await batches.hand_over(tx, number, staff_id=desk.member, now=later(days=1))

    assert sorted(await asyncio.gather(hand_over(), hand_over(), hand_over())) == [False, False, True]

    async def move() -> list[str]:
        async with desk.db.writing() as tx:
            return [person.receipt for person in await batches.move(tx, number, later(days=1), limit=3)]

    told = [receipt for _ in range(3) for some in await asyncio.gather(move(), move()) for receipt in some]
    assert sorted(told) == [str(n) for n in range(1, 8)]


async def test_whoever_was_forgotten_stays_an_empty_place_and_is_not_moved(desk: Desk) -> None:
    await desk.approved("1")
    await desk.approved("2", later(minutes=1))
    number = await desk.sealed()
    async with desk.db.writing() as tx:
        found = await applications.one(tx, desk.keyring, "1")
        assert found is not None
        await people.erase(tx, desk.keyring, found.person_id, later(hours=1))
        await batches.hand_over(tx, number, staff_id=desk.member, now=later(days=1))
        moved = await batches.move(tx, number, later(days=1))
    assert [(m.position, m.receipt) for m in moved] == [(2, "2")]
    assert await desk.members(number) == [(1, "1", "erased"), (2, "2", "handed_over")]


async def test_batches_are_listed_newest_first_and_only_ones_own_area(desk: Desk) -> None:
    await desk.approved("1", kelurahan=KLENDER)
    await desk.approved("2", kelurahan=TEBET)
    east, rest = await desk.sealed(Choice(area="31.75.07")), await desk.sealed()
    async with desk.db.reading() as tx:
        assert [b.id for b in await batches.newest(tx)] == [rest, east]
        assert [b.id for b in await batches.newest(tx, limit=1)] == [rest]
        assert [b.id for b in await batches.newest(tx, before=rest)] == [east]
        assert [b.id for b in await batches.newest(tx, area="31.75")] == [east]
        assert await batches.newest(tx, area="31.74") == []
        assert await batches.one(tx, 99) is None


async def test_entries_come_a_page_at_a_time(desk: Desk) -> None:
    for n in range(1, 6):
        await desk.approved(str(n), later(minutes=n))
    number = await desk.sealed()
    async with desk.db.reading() as tx:
        assert [e.position for e in await batches.entries(tx, number, limit=2)] == [1, 2]
        assert [e.position for e in await batches.entries(tx, number, after=2, limit=2)] == [3, 4]
        assert [e.position for e in await batches.entries(tx, number, after=4, limit=2)] == [5]


async def test_the_file_holds_everybody_once_with_the_answers_that_were_sealed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_contents, "PAGE", 2)
    for n in range(1, 6):
        await desk.approved(str(n), later(minutes=n), full_name=f"Siti {n}")
    number = await desk.sealed()
    await submit(desk.db, desk.keyring, "3", form=a_form("3", full_name="Siti Lain"), at=later(days=1))  # too late
    async with desk.db.writing() as tx:
        found = await applications.one(tx, desk.keyring, "4")
        assert found is not None
        await people.erase(tx, desk.keyring, found.person_id, later(days=1))
    pages = [page async for page in batch_contents.pages(desk.db, desk.keyring, number)]
    assert [[content.position for content in page] for page in pages] == [[1, 2], [3, 4], [5]]
    held = {c.receipt: c.answers["full_name"].value if c.answers else None for page in pages for c in page}
    assert held == {"1": "Siti 1", "2": "Siti 2", "3": "Siti 3", "4": None, "5": "Siti 5"}
    assert {c.approved_at for page in pages for c in page if c.receipt == "2"} == {later(minutes=2)}
