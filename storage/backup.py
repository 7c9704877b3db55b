"""Backups: everything in one portable file that either database can read back. The keys are never in it.

The file is gzipped JSON lines: a header with the schema's version, then one line a row in an order that keeps every
reference whole, then the count and the SHA-256 of all before it. It is read through once before anything is changed.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import orjson

from storage.database import Database
from storage.errors import BackupTrouble
from storage.migrate import migrate, revision_of
from storage.models import metadata
from storage.tx import Tx

Progress = Callable[[int, int], None]
PAGE = 1000
NAME = "taruna backup 1"
LEFT_OUT = ("leases",)


def _tables() -> list[Any]:
    return [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


async def backup(url: str, file: Path, progress: Progress) -> int:
    """Write one moment of the whole database. Returns the number of rows."""
    await migrate(url)
    db = await Database.open(url)
    part = file.with_name(file.name + ".part")
    try:
        async with db.snapshot() as tx:
            total = sum([int((await tx.rows(f"SELECT COUNT(*) FROM {t.name}"))[0][0]) for t in _tables()])
            count = 0
            with gzip.open(part, "wb", compresslevel=6) as out:
                part.chmod(0o600)
                digest = hashlib.sha256()

                def write(line: bytes) -> None:
                    digest.update(line)
                    out.write(line)

                write(orjson.dumps({"file": NAME, "schema": await revision_of(url)}) + b"\n")
                for table in _tables():
                    async for page in _pages(tx, table):
                        for row in page:
                            write(orjson.dumps([table.name, [_plain(value) for value in row]]) + b"\n")
                        count += len(page)
                        progress(count, total)
                out.write(orjson.dumps({"rows": count, "sha256": digest.hexdigest()}) + b"\n")
        part.replace(file)
        return count
    finally:
        part.unlink(missing_ok=True)
        await db.close()


async def restore(url: str, file: Path, mode: Literal["into_empty", "replace"], progress: Progress) -> int:
    """Read a backup in one transaction. Returns the number of rows.

    Raises:
        BackupTrouble: the file is damaged or of another version, or the database holds people and mode says "into_empty".
    """
    total = _check(file)
    await migrate(url)
    header = next(_lines(file))
    present = await revision_of(url)
    if header.get("schema") != present:
        raise BackupTrouble(
            f"{file.name} was made at schema {header.get('schema')}, this program is at {present}: use the program it was made with"
        )
    db = await Database.open(url)
    try:
        async with db.writing() as tx:
            held = await tx.rows("SELECT 1 FROM people LIMIT 1") or await tx.rows("SELECT 1 FROM staff LIMIT 1")
            if held and mode == "into_empty":
                raise BackupTrouble("the database holds people already: restore into an empty one, or say --force")
            for table in reversed(_tables()):
                await tx.rows(f"DELETE FROM {table.name}")
            return await _fill(tx, file, total, progress)
    finally:
        await db.close()


async def _fill(tx: Tx, file: Path, total: int, progress: Progress) -> int:
    tables = {table.name: table for table in _tables()}
    count = 0
    held: list[list[Any]] = []
    current = ""

    async def flush() -> None:
        if held:
            columns = [column.name for column in tables[current].columns]
            await tx.insert(current, columns, held)
            held.clear()
            progress(count, total)

    for line in _lines(file):
        if not isinstance(line, list):
            continue
        name, row = line
        if name != current or len(held) >= PAGE:
            await flush()
            current = name
        held.append([_stored(value) for value in row])
        count += 1
    await flush()
    if tx.dialect == "postgresql":
        for name, table in tables.items():
            if "id" in table.columns:
                await tx.rows(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "
                    f"GREATEST((SELECT COALESCE(MAX(id), 1) FROM {name}), 1))"
                )
    return count


async def _pages(tx: Tx, table: Any) -> Any:
    """The rows of a table in the order of its key, a page at a time."""
    key = next(iter(table.primary_key.columns)).name
    columns = ", ".join(column.name for column in table.columns)
    place = [column.name for column in table.columns].index(key)
    last: Any = None
    while True:
        where, args = ("", ()) if last is None else (f"WHERE {key} > $1 ", (last,))
        page = await tx.rows(f"SELECT {columns} FROM {table.name} {where}ORDER BY {key} LIMIT {PAGE}", args)
        if not page:
            return
        yield page
        last = page[-1][place]


def _check(file: Path) -> int:
    """Read the file through: its sum must be right. Returns its number of rows."""
    digest = hashlib.sha256()
    last = b""
    try:
        with gzip.open(file, "rb") as lines:
            for line in lines:
                digest.update(last)
                last = line
        end = orjson.loads(last)
    except (OSError, EOFError, ValueError):
        raise BackupTrouble(f"{file.name} is damaged or not a backup; nothing was changed") from None
    if not isinstance(end, dict) or end.get("sha256") != digest.hexdigest():
        raise BackupTrouble(f"{file.name} is damaged: its sum is wrong; nothing was changed")
    return int(end["rows"])


def _lines(file: Path) -> Iterator[Any]:
    with gzip.open(file, "rb") as lines:
        for line in lines:
            yield orjson.loads(line)


def _plain(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def _stored(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value
