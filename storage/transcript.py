"""What was said in a chat, both ways, in the order it happened, opened for those who may read it.

One phone may sign up several people. Who reads about one of them gets what is about them, and where the others stood
is a line without words. What was kept before messages knew whose they are is opened only where nobody was ever helped,
and where no volunteer asked after their people.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

from storage.columns import moment
from storage.keys import Keyring, PersonKey
from storage.tx import Tx

ELSEWHERE = "elsewhere"  # the kind of a line in whose place something about somebody else was said
LOOKED_THROUGH = 4  # times as many rows are looked at as are shown


@dataclass(frozen=True, slots=True)
class Line:
    """One stored message, opened. id: its row; body: an inbox body or an outbox payload, as JSON bytes.

    kind ELSEWHERE: about somebody else, unopened; side "us", body b"".
    """

    id: int
    side: Literal["them", "us"]
    at: datetime
    kind: str
    body: bytes
    state: str = ""


async def transcript(
    tx: Tx, keyring: Keyring, chat_id: int, *, about: Collection[str] | None = None, limit: int = 500
) -> list[Line]:
    """The newest `limit` messages of a chat, oldest first: what came in, then what answered it.

    about: only what is about the forms in these slots ("" the chat's own person); None for who holds the phone.
    """
    keys = await tx.rows(
        "SELECT c.person_id, p.key, c.talk, EXISTS (SELECT 1 FROM helped h WHERE h.chat_id = c.id AND "
        "h.claimed_at IS NULL) OR EXISTS (SELECT 1 FROM volunteers v WHERE v.chat_id = c.id) FROM chats c JOIN people p ON p.id = c.person_id WHERE c.id = $1",
        (chat_id,),
    )
    if not keys or keys[0][1] is None:
        return []
    person_id, wrapped, talk, helps = keys[0]
    key = keyring.unwrap(bytes(wrapped))
    rows = limit if about is None else LOOKED_THROUGH * limit
    came = await tx.rows(
        "SELECT id, arrived_at, kind, body, state, slot FROM inbox WHERE chat_id = $1 ORDER BY id DESC LIMIT $2",
        (chat_id, rows),
    )
    went = await tx.rows(
        "SELECT id, created_at, purpose, payload, state, slot, inbox_id FROM outbox WHERE chat_id = $1 "
        "ORDER BY id DESC LIMIT $2",
        (chat_id, rows),
    )
    unknown = about is None or not (helps or _has_helped(key, person_id, talk))

    def shown(slot: str | None) -> bool:
        return unknown if slot is None else about is None or slot in about

    def line(side: Literal["them", "us"], row: int, at: int, kind: str, sealed: bytes, state: str, place: str) -> Line:
        return Line(row, side, moment(at), kind, key.open(bytes(sealed), f"{place}/{person_id}"), state)

    def elsewhere(row: int, at: int) -> Line:
        return Line(row, "us", moment(at), ELSEWHERE, b"")

    lines = [
        (
            (row, 0, 0),
            line("them", row, at, kind, body, state, "inbox.body") if shown(slot) else elsewhere(row, at),
        )
        for row, at, kind, body, state, slot in came
        if body is not None
    ]
    # An answer stands right after what it answers. What answers nothing stands after the last answer before it. Row
    # numbers say so, not times: a simulated clock may run ahead of ours.
    answered = 0
    for row, at, purpose, payload, state, slot, inbox_id in reversed(went):
        answered = max(answered, inbox_id or 0)
        told = line("us", row, at, purpose, payload, state, "outbox.payload") if shown(slot) else elsewhere(row, at)
        lines.append(((inbox_id or answered, 1, row), told))
    return _folded([entry for _, entry in sorted(lines, key=lambda entry: entry[0])])[-limit:]


def _folded(lines: list[Line]) -> list[Line]:
    """However much was said of others in one go, it is one line."""
    return [
        line
        for before, line in zip([None, *lines], lines, strict=False)
        if line.kind != ELSEWHERE or before is None or before.kind != ELSEWHERE
    ]


def _has_helped(key: PersonKey, person_id: int, talk: bytes | None) -> bool:
    """Whether anybody was ever helped here: their record may be another chat's by now, the counter stays."""
    if talk is None:
        return False
    return "helped" in orjson.loads(key.open(bytes(talk), f"chats.talk/{person_id}")).get("facts", {})
