"""Where a volunteer's link lands: who brings you, what this is, what it never asks, and the way into a chat."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.pages.limit import Limit
from bot.pages.page import page, words_for
from bot.public.doors import doors
from bot.services import Services
from conversations.rules import areas
from conversations.rules.codes import VOLUNTEER
from storage import volunteers
from storage.volunteers import Volunteer

WRONG, EACH = 10, 60.0  # wrong codes, per address, in seconds
LONGEST = 64


def landing_routes(services: Services) -> list[BaseRoute]:
    """/r/{code}."""
    wrong = Limit(WRONG, EACH)

    async def land(request: Request) -> Response:
        address = request.client.host if request.client else ""
        found, status = None, 200
        if wrong.spent(address):
            status = 429  # the page is there all the same, but it no longer says whether a code is somebody's
        else:
            found = await _whose(services, request.path_params["code"])
            if found is None:
                wrong.allows(address)
        return _page(request, services, found, status)

    return [Route("/r/{code}", land)]


async def _whose(services: Services, said: str) -> Volunteer | None:
    """The volunteer a code belongs to, while they are active. A code with a wrong check sign is not looked for."""
    code = VOLUNTEER.read(said) if len(said) <= LONGEST else None
    if code is None:
        return None
    async with services.db.reading() as tx:
        found = await volunteers.by_code(tx, services.keyring, code)
    return found if found and found.state == "active" else None


def _page(request: Request, services: Services, found: Volunteer | None, status: int) -> Response:
    words = words_for(request, services)
    code = found.code if found else ""
    greeting = words.text("pages.landing.greeting", {"code": code}) if code else words.text("pages.door.greeting")
    area = areas.named(found.area_code) if found else None
    return page(
        request, services, "landing.html", status, volunteer=found, area=area.name if area else "",
        doors=doors(services, code, greeting),
    )  # fmt: skip
