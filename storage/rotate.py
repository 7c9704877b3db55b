"""Rotating the key-encryption key: every person's key is wrapped anew; their data is not touched."""

from __future__ import annotations

from collections.abc import Callable

from storage.database import Database
from storage.keys import Keyring, key_id

PAGE = 500


async def rotate(db: Database, keyring: Keyring, progress: Callable[[int, int], None]) -> int:
    """Wrap every key with the current one. Can be stopped and run again: what is done is passed over.

    Raises:
        KeyMissing: a key that still wraps somebody's is not in DATA_KEYS.
    """
    async with db.reading() as tx:
        total = int((await tx.rows("SELECT COUNT(*) FROM people WHERE key IS NOT NULL"))[0][0])
    last = seen = wrapped_anew = 0
    while True:
        async with db.writing() as tx:
            lock = " FOR UPDATE" if tx.dialect == "postgresql" else ""
            rows = await tx.rows(
                f"SELECT id, key FROM people WHERE id > $1 AND key IS NOT NULL ORDER BY id LIMIT {PAGE}{lock}", (last,)
            )
            if not rows:
                return wrapped_anew
            old = [(row, bytes(key)) for row, key in rows if key_id(bytes(key)) != keyring.current]
            await tx.many("UPDATE people SET key = $1 WHERE id = $2", [(keyring.rewrap(key), row) for row, key in old])
        last = rows[-1][0]
        seen += len(rows)
        wrapped_anew += len(old)
        progress(seen, total)
