"""The outbox: what waits to be sent, claimed head by head, and what came of it. Set-based, because every turn passes here.

A chat's messages leave in the order of their ids: only the lowest unfinished one may be claimed. Unfinished are waiting
(perhaps due later), sending (under a lease) and unknown (sent, but nobody said so); held and failed ones block nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.columns import micros, moment, moment_or_none
from storage.errors import KeyTrouble
from storage.keys import Keyring
from storage.tx import ROWS_A_STATEMENT, Tx

__all__ = [
    *("NIGHT", "UNASKED", "Claimed", "Settled", "add", "add_many", "claim", "count_waiting", "find_chat", "lead"),
    *("note_status", "release", "settle", "step_down", "take_over", "told_since"),
]

UNFINISHED = "('waiting','sending','unknown')"
PRIORITIES = (0, 1, 5, 9)  # a reply, a notice or an officer's word, a reminder, a broadcast
UNASKED = 5  # from this priority on nobody waits for it: it is sent by day only
NIGHT = "night"  # the error of what is held until the morning
LEAD = timedelta(seconds=5)
COUNTED_UP_TO = 10_000
# A status callback may come late or out of order: a message's state only ever goes up.
RANK = {"unknown": 0, "sending": 1, "sent": 2, "delivered": 3, "read": 4}


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message to send now. maybe_sent: an earlier attempt may have reached the platform.

    unconfirmed: the time to wait for word of that attempt is over, and none came.
    """

    id: int
    chat_id: int
    channel: str
    address: str
    payload: bytes
    attempts: int
    created_at: datetime
    window_until: datetime | None
    maybe_sent: bool
    unconfirmed: bool = False
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of one attempt. chat_state: what it taught us about the chat ("opted_out", "unreachable").

    channel: said where the attempt is billable. knock: the template that is to go out instead of what is held.
    """

    id: int
    chat_id: int
    state: str
    platform_id: str | None = None
    billable: int = 0
    due_at: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None
    chat_state: str = ""
    channel: str = ""
    knock: bytes = b""


async def lead(tx: Tx, holder: str, now: datetime) -> bool:
    """Take or renew the delivery lease; False while another process holds it."""
    until = micros(now + LEAD)
    rows = await tx.rows(
        "INSERT INTO leases (name, holder, until) VALUES ('delivery', $1, $2) ON CONFLICT (name) DO UPDATE "
        "SET holder = excluded.holder, until = excluded.until WHERE leases.holder = $3 OR leases.until < $4 "
        "RETURNING holder",
        (holder, until, holder, micros(now)),
    )
    return bool(rows)


async def take_over(tx: Tx, life: str) -> None:
    """A new leader: what others were sending when they went may have gone out; it is claimed again at once."""
    await tx.rows("UPDATE outbox SET lease_until = NULL WHERE state = 'sending' AND lease_by <> $1", (life,))


async def step_down(tx: Tx, holder: str) -> None:
    """Give the lease back, so that the next process need not wait for it to lapse."""
    await tx.rows("DELETE FROM leases WHERE name = 'delivery' AND holder = $1", (holder,))


async def claim(tx: Tx, keyring: Keyring, holder: str, now: datetime, limit: int, *, lease: timedelta) -> list[Claimed]:
    """Claim the due head of up to `limit` chats: replies to people before anything else, then the longest due."""
    at = micros(now)
    lock = " FOR UPDATE OF o SKIP LOCKED" if tx.dialect == "postgresql" else ""
    ready = "o.state IN ('waiting','sending','unknown') AND o.due_at <= $1 AND (o.lease_until IS NULL OR o.lease_until < $2)"
    # One arm a priority: each reads the index from its longest due on, and stops. In one piece, a million broadcasts
    # due tomorrow would be passed over at every look.
    arms = " UNION ALL ".join(
        f"SELECT * FROM (SELECT o.id FROM outbox o WHERE o.priority = {priority} AND {ready} AND NOT EXISTS "
        f"(SELECT 1 FROM outbox e WHERE e.chat_id = o.chat_id AND e.state IN {UNFINISHED} AND e.id < o.id) "
        f"ORDER BY o.due_at, o.id LIMIT $3) AS arm{priority}"
        for priority in PRIORITIES
    )
    heads = await tx.rows(
        f"SELECT o.id, o.state FROM outbox o WHERE o.id IN ({arms}) AND {ready} "
        f"ORDER BY o.priority, o.due_at, o.id LIMIT $3{lock}",
        (at, at, limit),
    )
    if not heads:
        return []
    states: dict[int, str] = dict(heads)
    ids = [row_id for row_id, _ in heads]
    marks = ",".join(f"${n}" for n in range(3, 3 + len(ids)))
    await tx.rows(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1, lease_by = $1, lease_until = $2 "
        f"WHERE id IN ({marks})",
        (holder, micros(now + lease), *ids),
    )
    marks = ",".join(f"${n}" for n in range(1, 1 + len(ids)))
    rows = await tx.rows(
        "SELECT o.id, o.chat_id, c.channel, c.address, o.payload, o.attempts, o.created_at, c.window_until, "
        "c.person_id, p.key, o.priority FROM outbox o JOIN chats c ON c.id = o.chat_id "
        "JOIN people p ON p.id = c.person_id "
        f"WHERE o.id IN ({marks}) ORDER BY o.priority, o.due_at, o.id",
        ids,
    )
    claimed: list[Claimed] = []
    unreadable: list[Settled] = []
    for row_id, chat_id, channel, address, payload, attempts, created, window, person_id, wrapped, priority in rows:
        try:
            if wrapped is None:
                raise KeyTrouble("the person was forgotten")
            key = keyring.unwrap(bytes(wrapped))
            claimed.append(
                Claimed(
                    row_id,
                    chat_id,
                    channel,
                    key.open(bytes(address), f"chats.address/{person_id}").decode(),
                    key.open(bytes(payload), f"outbox.payload/{person_id}"),
                    attempts - 1,
                    moment(created),
                    moment_or_none(window),
                    maybe_sent=states[row_id] != "waiting",
                    unconfirmed=states[row_id] == "unknown",
                    priority=priority,
                )
            )
        except KeyTrouble as trouble:
            unreadable.append(Settled(row_id, chat_id, "dropped", error=type(trouble).__name__))
    await settle(tx, unreadable, holder)
    return claimed


async def settle(tx: Tx, settled: Sequence[Settled], holder: str | None = None) -> None:
    """Write down what came of these attempts. A callback that overtook the answer, or its absence, is not undone.

    holder: who claimed them. Where somebody else has claimed a message since, only "sent" counts: it is a fact.
    """
    if not settled:
        return
    # An attempt was made while the message was "sending": another state is what a callback told meanwhile.
    overtaken = (
        "(state IN ('sent','delivered','read') OR (state IN ('failed','held') "
        "AND (CAST($1 AS TEXT) <> 'sent' OR platform_id = CAST($2 AS TEXT))))"
    )
    await tx.many(
        f"UPDATE outbox SET state = CASE WHEN {overtaken} THEN state ELSE CAST($1 AS TEXT) END, "
        f"error = CASE WHEN {overtaken} THEN error ELSE CAST($6 AS TEXT) END, "
        "platform_id = COALESCE(CAST($2 AS TEXT), platform_id), billable = billable + CAST($3 AS BIGINT), "
        "due_at = COALESCE(CAST($4 AS BIGINT), due_at), sent_at = COALESCE(CAST($5 AS BIGINT), sent_at), "
        "lease_until = NULL, lease_by = NULL "
        "WHERE id = $7 AND (lease_by = CAST($8 AS TEXT) OR CAST($8 AS TEXT) IS NULL OR CAST($1 AS TEXT) = 'sent')",
        [
            (
                s.state,
                s.platform_id,
                s.billable,
                micros(s.due_at) if s.due_at else None,
                micros(s.sent_at) if s.sent_at else None,
                s.error,
                s.id,
                holder,
            )
            for s in settled
        ],
    )
    put_off = [(s.due_at, s.chat_id, s.due_at) for s in settled if s.state == "waiting" and s.due_at]
    if put_off:  # what stands behind a message that waits need not be looked at before it
        await tx.many("UPDATE outbox SET due_at = $1 WHERE chat_id = $2 AND state = 'waiting' AND due_at < $3", put_off)
    gone = [(s.chat_state, s.chat_id) for s in settled if s.chat_state]
    if gone:
        await tx.many("UPDATE chats SET state = $1 WHERE id = $2", gone)


async def add(
    tx: Tx,
    keyring: Keyring,
    chat_id: int,
    payload: bytes,
    purpose: str,
    now: datetime,
    *,
    priority: int = 1,
    slot: str = "",
) -> int:
    """Queue a message that answers no inbound: a decision, an officer's word, a reminder. Returns its id.

    priority: one of PRIORITIES. slot: whose form it is about. 0 is returned where the person was forgotten.
    """
    assert priority in PRIORITIES, priority
    rows = await tx.rows(
        "SELECT c.person_id, p.key FROM chats c JOIN people p ON p.id = c.person_id WHERE c.id = $1", (chat_id,)
    )
    if not rows or rows[0][1] is None:
        return 0
    person_id, wrapped = rows[0]
    sealed = keyring.unwrap(bytes(wrapped)).seal(payload, f"outbox.payload/{person_id}")
    back = await tx.insert(
        "outbox",
        ("chat_id", "purpose", "priority", "payload", "state", "due_at", "attempts", "billable", "created_at", "slot"),
        [(chat_id, purpose, priority, sealed, "waiting", now, 0, 0, now, slot)],
        returning="id",
    )
    return int(back[0][0])


async def add_many(
    tx: Tx, keyring: Keyring, messages: Sequence[tuple[int, bytes]], purpose: str, now: datetime, *, priority: int = 1
) -> int:
    """Queue a message to each of many chats. Returns how many; the forgotten are passed over."""
    assert priority in PRIORITIES, priority
    keys: dict[int, tuple[int, bytes]] = {}
    chats = sorted({chat_id for chat_id, _ in messages})
    for start in range(0, len(chats), ROWS_A_STATEMENT):
        some = chats[start : start + ROWS_A_STATEMENT]
        places = ",".join(f"${n}" for n in range(1, len(some) + 1))
        rows = await tx.rows(
            "SELECT c.id, c.person_id, p.key FROM chats c JOIN people p ON p.id = c.person_id "
            f"WHERE c.id IN ({places}) AND p.key IS NOT NULL",
            some,
        )
        keys |= {chat_id: (person_id, bytes(wrapped)) for chat_id, person_id, wrapped in rows}
    outgoing = []
    for chat_id, payload in messages:
        if chat_id in keys:
            person_id, wrapped = keys[chat_id]
            sealed = keyring.unwrap(wrapped).seal(payload, f"outbox.payload/{person_id}")
            outgoing.append((chat_id, purpose, priority, sealed, "waiting", now, 0, 0, now))
    columns = ("chat_id", "purpose", "priority", "payload", "state", "due_at", "attempts", "billable", "created_at")
    await tx.insert("outbox", columns, outgoing)
    return len(outgoing)


async def release(tx: Tx, chat_ids: Sequence[int], now: datetime) -> None:
    """They wrote: what was held for the window to open may go; what is held for the night waits on."""
    await tx.many(
        "UPDATE outbox SET state = 'waiting', due_at = $1, platform_id = NULL WHERE chat_id = $2 AND state = 'held' "
        "AND (error IS NULL OR error <> $3)",
        [(micros(now), chat_id, NIGHT) for chat_id in chat_ids],
    )


async def note_status(
    tx: Tx, outbox_id: int, platform_id: str, status: str, error: str | None, chat_state: str = ""
) -> str:
    """Take a platform's status callback. Returns the state that stands; "" for a message that is not ours.

    chat_state: what a failure taught us about the chat ("opted_out", "unreachable").
    """
    lock = " FOR UPDATE" if tx.dialect == "postgresql" else ""  # statuses of one message may arrive at once
    rows = await tx.rows(f"SELECT state, platform_id, chat_id FROM outbox WHERE id = $1{lock}", (outbox_id,))
    if not rows or (rows[0][1] and platform_id and rows[0][1] != platform_id):
        return ""
    state = str(rows[0][0])
    if status in ("failed", "held"):
        new = status if state in ("sending", "sent", "unknown") else state
    elif status in RANK and state in RANK:
        new = status if RANK[status] > RANK[state] else state
    else:
        new = state
    if new != state or platform_id != rows[0][1]:
        await tx.rows(
            "UPDATE outbox SET state = $1, platform_id = $2, error = $3 WHERE id = $4",
            (new, platform_id, error, outbox_id),
        )
    if chat_state:
        await tx.rows("UPDATE chats SET state = $1 WHERE id = $2", (chat_state, rows[0][2]))
    return new


async def count_waiting(tx: Tx) -> tuple[int, int]:
    """How many messages wait, and how many inbound ones are parked; each counted up to COUNTED_UP_TO."""
    waiting = await tx.rows(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE state IN {UNFINISHED} "
        f"ORDER BY chat_id, id LIMIT {COUNTED_UP_TO}) AS waiting"  # in the order of the index, or it may be passed over
    )
    parked = await tx.rows(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM inbox WHERE state = 'parked' LIMIT {COUNTED_UP_TO}) AS parked"
    )
    return int(waiting[0][0]), int(parked[0][0])


async def find_chat(tx: Tx, keyring: Keyring, channel: str, value: str) -> int | None:
    """The chat that goes by this name on this channel."""
    rows = await tx.rows(
        "SELECT chat_id FROM identities WHERE channel = $1 AND value_hash = $2",
        (channel, keyring.blind(f"address.{channel}", value)),
    )
    return int(rows[0][0]) if rows else None


async def told_since(tx: Tx, keyring: Keyring, chat_id: int, after: int) -> list[tuple[int, bytes]]:
    """What a chat was or is to be told, after the message with this id: (id, payload)."""
    rows = await tx.rows(
        "SELECT o.id, o.payload, c.person_id, p.key FROM outbox o JOIN chats c ON c.id = o.chat_id "
        "JOIN people p ON p.id = c.person_id WHERE o.chat_id = $1 AND o.id > $2 AND p.key IS NOT NULL ORDER BY o.id",
        (chat_id, after),
    )
    return [
        (row_id, keyring.unwrap(bytes(wrapped)).open(bytes(payload), f"outbox.payload/{person_id}"))
        for row_id, payload, person_id, wrapped in rows
    ]
