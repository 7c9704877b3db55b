"""Bringing a database to this program's schema, at start, under a lock: many processes may start at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import make_engine, prepare_file
from storage.errors import DRIVER_ERRORS, SchemaMismatch, translate
from storage.models import metadata

HERE = Path(__file__).parent / "migrations"
LOCK = 7_823_001  # PostgreSQL's advisory lock; any number, always the same


async def migrate(url: str) -> None:
    """Create or upgrade the schema. Processes that start together wait for the first one.

    Raises:
        SchemaMismatch: the database is newer than this program.
        StorageError: it cannot be reached or used.
    """
    if url.startswith("sqlite"):
        prepare_file(url)
    engine = make_engine(url)
    try:
        async with engine.connect() as connection:
            await _under_lock(connection)
    except DRIVER_ERRORS as error:
        raise translate(error) from None
    finally:
        await engine.dispose()


async def _under_lock(connection: AsyncConnection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    # Batch operations copy tables: with foreign keys on, dropping the old copy would delete its children.
    begin = ("PRAGMA foreign_keys = OFF", "BEGIN EXCLUSIVE") if sqlite else ("BEGIN",)
    for statement in begin:
        await connection.exec_driver_sql(statement)
    try:
        if not sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        changed = await connection.run_sync(_upgrade)
        if sqlite and changed and (broken := (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()):
            raise SchemaMismatch(f"the migration left {len(broken)} rows pointing nowhere; nothing was changed")
        await connection.exec_driver_sql("COMMIT")
    except BaseException:
        await asyncio.shield(connection.exec_driver_sql("ROLLBACK"))
        raise


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection) -> bool:
    """Apply what is missing; False when nothing was."""
    made = config(connection)
    present = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(made).get_current_head()
    if present == newest:
        return False
    try:
        command.upgrade(made, "head")
    except CommandError:
        raise SchemaMismatch(
            f"the database is at {present}, which this program does not know: use the newer program it was made with"
        ) from None
    return True


async def state_of_schema(url: str) -> str:
    """ "current", "behind" (run migrate) or "ahead" (made by a newer program)."""
    present = await revision_of(url)
    scripts = ScriptDirectory.from_config(config())
    if present == scripts.get_current_head():
        return "current"
    known = {script.revision for script in scripts.walk_revisions()}
    return "behind" if present is None or present in known else "ahead"


async def revision_of(url: str) -> str | None:
    """The schema's version in this database."""
    engine = make_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
    except DRIVER_ERRORS as error:
        raise translate(error) from None
    finally:
        await engine.dispose()


async def differences(url: str) -> list[object]:
    """How the database differs from the models: for the test that says they agree."""
    engine = make_engine(url)
    try:
        async with engine.connect() as connection:
            return list(
                await connection.run_sync(
                    lambda c: compare_metadata(MigrationContext.configure(c, opts={"compare_type": True}), metadata)
                )
            )
    finally:
        await engine.dispose()
