"""Parked messages: what crashed, was unreadable or came in a flood, to try again or set aside. Words stay hidden."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.guard import Desk, Form, does, shows
from bot.parked import FLOOD_AT_ONCE, content_of, take_again, take_flood_again
from bot.services import Services
from storage import audit, floods, parked
from storage.parked import Parked
from storage.tx import Tx

HERE = "/admin/parked"
PAGE = 50
DONE = ("taken", "parked", "set_aside", "nothing")
FLOODS = 20


def parked_routes(services: Services) -> list[BaseRoute]:
    """/admin/parked."""
    return [
        shows(services, "parked.see", HERE, _see),
        does(services, "parked.decide", f"{HERE}/floods/{{chat}}/again", _flood_again),
        does(services, "parked.decide", f"{HERE}/floods/{{chat}}/aside", _flood_aside),
        does(services, "parked.decide", f"{HERE}/{{message}}/again", _again),
        does(services, "parked.decide", f"{HERE}/{{message}}/aside", _aside),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    services = desk.services
    after, beyond = request.query_params.get("after", ""), request.query_params.get("floods", "")
    async with services.db.reading() as tx:
        waiting = await parked.waiting(tx, services.keyring, after=_number(after), limit=PAGE + 1)
        total = await parked.count(tx)
        flooded = await floods.waiting(tx, after=_number(beyond), limit=FLOODS + 1)
    done = request.query_params.get("done")
    return desk.page(
        request, "parked.html", here=HERE, waiting=waiting[:PAGE], total=total,
        again={one.id for one in waiting if content_of(one) is not None},
        more=str(waiting[PAGE - 1].id) if len(waiting) > PAGE else "", done=done if done in DONE else "",
        floods=flooded[:FLOODS], more_floods=str(flooded[FLOODS - 1].chat_id) if len(flooded) > FLOODS else "",
        most=floods.COUNTED_UP_TO, at_once=FLOOD_AT_ONCE,
    )  # fmt: skip


async def _again(request: Request, desk: Desk, _form: Form) -> Response:
    """Take it once more. Whatever comes of it, this row has done its part: a second failure is parked as its own."""
    found = await _one(request, desk)
    outcome = await take_again(desk.services, found) if found else None
    if found is None or outcome is None:
        return _back("nothing")
    await _set_aside(desk, found, "parked.tried_again", outcome)
    return _back("parked" if outcome == "parked" else "taken")


async def _aside(request: Request, desk: Desk, _form: Form) -> Response:
    found = await _one(request, desk)
    return _back("set_aside" if found and await _set_aside(desk, found, "parked.set_aside") else "nothing")


async def _flood_again(request: Request, desk: Desk, _form: Form) -> Response:
    """Take a flood again from where the chat stands, so many at a press."""
    chat_id = _number(request.path_params["chat"])
    taken = await take_flood_again(desk.services, chat_id)
    if taken:
        async with desk.services.db.writing() as tx:
            await _note_flood(tx, desk, "parked.flood_taken", chat_id, taken)
    return _back("taken" if taken else "nothing")


async def _flood_aside(request: Request, desk: Desk, form: Form) -> Response:
    """Set a flood aside as far as it was seen; what came since stays."""
    chat_id = _number(request.path_params["chat"])
    async with desk.services.db.writing() as tx:
        gone = await floods.set_aside(tx, chat_id, _number(form.get("last", "")))
        if gone:
            await _note_flood(tx, desk, "parked.flood_set_aside", chat_id, gone)
    return _back("set_aside" if gone else "nothing")


async def _note_flood(tx: Tx, desk: Desk, action: str, chat_id: int, count: int) -> None:
    await audit.append(
        tx, actor=desk.seat.member.login, action=action, subject=f"chat:{chat_id}", facts={"n": count},
        at=desk.services.clock(),
    )  # fmt: skip


async def _one(request: Request, desk: Desk) -> Parked | None:
    async with desk.services.db.reading() as tx:
        return await parked.one(tx, desk.services.keyring, _number(request.path_params["message"]))


async def _set_aside(desk: Desk, found: Parked, action: str, outcome: str = "") -> bool:
    async with desk.services.db.writing() as tx:
        if not await parked.set_aside(tx, found.id):
            return False
        await audit.append(
            tx, actor=desk.seat.member.login, action=action, subject=f"message:{found.id}",
            facts={"outcome": outcome} if outcome else {}, at=desk.services.clock(),
        )  # fmt: skip
    return True


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _back(done: str) -> Response:
    return RedirectResponse(f"{HERE}?done={done}", 303)
