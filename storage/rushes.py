"""Rushes: far more people came by one volunteer's code than a full hall holds. They all count; the desk takes a look.

Nobody who scanned a poster is ever slowed down or lost: only the volunteer's row is marked, until somebody has looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.columns import micros
from storage.tx import Tx

# A full hall is some eighty people in an hour; several halls and a market, three hundred in a day.
HALL = (100, timedelta(hours=1))
FAIR = (300, timedelta(days=1))
SEEN = timedelta(days=1)  # on each side of a rush: what is counted to judge it by
COUNTED_UP_TO = 500


@dataclass(frozen=True, slots=True)
class Rush:
    """What a rush brought: chats that came by the code for the first time, and how many of them sent a form in.

    Both are counted up to COUNTED_UP_TO.
    """

    chats: int
    applications: int


async def watch(tx: Tx, code: str, at: datetime) -> None:
    """Mark the code's volunteer where one more new chat is too many. Once an hour is enough."""
    for most, within in (HALL, FAIR):
        beyond = await tx.rows(
            "SELECT first_at FROM referrals WHERE first_code = $1 AND first_at > $2 AND first_at <= $3 "
            f"ORDER BY first_at DESC LIMIT 1 OFFSET {most}",
            (code, micros(at - within), micros(at)),
        )
        if beyond:
            await tx.rows(
                "UPDATE volunteers SET rushed_at = $1 WHERE code = $2 AND (rushed_at IS NULL OR rushed_at < $3)",
                (at, code, micros(at - timedelta(hours=1))),
            )
            return


async def seen(tx: Tx, code: str, rushed_at: datetime) -> Rush:
    """What came around a rush."""
    sent = (
        "SELECT 1 FROM applications a WHERE a.chat_id = came.chat_id AND NOT a.training AND a.state <> 'erased' LIMIT 1"
    )
    [(chats, applications)] = await tx.rows(
        f"SELECT COUNT(*), COUNT(({sent})) FROM (SELECT chat_id FROM referrals WHERE first_code = $1 "
        f"AND first_at > $2 AND first_at <= $3 ORDER BY first_at DESC LIMIT {COUNTED_UP_TO}) AS came",
        (code, micros(rushed_at - SEEN), micros(rushed_at + SEEN)),
    )
    return Rush(int(chats), int(applications))


async def settle(tx: Tx, volunteer_id: int) -> bool:
    """Say that somebody has looked. False where nothing was marked."""
    rows = await tx.rows(
        "UPDATE volunteers SET rushed_at = NULL WHERE id = $1 AND rushed_at IS NOT NULL RETURNING id", (volunteer_id,)
    )
    return bool(rows)
