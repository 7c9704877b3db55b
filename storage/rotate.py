"""Rotating the key-encryption key: every person's key is wrapped anew, and what is sealed for the house itself is
sealed anew; people's data is not touched."""

from __future__ import annotations

from collections.abc import Callable

from storage.database import Database
from storage.keys import Keyring, key_id

PAGE = 500

# What is sealed with the house's key: table, column, and the columns its place is named by (see who seals it).
_HOUSE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("staff", "totp", ("id",)),
    ("volunteers", "name", ("code",)),
    ("result_rows", "body", ("import_id", "position")),
    ("result_rows", "before", ("import_id", "position")),
)


async def rotate(db: Database, keyring: Keyring, progress: Callable[[int, int], None]) -> int:
    """Wrap every key with the current one. Can be stopped and run again: what is done is passed over.

    Returns how many people's keys were wrapped anew.

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
                break
            old = [(row, bytes(key)) for row, key in rows if key_id(bytes(key)) != keyring.current]
            await tx.many("UPDATE people SET key = $1 WHERE id = $2", [(keyring.rewrap(key), row) for row, key in old])
        last = rows[-1][0]
        seen += len(rows)
        wrapped_anew += len(old)
        progress(seen, total)
    for table, column, names in _HOUSE:
        await _seal_anew(db, keyring, table, column, names)
    return wrapped_anew


async def _seal_anew(db: Database, keyring: Keyring, table: str, column: str, names: tuple[str, ...]) -> None:
    last = 0
    while True:
        async with db.writing() as tx:
            lock = " FOR UPDATE" if tx.dialect == "postgresql" else ""
            rows = await tx.rows(
                f"SELECT id, {column}, {', '.join(names)} FROM {table} WHERE id > $1 AND {column} IS NOT NULL "
                f"ORDER BY id LIMIT {PAGE}{lock}",
                (last,),
            )
            if not rows:
                return
            anew = []
            for row_id, sealed, *named in rows:
                if sealed and key_id(bytes(sealed)) != keyring.current:
                    place = "/".join([f"{table}.{column}", *map(str, named)])
                    anew.append((keyring.seal_house(keyring.open_house(bytes(sealed), place), place), row_id))
            await tx.many(f"UPDATE {table} SET {column} = $1 WHERE id = $2", anew)
        last = rows[-1][0]
