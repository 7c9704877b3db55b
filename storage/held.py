"""What is held of somebody beside their form: counted for DATA SAYA, without opening any of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.columns import moment
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Held:
    """How many payments and wrongs they reported, how many people they help, whether they are a volunteer.

    numbers: of how many applications a KPJ or kode iuran is held; kept: of how many a first name and amounts, to remind.
    """

    payments: int
    reports: int
    helped: int
    volunteer: bool
    numbers: int
    kept: int


@dataclass(frozen=True, slots=True)
class Word:
    """One yes or no of theirs. purpose: "data", "reminders", …"""

    purpose: str
    granted: bool
    at: datetime


async def held(tx: Tx, chat_id: int, person_id: int) -> Held:
    """Count what is held."""
    [(payments, reports, helped, volunteers, numbers, kept)] = await tx.rows(
        "SELECT (SELECT COUNT(*) FROM payment_reports WHERE chat_id = $1 AND person_id = $2), "
        "(SELECT COUNT(*) FROM reports WHERE person_id = $2), "
        "(SELECT COUNT(*) FROM helped WHERE chat_id = $1), "
        "(SELECT COUNT(*) FROM volunteers WHERE chat_id = $1 AND state <> 'ended'), "
        "(SELECT COUNT(*) FROM memberships WHERE person_id = $2 AND (kpj IS NOT NULL OR payment_code IS NOT NULL)), "
        "(SELECT COUNT(*) FROM memberships WHERE person_id = $2 AND kept IS NOT NULL)",
        (chat_id, person_id),
    )
    return Held(int(payments), int(reports), int(helped), bool(volunteers), int(numbers), int(kept))


async def words(tx: Tx, person_id: int, *, limit: int = 50) -> list[Word]:
    """What somebody agreed to and refused, oldest first."""
    rows = await tx.rows(
        "SELECT purpose, granted, at FROM consents WHERE person_id = $1 ORDER BY id DESC LIMIT $2", (person_id, limit)
    )
    return [Word(purpose, bool(granted), moment(at)) for purpose, granted, at in reversed(rows)]
