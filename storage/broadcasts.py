"""News to people who agreed to hear from us: written once, sent page by page, at most once to each chat whatever happens.

A page of applications is looked at, and in the same transaction every chat that is reached gets its row, its message, and
the cursor moves on. So a process that dies begins behind the last page, and two processes cannot tell anybody twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

import orjson

from storage import outbox
from storage.columns import micros, moment_or_none
from storage.keys import Keyring
from storage.tx import Tx

State: TypeAlias = Literal["draft", "running", "stopped", "done"]
A_PAGE = 500  # applications looked at in one transaction
PRIORITY = 9  # answers and decisions go first
COUNTED_UP_TO = 100_000


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom news is for. area: a code, "" for everywhere. states: of their applications, () for any that is kept."""

    area: str = ""
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One piece of news. texts: by language. cap: chats a day, 0 for no cap. sent: chats reached so far."""

    id: int
    state: State
    audience: Audience
    texts: Mapping[str, str]
    cap: int
    cursor: int
    area: str
    created_at: datetime | None
    started_at: datetime | None
    sent: int


_READ = (
    "SELECT b.id, b.state, b.audience, b.texts, b.cap, b.cursor, b.area, b.created_at, b.started_at, "
    "(SELECT COUNT(*) FROM broadcast_messages m WHERE m.broadcast_id = b.id) FROM broadcasts b"
)


async def write(
    tx: Tx, audience: Audience, texts: Mapping[str, str], *, cap: int, area: str, staff_id: int | None, now: datetime
) -> int:
    """Keep a draft. area: the writer's own, which the audience cannot leave. Returns its id."""
    row = (
        *("draft", orjson.dumps({"area": audience.area, "states": audience.states}).decode()),
        *(orjson.dumps(dict(texts)).decode(), cap, 0, 0, area, staff_id, now),
    )
    columns = ("state", "audience", "texts", "cap", "cursor", "counted", "area", "created_by", "created_at")
    return int((await tx.insert("broadcasts", columns, [row], returning="id"))[0][0])


async def one(tx: Tx, broadcast_id: int) -> Broadcast | None:
    """One of them."""
    rows = await tx.rows(f"{_READ} WHERE b.id = $1", (broadcast_id,))
    return _read(rows[0]) if rows else None


async def newest(tx: Tx, limit: int = 30) -> list[Broadcast]:
    """The newest first."""
    return [_read(row) for row in await tx.rows(f"{_READ} ORDER BY b.id DESC LIMIT $1", (limit,))]


async def running(tx: Tx) -> list[Broadcast]:
    """What is on its way."""
    return [_read(row) for row in await tx.rows(f"{_READ} WHERE b.state = 'running' ORDER BY b.id")]


def _read(row: tuple[Any, ...]) -> Broadcast:
    number, state, audience, texts, cap, cursor, area, created_at, started_at, sent = row
    whom = orjson.loads(audience)
    return Broadcast(
        number, state, Audience(whom["area"], tuple(whom["states"])), orjson.loads(texts), cap, cursor, area,
        moment_or_none(created_at), moment_or_none(started_at), int(sent),
    )  # fmt: skip


# ---- going --------------------------------------------------------------------------------------------------------


async def start(tx: Tx, broadcast_id: int, staff_id: int | None, now: datetime) -> bool:
    """Let a draft or a stopped one go. False when somebody else did, or it is done."""
    rows = await tx.rows(
        "UPDATE broadcasts SET state = 'running', started_by = $1, started_at = COALESCE(started_at, $2), "
        "stopped_at = NULL WHERE id = $3 AND state IN ('draft', 'stopped') RETURNING id",
        (staff_id, now, broadcast_id),
    )
    return bool(rows)


async def stop(tx: Tx, broadcast_id: int, staff_id: int | None, now: datetime) -> int | None:
    """Stop it half-way: what still waits to be sent is dropped. Returns how many; None when it was not running."""
    rows = await tx.rows(
        "UPDATE broadcasts SET state = 'stopped', stopped_by = $1, stopped_at = $2 WHERE id = $3 AND state = 'running' "
        "RETURNING id",
        (staff_id, now, broadcast_id),
    )
    if not rows:
        return None
    dropped = await tx.rows(
        "UPDATE outbox SET state = 'dropped', error = 'stopped' WHERE state IN ('waiting', 'held') AND id IN "
        "(SELECT outbox_id FROM broadcast_messages WHERE broadcast_id = $1) RETURNING id",
        (broadcast_id,),
    )
    return len(dropped)


