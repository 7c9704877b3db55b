"""Everything that can go wrong below the conversation, as a tree; each leaf carries the decision: try again, or stop.

StorageError
├── TryAgain                 the same work may succeed in a moment; nothing of it was kept
│   ├── DatabaseBusy         locked longer than we wait, deadlock, no free connection
│   └── DatabaseLost         refused, cut, shutting down, silent: reconnect (a commit in flight may have been kept)
├── StopAndFix               only a person can help; nothing that was committed is lost
│   ├── DiskFull             no room for the database or its log
│   ├── DatabaseUnusable     corrupt, read-only, not ours, no such file, password refused
│   ├── SchemaMismatch       migrations are missing, or the database is newer than the program
│   ├── KeyTrouble           the keys do not fit the data
│   │   ├── KeyMissing       a key id or the key file is not here
│   │   ├── KeyMalformed     DATA_KEYS or the key file cannot be read
│   │   └── KeyWrong         a key with the right name that opens nothing
│   └── BackupTrouble        a backup that is damaged, or a target that is not empty
├── AlreadyThere             a unique value exists: the caller decides what that means
└── OurFault                 SQL or values we got wrong: a bug to fix, never to retry
"""

from __future__ import annotations

import sqlite3
from typing import ClassVar, Literal

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

Decision = Literal["retry", "stop", "caller"]


class StorageError(Exception):
    """Holds no personal data: driver messages that could quote a value are left out."""

    decision: ClassVar[Decision] = "stop"


class TryAgain(StorageError):
    decision = "retry"


class DatabaseBusy(TryAgain):
    pass


class DatabaseLost(TryAgain):
    pass


class StopAndFix(StorageError):
    pass


class DiskFull(StopAndFix):
    pass


class DatabaseUnusable(StopAndFix):
    pass


class SchemaMismatch(StopAndFix):
    pass


class KeyTrouble(StopAndFix):
    pass


class KeyMissing(KeyTrouble):
    pass


class KeyMalformed(KeyTrouble):
    pass


class KeyWrong(KeyTrouble):
    pass


class BackupTrouble(StopAndFix):
    pass


class AlreadyThere(StorageError):
    decision = "caller"


class OurFault(StorageError):
    pass


DRIVER_ERRORS = (
    *(sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
    *(DBAPIError, PoolTimeout, OSError),
)
"""What drivers raise. InternalClientError is asyncpg's word for a goodbye that crossed a question. TimeoutError is an OSError. ValueError is aiosqlite's word for a closed connection."""

FULL = "The disk is full: free some space and start again; nothing that was committed is lost"
BUSY = "The database was locked for longer than we wait; try again"
LOST = "The connection to the database is gone; try again when it is back"

SQLITE_KINDS: dict[str, tuple[type[StorageError], str]] = {
    "SQLITE_FULL": (DiskFull, FULL),
    "SQLITE_BUSY": (DatabaseBusy, BUSY),
    "SQLITE_LOCKED": (DatabaseBusy, BUSY),
    "SQLITE_IOERR": (DatabaseUnusable, "The disk refuses to read or write the database; check the disk"),
    "SQLITE_CORRUPT": (DatabaseUnusable, "The database file is damaged; restore the last backup"),
    "SQLITE_NOTADB": (DatabaseUnusable, "The file is not a database; check DATABASE_URL"),
    "SQLITE_CANTOPEN": (DatabaseUnusable, "The database file cannot be opened; check the path and its permissions"),
    "SQLITE_READONLY": (DatabaseUnusable, "The database cannot be written to; check the file's permissions"),
    "SQLITE_PERM": (DatabaseUnusable, "The database cannot be written to; check the file's permissions"),
    "SQLITE_AUTH": (DatabaseUnusable, "The database cannot be written to; check the file's permissions"),
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html: a whole code, or its class of two characters.
POSTGRES_KINDS: dict[str, tuple[type[StorageError], str]] = {
    "23505": (AlreadyThere, "A row with this unique value exists"),
    "40001": (DatabaseBusy, BUSY),
    "40P01": (DatabaseBusy, BUSY),
    "55P03": (DatabaseBusy, BUSY),
    "53300": (DatabaseBusy, "The database has no free connection; raise max_connections or run fewer processes"),
    "53100": (DiskFull, FULL),
    "53200": (DatabaseBusy, "The database is out of memory; try again"),
    "57014": (DatabaseLost, "The database did not answer in time; try again"),
    "57P": (DatabaseLost, LOST),
    "08": (DatabaseLost, LOST),
    "58": (DatabaseUnusable, "The disk refuses to read or write the database; check the disk"),
    "XX": (DatabaseUnusable, "The database is damaged; restore the last backup"),
    "28": (DatabaseUnusable, "The database refuses our name or password; check DATABASE_URL"),
    "3D000": (DatabaseUnusable, "There is no such database; check DATABASE_URL or create it"),
    "42501": (DatabaseUnusable, "The database user may not do this; grant it its own schema"),
    "25006": (DatabaseUnusable, "The database is read-only; check that DATABASE_URL names the primary"),
}


def translate(error: BaseException, sql: str = "") -> StorageError:
    """The named error for what a driver raised."""
    for cause in _chain(error):
        if isinstance(cause, sqlite3.Error):
            return _from_sqlite(cause, sql)
        if isinstance(cause, asyncpg.PostgresError):
            return _from_postgres(cause, sql)
    if isinstance(error, PoolTimeout):
        return DatabaseBusy("No database connection became free in time; try again")
    if any(
        isinstance(cause, (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)) for cause in _chain(error)
    ):
        return DatabaseLost(LOST)
    return OurFault(f"{type(error).__name__} in {_head(sql)}")


def _from_sqlite(error: sqlite3.Error, sql: str) -> StorageError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"):
        return AlreadyThere("A row with this unique value exists")
    for prefix, (kind, words) in SQLITE_KINDS.items():
        if name == prefix or name.startswith(prefix + "_"):
            return kind(words)
    if "no such table" in str(error):  # SQLite has no code of its own for it
        return SchemaMismatch("The database has no tables yet: run taruna migrate")
    return OurFault(f"{name or type(error).__name__} in {_head(sql)}")


def _from_postgres(error: asyncpg.PostgresError, sql: str) -> StorageError:
    code = str(getattr(error, "sqlstate", "") or "")
    for length in (5, 3, 2):
        if code[:length] in POSTGRES_KINDS:
            kind, words = POSTGRES_KINDS[code[:length]]
            return kind(words)
    if code == "42P01":
        return SchemaMismatch("The database has no tables yet: run taruna migrate")
    return OurFault(f"{type(error).__name__} ({code}) in {_head(sql)}")


def _chain(error: BaseException) -> list[BaseException]:
    """The error, what it wraps, and what caused it."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        wrapped = getattr(following, "orig", None)
        following = wrapped if isinstance(wrapped, BaseException) else following.__cause__
    return found


def _head(sql: str) -> str:
    return " ".join(sql.split())[:120] or "the database driver"
