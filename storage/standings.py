"""Where somebody stands, for themselves: the agency's word by receipt, and what they reported paying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from conversations.turn import Json
from storage import memberships
from storage.columns import moment
from storage.keys import Keyring
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Stands:
    """An application's state, and until when the agency's list says its person is protected; None where it does not."""

    state: str
    paid_until: date | None

    @property
    def until(self) -> str:
        """The same as an ISO day, "" for none."""
        return self.paid_until.isoformat() if self.paid_until else ""


@dataclass(frozen=True, slots=True)
class Reported:
    """The last payment somebody reported for an application. state: waiting, confirmed, contradicted, withdrawn."""

    paid_on: date
    months: int
    via: str
    state: str
    reported_at: datetime


async def by_receipt(tx: Tx, receipt: str) -> Stands | None:
    """Where the application of this receipt stands, and nothing that says whose it is."""
    rows = await tx.rows(
        "SELECT a.state, m.paid_until FROM applications a LEFT JOIN memberships m ON m.application_id = a.id "
        "WHERE a.receipt = $1",
        (receipt,),
    )
    return Stands(rows[0][0], date.fromisoformat(rows[0][1]) if rows[0][1] else None) if rows else None


async def reported_from(tx: Tx, chat_id: int) -> Mapping[int, Reported]:
    """The last payment reported for each application made from this chat, by application."""
    rows = await tx.rows(
        "SELECT r.application_id, r.paid_on, r.months, r.via, r.state, r.reported_at FROM payment_reports r "
        "JOIN applications a ON a.id = r.application_id WHERE a.chat_id = $1 ORDER BY r.reported_at, r.id",
        (chat_id,),
    )
    return {
        row_id: Reported(date.fromisoformat(paid_on), months, via, state, moment(at))
        for row_id, paid_on, months, via, state, at in rows
    }


async def own(tx: Tx, chat_id: int, receipt: str) -> tuple[int, int] | None:
    """The application and the person of a receipt, if it was sent from this chat and is not erased."""
    rows = await tx.rows(
        "SELECT id, person_id FROM applications WHERE receipt = $1 AND chat_id = $2 AND state <> 'erased'",
        (receipt, chat_id),
    )
    return (rows[0][0], rows[0][1]) if rows else None


async def keep_for_reminders(tx: Tx, keyring: Keyring, chat_id: int, what: Literal["what is known", "nothing"]) -> None:
    """Keep what reminders of this chat's members need once their answers are thinned out, or let it go."""
    if what == "nothing":
        await tx.rows(
            "UPDATE memberships SET kept = NULL WHERE application_id IN (SELECT id FROM applications WHERE chat_id = $1)",
            (chat_id,),
        )
        return
    for one in await memberships.for_chat(tx, keyring, chat_id):
        if one.membership is None or not one.first_name:
            continue
        known: dict[str, Json] = {
            "first_name": one.first_name,
            "sector": one.sector,
            "programme": one.programme,
            "months": one.months,
            "income": one.income,
        }
        await memberships.keep(tx, keyring, one.application_id, known)
