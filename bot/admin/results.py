"""The agency's lists at the desk: loaded, looked at, corrected by hand, applied by an admin, and undone."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.answers import Sight
from bot.admin.guard import Desk, Form, does, receives, shows
from bot.admin.result_lines import lay_out
from bot.results import applying, importing
from bot.results.applying import House, Overtaken
from bot.results.columns import FIELDS
from bot.results.importing import By
from bot.results.matching import Days
from bot.results.sheet import MOST_BYTES, MOST_ROWS, NotRead
from bot.services import Services
from storage import audit, cases, imports, results
from storage.results import APPLIES, FOUND, Import

HERE = "/admin/results"
PAGE = 50
CHUNK = 1 << 20
DONE = (
    *("uploaded", "known", "before", "applied", "faster", "overtaken", "undone", "discarded", "again", "picked"),
    "not_picked",
)
WELL = frozenset({"uploaded", "known", "applied", "undone", "discarded", "again", "picked"})


def result_routes(services: Services) -> list[BaseRoute]:
    """/admin/results and what can be done with a list."""
    one = f"{HERE}/{{number}}"
    return [
        shows(services, "results.see", HERE, _all),
        receives(services, "results.upload", HERE, _upload),
        shows(services, "results.see", one, _see),
        does(services, "results.reveal", f"{one}/reveal", _reveal),
        does(services, "results.upload", f"{one}/columns", _columns),
        does(services, "results.upload", f"{one}/lines/{{line}}/pick", _pick),
        does(services, "results.upload", f"{one}/discard", _discard),
        does(services, "results.apply", f"{one}/apply", _apply),
        does(services, "results.apply", f"{one}/undo", _undo),
    ]


# ---- looking ------------------------------------------------------------------------------------------------------


async def _all(request: Request, desk: Desk) -> Response:
    return await _list_page(request, desk)


async def _list_page(request: Request, desk: Desk, trouble: str = "", listed_on: str = "") -> Response:
    if desk.seat.member.area:
        return desk.page(request, "results.html", 403, here=HERE, shut=True)
    before = _number(request.query_params.get("before", ""))
    async with desk.services.db.reading() as tx:
        found = await results.newest(tx, before=before, limit=PAGE + 1)
    today = _days(desk, "").today
    return desk.page(
        request, "results.html", 422 if trouble else 200, here=HERE, shut=False, found=found[:PAGE],
        more=str(found[PAGE - 1].id) if len(found) > PAGE else "", trouble=trouble, today=today.isoformat(),
        listed_on=listed_on or today.isoformat(), megabytes=MOST_BYTES // 1_000_000, rows=MOST_ROWS,
        done="discarded" if request.query_params.get("done") == "discarded" else "",
    )  # fmt: skip


async def _see(request: Request, desk: Desk) -> Response:
    return await _one_page(request, desk, request.query_params.get("found", ""), "masked")


async def _reveal(request: Request, desk: Desk, form: Form) -> Response:
    """Show the names on a page of lines, once, and write down that they were seen."""
    found = await _known(request, desk)
    if found is None:
        return _away()
    after = _number(form.get("after", ""))
    async with desk.services.db.writing() as tx:
        await audit.append(
            tx, actor=desk.seat.member.login, action="import.revealed", subject=f"import:{found.id}",
            facts={"line": after, "found": form.get("found", "") if form.get("found", "") in FOUND else ""},
            at=desk.services.clock(),
        )  # fmt: skip
    return await _one_page(request, desk, form.get("found", ""), "open", after)


async def _one_page(request: Request, desk: Desk, only: str, sight: Sight, after: int | None = None) -> Response:
    found = await _known(request, desk)
    if found is None:
        return _away()
    chosen = only if only in FOUND else ""
    start = _number(request.query_params.get("after", "")) if after is None else after
    async with desk.services.db.reading() as tx:
        lines = await results.lines(
            tx, desk.services.keyring, found.id, found=(chosen,) if chosen else (), after=start, limit=PAGE + 1
        )
        spoken = {line.application_id for line in lines if line.application_id}
        offered = {one for line in lines for one in line.body.get("candidates", ())}
        known = await cases.cases(tx, desk.services.keyring, sorted(spoken | offered))
    done = request.query_params.get("done", "") if sight == "masked" else ""
    return desk.page(
        request, "result.html", here=f"{HERE}/{found.id}", one=found, chosen=chosen, kinds=FOUND, sight=sight,
        lines=lay_out(lines[:PAGE], found.columns["mapping"], known, sight), start=start,
        more=str(lines[PAGE - 1].position) if len(lines) > PAGE else "", fields=FIELDS,
        applies=sum(found.counts.get(kind, 0) for kind in APPLIES), total=sum(found.counts.values()),
        done=done if done in DONE else "", well=WELL, today=_days(desk, "").today.isoformat(),
    )  # fmt: skip


# ---- loading ------------------------------------------------------------------------------------------------------


async def _upload(request: Request, desk: Desk, form: Form, file: UploadFile | None) -> Response:
    if desk.seat.member.area:
        return await _list_page(request, desk)
    days = _days(desk, form.get("listed_on", ""))
    if days.listed_on > days.today or not _day(form.get("listed_on", "")):
        return await _list_page(request, desk, "no_day")
    if file is None or not file.filename:
        return await _list_page(request, desk, "no_file", form.get("listed_on", ""))
    services = desk.services
    services.settings.var.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=services.settings.var, prefix="list-") as kept:
        while chunk := await file.read(CHUNK):
            kept.write(chunk)
        kept.flush()
        try:
            taken = await importing.take_in(
                services.db, services.keyring, Path(kept.name), file.filename, _by(desk), days, _quietly
            )
        except NotRead as error:
            return await _list_page(request, desk, error.trouble, form.get("listed_on", ""))
    return _back(taken.import_id, "before" if taken.before else "uploaded")


async def _columns(request: Request, desk: Desk, form: Form) -> Response:
    """Read the lines again, under the columns somebody corrected."""
    found = await _known(request, desk)
    if found is None:
        return _away()
    days = _days(desk, form.get("listed_on", ""))
    width = len(found.columns["names"])
    mapping = {
        field: int(at)
        for field in FIELDS
        if (at := form.get(field, "")).isdecimal() and len(at) < 4 and int(at) < width
    }
    if days.listed_on > days.today or not _day(form.get("listed_on", "")) or not mapping:
        return _back(found.id)
    services = desk.services
    again = await importing.read_anew(services.db, services.keyring, found.id, mapping, _by(desk), days)
    return _back(found.id, "again" if again else "faster")


async def _pick(request: Request, desk: Desk, form: Form) -> Response:
    found = await _known(request, desk)
    if found is None:
        return _away()
    services, line = desk.services, _number(request.path_params["line"])
    days = Days(found.listed_on, _days(desk, "").today, services.clock())
    picked = await importing.pick(
        services.db, services.keyring, found.id, line, form.get("receipt", "")[:40], _by(desk), days
    )
    return _back(found.id, "picked" if picked else "not_picked")


async def _discard(request: Request, desk: Desk, _form: Form) -> Response:
    found = await _known(request, desk)
    if found is None:
        return _away()
    async with desk.services.db.writing() as tx:
        gone = await imports.discard(tx, found.id)
        if gone:
            await audit.append(
                tx, actor=desk.seat.member.login, action="import.discarded", subject=f"import:{found.id}", facts={},
                at=desk.services.clock(),
            )  # fmt: skip
    return RedirectResponse(f"{HERE}?done=discarded", 303) if gone else _back(found.id, "faster")


# ---- deciding -----------------------------------------------------------------------------------------------------


async def _apply(request: Request, desk: Desk, _form: Form) -> Response:
    found = await _known(request, desk)
    if found is None:
        return _away()
    done = await applying.apply(_house(desk), found.id, _by(desk), _days(desk, ""), _quietly)
    desk.services.wake()
    return _back(found.id, "applied" if done is not None else "faster")


async def _undo(request: Request, desk: Desk, _form: Form) -> Response:
    found = await _known(request, desk)
    if found is None:
        return _away()
    try:
        done = await applying.undo(_house(desk), found.id, _by(desk), _days(desk, ""), _quietly)
    except Overtaken:
        return _back(found.id, "overtaken")
    desk.services.wake()
    return _back(found.id, "undone" if done is not None else "faster")


# ---- small things -------------------------------------------------------------------------------------------------


async def _known(request: Request, desk: Desk) -> Import | None:
    """The list in the address. A list is of the whole city: who is kept to an area sees none."""
    if desk.seat.member.area:
        return None
    async with desk.services.db.reading() as tx:
        found = await results.one(tx, _number(request.path_params["number"]))
    return found if found and found.state != "reading" else None


def _house(desk: Desk) -> House:
    services = desk.services
    return House(services.db, services.keyring, services.house.words, services.settings.zone)


def _by(desk: Desk) -> By:
    return By(desk.seat.member.login, desk.seat.member.id)


def _days(desk: Desk, listed_on: str) -> Days:
    """The days to judge by; a list of no day is of today."""
    now = desk.services.clock()
    zone = desk.services.settings.zone
    return importing.days(_day(listed_on) or now.astimezone(zone).date(), now, zone)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _quietly(_done: int, _total: int) -> None:
    """A page has nowhere to show progress; the command line does."""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _away() -> Response:
    return RedirectResponse(HERE, 303)


def _back(number: int, done: str = "") -> Response:
    return RedirectResponse(f"{HERE}/{number}" + (f"?{urlencode({'done': done})}" if done else ""), 303)
