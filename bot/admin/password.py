"""A new password for oneself: the old one is asked for, and every other place one is signed in ends."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin import passwords
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.login import recognised
from bot.services import Services
from storage import audit, staff

HERE = "/admin/password"


def password_routes(services: Services) -> list[BaseRoute]:
    """/admin/password."""
    return [
        shows(services, "own.password", HERE, _see),
        does(services, "own.password", HERE, _change),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    return _page(request, desk, {})


async def _change(request: Request, desk: Desk, form: Form) -> Response:
    me, wanted = desk.seat.member, form.get("password", "")
    troubles: dict[str, str] = {}
    if weak := passwords.weakness(wanted, me.login, me.name):
        troubles["password"] = weak
    elif wanted != form.get("repeat", ""):
        troubles["repeat"] = "repeat_differs"
    if not troubles and await recognised(desk.services, me.login, form.get("old", "")) is None:
        troubles["old"] = "old_wrong"
    if troubles:
        return _page(request, desk, troubles, 422)
    password_hash, now = await passwords.hashed(wanted), desk.services.clock()
    async with desk.services.db.writing() as tx:
        await staff.set_password(tx, me.id, password_hash)
        for session in await staff.sessions_of(tx, me.id, now):
            if session.id != desk.seat.id:
                await staff.revoke_session(tx, session.id, me.id, now)
        await audit.append(
            tx, actor=me.login, action="staff.password_changed", subject=f"staff:{me.id}", facts={}, at=now
        )
    return RedirectResponse("/admin/sessions?done=password", 303)


def _page(request: Request, desk: Desk, troubles: dict[str, str], status: int = 200) -> Response:
    return desk.page(request, "password.html", status, here=HERE, troubles=troubles, at_least=passwords.AT_LEAST)
