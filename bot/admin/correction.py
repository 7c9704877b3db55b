"""Asking again: tick what is to be asked once more, give a reason, see the very message, send it."""

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
from bot.admin.preview import asked_again
from bot.admin.reasons import LONGEST, TO_ASK, Reason, read_reason
from bot.services import Services
from conversations.forms import FORMS
from conversations.turn import Message
from storage import decisions
from storage.applications import Opened
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be asked again, and why."""

    steps: tuple[str, ...] = ()
    reason: Reason = field(default_factory=Reason)

    @property
    def troubles(self) -> tuple[str, ...]:
        return tuple(trouble for trouble in ("" if self.steps else "steps", self.reason.trouble) if trouble)


def correction_routes(services: Services) -> list[BaseRoute]:
    """/admin/applications/{receipt}/correction: the form, its preview, sending it."""
    return [
        shows(services, "application.decide", f"{HERE}/correction", _form),
        does(services, "application.decide", f"{HERE}/correction/preview", _preview),
        does(services, "application.decide", f"{HERE}/correction", _send),
    ]


def askable(application: Opened) -> tuple[str, ...]:
    """The answers that can be asked again, in asking order."""
    form = FORMS[application.form]
    return tuple(
        ask.name for ask in form.asks.values() if ask.listed and not ask.consent and ask.name in application.answers
    )


async def _form(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        application = await one(tx, desk, request)
    if application is None:
        return unknown(request, desk)
    if application.state not in decisions.OPEN:
        return back(application.receipt, "faster")
    return await _page(request, desk, application, Wish())


async def _preview(request: Request, desk: Desk, form: Form) -> Response:
    """Show the very message before it goes out. Nothing is sent and nothing is kept yet."""
    async with desk.services.db.reading() as tx:
        application = await one(tx, desk, request)
        if application is None:
            return unknown(request, desk)
        wish = _read(form, application)
        words = desk.services.house.words[application.language]
        message = None
        if not wish.troubles:
            message = await asked_again(tx, desk.services, application, wish.steps, wish.reason.text("ask", words))
    return await _page(request, desk, application, wish, message, wish.troubles, form.get("version", ""))


async def _send(request: Request, desk: Desk, form: Form) -> Response:
    services = desk.services
    async with services.db.reading() as tx:
        application = await one(tx, desk, request)
    if application is None:
        return unknown(request, desk)
    wish = _read(form, application)
    if wish.troubles:
        return await _page(request, desk, application, wish, None, wish.troubles, form.get("version", ""))

    async def writes(tx: Tx, found: Opened, now: datetime) -> int:
        return await decisions.ask_again(
            tx, services.keyring, application_id=found.id, version=found.version, staff_id=desk.seat.member.id,
            now=now, steps=wish.steps, reason=wish.reason.text("ask", services.house.words[found.language]),
        )  # fmt: skip

    async def tells(tx: Tx, found: Opened, decision: int, now: datetime) -> None:
        await moments.send_back(tx, found.chat_id, decision, now)

    return await carry_out(request, desk, form, Act("asked", "application.asked_again", writes, tells))


def _read(form: Form, application: Opened) -> Wish:
    steps = tuple(step for step in askable(application) if form.get(f"step.{step}") == "yes")
    return Wish(steps, read_reason(form, TO_ASK))


async def _page(
    request: Request,
    desk: Desk,
    application: Opened,
    wish: Wish,
    message: Message | None = None,
    troubles: Sequence[str] = (),
    version: str = "",
) -> Response:
    theirs = desk.services.house.words[application.language]
    holder, until = await opening(desk, application)
    return desk.page(
        request, "correction.html", 422 if troubles else 200,
        here=f"/admin/applications/{application.receipt}/correction",
        application=application, form=FORMS[application.form].name, steps=askable(application), wish=wish,
        ready=[(name, theirs.text(f"notice.reason.ask.{name}")) for name in TO_ASK], longest=LONGEST,
        troubles=troubles, message=message, version=version or application.version,
        holder=holder, held_until=until,
    )  # fmt: skip
