"""The audit chain: whole when nobody meddled; every edit, deletion, insertion and reordering is found and named."""

from __future__ import annotations

import asyncio

import pytest

from storage import audit
from storage.database import Database
from tests.storage.world import NOW, later

COUNT = 9


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 4)


async def write(db: Database, count: int = COUNT) -> list[int]:
    for n in range(count):
        async with db.writing() as tx:
            await audit.append(
                tx, actor="ana", action="application.revealed", subject=f"application:R-{n}",
                facts={"version": n, "why": "x"}, at=later(minutes=n),
            )  # fmt: skip
    async with db.reading() as tx:
        return [row_id for (row_id,) in await tx.rows("SELECT id FROM audit ORDER BY id")]


async def broken(db: Database, *meddling: str) -> int | None:
    """The first broken entry after these statements."""
    async with db.writing() as tx:
        for sql in meddling:
            await tx.rows(sql)
    async with db.snapshot() as tx:
        return await audit.verify(tx)


async def test_a_chain_nobody_touched_is_whole(database: Database) -> None:
    assert await broken(database) is None
    await write(database)
    assert await broken(database) is None


@pytest.mark.parametrize("column", ["at = at + 1", "actor = 'budi'", "action = 'x'", "subject = 'x'", "facts = '{}'"])
@pytest.mark.parametrize("place", [0, 4, COUNT - 1])
async def test_a_changed_entry_is_named(database: Database, column: str, place: int) -> None:
    ids = await write(database)
    assert await broken(database, f"UPDATE audit SET {column} WHERE id = {ids[place]}") == ids[place]


async def test_a_deleted_entry_is_missed_by_the_one_after_it(database: Database) -> None:
    ids = await write(database)
    assert await broken(database, f"DELETE FROM audit WHERE id = {ids[4]}") == ids[5]


async def test_the_first_entry_is_missed_too(database: Database) -> None:
    ids = await write(database)
    assert await broken(database, f"DELETE FROM audit WHERE id = {ids[0]}") == ids[1]


async def test_the_last_entries_are_missed_too(database: Database) -> None:
    ids = await write(database)
    assert await broken(database, f"DELETE FROM audit WHERE id >= {ids[6]}") == ids[-1]


async def test_an_emptied_chain_is_noticed(database: Database) -> None:
    ids = await write(database)
    assert await broken(database, "DELETE FROM audit") == ids[-1]


async def test_a_lost_mark_of_the_end_is_noticed(database: Database) -> None:
    ids = await write(database)
    assert await broken(database, "DELETE FROM house WHERE name = 'audit_head'") == ids[0]


async def test_an_entry_well_forged_at_the_end_is_one_too_many(database: Database) -> None:
    ids = await write(database)
    async with database.writing() as tx:
        [(previous,)] = await tx.rows("SELECT hash FROM audit WHERE id = $1", (ids[-1],))
        row = (1, "ana", "forged", "s", "{}", bytes(previous))
        columns = ("at", "actor", "action", "subject", "facts", "previous", "hash")
        [(forged,)] = await tx.insert("audit", columns, [(*row, audit._hash(*row))], returning="id")
    assert await broken(database) == forged


async def test_an_entry_put_in_between_is_named(database: Database) -> None:
    ids = await write(database)
    assert await broken(
        database,
        f"UPDATE audit SET id = id + 1000 WHERE id > {ids[4]}",
        "INSERT INTO audit (id, at, actor, action, subject, facts, previous, hash) "
        f"SELECT id + 1, at, actor, action, 'forged', facts, hash, hash FROM audit WHERE id = {ids[4]}",
    ) == ids[4] + 1  # fmt: skip


async def test_two_entries_that_changed_places_are_named(database: Database) -> None:
    ids = await write(database)
    assert await broken(
        database,
        f"UPDATE audit SET id = -1 WHERE id = {ids[3]}",
        f"UPDATE audit SET id = {ids[3]} WHERE id = {ids[4]}",
        f"UPDATE audit SET id = {ids[4]} WHERE id = -1",
    ) == ids[3]  # fmt: skip


async def test_entries_written_at_once_make_one_chain(database: Database) -> None:
    await asyncio.gather(*[write(database, 3) for _ in range(8)])
    assert await broken(database) is None
    async with database.reading() as tx:
        assert await tx.rows("SELECT COUNT(*), COUNT(DISTINCT previous) FROM audit") == [(24, 24)]


async def test_an_entry_goes_with_what_it_tells_of(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as tx:
            await audit.append(tx, actor="ana", action="a", subject="s", facts={}, at=NOW)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    await write(database, 2)
    assert await broken(database) is None
    async with database.reading() as tx:
        assert await tx.rows("SELECT COUNT(*) FROM audit") == [(2,)]


async def test_entries_are_found_by_subject_actor_and_action_newest_first(database: Database) -> None:
    ids = await write(database, 3)
    async with database.writing() as tx:
        await audit.append(tx, actor="budi", action="login.in", subject="staff:2", facts={"n": 1}, at=NOW)
        [login] = await audit.search(tx, action="login.")
        assert (login.actor, login.action, login.subject, login.facts, login.at) == (
            *("budi", "login.in", "staff:2", {"n": 1}, NOW),
        )
        assert [e.id for e in await audit.search(tx, actor="ana")] == ids[::-1]
        assert [e.id for e in await audit.search(tx, actor="ana", limit=1)] == [ids[-1]]
        assert [e.id for e in await audit.search(tx, actor="ana", before=ids[-1], limit=1)] == [ids[-2]]
        assert [e.id for e in await audit.about(tx, "application:R-1", limit=5)] == [ids[1]]
        assert await audit.search(tx, action="log%n.") == []
