"""A chat as somebody at the desk needs it to write there: where it is, in which language, and whether they can be reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import orjson

from conversations.saved import load_session
from storage.columns import moment_or_none
from storage.keys import Keyring, PersonKey
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat. state: open, opted_out, unreachable. window_until: WhatsApp only. key: None once they were forgotten."""

    id: int
    person_id: int
    channel: str
    language: str
    state: str
    window_until: datetime | None
    key: PersonKey | None


async def chat(tx: Tx, keyring: Keyring, chat_id: int) -> Chat | None:
    """One chat."""
    rows = await tx.rows(
        "SELECT c.id, c.person_id, c.channel, c.language, c.state, c.window_until, p.key FROM chats c "
        "JOIN people p ON p.id = c.person_id WHERE c.id = $1",
        (chat_id,),
    )
    for row in rows:
        key = keyring.unwrap(bytes(row[6])) if row[6] is not None else None
        values = (*row[:5], moment_or_none(row[5]), key)
        return Chat(*values)
    return None


async def told_of_themselves(tx: Tx, keyring: Keyring, chat_id: int, steps: Collection[str]) -> list[str]:
    """What somebody answered to these questions in this chat's forms, so that it can be told from other words."""
    rows = await tx.rows(
        "SELECT s.state, s.person_id, p.key FROM sessions s JOIN people p ON p.id = s.person_id "
        "WHERE s.chat_id = $1 AND p.key IS NOT NULL",
        (chat_id,),
    )
    found: list[str] = []
    for state, person_id, wrapped in rows:
        opened = keyring.unwrap(bytes(wrapped)).open(bytes(state), f"sessions.state/{person_id}")
        session = load_session(orjson.loads(opened))
        given = {**session.kept, **session.answers}
        values = [answer.value for step, answer in given.items() if step in steps]
        if session.doubt and session.doubt.step in steps:
            values.append(session.doubt.value)
        found += [value for value in values if isinstance(value, str)]
    return found


async def stand_after_newest(tx: Tx, chat_id: int, outbox_id: int) -> None:
    """Let a message stand, where the chat is read, after the newest thing that was said there."""
    await tx.rows(
        "UPDATE outbox SET inbox_id = (SELECT MAX(id) FROM inbox WHERE chat_id = $1) WHERE id = $2",
        (chat_id, outbox_id),
    )
