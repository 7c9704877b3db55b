"""The second half of a turn: what it decided is written, set by set, in the transaction that `storage.turns.load` began in.

Times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from conversations.saved import dump_session, dump_talk
from storage import outbox
from storage.columns import micros
from storage.flow import Flow
from storage.turns import Call, Kept, Purpose
from storage.tx import Tx

HOUR = 3_600_000_000
PRIORITY: Mapping[Purpose, int] = {"reply": 0, "notice": 1, "reminder": 5}  # a payload nobody waits for goes later


async def save(tx: Tx, kept: Sequence[Kept]) -> dict[Call, int]:
    """Write what these turns decided: inbox, chats, sessions, outbox. Returns each call's outbox id, 0 for silence.

    Where a turn opens the window again, what was held for it goes before the answer.
    """
    inbox = await tx.insert(
        "inbox",
        ("channel", "message_id", "chat_id", "kind", "body", "arrived_at", "state", "error", "slot"),
        [
            (
                k.call.channel,
                k.call.message_id,
                k.place.chat_id,
                k.kind,
                k.place.key.seal(k.body, f"inbox.body/{k.place.person_id}"),
                k.arrived_at,
                k.state,
                k.error,
                k.heard_of,
            )
            for k in kept
        ],
        returning="id, channel, message_id",
    )
    inbox_ids = {(channel, message_id): row_id for row_id, channel, message_id in inbox}
    await tx.many(
        "UPDATE chats SET address = $1, language = $2, active = $3, talk = $4, state = $5, last_inbound_at = $6, "
        "window_until = COALESCE($7, window_until), flow_minute = $8, flow_day = $9, flooded_at = $10 WHERE id = $11",
        [
            (
                k.place.key.seal(k.place.address.encode(), f"chats.address/{k.place.person_id}"),
                k.talk.language,
                k.talk.active,
                k.place.key.seal(orjson.dumps(dump_talk(k.talk)), f"chats.talk/{k.place.person_id}"),
                k.chat_state,
                k.arrived_at,
                k.window_until,
                *_numbers(k.flow or k.place.flow),
                k.place.chat_id,
            )
            for k in kept
        ],
    )
    await _save_sessions(tx, kept)
    opened = [k for k in kept if k.window_until and k.chat_state == "open"]
    for due_at in {k.due_at for k in opened}:
        await outbox.release(tx, sorted(k.place.chat_id for k in opened if k.due_at == due_at), due_at)
    spoken = [k for k in kept if k.payload is not None]
    if not spoken:
        return {}
    answers = await tx.insert(
        "outbox",
        ("chat_id", "inbox_id", "purpose", "priority", "payload", "state", "due_at", "attempts", "created_at", "slot"),
        [
            (
                k.place.chat_id,
                inbox_ids[(k.call.channel, k.call.message_id)],
                k.purpose,
                PRIORITY[k.purpose],
                k.place.key.seal(k.payload or b"", f"outbox.payload/{k.place.person_id}"),
                "waiting",
                k.due_at,
                0,
                k.due_at,
                k.said_of,
            )
            for k in spoken
        ],
        returning="id, inbox_id",
    )
    by_inbox = {inbox_id: row_id for row_id, inbox_id in answers}
    return {k.call: by_inbox[inbox_ids[(k.call.channel, k.call.message_id)]] for k in spoken}


async def park(
    tx: Tx, channel: str, message_id: str, chat_id: int | None, body: bytes | None, at: datetime, error: str
) -> None:
    """Keep a message that could not become a turn, for admins to look at and try again. `body` is sealed already."""
    await tx.insert(
        "inbox",
        ("channel", "message_id", "chat_id", "kind", "body", "arrived_at", "state", "error"),
        [(channel, message_id, chat_id, "unreadable", body, at, "parked", error)],
        conflict="(channel, message_id) DO NOTHING",
    )


async def _save_sessions(tx: Tx, kept: Sequence[Kept]) -> None:
    """Write the sessions a turn changed; those it left alone are not touched, those it dropped are deleted.

    Most turns go on where the last one was: then only columns without an index are written, which is half the pages.
    """
    gone_on: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    dropped: list[tuple[int]] = []
    for k in kept:
        before = k.place.talk.sessions
        for slot, session in k.talk.sessions.items():
            was = before.get(slot)
            if was is session:
                continue
            row = k.place.sessions.get(slot)
            person_id, key = (row[1], row[2]) if row else (k.place.person_id, k.place.key)
            state = key.seal(orjson.dumps(dump_session(session)), f"sessions.state/{person_id}")
            indexed = (session.form, session.done, _to_the_hour(session.touched))
            if row and was and indexed == (was.form, was.done, _to_the_hour(was.touched)):
                gone_on.append((state, session.asked, row[0]))
            else:
                changed.append((k.place.chat_id, slot, person_id, state, session.asked, *indexed, session.touched))
        dropped += [(k.place.sessions[slot][0],) for slot in before if slot not in k.talk.sessions]
    if gone_on:
        await tx.many("UPDATE sessions SET state = $1, asked = $2 WHERE id = $3", gone_on)
    if changed:
        await tx.insert(
            "sessions",
            ("chat_id", "slot", "person_id", "state", "asked", "form", "done", "touched_at", "started_at"),
            changed,
            "(chat_id, slot) DO UPDATE SET state = excluded.state, asked = excluded.asked, done = excluded.done, "
            "form = excluded.form, touched_at = excluded.touched_at",
        )
    if dropped:
        await tx.many("DELETE FROM sessions WHERE id = $1", dropped)


def _to_the_hour(touched: datetime) -> int:
    """Rounded up: the index on it rests while somebody answers question after question, and no draft goes too early."""
    return -(-micros(touched) // HOUR) * HOUR


def _numbers(flow: Flow) -> tuple[int, int, int | None]:
    return flow.minute, flow.day, flow.flooded_at
