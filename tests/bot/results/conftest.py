"""The office in which lists are read, once on each database."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.keys import Keyring
from tests.bot.results.lists import Office


@pytest.fixture
def office(database: Database, keyring: Keyring) -> Office:
    return Office(database, keyring)
