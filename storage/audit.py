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
HEAD = "audit_head"
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
    head = await _head(tx)
    previous = head[1] if head else START
    told = orjson.dumps(dict(facts), option=orjson.OPT_SORT_KEYS).decode()
    row = (micros(at), actor, action, subject, told, previous)
    digest = _hash(*row)
    columns = ("at", "actor", "action", "subject", "facts", "previous", "hash")
    [(row_id,)] = await tx.insert("audit", columns, [(*row, digest)], returning="id")
    mark = int(row_id).to_bytes(8, "big") + digest
    await tx.insert("house", ("name", "value"), [(HEAD, mark)], "(name) DO UPDATE SET value = excluded.value")


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
        (f"SUBSTR(action, 1, {len(action)}) = ${{}}", action),
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
    """The first entry that is not what was written, does not follow the one before it, or is gone from the end.

    None when the chain is whole. Look in a snapshot: entries written meanwhile would seem to be too many. Somebody with
    all rights to the database could forge a whole chain and its head: keep a head's hash elsewhere (a backup does).
    """
    previous, last = START, 0
    while rows := await _after(tx, last):
        for row_id, at, actor, action, subject, facts, before, digest in rows:
            if bytes(before) != previous or bytes(digest) != _hash(at, actor, action, subject, facts, previous):
                return int(row_id)
            previous, last = bytes(digest), int(row_id)
    head = await _head(tx) or (0, START)
    if head == (last, previous):
        return None
    too_many = await _after(tx, head[0])
    return int(too_many[0][0]) if too_many else head[0]


async def _after(tx: Tx, last: int) -> list[tuple[Any, ...]]:
    return await tx.rows(
        "SELECT id, at, actor, action, subject, facts, previous, hash FROM audit WHERE id > $1 ORDER BY id LIMIT $2",
        (last, PAGE),
    )


async def _head(tx: Tx) -> tuple[int, bytes] | None:
    """The newest entry's id and hash, kept apart from the chain so that its end cannot go unnoticed."""
    rows = await tx.rows("SELECT value FROM house WHERE name = $1", (HEAD,))
    if not rows:
        return None
    mark = bytes(rows[0][0])
    return int.from_bytes(mark[:8], "big"), mark[8:]


def _hash(at: int, actor: str, action: str, subject: str, facts: str, previous: bytes) -> bytes:
    return hashlib.sha256(orjson.dumps([at, actor, action, subject, facts]) + previous).digest()
