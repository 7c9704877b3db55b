"""Reminders as rows: planned anew whenever what is known of a member changes, never twice, each with what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import orjson

from conversations.membership import ENDED
from conversations.reminding import LATEST, REMINDER, moments, prefix
from conversations.turn import Json
from storage import consents
from storage.columns import micros
from storage.tx import Tx

AT_ONCE = 500
_AGAIN = "(key) DO UPDATE SET state = 'waiting', due_at = excluded.due_at, facts = excluded.facts, lease_until = NULL "
_GIVEN_UP = "WHERE scheduled.state = 'cancelled'"  # what was taken stays taken: nobody is reminded twice
_COLUMNS = ("chat_id", "kind", "key", "due_at", "facts", "state")


async def plan(tx: Tx, application_id: int, now: datetime, zone: ZoneInfo) -> int:
    """Plan one member's reminders from the day they are protected until. Returns how many are to come.

    Call it in the transaction that changes a membership or a consent. Reminders about another day are cancelled.
    """
    return await plan_all(tx, [application_id], now, zone)


async def plan_all(tx: Tx, application_ids: Sequence[int], now: datetime, zone: ZoneInfo) -> int:
    """The same for many."""
    planned = 0
    for start in range(0, len(application_ids), AT_ONCE):
        planned += await _plan_some(tx, application_ids[start : start + AT_ONCE], now, zone)
    return planned


async def plan_chat(tx: Tx, chat_id: int, now: datetime, zone: ZoneInfo) -> int:
    """The same for everybody signed up from a chat: they want to be reminded again."""
    rows = await tx.rows("SELECT id FROM applications WHERE chat_id = $1 ORDER BY id", (chat_id,))
    return await plan_all(tx, [row[0] for row in rows], now, zone)


async def _plan_some(tx: Tx, application_ids: Sequence[int], now: datetime, zone: ZoneInfo) -> int:
    if not application_ids:
        return 0
    marks = ",".join(f"${n}" for n in range(1, len(application_ids) + 1))
    members = await tx.rows(
        "SELECT a.id, a.chat_id, a.person_id, a.state, m.paid_until FROM applications a "
        f"LEFT JOIN memberships m ON m.application_id = a.id WHERE a.id IN ({marks})",
        application_ids,
    )
    agreed = await consents.granted_by(tx, sorted({row[2] for row in members}), "reminders")
    rows: list[tuple[object, ...]] = []
    kept: list[tuple[int, str, str]] = []
    for application_id, chat_id, person_id, state, paid_until in members:
        wanted = paid_until and person_id in agreed and state not in ENDED
        until = date.fromisoformat(paid_until) if wanted else None
        about = f"{prefix(application_id)}{until.isoformat()}:%" if until else "-"
        kept.append((chat_id, f"{prefix(application_id)}%", about))
        for moment in moments(application_id, until, zone) if until else ():
            if moment.due + LATEST >= now:
                facts = orjson.dumps({
                    "application": application_id, "which": moment.which, "until": paid_until, "key": moment.key,
                    "due": moment.due.isoformat(), "zone": zone.key,
                }).decode()  # fmt: skip
                rows.append((chat_id, REMINDER, moment.key, moment.due, facts, "waiting"))
    await tx.many(
        f"UPDATE scheduled SET state = 'cancelled' WHERE chat_id = $1 AND kind = '{REMINDER}' AND state = 'waiting' "
        "AND key LIKE $2 AND key NOT LIKE $3",
        kept,
    )
    if rows:
        await tx.insert("scheduled", _COLUMNS, rows, _AGAIN + _GIVEN_UP)
    return len(rows)


async def agreed_for(tx: Tx, application_id: int) -> bool:
    """Whether the person of an application wants to be reminded."""
    rows = await tx.rows("SELECT person_id FROM applications WHERE id = $1", (application_id,))
    return bool(rows) and await consents.granted(tx, rows[0][0], "reminders")


async def move(tx: Tx, chat_id: int, facts: Mapping[str, Json], at: datetime) -> None:
    """A reminder that came in the night waits for the morning, under a key of its own."""
    kept = orjson.dumps({name: value for name, value in facts.items() if name != "at"}).decode()
    row = (chat_id, REMINDER, str(facts["key"]), at, kept, "waiting")
    await tx.insert("scheduled", _COLUMNS, [row], "(key) DO NOTHING")


async def follow(tx: Tx, application_id: int, chat_id: int) -> None:
    """A record is about to be given to another chat: its reminders go there. Call it before the record moves."""
    rows = await tx.rows("SELECT chat_id FROM applications WHERE id = $1", (application_id,))
    for (before,) in rows:
        await tx.rows(
            f"UPDATE scheduled SET chat_id = $1 WHERE chat_id = $2 AND kind = '{REMINDER}' AND state = 'waiting' "
            "AND key LIKE $3",
            (chat_id, before, f"{prefix(application_id)}%"),
        )


async def settle(tx: Tx, key: str, came: str) -> None:
    """Write into a reminder's row what came of it: said, moved, missed, paid, stopped, …"""
    rows = await tx.rows("SELECT facts FROM scheduled WHERE key = $1", (key,))
    for (facts,) in rows:
        told = orjson.dumps({**orjson.loads(facts), "came": came}).decode()
        await tx.rows("UPDATE scheduled SET facts = $1 WHERE key = $2", (told, key))


async def sums_to_come(tx: Tx, until: datetime) -> tuple[int, int]:
    """How many wait up to a moment, and how many of those need a paid template."""
    [(count, templates)] = await tx.rows(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN c.channel = 'whatsapp' AND (c.window_until IS NULL "
        "OR c.window_until < s.due_at) THEN 1 ELSE 0 END), 0) FROM scheduled s JOIN chats c ON c.id = s.chat_id "
        f"WHERE s.state = 'waiting' AND s.kind = '{REMINDER}' AND c.state = 'open' AND s.due_at < $1",
        (micros(until),),
    )
    return int(count), int(templates)


async def drop_stale(tx: Tx, now: datetime) -> int:
    """What was held for WhatsApp's window and is no longer true by the time they write is never said."""
    rows = await tx.rows(
        "UPDATE outbox SET state = 'dropped', error = 'stale' "
        f"WHERE state = 'held' AND purpose = '{REMINDER}' AND created_at < $1 RETURNING id",
        (micros(now - LATEST),),
    )
    return len(rows)


async def to_come(tx: Tx, until: datetime) -> Mapping[tuple[str, str, str], int]:
    """How many wait up to a moment, by which, channel and how: "free", or "template" outside WhatsApp's window."""
    found: Counter[tuple[str, str, str]] = Counter()
    after = (0, 0)
    while True:
        rows = await tx.rows(
            "SELECT s.due_at, s.id, s.key, c.channel, c.window_until FROM scheduled s JOIN chats c ON c.id = s.chat_id "
            f"WHERE s.state = 'waiting' AND s.kind = '{REMINDER}' AND c.state = 'open' AND s.due_at < $1 "
            "AND (s.due_at, s.id) > ($2, $3) ORDER BY s.due_at, s.id LIMIT 1000",
            (micros(until), *after),
        )
        for due_at, _, key, channel, window in rows:
            which = str(key).rpartition(":")[2].partition("@")[0]
            closed = channel == "whatsapp" and (window is None or window < due_at)
            found[which, channel, "template" if closed else "free"] += 1
        if len(rows) < 1000:
            return dict(found)
        after = (rows[-1][0], rows[-1][1])
