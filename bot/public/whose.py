"""Whose code an address carries; codes cannot be tried by the thousand."""

from __future__ import annotations

from starlette.requests import Request

from bot.pages.limit import Limit
from bot.services import Services
from conversations.rules.codes import VOLUNTEER
from storage import volunteers
from storage.volunteers import Volunteer

LONGEST = 64


async def whose(request: Request, services: Services, wrong: Limit) -> Volunteer | None:
    """The volunteer whose link this is, while they are active. Of an address that tried too often nothing is looked up.

    A code with a wrong check sign is not looked for either; it counts as a try.
    """
    address, said = address_of(request), request.path_params["code"]
    if wrong.spent(address):
        return None
    code = VOLUNTEER.read(said) if len(said) <= LONGEST else None
    found = None
    if code:
        async with services.db.reading() as tx:
            found = await volunteers.by_code(tx, services.keyring, code)
    if found and found.state == "active":
        return found
    wrong.allows(address)
    return None


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""
