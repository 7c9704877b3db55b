"""What conversations ask to be remembered: each `Record` by its name, written in the turn's own transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from bot import data_rights, helping_rows, standing_rows, trust_rows, volunteering
from conversations.turn import Json
from storage import help_requests, people
from storage.keys import Keyring
from storage.turns import Kept
from storage.tx import Tx

Facts: TypeAlias = Mapping[str, Json]
Recorded: TypeAlias = Callable[[Tx, Keyring, Kept, Facts, datetime], Awaitable[None]]


async def _quiet_ended(tx: Tx, keyring: Keyring, kept: Kept, facts: Facts, now: datetime) -> None:
    await help_requests.end_quiet(tx, kept.place.chat_id)


async def _wiped(tx: Tx, keyring: Keyring, kept: Kept, facts: Facts, now: datetime) -> None:
    await people.blank(tx, kept.place.chat_id, now)


RECORDS: Mapping[str, Recorded] = {
    "reminders_stopped": standing_rows.reminders_stopped,
    "reminders_started": standing_rows.reminders_started,
    "reminder_moved": standing_rows.reminder_moved,
    "reminder_settled": standing_rows.reminder_settled,
    "wiped": _wiped,
    "quiet_ended": _quiet_ended,
    "helping": helping_rows.begin,
    "payment_report": standing_rows.payment_report,
    "came_by": volunteering.came_by,
    "report": trust_rows.report,
    "data_request": data_rights.request,
    "restricted": data_rights.restricted,
    "restriction_lifted": data_rights.restriction_lifted,
}
