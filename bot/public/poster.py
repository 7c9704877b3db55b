"""A volunteer's posters to look at and to print: what they show, anybody with the link may see anyhow."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TypeAlias, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.pages.limit import Limit
from bot.pages.page import page
from bot.posters.making import KINDS, SIZES, TYPES, Kind, Size, make
from bot.posters.said import Said, said_for
from bot.public.whose import address_of, whose
from bot.services import Services
from storage.volunteers import Volunteer

DRAWN, EACH = 40, 60.0  # files, per address, in seconds: each takes a second to draw
REMEMBERED = 12
Drawing: TypeAlias = tuple[Said, Size, Kind, str]


class Easel:
    """Draws one file at a time, beside the loop, and remembers the last few."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Semaphore(1)
        self._known: OrderedDict[Drawing, bytes] = OrderedDict()

    async def draw(self, services: Services, volunteer: Volunteer, size: Size, kind: Kind, language: str) -> bytes:
        """A file's bytes: made, or as made before."""
        words = services.house.words[language]
        said = said_for(volunteer, services.settings.base_url, words)
        wanted: Drawing = (said, size, kind, language)
        async with self._one_at_a_time:
            if wanted not in self._known:
                self._known[wanted] = await asyncio.to_thread(make, said, words, size, kind)
            self._known.move_to_end(wanted)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            return self._known[wanted]


def poster_routes(services: Services, wrong: Limit) -> list[BaseRoute]:
    """/r/{code}/poster and its files. wrong: the brake on trying codes, shared with the landing page."""
    easel = Easel()
    drawn = Limit(DRAWN, EACH)

    async def look(request: Request) -> Response:
        found = await whose(request, services, wrong)
        if found is None:
            return RedirectResponse("/", 303)
        return page(request, services, "poster.html", volunteer=found, sizes=SIZES, kinds=KINDS)

    async def file(request: Request) -> Response:
        size, kind = request.path_params["size"], request.path_params.get("kind", "small")
        found = await whose(request, services, wrong)
        if found is None or size not in SIZES or kind not in (*KINDS, "small"):
            raise HTTPException(404)
        if not drawn.allows(address_of(request)):
            raise HTTPException(503)
        made = await easel.draw(services, found, cast("Size", size), cast("Kind", kind), "id")
        name = f"{found.code}-{size}.{'pdf' if kind == 'pdf' else 'png'}"
        shown = "attachment" if kind == "pdf" else "inline"
        return Response(
            made, media_type=TYPES[kind], headers={"content-disposition": f'{shown}; filename="{name}"'}
        )  # fmt: skip

    return [
        Route("/r/{code}/poster", look),
        Route("/r/{code}/poster/{size}/small", file),
        Route("/r/{code}/poster/{size}.{kind}", file),
    ]
