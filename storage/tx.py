"""A transaction in use: Core statements for the desk, SQL with $1, $2 … for the hot path, the same on both databases."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, Protocol

import aiosqlite
import asyncpg
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Executable

from storage.columns import micros
from storage.errors import DRIVER_ERRORS, DatabaseLost, translate

Row = tuple[Any, ...]
ROWS_A_STATEMENT = 500
WORTH_A_COPY = 100  # rows
VALUES_A_STATEMENT = 32_000  # PostgreSQL takes 32,767 parameters a statement, SQLite 32,766


class Tx(Protocol):
    """What may be done inside `db.writing()` and `db.reading()`. Times go in as datetimes and come out as microseconds."""

    dialect: Literal["sqlite", "postgresql"]

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a Core statement on the SQLModel tables."""
        ...

    async def rows(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one statement and return all its rows (none when it returns none)."""
        ...

    async def many(self, sql: str, args: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each tuple of values, in one go."""
        ...

    async def insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], conflict: str = "", returning: str = ""
    ) -> list[Row]:
        """Insert rows with multi-row VALUES. conflict: what follows ON CONFLICT; returning: column names.

        Rows that came back may be fewer than given (conflicts) and in any order: return a key to match them by.
        """
        ...


class _Common(ABC):
    """The parts that do not depend on the driver."""

    @abstractmethod
    async def rows(self, sql: str, args: Sequence[Any] = ()) -> list[Row]: ...

    async def insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], conflict: str = "", returning: str = ""
    ) -> list[Row]:
        step = min(ROWS_A_STATEMENT, VALUES_A_STATEMENT // len(columns))
        back: list[Row] = []
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            sql = _insert_sql(table, tuple(columns), len(part), conflict, returning)
            back += await self.rows(sql, [value for row in part for value in row])
        return back


class SqliteTx(_Common):
    dialect: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, core: AsyncConnection, driver: aiosqlite.Connection) -> None:
        self._core = core
        self._driver = driver
        self.used_core = False

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        self.used_core = True
        try:
            return await self._core.execute(statement, parameters)
        except DRIVER_ERRORS as error:
            raise translate(error, str(statement)) from None

    async def rows(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        try:
            return list(await self._driver.execute_fetchall(_question_marks(sql), _stored(args)))  # type: ignore[arg-type]
        except DRIVER_ERRORS as error:
            raise translate(error, sql) from None
        except ValueError as error:
            raise _closed(error) from None

    async def many(self, sql: str, args: Iterable[Sequence[Any]]) -> None:
        try:
            async with self._driver.executemany(_question_marks(sql), [_stored(one) for one in args]):
                pass
        except DRIVER_ERRORS as error:
            raise translate(error, sql) from None
        except ValueError as error:
            raise _closed(error) from None


class PostgresTx(_Common):
    dialect: Literal["sqlite", "postgresql"] = "postgresql"

    def __init__(self, core: AsyncConnection, driver: asyncpg.Connection) -> None:
        self._core = core
        self._driver = driver

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        try:
            return await self._core.execute(statement, parameters)
        except DRIVER_ERRORS as error:
            raise translate(error, str(statement)) from None

    async def rows(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        try:
            return [tuple(row) for row in await self._driver.fetch(sql, *_stored(args))]
        except DRIVER_ERRORS as error:
            raise translate(error, sql) from None

    async def insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], conflict: str = "", returning: str = ""
    ) -> list[Row]:
        if conflict or returning or len(rows) < WORTH_A_COPY:
            return await super().insert(table, columns, rows, conflict, returning)
        try:
            await self._driver.copy_records_to_table(table, records=[_stored(row) for row in rows], columns=columns)
        except DRIVER_ERRORS as error:
            raise translate(error, f"COPY {table}") from None
        return []

    async def many(self, sql: str, args: Iterable[Sequence[Any]]) -> None:
        try:
            await self._driver.executemany(sql, [_stored(one) for one in args])
        except DRIVER_ERRORS as error:
            raise translate(error, sql) from None


def _stored(args: Sequence[Any]) -> list[Any]:
    return [micros(value) if type(value) is datetime else value for value in args]


def _closed(error: ValueError) -> Exception:
    return DatabaseLost("The database was closed; open it again") if str(error) == "Connection closed" else error


@lru_cache(maxsize=2000)
def _question_marks(sql: str) -> str:
    return re.sub(r"\$([0-9]+)", r"?\1", sql)


@lru_cache(maxsize=2000)
def _insert_sql(table: str, columns: tuple[str, ...], count: int, conflict: str, returning: str) -> str:
    width = len(columns)
    values = ",".join(
        "(" + ",".join(f"${row * width + column + 1}" for column in range(width)) + ")" for row in range(count)
    )
    sql = f"INSERT INTO {table} ({','.join(columns)}) VALUES {values}"
    return sql + (f" ON CONFLICT {conflict}" if conflict else "") + (f" RETURNING {returning}" if returning else "")
