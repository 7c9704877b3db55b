"""Pages: a template, its words in the reader's language, and the files beside it under names that change with them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ExceptionHandler

from bot.channels.rendering import to_html
from bot.services import Services
from conversations.turn import Fact, Rupiah
from conversations.wording import Words
from storage.errors import TryAgain

HERE = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LANGUAGE_COOKIE = "bahasa"
TOLD = (400, 403, 404, 405, 413, 500, 503)  # the statuses with words of their own


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE.parent / "admin" / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"file": address_of, "bold": bold, "rupiah": Rupiah}
    return made


@cache
def address_of(name: str) -> str:
    """The address of a static file; it changes with the content, so it may be kept for ever."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{digest}/{name}"


async def static(request: Request) -> Response:
    """Serve a file of ours, by exactly the names we have."""
    path = HERE / "static" / request.path_params["name"]
    if path.parent != HERE / "static" or path.suffix not in TYPES or not path.is_file():
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(path.read_bytes(), media_type=TYPES[path.suffix], headers=headers)


STATIC = Route("/static/{digest}/{name}", static)


def words_for(request: Request, services: Services, speaks: str = "") -> Words:
    """The reader's language: asked for in the address, chosen before, known to speak, or what their browser prefers."""
    languages = services.house.words
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE), speaks):
        if wish and wish in languages:
            return languages[wish]
    accepted = request.headers.get("accept-language", "").casefold()
    return languages["en"] if accepted.startswith("en") and "id" not in accepted else languages["id"]


def page(
    request: Request,
    services: Services,
    template: str,
    status: int = 200,
    *,
    here: str = "",
    speaks: str = "",
    **values: Any,
) -> HTMLResponse:
    """Render a template for the reader. here: the address of this page where it is not the request's own.

    In templates: t(key, **facts) says a text, bold(text) shows *bold*, at(moment) and ago(moment) say a time.
    """
    words = words_for(request, services, speaks)
    query = {} if here else {name: value for name, value in request.query_params.items() if name != "lang"}
    tongues = [
        (name, each.text("pages.tongue"), f"{here or request.url.path}?{urlencode({**query, 'lang': name})}")
        for name, each in services.house.words.items()
    ]
    html = _environment().get_template(template).render(
        lang=words.language, tongues=tongues, settings=services.settings,
        **_sayings(words, services.settings.zone, services.clock()), **values,
    )  # fmt: skip
    response = HTMLResponse(html, status)
    if request.query_params.get("lang") in services.house.words:
        response.set_cookie(
            LANGUAGE_COOKIE, words.language, max_age=31_536_000, httponly=True, samesite="lax", path="/"
        )
    return response


def _sayings(words: Words, zone: ZoneInfo, now: datetime) -> Mapping[str, Callable[..., str]]:
    """What a template says with: its texts, and moments in the reader's language and the house's time zone."""

    def t(key: str, **facts: Fact) -> str:
        return words.text(key, facts)

    def at(moment: datetime, pattern: str = "d MMM y, HH:mm") -> str:
        return format_datetime(moment.astimezone(zone), pattern, locale=words.language)

    def ago(moment: datetime) -> str:
        return format_timedelta(now - moment, locale=words.language, threshold=1.0)

    def money(amount: int) -> str:
        return words.value(Rupiah(amount)).removeprefix("Rp")

    def at_month(month: date) -> str:
        return format_date(month, "MMM y", locale=words.language)

    return {"t": t, "at": at, "ago": ago, "money": money, "at_month": at_month}


def bold(text: str) -> Markup:
    """Show our texts' only markup, *bold*, and their line breaks; everything else is escaped."""
    return Markup(to_html(text).replace("\n", "<br>"))  # noqa: S704 — to_html escapes


def told(services: Services) -> Mapping[Any, ExceptionHandler]:
    """What is said when there is no page: what happened, and the way out."""

    def tell(request: Request, error: Exception) -> Response:
        match error:
            case HTTPException():
                status = error.status_code
            case TryAgain():
                status = 503
            case _:
                status = 500
        key = f"pages.error.{status if status in TOLD else 404}"
        back = "/admin" if request.url.path.startswith("/admin") else "/"
        return page(request, services, "told.html", status, here=back, key=key, back=back, back_key="pages.error.back")

    return dict.fromkeys((*TOLD, TryAgain), tell)
