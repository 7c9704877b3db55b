"""The team: who works here and as what, the links by which somebody joins, and shutting somebody out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.guard import Desk, Form, does, shows
from bot.admin.permissions import ROLES
from bot.admin.places import CODE, place_name, places
from bot.house_keeping import INVITED_FOR
from bot.services import Services
from conversations.rules import areas
from storage import audit, second_step, staff
from storage.tx import Tx

HERE = "/admin/staff"
KEPT_TO_AN_AREA = ("reviewer", "coordinator")  # the other roles see all of it or none of it
DONE = ("shut_out", "let_in", "withdrawn", "yourself", "nothing", "step_required", "step_reset", "step_yourself")


def team_routes(services: Services) -> list[BaseRoute]:
    """/admin/staff."""
    return [
        shows(services, "team.see", HERE, _see),
        does(services, "team.invite", f"{HERE}/invitations", _invite),
        does(services, "team.invite", f"{HERE}/invitations/{{invitation}}/withdrawal", _withdraw),
        does(services, "team.shut_out", f"{HERE}/{{member}}/absence", _shut_out),
        does(services, "team.shut_out", f"{HERE}/{{member}}/return", _let_in),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    return await _page(request, desk)


async def _invite(request: Request, desk: Desk, form: Form) -> Response:
    """Make a link and show it this once: only its hash is kept."""
    role, name = form.get("role", ""), " ".join(form.get("name", "").split())[:80]
    if role not in ROLES:
        return await _page(request, desk, troubles={"role": "role_missing"}, status=422)
    wanted = form.get("area", "")
    area = wanted if role in KEPT_TO_AN_AREA and CODE.fullmatch(wanted) and areas.named(wanted) else None
    token, now = secrets.token_urlsafe(24), desk.services.clock()
    async with desk.services.db.writing() as tx:
        await staff.invite(tx, token, role=role, now=now, expires_at=now + INVITED_FOR, area=area, name=name or None)
        await _note(tx, desk, "staff.invited", role, {"area": area} if area else {})
    return await _page(request, desk, link=f"{desk.services.settings.base_url}/admin/setup/{token}", role=role)


async def _withdraw(request: Request, desk: Desk, _form: Form) -> Response:
    wanted, now = request.path_params["invitation"], desk.services.clock()
    async with desk.services.db.writing() as tx:
        found = next((i for i in await staff.invitations(tx, now) if str(i.id) == wanted), None)
        if found is None or not await staff.withdraw(tx, found.id, now):
            return _back("nothing")
        await _note(tx, desk, "staff.invitation_withdrawn", found.role)
    return _back("withdrawn")


async def _shut_out(request: Request, desk: Desk, _form: Form) -> Response:
    """End somebody's time here, at once. Nobody shuts themselves out, so an admin always stays."""
    wanted, me = request.path_params["member"], desk.seat.member
    if wanted == str(me.id):
        return _back("yourself")
    async with desk.services.db.writing() as tx:
        admins = await staff.admins(tx)
        found = next((m for m in await staff.members(tx) if str(m.id) == wanted), None)
        if found is None or me.id not in admins:
            return _back("nothing")
        if not await staff.disable(tx, found.id, desk.services.clock()):
            return _back("nothing")
        await _note(tx, desk, "staff.shut_out", f"staff:{found.id}")
    return _back("shut_out")


async def _let_in(request: Request, desk: Desk, _form: Form) -> Response:
    wanted = request.path_params["member"]
    async with desk.services.db.writing() as tx:
        found = next((m for m in await staff.members(tx) if str(m.id) == wanted), None)
        if found is None or not await staff.enable(tx, found.id):
            return _back("nothing")
        await _note(tx, desk, "staff.let_in", f"staff:{found.id}")
    return _back("let_in")


async def _page(
    request: Request,
    desk: Desk,
    *,
    link: str = "",
    role: str = "",
    troubles: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    now = desk.services.clock()
    async with desk.services.db.reading() as tx:
        members, seen = await staff.members(tx), await staff.last_seen(tx)
        invitations = await staff.invitations(tx, now) if desk.may("team.invite") else []
        must = await second_step.required(tx)
    done = request.query_params.get("done")
    return desk.page(
        request, "team.html", status, here=HERE, members=members, seen=seen, invitations=invitations, roles=ROLES,
        areas=places(), place=place_name, kept=KEPT_TO_AN_AREA, link=link, role=role, troubles=troubles or {}, now=now,
        must=must, hours=int(INVITED_FOR.total_seconds()) // 3600, done=done if done in DONE else "",
    )  # fmt: skip


def _back(done: str) -> Response:
    return RedirectResponse(f"{HERE}?done={done}", 303)


async def _note(tx: Tx, desk: Desk, action: str, subject: str, facts: Mapping[str, str] | None = None) -> None:
    await audit.append(
        tx, actor=desk.seat.member.login, action=action, subject=subject, facts=facts or {}, at=desk.services.clock()
    )
