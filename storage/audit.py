"""The audit: who saw or did what, in a chain. Each entry's hash covers the one before it, so no link can go unnoticed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from storage.columns import micros, moment
from storage.tx import Tx

__all__ = ["Entry", "Tx", "about", "append", "search", "verify"]

LOCK = 7_823_002  # PostgreSQL's advisory lock: one chain, one writer at a time
START = b"\0" * 32
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing somebody saw or did. subject names a thing, never a person's data."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    facts: Mapping[str, Any]


async def append(tx: Tx, *, actor: str, action: str, subject: str, facts: Mapping[str, Any], at: datetime) -> None:
    """Add an entry in the transaction of what it tells of."""
    if tx.dialect == "postgresql":
        await tx.rows(f"SELECT pg_advisory_xact_lock({LOCK})")
    last = await tx.rows("SELECT hash FROM audit ORDER BY id DESC LIMIT 1")
    previous = bytes(last[0][0]) if last else START
    told = orjson.dumps(dict(facts), option=orjson.OPT_SORT_KEYS).decode()
    row = (micros(at), actor, action, subject, told, previous)
    await tx.insert("audit", ("at", "actor", "action", "subject", "facts", "previous", "hash"), [(*row, _hash(*row))])


async def about(tx: Tx, subject: str, *, limit: int) -> list[Entry]:
    """The newest entries about one thing, newest first."""
    return await search(tx, subject=subject, limit=limit)


async def search(
    tx: Tx, *, actor: str = "", action: str = "", subject: str = "", before: int = 0, limit: int = 100
) -> list[Entry]:
    """Entries newest first. action matches its beginning; before: only ids below this."""
    clauses: list[str] = ["1 = 1"]
    args: list[Any] = []
    for clause, value in (
        ("actor = ${}", actor),
        ("subject = ${}", subject),
        ("action LIKE ${}", f"{action}%" if action else ""),
        ("id < ${}", before),
    ):
        if value:
            args.append(value)
            clauses.append(clause.format(len(args)))
    args.append(limit)
    rows = await tx.rows(
        f"SELECT id, at, actor, action, subject, facts FROM audit WHERE {' AND '.join(clauses)} "
        f"ORDER BY id DESC LIMIT ${len(args)}",
        args,
    )
    return [Entry(row, moment(at), who, what, on, orjson.loads(facts)) for row, at, who, what, on, facts in rows]


async def verify(tx: Tx) -> int | None:
    """The first entry that is not what was written or does not follow the one before it; None when the chain is whole."""
    previous, last = START, 0
    while True:
        rows = await tx.rows(
            "SELECT id, at, actor, action, subject, facts, previous, hash FROM audit WHERE id > $1 ORDER BY id LIMIT $2",
            (last, PAGE),
        )
        if not rows:
            return None
        for row_id, at, actor, action, subject, facts, before, digest in rows:
            if bytes(before) != previous or bytes(digest) != _hash(at, actor, action, subject, facts, previous):
                return int(row_id)
            previous, last = bytes(digest), row_id


def _hash(at: int, actor: str, action: str, subject: str, facts: str, previous: bytes) -> bytes:
    return hashlib.sha256(orjson.dumps([at, actor, action, subject, facts]) + previous).digest()
