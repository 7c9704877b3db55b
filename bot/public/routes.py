"""The public pages: front page, a volunteer's link, receipt check, privacy, the secure form, the simulator."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.pages.limit import Limit
from bot.pages.page import STATIC, page, words_for
from bot.public.doors import doors
from bot.public.landing import landing_routes
from bot.public.papers import paper_route
from bot.public.secure_form import done_route, secure_form_routes
from bot.public.simulator import simulator_routes
from bot.services import Services
from conversations.membership import checked
from conversations.rules import receipts
from conversations.rules.contributions import monthly
from conversations.turn import Rupiah
from storage import standings

TRIES, EACH = 10, 60.0  # receipt checks, per address, in seconds
PRIVACY = ("who", "what", "why", "where", "long", "whom", "rights", "refuse", "never")


def routes(services: Services) -> list[BaseRoute]:
    """Every public page."""
    limit = Limit(TRIES, EACH)

    async def home(request: Request) -> Response:
        return _home(request, services)

    async def privacy(request: Request) -> Response:
        words = words_for(request, services)
        paragraphs = [words.text(f"pages.privacy.{name}") for name in PRIVACY]
        return _indexed(page(request, services, "privacy.html", paragraphs=paragraphs))

    async def ask(request: Request) -> Response:
        return page(request, services, "check.html", receipt="", answer="")

    async def check(request: Request) -> Response:
        async with request.form(max_fields=4, max_part_size=1024) as form:
            typed = str(form.get("receipt", ""))[:40]
        words = words_for(request, services)
        if not limit.allows(request.client.host if request.client else ""):
            return page(request, services, "check.html", 429, receipt=typed, answer=words.text("pages.check.slow"))
        receipt = receipts.read(typed)
        found = None
        if receipt:
            async with services.db.reading() as tx:
                found = await standings.by_receipt(tx, receipt)
        answer = words.text("pages.check.mistyped")
        if receipt:
            facts = {"receipt": receipt, "state": found.state if found else "", "until": found.until if found else ""}
            said = checked(facts, services.clock().astimezone(services.settings.zone).date())
            answer = words.text(said.key, said.facts)
        return page(request, services, "check.html", receipt=typed, answer=answer)

    pages: list[BaseRoute] = [
        Route("/", home),
        *landing_routes(services),
        paper_route(services),
        Route("/privasi", privacy),
        Route("/cek", ask, methods=["GET"]),
        Route("/cek", check, methods=["POST"]),
        STATIC,
        done_route(services),
        *secure_form_routes(services),
    ]
    return pages + (simulator_routes(services) if services.settings.simulator_on else [])


def _home(request: Request, services: Services) -> Response:
    greeting = words_for(request, services).text("pages.door.greeting")
    this_month = services.clock().astimezone(services.settings.zone).date()
    least = monthly(1, "other", "two", this_month).total
    return _indexed(page(request, services, "home.html", doors=doors(services, "", greeting), least=Rupiah(least)))


def _indexed(response: Response) -> Response:
    """A page anybody may find; all others say they are not to be indexed."""
    response.headers["x-robots-tag"] = "all"
    return response
