"""Outlines at the desk: a GeoJSON file is loaded, looked at, corrected by hand, applied, replaced and removed again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.guard import Desk, Form, does, receives, shows
from bot.coverage import importing
from bot.coverage.geojson import MOST_BYTES, NotOutlines
from bot.coverage.importing import TO_PICK, WELL, By
from bot.coverage.levels import LEVELS
from bot.services import Services
from conversations.rules import areas
from storage import outlines
from storage.outlines import Kind, OutlineFile

HERE = "/admin/coverage/outlines"
CHUNK = 1 << 20
SHOWN = 300  # features a list shows
KINDS: tuple[Kind, ...] = (*LEVELS, "rw")
DONE = ("uploaded", "picked", "applied", "discarded", "removed", "faster")


def outline_routes(services: Services) -> list[BaseRoute]:
    """/admin/coverage/outlines and what can be done with a file."""
    one = f"{HERE}/{{file}}"
    return [
        shows(services, "coverage.outline", HERE, _all),
        receives(services, "coverage.outline", HERE, _upload),
        does(services, "coverage.outline", f"{HERE}/remove", _remove),
        shows(services, "coverage.outline", one, _see),
        does(services, "coverage.outline", f"{one}/features/{{number}}", _pick),
        does(services, "coverage.outline", f"{one}/apply", _apply),
        does(services, "coverage.outline", f"{one}/discard", _discard),
    ]


async def _all(request: Request, desk: Desk) -> Response:
    return await _list_page(request, desk)


async def _list_page(request: Request, desk: Desk, trouble: NotOutlines | None = None) -> Response:
    own = desk.seat.member.area or ""
    async with desk.services.db.reading() as tx:
        counts = await outlines.counts(tx, own)
        files = await outlines.newest(tx)
    totals = {level: sum(a.level == level and _within(a.code, own) for a in areas.AREAS) for level in LEVELS}
    done = request.query_params.get("done", "")
    return desk.page(
        request, "outlines.html", 422 if trouble else 200, counts=counts, totals=totals, kinds=KINDS,
        files=[file for file in files if file.area == own], megabytes=MOST_BYTES // 1_000_000,
        trouble=trouble, done=done if done in DONE else "",
    )  # fmt: skip


async def _upload(request: Request, desk: Desk, _form: Form, file: UploadFile | None) -> Response:
    services = desk.services
    services.settings.var.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=services.settings.var, prefix="outlines-") as kept:
        while file is not None and (chunk := await file.read(CHUNK)):
            kept.write(chunk)
        kept.flush()
        name = (file.filename if file is not None else "") or ""
        try:
            number = await importing.take_in(services.db, Path(kept.name), name, _by(desk), services.clock())
        except NotOutlines as error:
            return await _list_page(request, desk, error)
    return _back(number, "uploaded")


async def _see(request: Request, desk: Desk) -> Response:
    found = await _known(request, desk)
    if found is None:
        return RedirectResponse(HERE, 303)
    done = request.query_params.get("done", "")
    how = {line["n"]: line["found"] for line in found.lines}
    return desk.page(
        request, "outline_file.html", here=f"{HERE}/{found.id}", one=found, counts=importing.counted(found.lines),
        well=[line for line in found.lines if line["found"] in WELL][:SHOWN],
        ill=[line for line in found.lines if line["found"] not in (*WELL, "outside")][:SHOWN],
        to_pick=TO_PICK, standings=importing.standings(found), named=areas.named, how=how, shown=SHOWN,
        applies=sum(line["found"] in WELL for line in found.lines), done=done if done in DONE else "",
    )  # fmt: skip


async def _pick(request: Request, desk: Desk, form: Form) -> Response:
    found = await _known(request, desk)
    if found is None:
        return RedirectResponse(HERE, 303)
    number = _number(request.path_params["number"])
    picked = await importing.pick(
        desk.services.db, found, number, form.get("code", "")[:20], _by(desk), desk.services.clock()
    )
    return _back(found.id, "picked" if picked else "faster")


async def _apply(request: Request, desk: Desk, _form: Form) -> Response:
    found = await _known(request, desk)
    if found is None:
        return RedirectResponse(HERE, 303)
    kept = await importing.apply(desk.services.db, found, _by(desk), desk.services.clock())
    return _back(found.id, "faster" if kept is None else "applied")


async def _discard(request: Request, desk: Desk, _form: Form) -> Response:
    found = await _known(request, desk)
    if found is None:
        return RedirectResponse(HERE, 303)
    gone = await importing.discard(desk.services.db, found, _by(desk), desk.services.clock())
    return RedirectResponse(f"{HERE}?done=discarded", 303) if gone else _back(found.id, "faster")


async def _remove(request: Request, desk: Desk, form: Form) -> Response:
    kind = next((kind for kind in KINDS if kind == form.get("kind", "")), None)
    if kind is None:
        return RedirectResponse(HERE, 303)
    await importing.remove(desk.services.db, kind, _by(desk), desk.services.clock())
    return RedirectResponse(f"{HERE}?done=removed", 303)


async def _known(request: Request, desk: Desk) -> OutlineFile | None:
    """The file in the address; who is kept to an area sees files of that area only."""
    async with desk.services.db.reading() as tx:
        found = await outlines.one(tx, _number(request.path_params["file"]))
    return found if found is not None and found.area == (desk.seat.member.area or "") else None


def _within(code: str, own: str) -> bool:
    return not own or code == own or code.startswith(f"{own}.")


def _by(desk: Desk) -> By:
    return By(desk.seat.member.login, desk.seat.member.id, desk.seat.member.area or "")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _back(number: int, done: str) -> Response:
    return RedirectResponse(f"{HERE}/{number}?{urlencode({'done': done})}", 303)
