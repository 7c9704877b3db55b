"""One application: its answers, price, chat and history, and uncovering it. Deciding on it is in decisions.py."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.admin.answers import Sight, changed, contributions, lay_out
from bot.admin.decisions import PATHS
from bot.admin.dossier import HERE, SUBJECT, note, one, unknown
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.holding import opening
from bot.admin.places import within
from bot.admin.result_lines import said_of
from bot.public.papers import shown
from bot.services import Services
from bot.transcripts import bubbles
from conversations.forms import FORMS
from conversations.printing import PICTURE
from conversations.printing import SIZES as EVERY_SIZE
from conversations.turn import Answer, Paper
from storage import applications, audit, duplicates, helped, papers, restrictions
from storage.applications import Opened
from storage.decisions import UNDOABLE
from storage.tx import Tx
from storage.versions import answers_of

SIZES = tuple(size for size in EVERY_SIZE if size != PICTURE)
DONE = (
    "approved",
    "undone",
    "asked",
    "question_undone",
    "refused",
    "refusal_undone",
    "merged",
    "unmerged",
    "faster",
    "held",
)


def application_routes(services: Services) -> list[BaseRoute]:
    """/admin/applications/{receipt}."""
    return [
        shows(services, "application.see", HERE, _see),
        does(services, "application.reveal", f"{HERE}/reveal", _reveal),
        does(services, "application.print", f"{HERE}/paper", _print),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        application = await one(tx, desk, request)
    return await _page(request, desk, application, "masked") if application else unknown(request, desk)


async def _reveal(request: Request, desk: Desk, _form: Form) -> Response:
    """Show everything, once, and write down that it was seen. The next look is masked again."""
    async with desk.services.db.writing() as tx:
        application = await one(tx, desk, request)
        if application is None:
            return unknown(request, desk)
        await note(tx, desk, "application.revealed", application)
    return await _page(request, desk, application, "open")


async def _print(request: Request, desk: Desk, form: Form) -> Response:
    """The receipt for somebody who stands at the desk. It names them, so it is written down that it was printed."""
    size = form.get("size", "a6")
    if size not in SIZES:
        raise HTTPException(404)
    async with desk.services.db.writing() as tx:
        application = await one(tx, desk, request)
        if application is None or not await papers.one(tx, desk.services.keyring, application.receipt):
            return unknown(request, desk)
        await note(tx, desk, "application.printed", application, size=size)
    file = await desk.services.printer.file(Paper(application.receipt, size))
    return shown(file.name, file.media_type, await file.content())


async def _page(request: Request, desk: Desk, application: Opened, sight: Sight) -> Response:
    services = desk.services
    holder, until = await opening(desk, application)
    async with services.db.reading() as tx:
        lines = await _talk(tx, desk, application) if sight == "open" else []
        said = await said_of(tx, services.keyring, application.id)
        seen = await audit.about(tx, SUBJECT.format(application.receipt), limit=50)
        earlier = await _earlier(tx, desk, application, application.version - 1)
        alike = await duplicates.alike(tx, application.id)
        merged = await _merged(tx, desk, application)
        restricted = (await restrictions.standing(tx, [application.id])).get(application.id)
        wanted = request.query_params.get("seen", "")
        stale = await _earlier(tx, desk, application, int(wanted) if wanted.isdecimal() and len(wanted) < 9 else 0)
    asked = services.house.words[application.language]
    answers = lay_out(FORMS[application.form], application.answers, desk.words, asked, sight, earlier)
    submitted = application.submitted_at.astimezone(services.settings.zone).date()
    done = request.query_params.get("done")
    return desk.page(
        request, "application.html", here=f"/admin/applications/{application.receipt}",
        application=application, form=FORMS[application.form].name, sight=sight,
        price=contributions(application.answers, submitted),
        said=said,
        answers=answers, corrected=[one.label for one in answers if one.step in changed(stale, application.answers)],
        bubbles=bubbles(lines), undoable=_undoable(application), holder=holder,
        held_until=until,
        alike=[each for each in alike if within(each.area_code, desk.seat.member.area)], merged=merged,
        sizes=SIZES, restricted=restricted,
        elsewhere=sum(not within(each.area_code, desk.seat.member.area) for each in alike),
        seen=seen, done=done if done in DONE else "",
    )  # fmt: skip


async def _talk(tx: Tx, desk: Desk, application: Opened) -> list[applications.Line]:
    """What was said about this person, and nothing of anybody else signed up from the same phone."""
    about = await helped.slots_about(tx, application.id)
    return await applications.transcript(tx, desk.services.keyring, application.chat_id, about=about)


async def _earlier(tx: Tx, desk: Desk, application: Opened, version: int) -> Mapping[str, Answer]:
    """The answers of a version before this one, none where there is no such version."""
    if not 0 < version < application.version:
        return {}
    return await answers_of(tx, desk.services.keyring, application.receipt, version)


async def _merged(tx: Tx, desk: Desk, application: Opened) -> list[Opened]:
    """What it was merged with, and what was merged into it: their histories are part of this one."""
    kept = await duplicates.merged_with(tx, application.id)
    receipts = [*([kept] if kept else []), *await duplicates.merged_into(tx, application.id)]
    found = [await applications.one(tx, desk.services.keyring, receipt) for receipt in receipts]
    return [each for each in found if each and within(each.area_code, desk.seat.member.area)]


def _undoable(application: Opened) -> list[tuple[str, str]]:
    """Which standing decision can be taken back here, and where. An approval has its own button."""
    standing = {one.kind for one in application.decisions if not one.undone_at}
    return [
        (kind, path)
        for kind, path in PATHS.items()
        if kind != "approve" and kind in standing and application.state == UNDOABLE[kind]
    ]
