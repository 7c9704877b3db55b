"""Deciding: the decision, its entry in the record and the person's message in one transaction; and taking it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot import moments
from bot.admin.dossier import HERE, back, note, older, one, unknown
from bot.admin.guard import Desk, Does, Form, does
from bot.notices import tell
from bot.services import Services
from bot.upkeep import follow
from storage import decisions, duplicates, holds
from storage.applications import Opened
from storage.tx import Tx

Writes: TypeAlias = Callable[[Tx, Opened, datetime], Awaitable[int]]
Tells: TypeAlias = Callable[[Tx, Opened, int, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Act:
    """One way to decide. done: what the page says then; action: the record's name for it.

    writes: makes the decision and returns its id, 0 when somebody was faster; tells: lets the person know.
    """

    done: str
    action: str
    writes: Writes
    tells: Tells


@dataclass(frozen=True, slots=True)
class _Undo:
    """How a decision is taken back: the page's word for it, the record's, the person's notice ("": a turn says it)."""

    done: str
    action: str
    notice: str = "notice.looked_at_again"


UNDO: Mapping[str, _Undo] = {
    "approve": _Undo("undone", "application.approval_undone"),
    "ask_again": _Undo("question_undone", "application.question_undone", ""),
    "refuse": _Undo("refusal_undone", "application.refusal_undone"),
    "mark_duplicate": _Undo("unmerged", "application.unmerged"),
}
PATHS: Mapping[str, str] = {
    "approve": "approval",
    "ask_again": "correction",
    "refuse": "refusal",
    "mark_duplicate": "duplicate",
}


def decision_routes(services: Services) -> list[BaseRoute]:
    """Approving, and undoing whatever can be undone."""
    return [
        does(services, "application.decide", f"{HERE}/approval", _approve),
        *(does(services, "application.decide", f"{HERE}/{PATHS[kind]}/undo", _undo(kind)) for kind in UNDO),
    ]


async def carry_out(request: Request, desk: Desk, form: Form, act: Act) -> Response:
    """Decide, write it down and tell the person, all in one transaction; who comes second is told so."""
    services, now = desk.services, desk.services.clock()
    async with services.db.writing() as tx:
        application = await one(tx, desk, request)
        if application is None:
            return unknown(request, desk)
        if form.get("version") != str(application.version):
            return back(application.receipt, "faster", older(form.get("version", ""), application))
        if await holds.held_by_another(tx, application.id, desk.seat.member.id, now):
            return back(application.receipt, "held")
        decision = await act.writes(tx, application, now)
        if decision:
            await note(tx, desk, act.action, application)
            await act.tells(tx, application, decision, now)
            await holds.let_go(tx, application.id, desk.seat.member.id)
    services.wake()
    await follow(services, application.chat_id)
    return back(application.receipt, act.done if decision else "faster")


def says(services: Services, notice: str) -> Tells:
    """Tell the person by a notice."""

    async def tells(tx: Tx, application: Opened, _decision: int, now: datetime) -> None:
        await tell(tx, services, application, notice, now)

    return tells


async def _approve(request: Request, desk: Desk, form: Form) -> Response:
    async def writes(tx: Tx, application: Opened, now: datetime) -> int:
        return await decisions.approve(
            tx, application_id=application.id, version=application.version, staff_id=desk.seat.member.id, now=now
        )

    act = Act("approved", "application.approved", writes, says(desk.services, "notice.approved"))
    return await carry_out(request, desk, form, act)


async def _call_off(tx: Tx, application: Opened, _decision: int, now: datetime) -> None:
    await moments.call_off(tx, application, now)


def _undo(kind: str) -> Does:
    undo = UNDO[kind]

    async def undone(request: Request, desk: Desk, form: Form) -> Response:
        async def writes(tx: Tx, application: Opened, now: datetime) -> int:
            takes_back = duplicates.unmerge if kind == "mark_duplicate" else partial(decisions.undo, kind=kind)
            return await takes_back(
                tx, application_id=application.id, version=application.version, staff_id=desk.seat.member.id, now=now
            )

        tells = says(desk.services, undo.notice) if undo.notice else _call_off
        return await carry_out(request, desk, form, Act(undo.done, undo.action, writes, tells))

    return undone
