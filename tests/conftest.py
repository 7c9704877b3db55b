"""What every test may be told on the command line, and the databases tests run on: SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from storage.keys import Keyring
from storage.migrate import migrate
from tests.canary import WATCH
from tests.postgres import Postgres, serving


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write transcripts anew; review the diff before committing")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Everything a test printed or logged is looked through for the people it made up."""
    for name, printed in report.sections:
        if report.passed and "stdout" not in name:
            WATCH.look(f"what {report.nodeid} logged", printed.encode())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A canary that was found fails the whole run, though every test passed. One of several runs tells the first."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["canary"] = (WATCH.findings, WATCH.places)
    elif WATCH.findings:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """What another of several runs found is ours too."""
    findings, places = getattr(node, "workeroutput", {}).get("canary", ([], 0))
    WATCH.findings += findings
    WATCH.places += places


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for finding in dict.fromkeys(WATCH.findings):
        terminalreporter.write_line(f"PERSONAL DATA: {finding}", red=True)
    if WATCH.places:
        terminalreporter.write_line(f"canary: {WATCH.places} places looked at, {len(WATCH.findings)} findings")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started by the first test that needs it."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the program's tables, to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "taruna.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """An empty SQLite database of this test's own."""
    path = tmp_path / "taruna.db"
    shutil.copy(migrated_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """An empty PostgreSQL database of this test's own."""
    url = asyncio.run(postgres.make())
    yield url
    asyncio.run(postgres.drop(url))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database with the program's tables, once of each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    db = await Database.open(database_url)
    yield db
    await db.close()


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.create(tmp_path / "keys")
