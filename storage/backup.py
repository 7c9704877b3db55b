"""Backups: one moment of everything in one portable file that either database can read back. The keys are never in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Boolean, Table
from sqlalchemy.engine import make_url

from storage import backup_file, people
from storage.backup_file import Header
from storage.columns import moment
from storage.database import Database
from storage.errors import BackupTrouble
from storage.migrate import migrate, revision_of, state_of_schema
from storage.models import metadata
from storage.tx import Row, Tx

Progress = Callable[[int, int], None]
PAGE = 500
LEFT_OUT = ("leases",)
TABLES: dict[str, Table] = {str(table.name): table for table in metadata.sorted_tables if table.name not in LEFT_OUT}
COLUMNS = {name: [str(column.name) for column in table.columns] for name, table in TABLES.items()}


async def backup(url: str, file: Path, progress: Progress) -> int:
    """Write one moment of the whole database, while it may be in use. Returns the number of rows.

    Raises:
        BackupTrouble: there is no database, or it is not at this program's schema.
    """
    _must_exist(url)
    if (state := await state_of_schema(url)) != "current":
        way_out = "run taruna migrate first" if state == "behind" else "use the newer program it was made with"
        raise BackupTrouble(f"the database's schema is {state} of this program: {way_out}")
    async with _opened(url) as db, db.snapshot() as tx:
        header = await _header(tx, str(await revision_of(url)))
        with backup_file.writing(file, header) as write:
            count = 0
            for name in TABLES:
                async for page in _pages(tx, name):
                    write(name, page)
                    count += len(page)
                    progress(count, header.total)
    return count


async def restore(url: str, file: Path, mode: Literal["into_empty", "replace"], progress: Progress) -> int:
    """Read a backup in one transaction: all of it or nothing. Returns the number of rows.

    Whoever was forgotten in a database that is replaced is forgotten in what replaces it.

    Raises:
        BackupTrouble: the file is damaged or of another schema, or the database holds people or staff and mode says
            "into_empty".
    """
    header = backup_file.check(file)
    await migrate(url)
    present = await revision_of(url)
    if header.schema != present or header.columns != COLUMNS:
        raise BackupTrouble(
            f"{file.name} was made at schema {header.schema}, this program is at {present}: "
            "use the program it was made with"
        )
    async with _opened(url) as db, db.writing() as tx:
        held = await tx.rows("SELECT 1 FROM people LIMIT 1") or await tx.rows("SELECT 1 FROM staff LIMIT 1")
        if held and mode == "into_empty":
            raise BackupTrouble("the database holds people or staff: restore into an empty one, or say --force")
        forgotten = await tx.rows("SELECT id, created_at, erased_at FROM people WHERE key IS NULL")
        await _empty(tx)
        await _fill(tx, file, header, progress)
        await _count_on(tx, header)
        await _forget_again(tx, forgotten)
    return header.total


def _must_exist(url: str) -> None:
    name = make_url(url).database or ""
    if url.startswith("sqlite") and not Path(name).exists():
        raise BackupTrouble(f"there is no database at {name}; check DATABASE_URL")


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    db = await Database.open(url)
    try:
        yield db
    finally:
        await db.close()


# ---- writing ------------------------------------------------------------------------------------------------------


async def _header(tx: Tx, schema: str) -> Header:
    counts = {name: int((await tx.rows(f"SELECT COUNT(*) FROM {name}"))[0][0]) for name in TABLES}
    return Header(schema, COLUMNS, counts, await _last_ids(tx))


async def _last_ids(tx: Tx) -> dict[str, int]:
    """The last id each table gave out, be its row still there or not: a late callback may still name it."""
    if tx.dialect == "sqlite":
        return {name: int(last) for name, last in await tx.rows("SELECT name, seq FROM sqlite_sequence ORDER BY name")}
    found = {}
    for name in _counted():
        [(last,)] = await tx.rows(
            "SELECT last_value FROM pg_sequences WHERE schemaname || '.' || sequencename = "
            f"pg_get_serial_sequence('{name}', 'id')"
        )
        found[name] = int(last or 0)
    return found


async def _pages(tx: Tx, name: str) -> AsyncIterator[list[Row]]:
    """The rows of a table in the order of its key, a page at a time."""
    key = next(iter(TABLES[name].primary_key.columns)).name
    place = COLUMNS[name].index(key)
    where, args = "", [PAGE]
    while page := await tx.rows(f"SELECT {', '.join(COLUMNS[name])} FROM {name} {where}ORDER BY {key} LIMIT $1", args):
        yield page
        where, args = f"WHERE {key} > $2 ", [PAGE, page[-1][place]]


# ---- reading ------------------------------------------------------------------------------------------------------


async def _empty(tx: Tx) -> None:
    if tx.dialect == "postgresql":
        await tx.rows(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")
        return
    for name in reversed(TABLES):
        await tx.rows(f"DELETE FROM {name}")


async def _fill(tx: Tx, file: Path, header: Header, progress: Progress) -> None:
    count = 0
    waiting: list[list[Any]] = []
    current = ""

    async def flush() -> None:
        if waiting:
            await tx.insert(current, COLUMNS[current], waiting)
            waiting.clear()
            progress(count, header.total)

    claims = {
        name: [place for place, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
        for name, table in TABLES.items()
    }
    for name, row in backup_file.rows(file):
        if name != current or len(waiting) >= PAGE:
            await flush()
            current = name
        for place in claims[name]:
            row[place] = bool(row[place])  # SQLite keeps 1 for true
        waiting.append(row)
        count += 1
    await flush()


async def _count_on(tx: Tx, header: Header) -> None:
    """Give out ids from where the other database left off."""
    for name in _counted():
        last = header.last_ids.get(name, 0)
        if tx.dialect == "sqlite":
            await tx.rows("DELETE FROM sqlite_sequence WHERE name = $1", (name,))
            await tx.rows("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", (name, last))
        else:
            await tx.rows(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), GREATEST({last}, 1), {'true' if last else 'false'})"
            )


async def _forget_again(tx: Tx, forgotten: list[Row]) -> None:
    """Forget those again whom the replaced database had forgotten: the same number, made at the same moment."""
    for person_id, created_at, erased_at in forgotten:
        back = await tx.rows(
            "SELECT id FROM people WHERE id = $1 AND created_at = $2 AND key IS NOT NULL", (person_id, created_at)
        )
        if back:
            await people.empty(tx, person_id, moment(erased_at))


def _counted() -> list[str]:
    return [name for name, columns in COLUMNS.items() if "id" in columns]
