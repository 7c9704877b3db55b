"""The database: SQLite with one writer, or PostgreSQL with a pool, behind the same two indented blocks.

    async with db.writing() as tx: ...   one transaction, kept or not at all
    async with db.reading() as tx: ...   a look

SQLAlchemy owns connections and pools in AUTOCOMMIT; transactions are begun and ended here, on the driver, so that a Core
statement (`tx.execute`) and the hot path (`tx.rows`) share one. Driver errors leave as storage.errors.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.errors import DRIVER_ERRORS, DatabaseBusy, DatabaseLost, DatabaseUnusable, translate
from storage.tx import PostgresTx, SqliteTx, Tx

__all__ = ["Database", "Tx", "make_engine"]

Dialect = Literal["sqlite", "postgresql"]
SQLITE_AT_LEAST = (3, 35, 0)  # RETURNING, UPDATE … FROM
BUSY_MS = 10_000
READERS = 4
LOG_PAGES = 4000  # 16 MB of log before it moves into the file: pages written at every turn move once
ANSWER_WITHIN = 30.0  # seconds a PostgreSQL statement may take; without it a cut network hangs for ever


class Database:
    """One database. Open it once a process, close it at the end."""

    def __init__(self, dialect: Dialect, readers: AsyncEngine, writer: AsyncConnection | None) -> None:
        self.dialect: Dialect = dialect
        self._engine = readers
        self._writer = writer
        self._turn = asyncio.Lock()  # SQLite: whose turn it is to write
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, echo: bool = False, pool: int = 10) -> Database:
        """Connect. The schema is not looked at: see storage.migrate.

        Raises:
            DatabaseUnusable: wrong file, password, path or library.
            DatabaseLost: nobody answers there.
        """
        if not url.startswith("sqlite"):
            engine = make_engine(url, echo=echo, pool=pool)
            opened = cls("postgresql", engine, None)
        else:
            if sqlite3.sqlite_version_info < SQLITE_AT_LEAST:
                raise DatabaseUnusable(f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or newer is needed")
            prepare_file(url)
            writing = make_engine(url, echo=echo, pool=0)
            try:
                writer = await writing.connect()
            except DRIVER_ERRORS as error:
                raise translate(error) from None
            opened = cls("sqlite", make_engine(url, echo=echo, pool=READERS, look_only="yes"), writer)
        try:
            async with opened.reading() as tx:
                await tx.rows("SELECT 1")
        except BaseException:
            await opened.close()
            raise
        return opened

    async def close(self) -> None:
        self._closed = True
        if self._writer is not None:
            await self._writer.close()
            await self._writer.engine.dispose()
        await self._engine.dispose()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Tx]:
        """One transaction: committed at the end of the block, undone by any exception."""
        self._must_be_open()
        if self._writer is None:
            async with self._postgres("read_committed", "may write") as tx:
                yield tx
        else:
            async with self._turn, _sqlite(self._writer, "BEGIN IMMEDIATE") as tx:
                yield tx

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """A read-only transaction. On SQLite it sees one moment; on PostgreSQL each statement sees its own."""
        async with self._looking("read_committed") as tx:
            yield tx

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Tx]:
        """A read-only transaction that sees one moment throughout: for backups and exports."""
        async with self._looking("repeatable_read") as tx:
            yield tx

    async def checkpoint(self) -> Literal["emptied", "in use"]:
        """SQLite: move everything from the log into the file and empty the log, so that erased bytes are gone.

        Nobody is made to wait: while somebody reads what is in the log, it is left for the next time.
        """
        if self._writer is None:
            return "emptied"
        async with self._turn:
            driver = (await self._writer.get_raw_connection()).driver_connection
            assert driver is not None
            try:
                await driver.execute_fetchall("PRAGMA busy_timeout = 0")
                try:
                    [(busy, _, _)] = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    await asyncio.shield(driver.execute_fetchall(f"PRAGMA busy_timeout = {BUSY_MS}"))
            except DRIVER_ERRORS as error:
                raise translate(error) from None
        return "in use" if busy else "emptied"

    def _must_be_open(self) -> None:
        if self._closed:
            raise DatabaseLost("The database was closed; open it again")

    @asynccontextmanager
    async def _looking(self, isolation: str) -> AsyncIterator[Tx]:
        self._must_be_open()
        if self._writer is None:
            async with self._postgres(isolation, "look only") as tx:
                yield tx
        else:
            try:
                connection = await self._engine.connect()
            except DRIVER_ERRORS as error:
                raise translate(error) from None
            try:
                async with _sqlite(connection, "BEGIN") as tx:
                    yield tx
            finally:
                await asyncio.shield(connection.close())

    @asynccontextmanager
    async def _postgres(self, isolation: str, purpose: Literal["may write", "look only"]) -> AsyncIterator[Tx]:
        connection, driver = await self._checked_out()
        block = driver.transaction(isolation=isolation, readonly=purpose == "look only")
        ended = False
        try:
            await _translated(block.start())
            try:
                yield PostgresTx(connection, driver)
            except BaseException:
                with contextlib.suppress(*DRIVER_ERRORS):
                    await block.rollback()
                    ended = True
                raise
            await _translated(block.commit())
            ended = True
        finally:
            await asyncio.shield(_give_back(connection, driver, "as good as new" if ended else "in doubt"))

    async def _checked_out(self) -> tuple[AsyncConnection, asyncpg.Connection]:
        """A live connection: those the server has closed meanwhile are thrown away first."""
        try:
            while True:
                connection = await self._engine.connect()
                raw = await connection.get_raw_connection()
                driver = raw.driver_connection
                if driver is not None and not driver.is_closed():
                    return connection, driver
                await connection.invalidate()
                await connection.close()
        except DRIVER_ERRORS as error:
            raise translate(error) from None


@asynccontextmanager
async def _sqlite(connection: AsyncConnection, begin: str) -> AsyncIterator[Tx]:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    tx = SqliteTx(connection, driver)
    try:
        await tx.rows(begin)  # inside: a cancelled BEGIN still begins, on the driver's thread
        yield tx
        await tx.rows("COMMIT")
    except BaseException:
        await asyncio.shield(_undo(driver))
        raise
    finally:
        if tx.used_core:
            await asyncio.shield(connection.rollback())  # SQLAlchemy's own bookkeeping; nothing is open any more


async def _undo(driver: Any) -> None:
    """Roll back. After a full disk SQLite has done so already, and after a cancelled COMMIT it may have been kept."""
    with contextlib.suppress(sqlite3.Error, ValueError):
        await driver.execute_fetchall("ROLLBACK")


async def _give_back(
    connection: AsyncConnection, driver: asyncpg.Connection, condition: Literal["as good as new", "in doubt"]
) -> None:
    """Return a connection to the pool, or end it: a cancelled BEGIN or COMMIT may still happen on it."""
    if condition == "in doubt":
        driver.terminate()
        await connection.invalidate()
    await connection.close()


async def _translated(work: Awaitable[object]) -> None:
    try:
        await work
    except DRIVER_ERRORS as error:
        raise translate(error) from None


def make_engine(url: str, *, echo: bool = False, pool: int = 1, look_only: Literal["yes", "no"] = "no") -> AsyncEngine:
    """An engine in AUTOCOMMIT whose errors never quote parameters. pool=0: one connection, held by its owner."""
    if url.startswith("sqlite"):
        sizes: dict[str, Any] = {"poolclass": NullPool} if pool == 0 else {"pool_size": pool, "max_overflow": 0}
        engine = create_async_engine(
            url, echo=echo, hide_parameters=True, isolation_level="AUTOCOMMIT",
            connect_args={"timeout": BUSY_MS / 1000}, **sizes,
        )  # fmt: skip

        @event.listens_for(engine.sync_engine, "connect")
        def _prepare(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            if look_only == "no":
                cursor.execute("PRAGMA synchronous = FULL")
                cursor.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
                cursor.execute("PRAGMA secure_delete = ON")  # a destroyed key must not linger in a free page
                cursor.execute("PRAGMA foreign_keys = ON")
            else:
                cursor.execute("PRAGMA query_only = ON")
            cursor.close()

        return engine
    return create_async_engine(
        url, echo=echo, hide_parameters=True, isolation_level="AUTOCOMMIT",
        pool_size=pool, max_overflow=0, pool_timeout=ANSWER_WITHIN, pool_reset_on_return=None,
        connect_args={"command_timeout": ANSWER_WITHIN, "timeout": 10, "statement_cache_size": 300},
    )  # fmt: skip


def prepare_file(url: str) -> Path:
    """Create the SQLite file, readable by its owner only, and the folder it is in; put it in WAL mode.

    Raises:
        DatabaseUnusable: it cannot be created, or is no database.
        DatabaseBusy: another process will not let go of it.
    """
    name = make_url(url).database
    if not name or name == ":memory:":
        raise DatabaseUnusable("DATABASE_URL names no file; write sqlite+aiosqlite:///var/taruna.db")
    path = Path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnusable(f"{path} cannot be created: {error.strerror}; check DATABASE_URL") from None
    _turn_on_wal(path)
    return path


def _turn_on_wal(path: Path) -> None:
    """The one statement that SQLite does not wait for: processes that start together on a new file would collide."""
    patience = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
                if connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",):
                    return
            raise DatabaseUnusable(f"{path} is on a file system without WAL: use a local disk")
        except sqlite3.Error as error:
            trouble = translate(error)
            if not isinstance(trouble, DatabaseBusy) or time.monotonic() > patience:
                raise trouble from None
        time.sleep(0.02)