async def go_on(
    tx: Tx,
    keyring: Keyring,
    news: Broadcast,
    payload: Callable[[str], bytes],
    *,
    since_midnight: datetime,
    now: datetime,
) -> int:
    """Look at the next page and tell whom it reaches. payload: what is said in a language. Returns how many were told.

    The row is locked and read again, so that of two processes the second goes on behind the first.
    """
    lock = " FOR UPDATE" if tx.dialect == "postgresql" else ""
    rows = await tx.rows(f"SELECT cursor FROM broadcasts WHERE id = $1 AND state = 'running'{lock}", (news.id,))
    if not rows:
        return 0
    room = A_PAGE
    if news.cap:
        today = await tx.rows(
            "SELECT COUNT(*) FROM broadcast_messages WHERE broadcast_id = $1 AND at >= $2",
            (news.id, micros(since_midnight)),
        )
        room = min(room, news.cap - int(today[0][0]))
    if room <= 0:
        return 0
    found, last, ended = await _page(tx, news.audience, int(rows[0][0]), room)
    fresh = await tx.insert(
        "broadcast_messages",
        ("broadcast_id", "chat_id", "at"),
        [(news.id, chat_id, now) for chat_id in found],
        "(broadcast_id, chat_id) DO NOTHING",
        "chat_id",
    )
    for (chat_id,) in fresh:
        sent = await outbox.add(tx, keyring, chat_id, payload(found[chat_id]), "broadcast", now, priority=PRIORITY)
        await tx.rows(
            "UPDATE broadcast_messages SET outbox_id = $1 WHERE broadcast_id = $2 AND chat_id = $3",
            (sent, news.id, chat_id),
        )
    await tx.rows(
        "UPDATE broadcasts SET cursor = $1, state = $2, done_at = $3 WHERE id = $4",
        (last, "done" if ended else "running", now if ended else None, news.id),
    )
    return len(fresh)


async def reach(tx: Tx, audience: Audience, most: int = COUNTED_UP_TO) -> dict[str, int]:
    """The dry run: how many chats it would reach, by channel, and on WhatsApp how many must write to us first.

    Counted up to `most` applications; "whatsapp_held" are those outside the 24-hour window.
    """
    chats: dict[int, str] = {}
    after, looked = 0, 0
    while looked < most:
        found, last, ended = await _page(tx, audience, after, A_PAGE)
        chats |= dict.fromkeys(found, "")
        after, looked = last, looked + A_PAGE
        if ended:
            break
    counts: dict[str, int] = {}
    ids = sorted(chats)
    for begin in range(0, len(ids), A_PAGE):
        some = ids[begin : begin + A_PAGE]
        places = ",".join(f"${n}" for n in range(1, len(some) + 1))
        for channel, until in await tx.rows(f"SELECT channel, window_until FROM chats WHERE id IN ({places})", some):
            counts[channel] = counts.get(channel, 0) + 1
            if channel == "whatsapp" and not until:
                counts["whatsapp_held"] = counts.get("whatsapp_held", 0) + 1
    return counts


async def _page(tx: Tx, audience: Audience, after: int, room: int) -> tuple[dict[int, str], int, bool]:
    """The next applications' chats with their languages, the cursor behind them, and whether that was all.

    Only real people who may be told: the applicant's last word on reminders was yes, and the chat's own person, who may
    be their helper, has not said BERHENTI since.
    """
    rows = await tx.rows(
        "SELECT a.id, a.chat_id, c.language, c.state, a.area_code, a.state, a.simulated, a.training, "
        "(SELECT granted FROM consents k WHERE k.person_id = a.person_id AND k.purpose = 'reminders' "
        "ORDER BY k.id DESC LIMIT 1), "
        "(SELECT granted FROM consents k WHERE k.person_id = c.person_id AND k.purpose = 'reminders' "
        "ORDER BY k.id DESC LIMIT 1) "
        f"FROM applications a JOIN chats c ON c.id = a.chat_id WHERE a.id > $1 ORDER BY a.id LIMIT {A_PAGE}",
        (after,),
    )
    found: dict[int, str] = {}
    last = after
    for number, chat_id, language, chat_state, area, state, simulated, training, granted, owner in rows:
        if len(found) >= room:
            return found, last, False
        last = number
        here = not audience.area or area == audience.area or area.startswith(f"{audience.area}.")
        wanted = state in audience.states if audience.states else state not in ("erased", "withdrawn", "duplicate")
        agreed = granted and (owner is None or owner)
        if here and wanted and agreed and chat_state == "open" and not simulated and not training:
            found[chat_id] = language
    return found, last, len(rows) < A_PAGE
