"""Reported payments: what people say they paid, waiting for somebody to compare it with what the agency says."""

from __future__ import annotations

from datetime import date
from typing import Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.guard import Desk, Form, does, shows
from bot.admin.places import within
from bot.admin.turning import after, cursor, number
from bot.sayings import say_text
from bot.services import Services
from conversations.turn import Fact
from storage import audit, helped, payment_reports
from storage.chats import chat
from storage.payment_reports import PaymentReport
from storage.tx import Tx

HERE = "/admin/payments"
PAGE = 50
STATES = ("waiting", "contradicted")
DONE = ("confirmed", "contradicted", "seen", "nothing")
PICTURES = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))
Word = Literal["confirmed", "contradicted"]


def payment_routes(services: Services) -> list[BaseRoute]:
    """/admin/payments."""
    return [
        shows(services, "payments.see", HERE, _list),
        does(services, "payments.picture", f"{HERE}/{{report}}/picture", _picture),
        does(services, "payments.settle", f"{HERE}/{{report}}/confirmation", _confirm),
        does(services, "payments.settle", f"{HERE}/{{report}}/contradiction", _contradict),
    ]


async def _list(request: Request, desk: Desk) -> Response:
    wanted = request.query_params.get("state", "")
    state = wanted if wanted in STATES else STATES[0]
    async with desk.services.db.reading() as tx:
        waiting = await payment_reports.waiting(
            tx, state, area=desk.seat.member.area or "", after=after(request), limit=PAGE + 1
        )
        counts = {name: await payment_reports.count(tx, name) for name in STATES}
    more = cursor(waiting[PAGE - 1].reported_at, waiting[PAGE - 1].id) if len(waiting) > PAGE else ""
    done = request.query_params.get("done")
    return desk.page(
        request, "payments.html", here=f"{HERE}?state={state}", waiting=waiting[:PAGE], state=state, states=STATES,
        counts=counts, more=more, done=done if done in DONE else "", day=lambda day: _day(desk, day),
    )  # fmt: skip


async def _picture(request: Request, desk: Desk, _form: Form) -> Response:
    """Show a receipt's picture, and write down that it was seen."""
    async with desk.services.db.writing() as tx:
        found = await _one(tx, desk, request)
        picture = await payment_reports.picture(tx, desk.services.keyring, found.id) if found else None
        if found and picture:
            await _note(tx, desk, "payment.picture_seen", found)
    kind = next((name for begins, name in PICTURES if picture and picture.startswith(begins)), "")
    if picture is None or not kind:
        return RedirectResponse(f"{HERE}?done=nothing", 303)
    return Response(picture, media_type=kind, headers={"cache-control": "no-store"})


async def _confirm(request: Request, desk: Desk, _form: Form) -> Response:
    """The agency has it: the person is told so."""
    return await _settle(request, desk, "confirmed")


async def _contradict(request: Request, desk: Desk, _form: Form) -> Response:
    """The agency does not have it. Where its list said so first, the person knows; then this only ends the waiting."""
    return await _settle(request, desk, "contradicted")


async def _settle(request: Request, desk: Desk, word: Word) -> Response:
    services, now = desk.services, desk.services.clock()
    async with services.db.writing() as tx:
        found = await _one(tx, desk, request)
        if found is None:
            return RedirectResponse(f"{HERE}?done=nothing", 303)
        if not await payment_reports.settle(tx, found.id, state=word, staff_id=desk.seat.member.id, now=now):
            return _back(found, "nothing")
        known = found.state == word
        place = None if known else await chat(tx, services.keyring, found.chat_id)
        if place and place.key and place.state == "open":
            facts: dict[str, Fact] = {"receipt": found.receipt, "months": found.months}
            slot = await helped.slot_of(tx, place.id, found.receipt)
            await say_text(tx, services, place, f"notice.payment.{word}", now, facts, slot=slot)
        await _note(tx, desk, f"payment.{'looked_at' if known else word}", found)
    services.wake()
    return _back(found, "seen" if known else word)


async def _one(tx: Tx, desk: Desk, request: Request) -> PaymentReport | None:
    """The report in the address. One from outside the member's own area is not there."""
    found = await payment_reports.one(tx, number(request.path_params["report"]))
    return found if found and within(found.area_code, desk.seat.member.area) else None


async def _note(tx: Tx, desk: Desk, action: str, found: PaymentReport) -> None:
    await audit.append(
        tx, actor=desk.seat.member.login, action=action, subject=f"application:{found.receipt}",
        facts={"report": found.id}, at=desk.services.clock(),
    )  # fmt: skip


def _day(desk: Desk, day: str) -> str:
    return desk.words.value(date.fromisoformat(day))


def _back(found: PaymentReport, done: str) -> Response:
    return RedirectResponse(f"{HERE}?state={found.state}&done={done}", 303)
