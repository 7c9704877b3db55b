"""Who is covered where: the board as a map or tiles, against targets, for those who see numbers and no names."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.guard import Desk, Form, does, shows
from bot.admin.overview import trail
from bot.admin.places import CODE, narrowed, within
from bot.coverage.board import Board, board, parts_of
from bot.coverage.legend import legend
from bot.coverage.mapping import Drawn, drawn
from bot.coverage.outline import load
from bot.coverage.taking_along import picture, sheet
from bot.services import Services
from conversations.rules import areas
from storage import audit, coverage, outlines

MOST = 1_000_000
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def coverage_routes(services: Services) -> list[BaseRoute]:
    """/admin/coverage, its sheet and its picture."""
    return [
        shows(services, "coverage.see", "/admin/coverage", _see),
        shows(services, "coverage.see", "/admin/coverage/sheet.xlsx", _sheet),
        shows(services, "coverage.see", "/admin/coverage/picture.png", _picture),
        does(services, "coverage.aim", "/admin/coverage/target", _aim),
    ]


async def _board(request: Request, desk: Desk) -> tuple[str, date | None, Board]:
    """The area asked for, kept inside the member's own; the day of its numbers; what may be shown."""
    wanted = request.query_params.get("area", "")
    code = narrowed(wanted if CODE.fullmatch(wanted) and areas.named(wanted) else "", desk.seat.member.area)
    async with desk.services.db.reading() as tx:
        day, counts = await coverage.latest(tx)
        targets = await coverage.targets(tx)
    return code, date.fromisoformat(day) if day else None, board(code, counts, targets)


async def _drawn(desk: Desk, code: str, seen: Board) -> Drawn:
    """The board's map, where somebody brought outlines of all its parts."""
    async with desk.services.db.reading() as tx:
        found = await outlines.of_parts(tx, code, [area.code for area in parts_of(code)])
    return drawn(seen, code, {place: load(geojson) for place, geojson in found.items()})


async def _see(request: Request, desk: Desk) -> Response:
    code, day, seen = await _board(request, desk)
    trouble = request.query_params.get("trouble", "")
    return desk.page(
        request, "coverage.html", area=areas.named(code) if code else None, trail=trail(code, desk.seat.member.area),
        board=seen, day=day, trouble=trouble if trouble in ("number", "area") else "", legend=legend(seen),
        drawn=await _drawn(desk, code, seen), number=desk.words.number,
    )  # fmt: skip


async def _sheet(request: Request, desk: Desk) -> Response:
    code, day, seen = await _board(request, desk)
    return _file(sheet(seen, _title(code, desk), day, desk.words), SHEET, f"cakupan-{code or 'jakarta'}.xlsx")


async def _picture(request: Request, desk: Desk) -> Response:
    code, day, seen = await _board(request, desk)
    chart = (await _drawn(desk, code, seen)).map
    drawing = picture(seen, chart, _title(code, desk), day, desk.words)
    return _file(drawing, "image/png", f"cakupan-{code or 'jakarta'}.png")


async def _aim(request: Request, desk: Desk, form: Form) -> Response:
    """Set what an area aims at; nothing, or 0, takes the target away."""
    area, rw, said = form.get("area", ""), form.get("rw", "").strip(), form.get("target", "").strip() or "0"
    own = desk.seat.member.area
    if not CODE.fullmatch(area) or not areas.named(area) or not within(area, own):
        return RedirectResponse("/admin/coverage?trouble=area", 303)
    good = said.isdecimal() and len(said) < 8 and int(said) <= MOST
    if not good or not (rw == "" or (rw.isdecimal() and len(rw) <= 3 and area.count(".") == 3)):
        return RedirectResponse(f"/admin/coverage?area={area}&trouble=number", 303)
    now = desk.services.clock()
    async with desk.services.db.writing() as tx:
        rw = str(int(rw)) if rw else ""
        await coverage.aim(tx, area=area, rw=rw, target=int(said), staff_id=desk.seat.member.id, now=now)
        await audit.append(
            tx, actor=desk.seat.member.login, action="coverage.aimed", subject=f"area:{area}",
            facts={"rw": rw, "target": int(said)}, at=now,
        )  # fmt: skip
    return RedirectResponse(f"/admin/coverage?area={area}", 303)


def _title(code: str, desk: Desk) -> str:
    area = areas.named(code) if code else None
    return area.name if area else desk.words.text("admin.overview.everywhere")


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
