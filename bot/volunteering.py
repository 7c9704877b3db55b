"""What the chat asks of storage about volunteers: an invitation, becoming one, the card; and by whom a chat came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from conversations.turn import Json
from storage import audit, referrals, volunteers
from storage.keys import Keyring
from storage.turns import Kept, Place
from storage.tx import Tx
from storage.volunteers import Volunteer

Facts = Mapping[str, Json]
ACTOR = "the volunteer"  # in the record, where somebody ends it themselves


async def invitation(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """Bind an invitation to this chat. Who is a volunteer already is shown their card instead."""
    if already := await volunteers.by_chat(tx, keyring, place.chat_id):
        return shown(already)
    taken = await volunteers.take_invitation(
        tx, keyring, str(facts["token"]), chat_id=place.chat_id, person_id=place.person_id, now=now
    )
    return {"found": True, "invitation": taken.id, **_written_down(taken)} if taken else {"found": False}


async def joined(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """Make somebody a volunteer, in the turn in which they answered the last question."""
    made = await volunteers.confirm(
        tx, keyring, chat_id=place.chat_id, name=str(facts["full_name"]), area_code=str(facts["kelurahan"]),
        rw=str(facts["rw"]), now=now,
    )  # fmt: skip
    return shown(made) if made else {}


async def card(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """Who this chat's volunteer is; nothing where it has none."""
    found = await volunteers.by_chat(tx, keyring, place.chat_id)
    return shown(found) if found else {}


async def resigned(tx: Tx, keyring: Keyring, place: Place, facts: Facts, now: datetime) -> dict[str, Json]:
    """End it for whoever asked, with their name, and say who it was; nothing where this chat has no volunteer."""
    found = await volunteers.by_chat(tx, keyring, place.chat_id)
    if found is None:
        return {}
    await volunteers.move_to(tx, found.id, ("active", "paused"), "ended", now)
    await audit.append(
        tx, actor=ACTOR, action="volunteer.ended", subject=f"volunteer:{found.code}", facts={}, at=now
    )  # fmt: skip
    return shown(found)


async def came_by(tx: Tx, keyring: Keyring, kept: Kept, facts: Facts, now: datetime) -> None:
    """Remember by whose link this chat came. A code nobody has is not kept."""
    await referrals.note(tx, kept.place.chat_id, str(facts["code"]), kept.arrived_at)


def shown(volunteer: Volunteer) -> dict[str, Json]:
    """A volunteer as the chat tells of them."""
    return {"code": volunteer.code, "state": volunteer.state, **_written_down(volunteer)}


def _written_down(volunteer: Volunteer) -> dict[str, Json]:
    kelurahan = volunteer.area_code if volunteer.area_code.count(".") == 3 else ""
    rw = int(volunteer.rw) if volunteer.rw.isdecimal() else None
    return {"full_name": volunteer.name, "kelurahan": kelurahan, "rw": rw}
