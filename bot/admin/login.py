"""Coming and going: the one-time set-up link, the login, and leaving. Nothing here tells whether a login exists."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin import csrf, passwords, seats
from bot.admin.guard import Desk, Form, does, read, refusal
from bot.admin.seating import code_routes, next_page, note, sit_down, welcome
from bot.pages.limit import Limit
from bot.pages.page import page
from bot.services import Services
from storage import audit, staff
from storage.errors import AlreadyThere
from storage.staff import Invitation, Member

TRIES, EACH = 20, 60.0  # logins an address, in seconds
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
LONGEST_NAME = 80
SOMEBODY = "somebody"  # whoever types a login nobody has; what they typed is not kept: it may be a password


def login_routes(services: Services) -> list[BaseRoute]:
    """/admin/login, /admin/setup/{token}, /admin/logout."""
    limit = Limit(TRIES, EACH)

    async def ask(request: Request) -> Response:
        if await seats.seated(request, services):
            return RedirectResponse(next_page(request.query_params.get("next", "")), 303)
        late = request.query_params.get("done") == "late"
        return _login_page(request, services, "admin.login.late" if late else "", request.query_params.get("next", ""))

    async def enter(request: Request) -> Response:
        if not csrf.ours(request.headers, services.settings.base_url):
            return refusal(request, services, "not_ours")
        form = await read(request)
        login = folded(form.get("login", ""))
        if not limit.allows(request.client.host if request.client else ""):
            return _login_page(request, services, "admin.login.slow", form.get("next", ""), 429)
        member = await recognised(services, login, form.get("password", ""))
        if member is None:
            return _login_page(request, services, "admin.login.wrong", form.get("next", ""), 401, login)
        return await welcome(request, services, member, next_page(form.get("next", "")))

    async def invited(request: Request) -> Response:
        return _setup_page(request, services, await _invited(request, services), {}, {})

    async def join(request: Request) -> Response:
        if not csrf.ours(request.headers, services.settings.base_url):
            return refusal(request, services, "not_ours")
        return await _join(request, services, await read(request))

    return [
        Route("/admin/login", ask, methods=["GET"]),
        Route("/admin/login", enter, methods=["POST"]),
        Route("/admin/setup/{token}", invited, methods=["GET"]),
        Route("/admin/setup/{token}", join, methods=["POST"]),
        does(services, "own.leave", "/admin/logout", _leave),
        *code_routes(services),
    ]


def folded(login: str) -> str:
    """A login as it is stored."""
    return unicodedata.normalize("NFKC", login).strip().casefold()[:60]


async def recognised(services: Services, login: str, password: str) -> Member | None:
    """The member this login and password belong to. A wrong password is counted, and a resting login stays shut.

    A login nobody has costs the same: a hash, and an entry in the record.
    """
    now = services.clock()
    async with services.db.reading() as tx:
        member = await staff.by_login(tx, login)
    known = member is not None and member.disabled_at is None
    right = await passwords.fits(password, member.password_hash if member and known else None)
    if not known:
        async with services.db.writing() as tx:
            await audit.append(tx, actor=SOMEBODY, action="login.unknown", subject="login", facts={}, at=now)
        return None
    async with services.db.writing() as tx:
        member = await staff.by_login(tx, login)  # again: other tries may have been counted meanwhile
        if member is None or member.disabled_at is not None:
            return None
        resting = member.locked_until is not None and now < member.locked_until
        if right and not resting:
            if not member.second_step:  # else a right password would let codes be guessed for ever
                await staff.note_success(tx, member.id)
        else:
            if not resting:
                failures = await staff.count_failure(tx, member.id)
                await staff.note_failure(tx, member.id, failures, passwords.rest(failures, now))
            await note(tx, member, "login.resting" if resting else "login.wrong_password", now)
            return None
    if passwords.stale(member.password_hash):
        fresh = await passwords.hashed(password)
        async with services.db.writing() as tx:
            await staff.set_password(tx, member.id, fresh)
    return member


async def _leave(request: Request, desk: Desk, _form: Form) -> Response:
    now = desk.services.clock()
    async with desk.services.db.writing() as tx:
        await staff.revoke_session(tx, desk.seat.id, desk.seat.member.id, now)
        await note(tx, desk.seat.member, "login.out", now)
    response = RedirectResponse("/admin/login", 303)
    seats.forget(response, desk.services.settings)
    return response


def _login_page(
    request: Request, services: Services, trouble: str, to: str, status: int = 200, login: str = ""
) -> Response:
    return page(
        request, services, "login.html", status, here="/admin/login",
        trouble=trouble, next=next_page(to), login=login,
    )  # fmt: skip


# ---- the one-time link ----------------------------------------------------------------------------------------------

Trouble = Literal["login_shape", "login_taken", "name_missing", "repeat_differs"] | passwords.Weakness


async def _invited(request: Request, services: Services) -> Invitation | None:
    async with services.db.reading() as tx:
        return await staff.invitation(tx, request.path_params["token"], services.clock())


def _setup_page(
    request: Request,
    services: Services,
    invitation: Invitation | None,
    typed: Form,
    troubles: dict[str, Trouble],
    status: int = 200,
) -> Response:
    if invitation is None:
        return page(
            request, services, "told.html", 410, here="/admin/login",
            key="admin.setup.spent", back="/admin/login", back_key="admin.login.title",
        )  # fmt: skip
    return page(
        request, services, "setup.html", status,
        role=invitation.role, typed=typed, troubles=troubles, at_least=passwords.AT_LEAST,
    )  # fmt: skip


async def _join(request: Request, services: Services, form: Form) -> Response:
    login = folded(form.get("login", ""))
    name = " ".join(form.get("name", "").split())[:LONGEST_NAME]
    password = form.get("password", "")
    typed = {"login": login, "name": name}
    invitation = await _invited(request, services)  # before the hash: strangers must not make us work
    troubles = _troubles(login, name, password, form.get("repeat", ""))
    if invitation is None or troubles:
        return _setup_page(request, services, invitation, typed, troubles, 422)
    password_hash = await passwords.hashed(password)
    now = services.clock()
    try:
        async with services.db.writing() as tx:
            member = await staff.join(
                tx, request.path_params["token"], login=login, name=name, password_hash=password_hash, now=now
            )
            if member:
                await note(tx, member, "staff.joined", now)
    except AlreadyThere:
        return _setup_page(request, services, invitation, typed, {"login": "login_taken"}, 422)
    if member is None:
        return _setup_page(request, services, None, typed, {})
    return await sit_down(request, services, member, "/admin")


def _troubles(login: str, name: str, password: str, repeat: str) -> dict[str, Trouble]:
    troubles: dict[str, Trouble] = {}
    if not LOGIN.fullmatch(login):
        troubles["login"] = "login_shape"
    if not name:
        troubles["name"] = "name_missing"
    weak = passwords.weakness(password, login, name)
    if weak:
        troubles["password"] = weak
    elif password != repeat:
        troubles["repeat"] = "repeat_differs"
    return troubles
