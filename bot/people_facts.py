"""What ORANG SAYA asks of storage: a volunteer's people, cut down to what a volunteer may know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot import days
from conversations.helping import first_name
from conversations.turn import Json
from storage import my_people, volunteers
from storage.keys import Keyring
from storage.turns import Place
from storage.tx import Tx


async def theirs(tx: Tx, keyring: Keyring, place: Place, facts: Mapping[str, Json], now: datetime) -> dict[str, Json]:
    """The people of this chat's volunteer; nothing where it has none, or a paused one."""
    volunteer = await volunteers.by_chat(tx, keyring, place.chat_id)
    if volunteer is None or volunteer.state != "active":
        return {"volunteer": False, "paused": volunteer is not None}
    found = await my_people.of_volunteer(tx, keyring, volunteer, days.since(now))
    return {
        "volunteer": True,
        "on_the_way": [[_called(p.name), p.asked, _day(p.since, now)] for p in found.on_the_way],
        "sent_in": [[_called(p.name), p.state, _day(p.since, now)] for p in found.sent_in],
        "days": [[day.isoformat(), n] for day, n in days.by_day(found.recent, now)],
        "totals": [found.totals.sent, found.totals.approved, found.totals.registered],
    }


def _day(at: datetime, now: datetime) -> str:
    return at.astimezone(now.tzinfo).date().isoformat()


def _called(name: str) -> str:
    return first_name(name) if name else ""
