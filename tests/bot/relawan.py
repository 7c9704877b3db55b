"""Volunteers for tests: somebody who was invited and confirmed, as the database knows them."""

from __future__ import annotations

from datetime import timedelta

from bot.services import Services
from conversations.rules.codes import VOLUNTEER
from storage import volunteers
from storage.volunteers import Volunteer

KLENDER, PULO_GEBANG = "31.75.07.1003", "31.75.06.1005"
RATNA = VOLUNTEER.make(123_456_789_012 % VOLUNTEER.span)


async def active(
    services: Services,
    code: str = RATNA,
    *,
    name: str = "Ratna Dewi",
    area: str = KLENDER,
    rw: str = "5",
    state: str = "active",
) -> Volunteer:
    """An active volunteer, without a chat."""
    now = services.clock()
    async with services.db.writing() as tx:
        row_id = await volunteers.invite(
            tx, services.keyring, f"invitation of {code}", code=code, name=name, area_code=area, rw=rw, staff_id=None,
            now=now, until=now + timedelta(days=7),
        )  # fmt: skip
        await volunteers.move_to(tx, row_id, ("invited",), state, now)
        found = await volunteers.one(tx, services.keyring, row_id)
    assert found is not None
    return found
