"""Requests on data: to correct, restrict or erase it, the first due first; the law gives three times 24 hours."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.answers import Sight
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.turning import after, cursor, number
from bot.admin.wrongs import LONGEST_NOTE
from bot.data_rights import prove_erasure
from bot.inert import inert
from bot.sayings import say_text
from bot.services import Services
from conversations.rules import receipts
from storage import audit, data_requests, people
from storage.chats import Chat, chat, stand_after_newest
from storage.data_requests import DataRequest
from storage.tx import Tx

HERE = "/admin/requests"
ONE = f"{HERE}/{{wish}}"
PAGE = 50
STATES = ("open", "settled")
DONE = ("settled", "erased", "nothing")


def request_routes(services: Services) -> list[BaseRoute]:
    """/admin/requests."""
    return [
        shows(services, "requests.see", HERE, _list),
        shows(services, "requests.see", ONE, _see),
        does(services, "requests.reveal", f"{ONE}/reveal", _reveal),
        does(services, "requests.settle", f"{ONE}/settlement", _settle),
        does(services, "requests.erase", f"{ONE}/erasure", _erase),
    ]


async def _list(request: Request, desk: Desk) -> Response:
    wanted, now = request.query_params.get("state", ""), desk.services.clock()
    state = wanted if wanted in STATES else STATES[0]
    async with desk.services.db.reading() as tx:
        waiting = await data_requests.waiting(tx, state, after=after(request), limit=PAGE + 1)
        count, overdue = await data_requests.count(tx), await data_requests.count_overdue(tx, now)
    more = cursor(waiting[PAGE - 1].due_at, waiting[PAGE - 1].id) if len(waiting) > PAGE else ""
    done = request.query_params.get("done")
    return desk.page(
        request, "requests.html", here=f"{HERE}?state={state}", waiting=waiting[:PAGE], state=state, states=STATES,
        count=count, overdue=overdue, now=now, more=more, done=done if done in DONE else "",
    )  # fmt: skip


async def _see(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        found = await _one(tx, desk, request)
    return _page(request, desk, found, "masked") if found else _unknown(request, desk)


async def _reveal(request: Request, desk: Desk, _form: Form) -> Response:
    """Show what was asked, once, and write down that it was seen."""
    async with desk.services.db.writing() as tx:
        found = await _one(tx, desk, request)
        if found is None:
            return _unknown(request, desk)
        await _note(tx, desk, "request.revealed", found)
    return _page(request, desk, found, "open")


async def _settle(request: Request, desk: Desk, form: Form) -> Response:
    """Say that it was done, with a note, and tell the person."""
    services, now = desk.services, desk.services.clock()
    note = form.get("note", "").strip()[:LONGEST_NOTE]
    async with services.db.writing() as tx:
        found = await _one(tx, desk, request)
        if found is None:
            return _unknown(request, desk)
        if not note:
            return _page(request, desk, found, "masked", trouble="note", status=422)
        place = await _theirs(tx, desk, found)
        key = place.key if place else None
        if not await data_requests.settle(tx, found.id, staff_id=desk.seat.member.id, now=now, note=note, key=key):
            return RedirectResponse(f"{HERE}?done=nothing", 303)
        if place and place.key and place.state == "open":
            await say_text(tx, services, place, f"notice.request.{found.kind}", now)
        await _note(tx, desk, "request.settled", found)
    services.wake()
    return RedirectResponse(f"{HERE}?done=settled", 303)


async def _erase(request: Request, desk: Desk, form: Form) -> Response:
    """Forget the person for good. They are told first: the farewell is queued before anything goes."""
    services, now = desk.services, desk.services.clock()
    async with services.db.writing() as tx:
        found = await _one(tx, desk, request)
        if found is None or found.kind != "erase":
            return _unknown(request, desk)
        if not form.get("sure"):
            return _page(request, desk, found, "masked", trouble="sure", status=422)
        if not await data_requests.settle(tx, found.id, staff_id=desk.seat.member.id, now=now):
            return RedirectResponse(f"{HERE}?done=nothing", 303)
        place, proof = await _theirs(tx, desk, found), receipts.make(secrets.randbits(40))
        if place and place.key and place.state == "open":
            row = await say_text(tx, services, place, "erase.done", now, {"number": proof})
            await stand_after_newest(tx, place.id, row)
        keep = place.id if place else None
        gone = await people.erase(tx, services.keyring, found.person_id, now, keep_chat=keep)
        await prove_erasure(tx, proof, gone.applications, now)
        await _note(tx, desk, "request.erased", found)
    services.wake()
    return RedirectResponse(f"{HERE}?done=erased", 303)


async def _one(tx: Tx, desk: Desk, request: Request) -> DataRequest | None:
    return await data_requests.one(tx, desk.services.keyring, number(request.path_params["wish"]))


async def _theirs(tx: Tx, desk: Desk, found: DataRequest) -> Chat | None:
    """The chat they asked in, while it is still theirs: who was forgotten since is somebody else."""
    place = await chat(tx, desk.services.keyring, found.chat_id)
    return place if place and place.person_id == found.person_id else None


def _page(
    request: Request, desk: Desk, found: DataRequest, sight: Sight, *, trouble: str = "", status: int = 200
) -> Response:
    return desk.page(
        request, "request.html", status, here=f"{HERE}/{found.id}", found=found, sight=sight, trouble=trouble,
        body=inert(found.body), longest=LONGEST_NOTE, now=desk.services.clock(),
    )  # fmt: skip


def _unknown(request: Request, desk: Desk) -> Response:
    return desk.page(
        request, "told.html", 404, here=HERE, key="admin.requests.unknown", back=HERE, back_key="admin.requests.title"
    )


async def _note(tx: Tx, desk: Desk, action: str, found: DataRequest) -> None:
    await audit.append(
        tx, actor=desk.seat.member.login, action=action, subject=f"request:{found.id}", facts={"kind": found.kind},
        at=desk.services.clock(),
    )  # fmt: skip
