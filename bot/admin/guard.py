"""The desk's door: every page names what it does, and is shown only to a seat that may; every form must be our own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.admin import csrf
from bot.admin.permissions import PERMISSIONS, may
from bot.admin.seats import seated
from bot.pages.page import page, words_for
from bot.services import Services
from conversations.wording import Words
from storage.staff import Seat
from storage.waiting import waiting

SECOND_STEP = "/admin/second-step"
ROOMS: Mapping[str, str] = {  # what waits is counted for whoever may see it
    "queue": "queue.see",
    "help": "help.see",
    "payments": "payments.see",
    "reports": "reports.see",
    "requests": "requests.see",
    "parked": "parked.see",
}
BEFORE_THE_STEP = ("own.second_step", "own.leave")  # all that whoever owes a second step may do


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page works with: the opened house, who sits here, their language, and what waits for them."""

    services: Services
    seat: Seat
    words: Words
    waits: Mapping[str, int]

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """Render one of the desk's templates."""
        return page(
            request, self.services, template, status,
            member=self.seat.member, may=self.may, csrf=csrf.token(self.seat.csrf_secret),
            in_rooms=self.waits, **values,
        )  # fmt: skip

    def may(self, act: str) -> bool:
        return may(self.seat.member.role, act)


Form: TypeAlias = Mapping[str, str]
Shows: TypeAlias = Callable[[Request, Desk], Awaitable[Response]]
Does: TypeAlias = Callable[[Request, Desk, Form], Awaitable[Response]]
Receives: TypeAlias = Callable[[Request, Desk, Form, UploadFile | None], Awaitable[Response]]


def shows(services: Services, act: str, path: str, show: Shows) -> Route:
    """A page that is looked at."""
    assert act in PERMISSIONS, f"{path} does {act}, which permissions.py does not list"

    async def looked_at(request: Request) -> Response:
        seat = await seated(request, services)
        if seat is None:
            elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
            return _once_more(request, services) if elsewhere else _sign_in(request)
        if seat.owes_step and act not in BEFORE_THE_STEP:
            return RedirectResponse(SECOND_STEP, 303)
        if not may(seat.member.role, act):
            return refusal(request, services, "not_allowed")
        return await show(request, await _desk(request, services, seat))

    return Route(path, looked_at, methods=["GET"], name=act)


def does(services: Services, act: str, path: str, do: Does) -> Route:
    """A form that changes or uncovers something."""
    assert act in PERMISSIONS, f"{path} does {act}, which permissions.py does not list"

    async def sent(request: Request) -> Response:
        if not csrf.ours(request.headers, services.settings.base_url):
            return refusal(request, services, "not_ours")
        seat = await seated(request, services)
        if seat is None:
            return _sign_in(request)
        form = await read(request)
        if not csrf.fits(seat.csrf_secret, form.get("csrf", "")):
            return refusal(request, services, "not_ours")
        if seat.owes_step and act not in BEFORE_THE_STEP:
            return RedirectResponse(SECOND_STEP, 303)
        if not may(seat.member.role, act):
            return refusal(request, services, "not_allowed")
        return await do(request, await _desk(request, services, seat), form)

    return Route(path, sent, methods=["POST"], name=act)


def receives(services: Services, act: str, path: str, take: Receives) -> Route:
    """A form that brings a file. Who sends it is known before any of it is read; the file is gone after the answer."""
    assert act in PERMISSIONS, f"{path} does {act}, which permissions.py does not list"

    async def sent(request: Request) -> Response:
        if not csrf.ours(request.headers, services.settings.base_url):
            return refusal(request, services, "not_ours")
        seat = await seated(request, services)
        if seat is None:
            return _sign_in(request)
        if seat.owes_step:
            return RedirectResponse(SECOND_STEP, 303)
        if not may(seat.member.role, act):
            return refusal(request, services, "not_allowed")
        async with request.form(max_files=1, max_fields=40) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
            if not csrf.fits(seat.csrf_secret, fields.get("csrf", "")):
                return refusal(request, services, "not_ours")
            return await take(request, await _desk(request, services, seat), fields, file)

    return Route(path, sent, methods=["POST"], name=act)


async def _desk(request: Request, services: Services, seat: Seat) -> Desk:
    rooms = [room for room, act in ROOMS.items() if may(seat.member.role, act)]
    async with services.db.reading() as tx:
        waits = await waiting(tx, rooms, seat.member.area)
    return Desk(services, seat, words_for(request, services), waits)


async def read(request: Request) -> Form:
    """A form's fields as text. Of a field given twice the first counts; files are not taken here."""
    async with request.form(max_files=0, max_fields=40) as form:
        fields: dict[str, str] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, value.replace("\0", ""))
    return fields


def refusal(request: Request, services: Services, why: str) -> Response:
    """The page that says what is not allowed, and where to go instead."""
    return page(
        request, services, "told.html", 403, here="/admin",
        key=f"admin.refused.{why}", back="/admin", back_key="admin.refused.back",
    )  # fmt: skip


def _once_more(request: Request, services: Services) -> Response:
    """A link followed from another site comes without the cookie, which is strict. Our own page asks again, with it."""
    address = _address(request)
    asking = page(
        request, services, "told.html", here="/admin",
        key="admin.elsewhere", back=address, back_key="admin.elsewhere.go",
    )  # fmt: skip
    asking.headers["refresh"] = f"0; url={address}"
    return asking


def _sign_in(request: Request) -> Response:
    """To the login, and back to the page afterwards; a form's content is not carried along."""
    wanted = _address(request) if request.method == "GET" else "/admin"
    return RedirectResponse(f"/admin/login?next={quote(wanted, safe='')}", 303)


def _address(request: Request) -> str:
    return quote(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
