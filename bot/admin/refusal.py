"""Refusing: give a reason the person reads, see the very message with what they can do, send it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot import moments
from bot.admin.decisions import Act, carry_out
from bot.admin.dossier import HERE, back, one, unknown
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.holding import opening
from bot.admin.reasons import LONGEST, TO_REFUSE, Reason, read_reason
from bot.notices import tell
from bot.services import Services
from storage import decisions
from storage.applications import Opened
from storage.tx import Tx

NOTICE = "notice.refused"


@dataclass(frozen=True, slots=True)
class Wish:
    """Why it is to be refused."""

    reason: Reason = field(default_factory=Reason)

    @property
    def troubles(self) -> tuple[str, ...]:
        return (self.reason.trouble,) if self.reason.trouble else ()


def refusal_routes(services: Services) -> list[BaseRoute]:
    """/admin/applications/{receipt}/refusal: the form, its preview, sending it."""
    return [
        shows(services, "application.decide", f"{HERE}/refusal", _form),
        does(services, "application.decide", f"{HERE}/refusal/preview", _preview),
        does(services, "application.decide", f"{HERE}/refusal", _send),
    ]


async def _form(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        application = await one(tx, desk, request)
    if application is None:
        return unknown(request, desk)
    if application.state not in decisions.UNDECIDED:
        return back(application.receipt, "faster")
    return await _page(request, desk, application, Wish())


async def _preview(request: Request, desk: Desk, form: Form) -> Response:
    """Show the very message before it goes out. Nothing is sent and nothing is kept yet."""
    async with desk.services.db.reading() as tx:
        application = await one(tx, desk, request)
    if application is None:
        return unknown(request, desk)
    wish = Wish(read_reason(form, TO_REFUSE))
    message = "" if wish.troubles else _message(desk, application, wish)
    return await _page(request, desk, application, wish, message, wish.troubles, form.get("version", ""))


async def _send(request: Request, desk: Desk, form: Form) -> Response:
    services = desk.services
    async with services.db.reading() as tx:
        application = await one(tx, desk, request)
    if application is None:
        return unknown(request, desk)
    wish = Wish(read_reason(form, TO_REFUSE))
    if wish.troubles:
        return await _page(request, desk, application, wish, "", wish.troubles, form.get("version", ""))

    async def writes(tx: Tx, found: Opened, now: datetime) -> int:
        return await decisions.refuse(
            tx, services.keyring, application_id=found.id, version=found.version, staff_id=desk.seat.member.id,
            now=now, reason=_reason(desk, found, wish),
        )  # fmt: skip

    async def tells(tx: Tx, found: Opened, _decision: int, now: datetime) -> None:
        if found.state == "needs_correction":
            await moments.call_off(tx, found, now, say="")
        await tell(tx, services, found, NOTICE, now, reason=_reason(desk, found, wish))

    return await carry_out(request, desk, form, Act("refused", "application.refused", writes, tells))


def _reason(desk: Desk, application: Opened, wish: Wish) -> str:
    return wish.reason.text("refuse", desk.services.house.words[application.language])


def _message(desk: Desk, application: Opened, wish: Wish) -> str:
    words = desk.services.house.words[application.language]
    return words.text(NOTICE, {"receipt": application.receipt, "reason": _reason(desk, application, wish)})


async def _page(
    request: Request,
    desk: Desk,
    application: Opened,
    wish: Wish,
    message: str = "",
    troubles: Sequence[str] = (),
    version: str = "",
) -> Response:
    theirs = desk.services.house.words[application.language]
    holder, until = await opening(desk, application)
    return desk.page(
        request, "refusal.html", 422 if troubles else 200,
        here=f"/admin/applications/{application.receipt}/refusal", application=application, wish=wish,
        ready=[(name, theirs.text(f"notice.reason.refuse.{name}")) for name in TO_REFUSE], longest=LONGEST,
        troubles=troubles, message=message, version=version or application.version,
        holder=holder, held_until=until,
    )  # fmt: skip
