"""People who should be answered by a person: who asked, who answers, and how long the bot stays quiet meanwhile.

`hold` is the first step of everything staff do to a request: it locks the chat before the request, as a turn does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.chats import stand_after_newest
from storage.columns import micros, moment, moment_or_none
from storage.tx import Tx

QUIET = timedelta(hours=24)  # after the last word of staff


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """One request. staff: who answers it, by name; "" while nobody does. answered_at: when staff last wrote.

    hushed_until: the bot is quiet until then. wrote_at: when the person last wrote. window_until: WhatsApp only.
    receipt, area_code: the newest application of the chat, "" where there is none. slot: whose form was open.
    """

    id: int
    chat_id: int
    person_id: int
    channel: str
    chat_state: str
    language: str
    reason: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    staff_id: int | None
    staff: str
    answered_at: datetime | None
    hushed_until: datetime | None
    wrote_at: datetime
    window_until: datetime | None
    receipt: str
    area_code: str
    slot: str


async def open_request(tx: Tx, chat_id: int, reason: str, now: datetime, *, slot: str = "") -> int:
    """Ask staff to answer this chat; one unfinished request a chat. Returns its id. slot: whose form is open.

    One that was answered waits for an answer again; while the bot is quiet because of it, it stays as it is.
    """
    rows = await tx.rows(
        "SELECT id, state, hushed_until FROM help_requests WHERE chat_id = $1 AND state <> 'closed' ORDER BY id LIMIT 1",
        (chat_id,),
    )
    for row_id, state, hushed in rows:
        if state == "answered" and (hushed is None or hushed <= micros(now)):
            await tx.rows(
                "UPDATE help_requests SET state = 'open', reason = $1, opened_at = $2, hushed_until = NULL, slot = $3 "
                "WHERE id = $4",
                (reason, now, slot, row_id),
            )
        return int(row_id)
    back = await tx.insert(
        "help_requests",
        ("chat_id", "reason", "state", "opened_at", "slot"),
        [(chat_id, reason, "open", now, slot)],
        "",
        "id",
    )
    return int(back[0][0])


async def close_request(tx: Tx, request_id: int, now: datetime) -> bool:
    """Close a request and let the bot talk again. False when it was closed already."""
    closed = await tx.rows(
        "UPDATE help_requests SET state = 'closed', closed_at = $1, hushed_until = NULL "
        "WHERE id = $2 AND state <> 'closed' RETURNING chat_id",
        (now, request_id),
    )
    await tx.many("UPDATE chats SET quiet_until = NULL WHERE id = $1", [(chat_id,) for (chat_id,) in closed])
    return bool(closed)


# ---- the desk -----------------------------------------------------------------------------------------------------


async def waiting(
    tx: Tx, state: str, *, area: str | None = None, after: tuple[datetime, int] | None = None, limit: int = 50
) -> list[HelpRequest]:
    """Requests in a state, the oldest first; of closed ones the newest first. area: leaves out other areas' applicants."""
    at, row_id = (micros(after[0]), after[1]) if after else (None, 0)
    beyond, order = ("<", " DESC") if state == "closed" else (">", "")
    args: list[Any] = [state, limit]
    where = "h.state = $1"
    if at is not None:
        where += f" AND (h.opened_at, h.id) {beyond} (${len(args) + 1}, ${len(args) + 2})"
        args += [at, row_id]
    if area:
        where += f" AND (a.id IS NULL OR ${len(args) + 1} IN (a.kota_code, a.kecamatan_code, a.area_code))"
        args.append(area)
    rows = await tx.rows(f"{_SELECT} WHERE {where} ORDER BY h.opened_at{order}, h.id{order} LIMIT $2", args)
    return [_request(row) for row in rows]


async def one(tx: Tx, request_id: int) -> HelpRequest | None:
    """One request."""
    rows = await tx.rows(f"{_SELECT} WHERE h.id = $1", (request_id,))
    return _request(rows[0]) if rows else None


async def count(tx: Tx, state: str = "open", *, most: int = 100) -> int:
    """How many are in a state, counted up to `most`."""
    rows = await tx.rows(
        "SELECT COUNT(*) FROM (SELECT 1 FROM help_requests WHERE state = $1 LIMIT $2) AS counted", (state, most)
    )
    return int(rows[0][0])


