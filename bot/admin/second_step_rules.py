"""Who must have a second step, and taking it from somebody who lost both telephone and paper."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.guard import Desk, Form, does
from bot.admin.permissions import ROLES
from bot.services import Services
from storage import audit, second_step, staff

TEAM = "/admin/staff"


def second_step_rules_routes(services: Services) -> list[BaseRoute]:
    """What an admin decides about second steps, from the team's page."""
    return [
        does(services, "team.second_step", f"{TEAM}/second-step", _require),
        does(services, "team.second_step", f"{TEAM}/{{member}}/second-step/end", _reset),
    ]


async def _require(_request: Request, desk: Desk, form: Form) -> Response:
    """From now on these roles see nothing of the desk before they have one."""
    roles = [role for role in ROLES if form.get(f"must_{role}")]
    async with desk.services.db.writing() as tx:
        if await second_step.required(tx) != frozenset(roles):
            await second_step.require(tx, roles)
            await audit.append(
                tx, actor=desk.seat.member.login, action="staff.second_step_required", subject="staff",
                facts={"roles": ", ".join(roles) or "-"}, at=desk.services.clock(),
            )  # fmt: skip
    return RedirectResponse(f"{TEAM}?done=step_required", 303)


async def _reset(request: Request, desk: Desk, _form: Form) -> Response:
    """They sign in with the password alone, once, and where their role must, set up a new one then."""
    wanted, now = request.path_params["member"], desk.services.clock()
    if wanted == str(desk.seat.member.id):
        return RedirectResponse(f"{TEAM}?done=step_yourself", 303)
    async with desk.services.db.writing() as tx:
        found = next((m for m in await staff.members(tx) if str(m.id) == wanted), None)
        if found is None or not await second_step.drop(tx, found.id):
            return RedirectResponse(f"{TEAM}?done=nothing", 303)
        for session in await staff.sessions_of(tx, found.id, now):
            await staff.revoke_session(tx, session.id, found.id, now)
        await audit.append(
            tx, actor=desk.seat.member.login, action="staff.second_step_reset", subject=f"staff:{found.id}",
            facts={}, at=now,
        )  # fmt: skip
    return RedirectResponse(f"{TEAM}?done=step_reset", 303)
