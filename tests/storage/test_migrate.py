"""Migrations: they agree with the models, run once under a lock, all or nothing, and never lose a row."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import migrate as migrating
from storage.database import Database, make_engine, prepare_file
from storage.errors import DatabaseUnusable, OurFault, SchemaMismatch, StorageError
from storage.migrate import differences, migrate, revision_of, state_of_schema
from storage.models import metadata
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any tables."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    url = asyncio.run(postgres.make("template0"))
    request.addfinalizer(lambda: asyncio.run(postgres.drop(url)))  # noqa: PT021 — only one of the two kinds needs it
    return url


@pytest.fixture
def migrated_url(request: pytest.FixtureRequest, empty_url: str) -> str:
    """A migrated database of the same kind as the empty one."""
    url: str = request.getfixturevalue("sqlite_url" if empty_url.startswith("sqlite") else "postgres_url")
    return url


async def shape(url: str) -> list[str]:
    """Every table, column and index of a database in its own words, partial indexes and defaults included."""
    engine = make_engine(url)
    queries = (
        [
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1",
            "SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || COALESCE(c.dflt_value, '') "
            "|| c.pk || (t.sql LIKE '%AUTOINCREMENT%') FROM sqlite_master t, pragma_table_info(t.name) c "
            "WHERE t.type = 'table' ORDER BY 1",
            "SELECT t.name || ' ' || f.\"from\" || ' ' || f.\"table\" || f.on_delete FROM sqlite_master t, "
            "pragma_foreign_key_list(t.name) f ORDER BY 1",
        ]
        if url.startswith("sqlite")
        else [
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || is_identity "
            "|| COALESCE(column_default, '') FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
            "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype <> 'n' AND connamespace = 'public'::regnamespace ORDER BY 1",
        ]
    )
    found: list[str] = []
    async with engine.connect() as connection:
        for query in queries:
            found += [" ".join(str(row[0]).split()) for row in await connection.execute(text(query))]
    await engine.dispose()
    return [line for line in found if "alembic_version" not in line]


# ---- agreeing -----------------------------------------------------------------------------------------------------


async def test_models_and_migrations_agree(database_url: str) -> None:
    assert await differences(database_url) == []


async def test_models_and_migrations_make_the_same_indexes_and_defaults(empty_url: str, migrated_url: str) -> None:
    engine = make_engine(empty_url)
    async with engine.connect() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    assert await shape(migrated_url) == await shape(empty_url)


async def test_an_empty_database_is_behind_then_current(empty_url: str) -> None:
    assert await revision_of(empty_url) is None
    assert await state_of_schema(empty_url) == "behind"
    await migrate(empty_url)
    assert await state_of_schema(empty_url) == "current"


# ---- at start -----------------------------------------------------------------------------------------------------


async def test_processes_that_start_together_take_turns(empty_url: str) -> None:
    await asyncio.gather(*[migrate(empty_url) for _ in range(4)])
    assert await state_of_schema(empty_url) == "current"
    assert await differences(empty_url) == []


async def test_a_start_with_nothing_to_migrate_looks_at_no_rows(sqlite_url: str) -> None:
    """Checking millions of references at every start would take minutes: not even a planted orphan is looked for."""
    engine = make_engine(sqlite_url)
    async with engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        await connection.exec_driver_sql(
            "INSERT INTO help_requests (chat_id, reason, state, opened_at) VALUES (99, 'asked', 'open', 1)"
        )
    await engine.dispose()
    await migrate(sqlite_url)


async def test_a_newer_database_is_refused_untouched(database_url: str) -> None:
    engine = make_engine(database_url)
    async with engine.connect() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await engine.dispose()
    assert await state_of_schema(database_url) == "ahead"
    with pytest.raises(SchemaMismatch, match=r"9999.*newer program"):
        await migrate(database_url)
    assert await revision_of(database_url) == "9999"


async def test_a_path_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear diary, " * 1000)
    with pytest.raises(DatabaseUnusable):
        await migrate(f"sqlite+aiosqlite:///{tmp_path}/letter.txt")


async def at_revision(url: str, revision: str) -> None:
    """Bring an empty database to an older schema."""
    if url.startswith("sqlite"):
        prepare_file(url)
    engine = make_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(lambda c: migrating.command.upgrade(migrating.config(c), revision))
    await engine.dispose()


async def test_rows_of_the_first_schema_reach_the_newest(empty_url: str) -> None:
    await at_revision(empty_url, "0001")
    await a_chat(empty_url)
    db = await Database.open(empty_url)
    async with db.writing() as tx:
        await tx.insert(
            "applications",
            (
                *("receipt", "chat_id", "person_id", "state", "form", "fingerprint", "language", "channel", "answers"),
                *("version", "area_code", "programme", "months", "sector", "flags", "submitted_at", "changed_at"),
                "simulated",
            ),
            [
                (
                    *("R-1", 1, 1, "approved", "registration", "f", "id", "telegram", b"a"),
                    *(1, "31.74.05.1003", "two", 3, "transport", "[]", 7, 8, False),
                )
            ],
        )
        await tx.insert(
            "sessions",
            ("chat_id", "slot", "person_id", "form", "state", "asked", "done", "touched_at", "started_at"),
            [(1, "registration", 1, "registration", b"s", "nik", "", 7, 7)],
        )
        await tx.insert(
            "outbox",
            (
                *("chat_id", "purpose", "priority", "payload", "state", "due_at", "attempts", "created_at"),
                "platform_id",
            ),
            [(1, "reply", 0, b"p", "sent", 7, 1, 7, "p1")],
        )
    await db.close()
    await migrate(empty_url)
    assert await state_of_schema(empty_url) == "current"
    assert await differences(empty_url) == []
    assert await ask(empty_url, "SELECT kecamatan_code, kota_code, thinned_at, area_code FROM applications") == [
        ("31.74.05", "31.74", None, "31.74.05.1003")
    ]
    assert await ask(empty_url, "SELECT asked, platform_id FROM sessions, outbox") == [("nik", "p1")]


# ---- all or nothing, and no row lost ------------------------------------------------------------------------------


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations to which a test adds one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.HERE, folder)
    head = migrating.ScriptDirectory.from_config(migrating.config()).get_current_head()
    monkeypatch.setattr(migrating, "HERE", folder)
    path = folder / "versions" / "m9999_next.py"
    path.write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = 'next'\ndown_revision = {head!r}\n\ndef upgrade() -> None:\n"
    )
    return path


def upgrade(path: Path, *lines: str) -> None:
    with path.open("a") as file:
        file.writelines(f"    {line}\n" for line in lines)


async def a_chat(url: str) -> None:
    db = await Database.open(url)
    async with db.writing() as tx:
        [(person,)] = await tx.insert("people", ("key", "created_at"), [(b"k", 1)], returning="id")
        await tx.insert(
            "chats",
            ("channel", "person_id", "address", "language", "active", "state", "created_at", "last_inbound_at"),
            [("telegram", person, b"a", "id", "", "open", 1, 1)],
        )
    await db.close()


async def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    db = await Database.open(url)
    try:
        async with db.reading() as tx:
            return await tx.rows(sql)
    finally:
        await db.close()


async def test_a_migration_that_fails_half_way_leaves_nothing(database_url: str, next_migration: Path) -> None:
    upgrade(
        next_migration,
        "op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))",
        "op.execute('INSERT INTO half (id) VALUES (1)')",
        "op.execute('SELECT nothing_such FROM half')",
    )
    before = await revision_of(database_url)
    with pytest.raises(StorageError):
        await migrate(database_url)
    assert await revision_of(database_url) == before
    with pytest.raises(StorageError):
        await ask(database_url, "SELECT 1 FROM half")
    await a_chat(database_url)
    assert await ask(database_url, "SELECT COUNT(*) FROM chats") == [(1,)]


async def test_a_table_may_be_rebuilt_without_losing_what_belongs_to_it(
    database_url: str, next_migration: Path
) -> None:
    await a_chat(database_url)
    upgrade(
        next_migration,
        "with op.batch_alter_table('people', recreate='auto') as people:",
        "    people.add_column(sa.Column('note', sa.String(), nullable=False, server_default='x'))",
        "    people.alter_column('created_at', existing_type=sa.BigInteger(), nullable=True)",
    )
    await migrate(database_url)
    assert await ask(database_url, "SELECT p.note, c.channel FROM people p JOIN chats c ON c.person_id = p.id") == [
        ("x", "telegram")
    ]
    db = await Database.open(database_url)
    with pytest.raises(OurFault):
        async with db.writing() as tx:
            await tx.rows("DELETE FROM people")
    await db.close()


async def test_a_migration_that_leaves_orphans_is_undone(sqlite_url: str, next_migration: Path) -> None:
    """PostgreSQL refuses the statement itself; SQLite migrates with its references unchecked, so the end must look."""
    await a_chat(sqlite_url)
    upgrade(next_migration, "op.execute('DELETE FROM people')")
    with pytest.raises(SchemaMismatch, match="1 rows pointing nowhere; nothing was changed"):
        await migrate(sqlite_url)
    assert await ask(sqlite_url, "SELECT COUNT(*) FROM people") == [(1,)]