async def hold(tx: Tx, request_id: int) -> HelpRequest | None:
    """One request, its chat and itself locked until this transaction ends."""
    if tx.dialect == "postgresql":
        await tx.rows(
            "SELECT id FROM chats WHERE id = (SELECT chat_id FROM help_requests WHERE id = $1) FOR UPDATE",
            (request_id,),
        )
        await tx.rows("SELECT id FROM help_requests WHERE id = $1 FOR UPDATE", (request_id,))
    return await one(tx, request_id)


async def take(tx: Tx, request_id: int, staff_id: int) -> bool:
    """Say who answers it, whoever did before. False when it is closed."""
    taken = await tx.rows(
        "UPDATE help_requests SET staff_id = $1 WHERE id = $2 AND state <> 'closed' RETURNING id",
        (staff_id, request_id),
    )
    return bool(taken)


async def answer(tx: Tx, held: HelpRequest, *, staff_id: int, outbox_id: int, now: datetime) -> None:
    """Write down what staff answered, and let the bot be quiet for a day. The message stands after what it answers."""
    until = now + QUIET
    await tx.rows(
        "UPDATE help_requests SET state = 'answered', staff_id = $1, answered_at = $2, hushed_until = $3 WHERE id = $4",
        (staff_id, now, until, held.id),
    )
    await tx.rows("UPDATE chats SET quiet_until = $1 WHERE id = $2", (until, held.chat_id))
    await stand_after_newest(tx, held.chat_id, outbox_id)
    columns = ("request_id", "staff_id", "outbox_id", "at")
    await tx.insert("staff_messages", columns, [(held.id, staff_id, outbox_id, now)])


# ---- the quiet ----------------------------------------------------------------------------------------------------


async def end_quiet(tx: Tx, chat_id: int) -> None:
    """The person wants the bot back. Staff still have the request before them."""
    await tx.rows("UPDATE chats SET quiet_until = NULL WHERE id = $1", (chat_id,))
    await tx.rows("UPDATE help_requests SET hushed_until = NULL WHERE chat_id = $1 AND state = 'answered'", (chat_id,))


async def lapse(tx: Tx, now: datetime, *, limit: int = 100) -> tuple[int, int]:
    """A day after the last word of staff: who wrote again waits for an answer again, the others are done with.

    Returns how many wait again, and how many were closed.
    """
    lock = " FOR UPDATE OF c SKIP LOCKED" if tx.dialect == "postgresql" else ""  # who is writing now is looked at later
    due = await tx.rows(
        "SELECT h.id, h.hushed_until IS NOT NULL AND c.last_inbound_at > h.answered_at FROM help_requests h "
        f"JOIN chats c ON c.id = h.chat_id WHERE h.state = 'answered' AND h.answered_at <= $1 "
        f"ORDER BY h.opened_at, h.id LIMIT $2{lock}",
        (now - QUIET, limit),
    )
    again = [row_id for row_id, wrote in due if wrote]
    done = [row_id for row_id, wrote in due if not wrote]
    await tx.many(
        "UPDATE help_requests SET state = 'open', hushed_until = NULL WHERE id = $1 AND state = 'answered'",
        [(row_id,) for row_id in again],
    )
    await tx.many(
        "UPDATE help_requests SET state = 'closed', closed_at = $1, hushed_until = NULL WHERE id = $2 AND state = 'answered'",
        [(now, row_id) for row_id in done],
    )
    return len(again), len(done)


_SELECT = (
    "SELECT h.id, h.chat_id, c.person_id, c.channel, c.state, c.language, h.reason, h.state, h.opened_at, h.closed_at, "
    "h.staff_id, COALESCE(s.name, ''), h.answered_at, h.hushed_until, c.last_inbound_at, c.window_until, "
    "COALESCE(a.receipt, ''), COALESCE(a.area_code, ''), h.slot FROM help_requests h JOIN chats c ON c.id = h.chat_id "
    "LEFT JOIN staff s ON s.id = h.staff_id "
    "LEFT JOIN applications a ON a.id = (SELECT MAX(n.id) FROM applications n WHERE n.chat_id = h.chat_id)"
)


def _request(row: tuple[Any, ...]) -> HelpRequest:
    values = (
        *row[:8], moment(row[8]), moment_or_none(row[9]), *row[10:12], moment_or_none(row[12]), moment_or_none(row[13]),
        moment(row[14]), moment_or_none(row[15]), *row[16:],
    )  # fmt: skip
    return HelpRequest(*values)
