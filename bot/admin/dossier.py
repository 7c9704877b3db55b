"""One application at the desk: found by its address, written about in the record, and gone back to."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.admin.guard import Desk
from bot.admin.places import within
from storage import applications, audit
from storage.applications import Opened
from storage.tx import Tx

HERE = "/admin/applications/{receipt}"
SUBJECT = "application:{}"


async def one(tx: Tx, desk: Desk, request: Request, name: str = "receipt") -> Opened | None:
    """The application in the address. One from outside the member's own area is not there."""
    found = await applications.one(tx, desk.services.keyring, request.path_params[name])
    return found if found and within(found.area_code, desk.seat.member.area) else None


def unknown(request: Request, desk: Desk) -> Response:
    return desk.page(
        request, "told.html", 404, here="/admin/queue",
        key="admin.application.unknown", back="/admin/queue", back_key="admin.queue.title",
    )  # fmt: skip


def back(receipt: str, done: str, seen: str = "") -> Response:
    """Back to the application. seen: the version somebody had before them when they were too late."""
    return RedirectResponse(f"/admin/applications/{receipt}?done={done}{seen and '&seen='}{seen}", 303)


def older(seen: str, application: Opened) -> str:
    """The version somebody had before them, where it is one of the past."""
    return seen if seen.isdecimal() and len(seen) < 9 and int(seen) < application.version else ""


async def note(tx: Tx, desk: Desk, action: str, application: Opened, **facts: str | int) -> None:
    await audit.append(
        tx, actor=desk.seat.member.login, action=action, subject=SUBJECT.format(application.receipt),
        facts={"version": application.version, **facts}, at=desk.services.clock(),
    )  # fmt: skip
