"""Single-use links to a form outside the chat. Only the token's hash is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from storage.columns import micros, moment
from storage.keys import Keyring
from storage.tx import Tx

GOOD_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Pending:
    """What a token may still fill, and whose chat it belongs to."""

    chat_id: int
    channel: str
    form: str
    step: str
    language: str
    expires_at: datetime


async def issue(tx: Tx, keyring: Keyring, token: str, chat_id: int, form: str, step: str, now: datetime) -> None:
    """Make a token good for 30 minutes, for one step of one chat. Earlier ones of that step end."""
    await tx.rows(
        "UPDATE secure_forms SET expires_at = $1 WHERE chat_id = $2 AND form = $3 AND step = $4 AND used_at IS NULL "
        "AND expires_at > $5",
        (now, chat_id, form, step, now),
    )
    await tx.insert(
        "secure_forms",
        ("token_hash", "chat_id", "form", "step", "expires_at"),
        [(_hash(keyring, token), chat_id, form, step, now + GOOD_FOR)],
    )


async def look_up(tx: Tx, keyring: Keyring, token: str, now: datetime) -> Pending | Literal["used", "expired"] | None:
    """What a token may fill; or why it may not; None for one we never made."""
    rows = await tx.rows(
        "SELECT f.chat_id, c.channel, f.form, f.step, c.language, f.expires_at, f.used_at FROM secure_forms f "
        "JOIN chats c ON c.id = f.chat_id JOIN people p ON p.id = c.person_id "
        "WHERE f.token_hash = $1 AND p.key IS NOT NULL",
        (_hash(keyring, token),),
    )
    if not rows:
        return None
    chat_id, channel, form, step, language, expires_at, used_at = rows[0]
    if used_at is not None:
        return "used"
    if expires_at <= micros(now):
        return "expired"
    return Pending(chat_id, channel, form, step, language, moment(expires_at))


async def spend(tx: Tx, keyring: Keyring, token: str, now: datetime) -> bool:
    """Use a token up. True for exactly one caller."""
    rows = await tx.rows(
        "UPDATE secure_forms SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL AND expires_at > $3 RETURNING id",
        (now, _hash(keyring, token), now),
    )
    return bool(rows)


def _hash(keyring: Keyring, token: str) -> bytes:
    return keyring.blind("secure_form", token)
