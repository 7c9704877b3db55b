"""Pages: a template, its words in the reader's language, and the files beside it under names that change with them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.services import Services
from conversations.turn import Fact
from conversations.wording import Words

HERE = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
LANGUAGE_COOKIE = "bahasa"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE.parent / "admin" / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["file"] = address_of
    return made


@cache
def address_of(name: str) -> str:
    """The address of a static file; it changes with the content, so it may be kept for ever."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{digest}/{name}"


async def static(request: Request) -> Response:
    """Serve a file of ours, by exactly the names we have."""
    path = HERE / "static" / request.path_params["name"]
    if path.parent != HERE / "static" or not path.is_file():
        return Response("no such file", 404)
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(path.read_bytes(), media_type=TYPES.get(path.suffix, "application/octet-stream"), headers=headers)


STATIC = Route("/static/{digest}/{name}", static)


def words_for(request: Request, services: Services) -> Words:
    """The reader's language: asked for in the address, chosen before, or what their browser prefers."""
    languages = services.house.words
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in languages:
            return languages[wish]
    preferred = request.headers.get("accept-language", "")[:2].casefold()
    return languages["en"] if preferred == "en" and "id" not in request.headers["accept-language"] else languages["id"]


def page(request: Request, services: Services, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template. In it: t(key, **facts) says a text, bold(text) shows *bold*, lang is the language."""
    words = words_for(request, services)

    def t(key: str, **facts: Fact) -> str:
        return words.text(key, facts)

    html = (
        _environment()
        .get_template(template)
        .render(
            t=t,
            bold=bold,
            lang=words.language,
            words=words,
            settings=services.settings,
            path=request.url.path,
            **values,
        )
    )
    response = HTMLResponse(html, status)
    if request.query_params.get("lang") in services.house.words:
        response.set_cookie(LANGUAGE_COOKIE, words.language, max_age=31_536_000, httponly=True, samesite="lax")
    return response


def bold(text: str) -> Markup:
    """Show our texts' only markup, *bold*, and their line breaks; everything else is escaped."""
    parts = str(escape(text)).split("*")
    html = "".join(f"<strong>{part}</strong>" if place % 2 else part for place, part in enumerate(parts))
    return Markup(html.replace("\n", "<br>"))  # noqa: S704 — escaped above
