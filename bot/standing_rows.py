"""What people say of their own payments, and what came of reminders, becomes rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from conversations.reminding import REMINDER
from conversations.turn import Json
from storage import payment_reports, reminders, scheduled, standings
from storage.keys import Keyring
from storage.turns import Kept
from storage.tx import Tx

log = structlog.get_logger()


async def payment_report(tx: Tx, keyring: Keyring, kept: Kept, facts: Mapping[str, Json], now: datetime) -> None:
    """Keep a reported payment for the application it is about, if that one was sent from this chat."""
    found = await standings.own(tx, kept.place.chat_id, str(facts["receipt"]))
    months = facts["months"]
    if found is None or not isinstance(months, int):
        return
    application_id, person_id = found
    await payment_reports.add(
        tx,
        application_id=application_id,
        chat_id=kept.place.chat_id,
        person_id=person_id,
        paid_on=str(facts["paid_on"]),
        months=months,
        via="collector" if facts["via"] == "collector" else "self",
        now=now,
    )


async def reminders_stopped(tx: Tx, keyring: Keyring, kept: Kept, facts: Mapping[str, Json], now: datetime) -> None:
    """BERHENTI: nothing is sent any more, and what was kept for reminders goes with them."""
    await scheduled.cancel(tx, kept.place.chat_id, REMINDER)
    await standings.keep_for_reminders(tx, keyring, kept.place.chat_id, "nothing")


async def reminders_started(tx: Tx, keyring: Keyring, kept: Kept, facts: Mapping[str, Json], now: datetime) -> None:
    """MULAI: whatever is still to come is planned again."""
    await standings.keep_for_reminders(tx, keyring, kept.place.chat_id, "what is known")
    await reminders.plan_chat(tx, kept.place.chat_id, now, ZoneInfo(str(facts["zone"])))


async def reminder_moved(tx: Tx, keyring: Keyring, kept: Kept, facts: Mapping[str, Json], now: datetime) -> None:
    """A reminder that came in the night waits for the morning."""
    await reminders.move(tx, kept.place.chat_id, facts, datetime.fromisoformat(str(facts["at"])))


async def reminder_settled(tx: Tx, keyring: Keyring, kept: Kept, facts: Mapping[str, Json], now: datetime) -> None:
    """What came of a reminder is written into its row, and counted in the log without saying whose it was."""
    came = str(facts["came"])
    await reminders.settle(tx, str(facts["key"]), came)
    log.info("reminder", which=str(facts["key"]).rpartition(":")[2].partition("@")[0], came=came)
