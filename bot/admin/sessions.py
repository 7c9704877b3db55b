"""One's own sessions: where one is signed in, and ending any of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin import seats
from bot.admin.guard import Desk, Form, does, shows
from bot.services import Services
from storage import audit, staff


def session_routes(services: Services) -> list[BaseRoute]:
    """/admin/sessions."""
    return [
        shows(services, "own.sessions", "/admin/sessions", _see),
        does(services, "own.sessions", "/admin/sessions/end", _end),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    now = desk.services.clock()
    async with desk.services.db.reading() as tx:
        mine = await staff.sessions_of(tx, desk.seat.member.id, now)
    return desk.page(
        request, "sessions.html", here="/admin/sessions", mine=[s for s in mine if seats.good(s, now)],
        this=desk.seat.id, changed=request.query_params.get("done") == "password",
    )  # fmt: skip


async def _end(_request: Request, desk: Desk, form: Form) -> Response:
    """End one session by its number, or every other one. Those of others are out of reach."""
    now = desk.services.clock()
    me = desk.seat.member
    async with desk.services.db.writing() as tx:
        mine = {session.id for session in await staff.sessions_of(tx, me.id, now)} - {desk.seat.id}
        asked = form.get("session", "")
        wanted = mine if asked == "others" else {session_id for session_id in mine if str(session_id) == asked}
        for session_id in sorted(wanted):
            await staff.revoke_session(tx, session_id, me.id, now)
        if wanted:
            await audit.append(
                tx, actor=me.login, action="login.ended", subject=f"staff:{me.id}",
                facts={"sessions": len(wanted)}, at=now,
            )  # fmt: skip
    return RedirectResponse("/admin/sessions", 303)
