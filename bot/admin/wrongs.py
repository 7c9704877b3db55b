"""Reports of wrongs: a bot that is not ours, somebody who collects money. Their words are uncovered on record."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.answers import Sight
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.turning import after, cursor, number
from bot.inert import inert
from bot.sayings import say_text
from bot.services import Services
from storage import audit, reports
from storage.chats import chat
from storage.reports import Report
from storage.tx import Tx

HERE = "/admin/reports"
ONE = f"{HERE}/{{report}}"
PAGE = 50
STATES = ("open", "settled")
KINDS = ("bot", "money", "collector", "other")
DONE = ("settled", "nothing")
LONGEST_NOTE = 500


def wrong_routes(services: Services) -> list[BaseRoute]:
    """/admin/reports."""
    return [
        shows(services, "reports.see", HERE, _list),
        shows(services, "reports.see", ONE, _see),
        does(services, "reports.reveal", f"{ONE}/reveal", _reveal),
        does(services, "reports.settle", f"{ONE}/settlement", _settle),
    ]


async def _list(request: Request, desk: Desk) -> Response:
    wanted = request.query_params.get("state", "")
    state = wanted if wanted in STATES else STATES[0]
    async with desk.services.db.reading() as tx:
        waiting = await reports.waiting(tx, state, after=after(request), limit=PAGE + 1)
        count = await reports.count(tx)
    more = cursor(waiting[PAGE - 1].at, waiting[PAGE - 1].id) if len(waiting) > PAGE else ""
    done = request.query_params.get("done")
    return desk.page(
        request, "wrongs.html", here=f"{HERE}?state={state}", waiting=waiting[:PAGE], state=state, states=STATES,
        count=count, more=more, kind=_kind, done=done if done in DONE else "",
    )  # fmt: skip


async def _see(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        found = await _one(tx, desk, request)
    return _page(request, desk, found, "masked") if found else _unknown(request, desk)


async def _reveal(request: Request, desk: Desk, _form: Form) -> Response:
    """Show what was told, once, and write down that it was seen."""
    async with desk.services.db.writing() as tx:
        found = await _one(tx, desk, request)
        if found is None:
            return _unknown(request, desk)
        await _note(tx, desk, "report.revealed", found)
    return _page(request, desk, found, "open")


async def _settle(request: Request, desk: Desk, form: Form) -> Response:
    """Say that it was dealt with, with a note for colleagues, and thank whoever told us."""
    services, now = desk.services, desk.services.clock()
    note = form.get("note", "").strip()[:LONGEST_NOTE]
    async with services.db.writing() as tx:
        found = await _one(tx, desk, request)
        if found is None:
            return _unknown(request, desk)
        place = await chat(tx, services.keyring, found.chat_id)
        mine = place.key if place and place.person_id == found.person_id else None
        if not await reports.settle(tx, found.id, staff_id=desk.seat.member.id, now=now, note=note, key=mine):
            return RedirectResponse(f"{HERE}?done=nothing", 303)
        if place and mine and place.state == "open":
            await say_text(tx, services, place, "notice.report_settled", now)
        await _note(tx, desk, "report.settled", found)
    services.wake()
    return RedirectResponse(f"{HERE}?done=settled", 303)


async def _one(tx: Tx, desk: Desk, request: Request) -> Report | None:
    return await reports.one(tx, desk.services.keyring, number(request.path_params["report"]))


def _page(request: Request, desk: Desk, found: Report, sight: Sight) -> Response:
    return desk.page(
        request, "wrong.html", here=f"{HERE}/{found.id}", found=found, sight=sight, kind=_kind,
        body=inert(found.body), longest=LONGEST_NOTE,
    )  # fmt: skip


def _kind(kind: str) -> str:
    return kind if kind in KINDS else "other"


def _unknown(request: Request, desk: Desk) -> Response:
    return desk.page(
        request, "told.html", 404, here=HERE, key="admin.wrongs.unknown", back=HERE, back_key="admin.wrongs.title"
    )


async def _note(tx: Tx, desk: Desk, action: str, found: Report) -> None:
    await audit.append(
        tx, actor=desk.seat.member.login, action=action, subject=f"report:{found.id}", facts={},
        at=desk.services.clock(),
    )  # fmt: skip
