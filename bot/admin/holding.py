"""Holding an application while its page is open: taken by opening it, renewed by the page, given back on leaving it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from bot.admin.dossier import HERE, one, unknown
from bot.admin.guard import Desk, Form, does
from bot.services import Services
from storage import holds
from storage.applications import Opened
from storage.columns import micros, moment
from storage.decisions import UNDECIDED, UNDOABLE
from storage.holds import LASTS, Hold

WORKED_ON = frozenset((*UNDECIDED, *UNDOABLE.values()))  # where there is something left to decide, or to undo


def holding_routes(services: Services) -> list[BaseRoute]:
    """/admin/applications/{receipt}/hold: the page says that it is still open, and when it is left."""
    return [
        does(services, "application.decide", f"{HERE}/hold", _renew),
        does(services, "application.decide", f"{HERE}/hold/end", _end),
    ]


async def opening(desk: Desk, application: Opened) -> tuple[Hold | None, int]:
    """Take the application for whoever opens it to decide. Returns who else has it, or until when it is now ours.

    The time is as the page carries it: to the very microsecond, so that leaving gives back this hold and no newer one.
    """
    if not desk.may("application.decide") or application.state not in WORKED_ON:
        return None, 0
    now = desk.services.clock()
    async with desk.services.db.writing() as tx:
        other = await holds.take(tx, application.id, desk.seat.member.id, now)
    return other, 0 if other else micros(now + LASTS)


async def _renew(request: Request, desk: Desk, _form: Form) -> Response:
    """Say until when it is held now; nothing where it is not any more."""
    now = desk.services.clock()
    async with desk.services.db.writing() as tx:
        application = await one(tx, desk, request)
        if application is None:
            return unknown(request, desk)
        kept = await holds.renew(tx, application.id, desk.seat.member.id, now)
    return PlainTextResponse(str(micros(now + LASTS)) if kept else "")


async def _end(request: Request, desk: Desk, form: Form) -> Response:
    """Give back what this very page held: another page of the same person may hold it by now."""
    seen = form.get("until", "")
    async with desk.services.db.writing() as tx:
        application = await one(tx, desk, request)
        if application is not None and seen.isdecimal() and len(seen) < 18:
            await holds.let_go(tx, application.id, desk.seat.member.id, moment(int(seen)))
    return PlainTextResponse("")
