"""Two applications side by side, masked until uncovered, with what differs marked; and merging one into the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot import moments
from bot.admin.answers import Shown, Sight, lay_out
from bot.admin.decisions import Act, carry_out
from bot.admin.dossier import HERE, note, one, unknown
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.places import within
from bot.notices import tell
from bot.services import Services
from conversations.forms import FORMS
from storage import applications, duplicates
from storage.applications import Opened
from storage.duplicates import MERGEABLE, OUT
from storage.tx import Tx

NOTICE = "notice.read_through"  # the same for everybody: nobody learns from it whether somebody is known


@dataclass(frozen=True, slots=True)
class Pair:
    """One answer of both, None where it was not asked. differs: not the same value, hidden or not."""

    label: str
    left: Shown | None
    right: Shown | None
    differs: bool


def compare_routes(services: Services) -> list[BaseRoute]:
    """/admin/applications/{receipt}/compare/{other}, and merging."""
    return [
        shows(services, "application.see", f"{HERE}/compare/{{other}}", _see),
        does(services, "application.reveal", f"{HERE}/compare/{{other}}/reveal", _reveal),
        does(services, "application.decide", f"{HERE}/duplicate", _merge),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        both = await _both(tx, desk, request)
        return await _page(tx, request, desk, both, "masked") if both else unknown(request, desk)


async def _reveal(request: Request, desk: Desk, _form: Form) -> Response:
    """Show both, once, and write down of each that it was seen."""
    async with desk.services.db.writing() as tx:
        both = await _both(tx, desk, request)
        if both is None:
            return unknown(request, desk)
        for application in both:
            await note(tx, desk, "application.revealed", application)
        return await _page(tx, request, desk, both, "open")


async def _both(tx: Tx, desk: Desk, request: Request) -> tuple[Opened, Opened] | None:
    left, right = await one(tx, desk, request), await one(tx, desk, request, "other")
    return (left, right) if left and right and left.id != right.id else None


async def _merge(request: Request, desk: Desk, form: Form) -> Response:
    """The application in the address is the duplicate of the one the form names."""
    services = desk.services

    async def writes(tx: Tx, found: Opened, now: datetime) -> int:
        into = await applications.one(tx, services.keyring, form.get("into", ""))
        if into is None or not within(into.area_code, desk.seat.member.area):
            return 0
        if form.get("into_version") != str(into.version):
            return 0
        return await duplicates.merge(
            tx, application_id=found.id, version=found.version, into=into.id, staff_id=desk.seat.member.id, now=now
        )

    async def tells(tx: Tx, found: Opened, _decision: int, now: datetime) -> None:
        if found.state == "needs_correction":
            await moments.call_off(tx, found, now, say="")
        await tell(tx, services, found, NOTICE, now)

    return await carry_out(request, desk, form, Act("merged", "application.merged", writes, tells))


async def _page(tx: Tx, request: Request, desk: Desk, both: tuple[Opened, Opened], sight: Sight) -> Response:
    left, right = both
    holds_others = {each.id for each in both if await duplicates.merged_into(tx, each.id)}
    mergeable = {
        each.receipt: each.state in MERGEABLE and other.state not in OUT and each.id not in holds_others
        for each, other in ((left, right), (right, left))
    }
    return desk.page(
        request, "compare.html", here=f"/admin/applications/{left.receipt}/compare/{right.receipt}",
        both=both, pairs=_pairs(desk, left, right, sight), sight=sight, mergeable=mergeable,
        same=next((each.same for each in await duplicates.alike(tx, left.id) if each.id == right.id), ()),
    )  # fmt: skip


def _pairs(desk: Desk, left: Opened, right: Opened, sight: Sight) -> list[Pair]:
    laid = [_laid(desk, each, sight) for each in (left, right)]
    steps = list(dict.fromkeys([*laid[0], *laid[1]]))
    pairs = []
    for step in steps:
        values = [each.answers[step].value if step in each.answers else None for each in (left, right)]
        shown = (laid[0].get(step), laid[1].get(step))
        label = next(each.label for each in shown if each)
        pairs.append(Pair(label, *shown, differs=values[0] != values[1]))
    return pairs


def _laid(desk: Desk, application: Opened, sight: Sight) -> Mapping[str, Shown]:
    asked = desk.services.house.words[application.language]
    shown = lay_out(FORMS[application.form], application.answers, desk.words, asked, sight)
    return {each.step: each for each in shown}
