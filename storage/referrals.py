"""By which volunteer's link a chat came: the first stays, the last changes, and the last one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import rushes
from storage.columns import micros, moment
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Referral:
    """The first and the last link of one chat."""

    first_code: str
    first_at: datetime
    last_code: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Brought:
    """What came by one code: chats whose last link it was, and applications that count for it."""

    chats: int = 0
    applications: int = 0


async def note(tx: Tx, chat_id: int, code: str, at: datetime) -> bool:
    """Remember that a chat came by a code. False where the code is nobody's, resting, or the chat's own."""
    kept = await tx.rows(
        "INSERT INTO referrals (chat_id, first_code, first_at, last_code, last_at) "
        "SELECT CAST($1 AS BIGINT), v.code, CAST($2 AS BIGINT), v.code, CAST($2 AS BIGINT) FROM volunteers v "
        "WHERE v.code = $3 AND v.state = 'active' AND COALESCE(v.chat_id, 0) <> $1 "
        "ON CONFLICT (chat_id) DO UPDATE SET last_code = excluded.last_code, last_at = excluded.last_at "
        "RETURNING first_code, first_at",
        (chat_id, at, code),
    )
    if kept and (kept[0][0], kept[0][1]) == (code, micros(at)):  # the chat's first
        await rushes.watch(tx, code, at)
    return bool(kept)


async def of_chat(tx: Tx, chat_id: int) -> Referral | None:
    """By which links a chat came; None for one that came by itself."""
    rows = await tx.rows(
        "SELECT first_code, first_at, last_code, last_at FROM referrals WHERE chat_id = $1", (chat_id,)
    )
    if not rows:
        return None
    first_code, first_at, last_code, last_at = rows[0]
    return Referral(first_code, moment(first_at), last_code, moment(last_at))


async def brought(tx: Tx, codes: Sequence[str]) -> dict[str, Brought]:
    """What came by each of these codes; what was sent in training is not counted."""
    if not codes:
        return {}
    among = ", ".join(f"${n}" for n in range(1, len(codes) + 1))
    chats = await tx.rows(
        f"SELECT last_code, COUNT(*) FROM referrals WHERE last_code IN ({among}) GROUP BY last_code", codes
    )
    sent = await tx.rows(
        f"SELECT referral, COUNT(*) FROM applications WHERE referral IN ({among}) AND NOT training "
        "AND state <> 'erased' GROUP BY referral",
        codes,
    )
    came: dict[str, int] = dict(chats)
    counted: dict[str, int] = dict(sent)
    return {code: Brought(int(came.get(code, 0)), int(counted.get(code, 0))) for code in codes}
