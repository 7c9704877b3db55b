"""What a printed receipt says of somebody: a first name, a number and a day; never a NIK, a phone or an income."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from conversations.helping import first_name
from conversations.saved import load_answers
from storage.columns import moment
from storage.keys import Keyring
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Receipt:
    """A form that was sent in. name: the first name, "" where it is not kept any more. language: the chat's then.

    finished_at: when it was sent in from another's phone; None for one's own, and once the record was taken over.
    """

    receipt: str
    name: str
    sent_at: datetime
    language: str
    finished_at: datetime | None


_COLUMNS = "a.receipt, a.answers, a.submitted_at, a.language, p.key, h.finished_at, h.claimed_at"
_TABLES = "applications a JOIN people p ON p.id = a.person_id LEFT JOIN helped h ON h.application_id = a.id"


async def one(tx: Tx, keyring: Keyring, receipt: str) -> Receipt | None:
    """The receipt of this number; None where there is none, and of somebody who was forgotten."""
    rows = await tx.rows(
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE a.receipt = $1 AND a.state <> 'erased' AND p.key IS NOT NULL",
        (receipt,),
    )
    return _read(keyring, rows[0]) if rows else None


async def of_chat(
    tx: Tx, keyring: Keyring, chat_id: int, since: datetime, *, most: int, receipt: str = ""
) -> list[Receipt]:
    """What was sent in from a chat, newest first: one's own, and of people helped only what is not older than this.

    receipt: only this one, where it is among them.
    """
    rows = await tx.rows(
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE a.chat_id = $1 AND a.state <> 'erased' AND p.key IS NOT NULL "
        "AND (h.id IS NULL OR h.claimed_at IS NOT NULL OR h.finished_at >= $2) AND ($3 = '' OR a.receipt = $3) "
        "ORDER BY a.id DESC LIMIT $4",
        (chat_id, since, receipt, most),
    )
    return [_read(keyring, row) for row in rows]


def _read(keyring: Keyring, row: tuple[Any, ...]) -> Receipt:
    receipt, sealed, sent_at, language, wrapped, finished_at, claimed_at = row
    name = ""
    if sealed:
        opened = keyring.unwrap(bytes(wrapped)).open(bytes(sealed), f"applications.answers/{receipt}")
        answer = load_answers(orjson.loads(opened)).get("full_name")
        name = first_name(str(answer.value)) if answer else ""
    helped = finished_at is not None and claimed_at is None
    return Receipt(receipt, name, moment(sent_at), language, moment(finished_at) if helped else None)
