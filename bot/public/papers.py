"""Where a receipt is fetched: by WhatsApp, which takes files by address only, and by a tap in the simulator."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages.limit import Limit
from bot.papers import link
from bot.papers.printer import NoSuchReceipt
from bot.public.whose import address_of
from bot.services import Services

DRAWN, EACH = 40, 60.0  # files, per address, in seconds: each takes half a second to draw


def paper_route(services: Services) -> Route:
    """/kertas/{token}/{name}."""
    drawn = Limit(DRAWN, EACH)

    async def fetch(request: Request) -> Response:
        paper = link.read(services.keyring, request.path_params["token"], services.clock())
        if paper is None:
            raise HTTPException(404)
        if not drawn.allows(address_of(request)):
            raise HTTPException(503)
        try:
            file = await services.printer.file(paper)
        except NoSuchReceipt:
            raise HTTPException(404) from None
        return shown(file.name, file.media_type, await file.content())

    return Route("/kertas/{token}/{name}", fetch)


def shown(name: str, media_type: str, content: bytes) -> Response:
    """A file to be looked at first, and kept under its number."""
    return Response(content, media_type=media_type, headers={"content-disposition": f'inline; filename="{name}"'})
