"""One application: its answers, price, chat and history; uncovering it, approving it, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.answers import Sight, changed, contributions, lay_out
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.places import within
from bot.notices import tell
from bot.services import Services
from bot.transcripts import bubbles
from conversations.forms import FORMS
from conversations.turn import Answer
from storage import applications, audit
from storage.applications import Opened
from storage.tx import Tx
from storage.versions import answers_of

SUBJECT = "application:{}"
DONE = ("approved", "undone", "faster")


def application_routes(services: Services) -> list[BaseRoute]:
    """/admin/applications/{receipt} and what can be done with it."""
    here = "/admin/applications/{receipt}"
    return [
        shows(services, "application.see", here, _see),
        does(services, "application.reveal", f"{here}/reveal", _reveal),
        does(services, "application.decide", f"{here}/approval", _approve),
        does(services, "application.decide", f"{here}/approval/undo", _undo),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        application = await _one(tx, desk, request)
    return await _page(request, desk, application, "masked") if application else _unknown(request, desk)


async def _reveal(request: Request, desk: Desk, _form: Form) -> Response:
    """Show everything, once, and write down that it was seen. The next look is masked again."""
    async with desk.services.db.writing() as tx:
        application = await _one(tx, desk, request)
        if application is None:
            return _unknown(request, desk)
        await _note(tx, desk, "application.revealed", application)
    return await _page(request, desk, application, "open")


async def _approve(request: Request, desk: Desk, form: Form) -> Response:
    return await _decide(request, desk, form, "approve")


async def _undo(request: Request, desk: Desk, form: Form) -> Response:
    return await _decide(request, desk, form, "undo")


async def _decide(request: Request, desk: Desk, form: Form, what: Literal["approve", "undo"]) -> Response:
    """Decide, write it down and tell the person, all in one transaction; who comes second is told so."""
    now = desk.services.clock()
    async with desk.services.db.writing() as tx:
        application = await _one(tx, desk, request)
        if application is None:
            return _unknown(request, desk)
        if form.get("version") != str(application.version):
            return _back(application.receipt, "faster", _older(form.get("version", ""), application))
        decided = await _write(tx, desk, application, what, now)
        if decided:
            await _note(tx, desk, f"application.{'approved' if what == 'approve' else 'approval_undone'}", application)
            await tell(
                tx, desk.services, application, f"notice.{'approved' if what == 'approve' else 'looked_at_again'}", now
            )
    desk.services.wake()
    done = "approved" if what == "approve" else "undone"
    return _back(application.receipt, done if decided else "faster")


async def _write(tx: Tx, desk: Desk, application: Opened, what: Literal["approve", "undo"], now: datetime) -> bool:
    act = applications.approve if what == "approve" else applications.undo_approval
    return await act(
        tx, application_id=application.id, version=application.version, staff_id=desk.seat.member.id, now=now
    )


async def _one(tx: Tx, desk: Desk, request: Request) -> Opened | None:
    """The application in the address. One from outside the member's own area is not there."""
    found = await applications.one(tx, desk.services.keyring, request.path_params["receipt"])
    return found if found and within(found.area_code, desk.seat.member.area) else None


async def _page(request: Request, desk: Desk, application: Opened, sight: Sight) -> Response:
    services = desk.services
    async with services.db.reading() as tx:
        lines = await applications.transcript(tx, services.keyring, application.chat_id) if sight == "open" else []
        seen = await audit.about(tx, SUBJECT.format(application.receipt), limit=50)
        earlier = await _earlier(tx, desk, application, application.version - 1)
        wanted = request.query_params.get("seen", "")
        stale = await _earlier(tx, desk, application, int(wanted) if wanted.isdecimal() and len(wanted) < 9 else 0)
    asked = services.house.words[application.language]
    answers = lay_out(FORMS[application.form], application.answers, desk.words, asked, sight, earlier)
    submitted = application.submitted_at.astimezone(services.settings.zone).date()
    done = request.query_params.get("done")
    return desk.page(
        request, "application.html", here=f"/admin/applications/{application.receipt}",
        application=application, sight=sight, price=contributions(application.answers, submitted),
        answers=answers, corrected=[one.label for one in answers if one.step in changed(stale, application.answers)],
        bubbles=bubbles(lines), seen=seen, done=done if done in DONE else "",
    )  # fmt: skip


async def _earlier(tx: Tx, desk: Desk, application: Opened, version: int) -> Mapping[str, Answer]:
    """The answers of a version before this one, none where there is no such version."""
    if not 0 < version < application.version:
        return {}
    return await answers_of(tx, desk.services.keyring, application.receipt, version)


def _unknown(request: Request, desk: Desk) -> Response:
    return desk.page(
        request, "told.html", 404, here="/admin/queue",
        key="admin.application.unknown", back="/admin/queue", back_key="admin.queue.title",
    )  # fmt: skip


def _older(seen: str, application: Opened) -> str:
    """The version somebody had before them, where it is one of the past."""
    return seen if seen.isdecimal() and len(seen) < 9 and int(seen) < application.version else ""


def _back(receipt: str, done: str, seen: str = "") -> Response:
    """Back to the application. seen: the version somebody had before them when they were too late."""
    return RedirectResponse(f"/admin/applications/{receipt}?done={done}{seen and '&seen='}{seen}", 303)


async def _note(tx: Tx, desk: Desk, action: str, application: Opened) -> None:
    await audit.append(
        tx, actor=desk.seat.member.login, action=action, subject=SUBJECT.format(application.receipt),
        facts={"version": application.version}, at=desk.services.clock(),
    )  # fmt: skip
