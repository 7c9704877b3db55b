"""Where a volunteer's link lands: who brings you, what this is, what it never asks, and the way into a chat."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.pages.limit import Limit
from bot.pages.page import page, words_for
from bot.public.doors import doors
from bot.public.poster import poster_routes
from bot.public.whose import address_of, whose
from bot.services import Services
from conversations.rules import areas
from storage.volunteers import Volunteer

WRONG, EACH = 10, 60.0  # wrong codes, per address, in seconds


def landing_routes(services: Services) -> list[BaseRoute]:
    """/r/{code} and what lies below it."""
    wrong = Limit(WRONG, EACH)

    async def land(request: Request) -> Response:
        slowed = wrong.spent(address_of(request))  # then the page is there all the same, but names nobody
        found = await whose(request, services, wrong)
        return _page(request, services, found, 429 if slowed else 200)

    return [Route("/r/{code}", land), *poster_routes(services, wrong)]


def _page(request: Request, services: Services, found: Volunteer | None, status: int) -> Response:
    words = words_for(request, services)
    code = found.code if found else ""
    greeting = words.text("pages.landing.greeting", {"code": code}) if code else words.text("pages.door.greeting")
    area = areas.named(found.area_code) if found else None
    return page(
        request, services, "landing.html", status, volunteer=found, area=area.name if area else "",
        doors=doors(services, code, greeting),
    )  # fmt: skip
