"""One transaction in one indented block, on both databases; every failure has a name and a decision."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import make_url

from storage.columns import micros, moment
from storage.database import Database
from storage.errors import (
    AlreadyThere,
    DatabaseBusy,
    DatabaseLost,
    DatabaseUnusable,
    DiskFull,
    OurFault,
    SchemaMismatch,
    StorageError,
)
from storage.models import House, Lease
from storage.tx import ROWS_A_STATEMENT, Tx
from tests.postgres import Postgres

NOW = datetime(2026, 11, 24, 8, 0, 0, 123456, tzinfo=UTC)


async def put(tx: Tx, *names: str) -> None:
    await tx.insert("house", ("name", "value"), [(name, b"1") for name in names])


async def names(db: Database) -> list[str]:
    async with db.reading() as tx:
        return [name for (name,) in await tx.rows("SELECT name FROM house ORDER BY name")]


# ---- one transaction ----------------------------------------------------------------------------------------------


async def test_a_block_is_kept_whole(database: Database) -> None:
    async with database.writing() as tx:
        await put(tx, "a")
        await put(tx, "b")
    assert await names(database) == ["a", "b"]


async def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as tx:
            await put(tx, "a")
            raise FileNotFoundError("of the body's own, not the database's")

    with pytest.raises(FileNotFoundError):
        await fail()
    assert await names(database) == []
    async with database.writing() as tx:
        await put(tx, "b")
    assert await names(database) == ["b"]


async def test_core_statements_and_raw_sql_share_one_transaction(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as tx:
            await tx.rows("INSERT INTO leases (name, holder, until) VALUES ($1, $2, $3)", ("x", "me", NOW))
            seen = (await tx.execute(select(Lease.holder, Lease.until))).all()
            assert [tuple(row) for row in seen] == [("me", NOW)]
            await tx.execute(update(Lease).values(holder="you"))
            assert await tx.rows("SELECT holder FROM leases") == [("you",)]
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with database.reading() as tx:
        assert (await tx.execute(select(Lease))).all() == []


async def test_a_cancelled_block_leaves_nothing_and_lets_the_next_one_in(database: Database) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with database.writing() as tx:
            await put(tx, "a")
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.writing() as tx:
        await put(tx, "b")
    assert await names(database) == ["b"]


async def test_blocks_cancelled_at_any_moment_are_kept_or_not_at_all(database: Database) -> None:
    async def pair(n: int) -> None:
        async with database.writing() as tx:
            await put(tx, f"{n:03}a")
            await put(tx, f"{n:03}b")

    for n in range(60):
        task = asyncio.create_task(pair(n))
        await asyncio.sleep(n * 0.00007)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    found = await names(database)
    assert {name[:3] for name in found if name.endswith("a")} == {name[:3] for name in found if name.endswith("b")}
    async with database.writing() as tx:
        await put(tx, "after")
    assert "after" in await names(database)


async def test_what_is_being_written_is_not_read(database: Database) -> None:
    async with database.writing() as tx:
        await put(tx, "a")
        assert await names(database) == []


async def test_a_snapshot_sees_one_moment_throughout(database: Database) -> None:
    async with database.snapshot() as tx:
        assert await tx.rows("SELECT name FROM house") == []
        async with database.writing() as other:
            await put(other, "a")
        assert await tx.rows("SELECT name FROM house") == []


async def test_a_look_cannot_change_anything(database: Database) -> None:
    with pytest.raises(StorageError):
        async with database.reading() as tx:
            await put(tx, "a")
    assert await names(database) == []


async def test_many_writers_and_readers_at_once(database: Database) -> None:
    async def write(n: int) -> None:
        async with database.writing() as tx:
            await put(tx, f"{n:02}")

    await asyncio.gather(*[write(n) for n in range(40)], *[names(database) for _ in range(40)])
    assert len(await names(database)) == 40


# ---- statements ---------------------------------------------------------------------------------------------------


async def test_times_go_in_as_datetimes_and_come_out_as_microseconds(database: Database) -> None:
    async with database.writing() as tx:
        await tx.insert("leases", ("name", "holder", "until"), [("x", "me", NOW)])
        [(until,)] = await tx.rows(
            "SELECT until FROM leases WHERE until >= $1 AND until < $2", (NOW, NOW + timedelta(1))
        )
    assert until == micros(NOW)
    assert moment(until) == NOW


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(TypeError):
        async with database.writing() as tx:
            await tx.insert("leases", ("name", "holder", "until"), [("x", "me", NOW.replace(tzinfo=None))])


async def test_an_insert_of_many_rows_is_split_and_returns_them_all(database: Database) -> None:
    count = ROWS_A_STATEMENT * 2 + 7
    async with database.writing() as tx:
        back = await tx.insert(
            "people", ("key", "created_at"), [(b"k%d" % n, NOW) for n in range(count)], returning="id, key"
        )
    assert len({row_id for row_id, _ in back}) == count
    assert {bytes(key) for _, key in back} == {b"k%d" % n for n in range(count)}


@pytest.mark.parametrize("count", [99, 100, 1234])
async def test_an_insert_that_returns_nothing_keeps_every_row_and_value(database: Database, count: int) -> None:
    columns = ("purpose", "identity_hash", "granted", "at", "person_id", "chat_id", "text_version", "pressed")
    rows = [
        (f"n{n}", b"k%d" % n, bool(n % 2), NOW + timedelta(seconds=n), n, 7, "v1", "ya 'benar'\n") for n in range(count)
    ]
    async with database.writing() as tx:
        assert await tx.insert("consents", columns, rows) == []
        back = await tx.rows(f"SELECT {', '.join(columns)} FROM consents ORDER BY id")
    assert [(name, bytes(key), bool(yes), moment(at), *rest) for name, key, yes, at, *rest in back] == rows


async def test_many_rows_with_a_value_that_exists_are_already_there(database: Database) -> None:
    with pytest.raises(AlreadyThere):
        async with database.writing() as tx:
            await tx.insert("house", ("name", "value"), [(f"n{n % 150}", b"") for n in range(200)])
    assert await names(database) == []


async def test_an_insert_that_conflicts_returns_only_what_was_new(database: Database) -> None:
    async with database.writing() as tx:
        await put(tx, "a")
        back = await tx.insert(
            "house", ("name", "value"), [("a", b"2"), ("b", b"2")], "(name) DO NOTHING", returning="name"
        )
    assert back == [("b",)]


async def test_inserting_nothing_asks_nothing(database: Database) -> None:
    async with database.writing() as tx:
        assert await tx.insert("house", ("name", "value"), []) == []
        await tx.many("DELETE FROM house WHERE name = $1", [])


async def test_one_statement_for_many_tuples(database: Database) -> None:
    async with database.writing() as tx:
        await put(tx, "a", "b", "c")
        await tx.many("UPDATE house SET value = $1 WHERE name = $2", [(b"A", "a"), (b"C", "c")])
        got = await tx.rows("SELECT name, value FROM house ORDER BY name")
    assert [(name, bytes(value)) for name, value in got] == [("a", b"A"), ("b", b"1"), ("c", b"C")]


async def test_ids_are_never_given_out_twice(database: Database) -> None:
    async with database.writing() as tx:
        [(first,)] = await tx.insert("people", ("created_at",), [(NOW,)], returning="id")
        await tx.rows("DELETE FROM people")
    async with database.writing() as tx:
        [(second,)] = await tx.insert("people", ("created_at",), [(NOW,)], returning="id")
    assert second > first


async def test_rows_that_belong_to_nobody_are_refused(database: Database) -> None:
    with pytest.raises(OurFault):
        async with database.writing() as tx:
            await tx.insert("help_requests", ("chat_id", "reason", "state", "opened_at"), [(99, "asked", "open", NOW)])


# ---- what goes wrong ----------------------------------------------------------------------------------------------


async def test_a_second_row_with_a_unique_value_is_already_there(database: Database) -> None:
    with pytest.raises(AlreadyThere) as caught:
        async with database.writing() as tx:
            await put(tx, "siti aminah", "siti aminah")
    assert "siti" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_core_statements_raise_the_same_names(database: Database) -> None:
    twice = insert(House).values([{"name": "siti aminah", "value": b"1"}] * 2)
    with pytest.raises(AlreadyThere) as caught:
        async with database.writing() as tx:
            await tx.execute(twice)
    assert "siti" not in str(caught.value)


async def test_wrong_sql_is_our_fault_and_names_the_statement(database: Database) -> None:
    with pytest.raises(OurFault, match="SELECT nothing_such FROM house"):
        async with database.reading() as tx:
            await tx.rows("SELECT nothing_such FROM house")


async def test_values_never_reach_an_error(database: Database) -> None:
    with pytest.raises(OurFault) as caught:
        async with database.writing() as tx:
            await tx.insert(
                "help_requests", ("chat_id", "reason", "state", "opened_at"), [("Siti", "3174055708950003", "x", NOW)]
            )
    assert "3174" not in str(caught.value) + repr(caught.value.__cause__)
    assert "Siti" not in str(caught.value) + repr(caught.value.__cause__)


async def test_a_database_without_tables_says_so(tmp_path: Path, postgres: Postgres) -> None:
    empty = await postgres.make("template0")
    for url in (f"sqlite+aiosqlite:///{tmp_path}/empty.db", empty):
        db = await Database.open(url)
        with pytest.raises(SchemaMismatch, match="taruna migrate"):
            async with db.reading() as tx:
                await tx.rows("SELECT 1 FROM people")
        await db.close()
    await postgres.drop(empty)


async def test_a_locked_file_is_busy(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.BUSY_MS", 50)
    db = await Database.open(sqlite_url)
    other = sqlite3.connect(str(make_url(sqlite_url).database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy) as caught:
        async with db.writing() as tx:
            await put(tx, "a")
    assert caught.value.decision == "retry"
    other.execute("ROLLBACK")
    other.close()
    async with db.writing() as tx:
        await put(tx, "b")
    assert await names(db) == ["b"]
    await db.close()


async def test_a_full_disk_has_a_name_and_loses_nothing_that_was_kept(sqlite_url: str) -> None:
    db = await Database.open(sqlite_url)
    async with db.writing() as tx:
        await put(tx, "kept")
        [(pages,)] = await tx.rows("PRAGMA page_count")
        await tx.rows(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DiskFull, match="nothing that was committed is lost") as caught:
        async with db.writing() as tx:
            await tx.insert("house", ("name", "value"), [("lost", b"1"), ("big", b"x" * 100_000)])
    assert caught.value.decision == "stop"
    assert await names(db) == ["kept"]
    async with db.writing() as tx:
        await tx.rows(f"PRAGMA max_page_count = {pages + 1000}")
        await put(tx, "room again")
    await db.close()
    again = await Database.open(sqlite_url)
    assert await names(again) == ["kept", "room again"]
    async with again.reading() as tx:
        assert await tx.rows("PRAGMA integrity_check") == [("ok",)]
    await again.close()


async def test_a_file_that_is_no_database_is_unusable(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 1000)
    with pytest.raises(DatabaseUnusable, match="not a database"):
        await Database.open(f"sqlite+aiosqlite:///{path}")


async def test_a_path_that_cannot_be_made_is_unusable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnusable, match="DATABASE_URL"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path}/file/taruna.db")


async def test_only_the_owner_may_read_a_new_database_file(tmp_path: Path) -> None:
    db = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/var/taruna.db")
    async with db.writing() as tx:
        await tx.rows("CREATE TABLE t (x)")
    for name in ("taruna.db", "taruna.db-wal"):
        assert (tmp_path / "var" / name).stat().st_mode & 0o777 == 0o600
    await db.close()


async def test_every_commit_is_on_the_disk_before_it_is_acknowledged(sqlite_url: str) -> None:
    db = await Database.open(sqlite_url)
    async with db.writing() as tx:
        assert await tx.rows("PRAGMA journal_mode") == [("wal",)]
        assert await tx.rows("PRAGMA synchronous") == [(2,)]  # FULL
        assert await tx.rows("PRAGMA foreign_keys") == [(1,)]
        assert await tx.rows("PRAGMA secure_delete") == [(1,)]
    await db.close()


async def test_a_closed_database_is_lost_not_a_crash(database_url: str) -> None:
    db = await Database.open(database_url)
    await db.close()
    with pytest.raises(DatabaseLost):
        async with db.writing() as tx:
            await put(tx, "a")
    with pytest.raises(DatabaseLost):
        await names(db)


async def test_nobody_answering_is_lost(tmp_path: Path) -> None:
    with pytest.raises(DatabaseLost) as caught:
        await Database.open("postgresql+asyncpg://nobody:geheim@127.0.0.1:9/none")
    assert caught.value.decision == "retry"
    assert "geheim" not in str(caught.value)


async def test_an_unknown_database_is_unusable(postgres: Postgres) -> None:
    with pytest.raises(DatabaseUnusable, match="no such database"):
        await Database.open(postgres.url_of("there_is_none"))


async def test_a_connection_cut_inside_a_block_is_lost_and_the_next_block_works(postgres_url: str) -> None:
    db = await Database.open(postgres_url, pool=2)

    async def cut_off() -> None:
        async with db.writing() as tx:
            await put(tx, "a")
            [(pid,)] = await tx.rows("SELECT pg_backend_pid()")
            async with db.writing() as other:
                await other.rows("SELECT pg_terminate_backend($1)", (pid,))
            await put(tx, "b")

    with pytest.raises(DatabaseLost):
        await cut_off()
    async with db.writing() as tx:
        await put(tx, "c")
    assert await names(db) == ["c"]
    await db.close()


async def test_connections_cut_while_idle_are_replaced_unnoticed(postgres_url: str) -> None:
    db = await Database.open(postgres_url, pool=3)
    await asyncio.gather(*[names(db) for _ in range(3)])
    watcher = await Database.open(postgres_url, pool=1)
    async with watcher.writing() as tx:
        await tx.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await asyncio.sleep(0.1)
    assert await asyncio.gather(*[names(db) for _ in range(3)]) == [[], [], []]
    await watcher.close()
    await db.close()


async def test_a_statement_that_never_ends_is_lost(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.ANSWER_WITHIN", 0.2)
    db = await Database.open(postgres_url, pool=1)
    with pytest.raises(DatabaseLost):
        async with db.reading() as tx:
            await tx.rows("SELECT pg_sleep(20)")
    assert await names(db) == []
    await db.close()


async def test_a_deadlock_is_busy_for_one_of_the_two(postgres_url: str) -> None:
    db = await Database.open(postgres_url, pool=2)
    async with db.writing() as tx:
        await put(tx, "a", "b")
    both = asyncio.Barrier(2)

    async def cross(first: str, second: str) -> None:
        async with db.writing() as tx:
            await tx.rows("SELECT name FROM house WHERE name = $1 FOR UPDATE", (first,))
            await both.wait()
            await tx.rows("SELECT name FROM house WHERE name = $1 FOR UPDATE", (second,))

    results = await asyncio.gather(cross("a", "b"), cross("b", "a"), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["DatabaseBusy", "NoneType"]
    await db.close()
