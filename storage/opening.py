"""Opening the keys beside the database they belong to: the wrong ones are noticed before a single row is written."""

from __future__ import annotations

import hmac
from pathlib import Path

from storage.database import Database
from storage.errors import KeyMissing, KeyWrong
from storage.keys import Keyring

CHECK = "index_key"


async def open_keyring(db: Database, data_keys: str | None, key_file: Path) -> Keyring:
    """The keyring for this database. Makes the key file on the first run, never beside a database with people.

    Raises:
        KeyMissing: no keys, but people: their key file was lost or not copied along.
        KeyWrong: the index key is another one than the data was stored with, or the newest person's key does not open.
        KeyMalformed: as `Keyring.load`.
    """
    async with db.reading() as tx:
        newest = await tx.rows("SELECT key FROM people WHERE key IS NOT NULL ORDER BY id DESC LIMIT 1")
        known = await tx.rows("SELECT value FROM house WHERE name = $1", (CHECK,))
    if _first_run(data_keys, key_file):
        if newest or known:
            raise KeyMissing(
                f"The database holds people, but {key_file} is not there: put that file back, or set DATA_KEYS to its keys"
            )
        keyring = Keyring.create(key_file)
    else:
        keyring = Keyring.load(data_keys, key_file)
    mark = keyring.blind("house", CHECK)
    if known and not hmac.compare_digest(known[0][0], mark):
        raise KeyWrong("The key named 'index' is not the one this database was filled with: put the right one back")
    if newest:
        keyring.unwrap(newest[0][0])
    if not known:
        async with db.writing() as tx:
            await tx.insert("house", ("name", "value"), [(CHECK, mark)], conflict="(name) DO NOTHING")
    return keyring


def _first_run(data_keys: str | None, key_file: Path) -> bool:
    return not (data_keys and data_keys.strip()) and not key_file.exists()
