"""Volunteers at the desk: invited by a link made once, listed by area, paused at once, each with their card."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from babel.dates import format_date
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin import charts
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.places import narrowed, place_name, places, within
from bot.days import by_day
from bot.days import since as first_of
from bot.notices import tell_chat
from bot.posters.making import KINDS, SIZES
from bot.public.doors import doors
from bot.services import Services
from conversations.rules import areas
from conversations.rules.areas import Area
from conversations.rules.codes import INVITATION, VOLUNTEER
from storage import audit, my_people, referrals, reports, rushes, volunteers
from storage.tx import Tx
from storage.volunteers import RUSHED, STATES, Volunteer

HERE = "/admin/volunteers"
PAGE = 50
INVITED_FOR = timedelta(days=7)
MOST_RW = 40
CHARTED = 14  # days
MOVES: Mapping[str, tuple[tuple[str, ...], str]] = {  # what is done → from which states, to which
    "pause": (("active",), "paused"),
    "resume": (("paused",), "active"),
    "end": (("invited", "active", "paused"), "ended"),
}
DONE = {"pause": "paused", "resume": "resumed", "end": "ended", "look": "looked_at"}


def volunteer_routes(services: Services) -> list[BaseRoute]:
    """/admin/volunteers."""
    return [
        shows(services, "volunteers.see", HERE, _see),
        does(services, "volunteers.invite", f"{HERE}/invitations", _invite),
        shows(services, "volunteers.see", f"{HERE}/{{volunteer}}", _card),
        does(services, "volunteers.move", f"{HERE}/{{volunteer}}/state", _move),
        does(services, "volunteers.move", f"{HERE}/{{volunteer}}/rush", _looked),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    return await _list(request, desk)


async def _invite(request: Request, desk: Desk, form: Form) -> Response:
    """Make an invitation and show it this once: only its hash is kept."""
    name, rw = " ".join(form.get("name", "").split())[:100], form.get("rw", "").strip().lstrip("0")
    area = areas.named(form.get("area", ""))
    troubles: dict[str, str] = {}
    if area is None or area.level != "kelurahan" or not within(area.code, desk.seat.member.area):
        troubles["area"] = "area_missing"
    if rw and not (rw.isdecimal() and len(rw) < 3 and 1 <= int(rw) <= MOST_RW):
        troubles["rw"] = "rw_wrong"
    if troubles or area is None:
        return await _list(request, desk, troubles=troubles, status=422)
    token = INVITATION.make(secrets.randbelow(INVITATION.span))
    code, now = _drawn(), desk.services.clock()
    async with desk.services.db.writing() as tx:
        await volunteers.invite(
            tx, desk.services.keyring, token, code=code, name=name, area_code=area.code, rw=rw,
            staff_id=desk.seat.member.id, now=now, until=now + INVITED_FOR,
        )  # fmt: skip
        await _note(tx, desk, "volunteer.invited", code, {"area": area.code})
    return await _list(request, desk, invitation=_to_forward(desk, token, name))


async def _card(request: Request, desk: Desk) -> Response:
    now = desk.services.clock().astimezone(desk.services.settings.zone)
    async with desk.services.db.reading() as tx:
        found = await _one(tx, request, desk)
        came = (await referrals.brought(tx, (found.code,)))[found.code]
        told_of = (await reports.about(tx, (found.code,)))[found.code]
        rush = await rushes.seen(tx, found.code, found.rushed_at) if found.rushed_at else None
        totals = await my_people.totals(tx, found)
        recent = await my_people.recent(tx, found, first_of(now, CHARTED))
    days = [_bar(day, n, desk) for day, n in by_day(recent, now, CHARTED)]
    done, link = request.query_params.get("done", ""), f"{desk.services.settings.base_url}/r/{found.code}"
    return desk.page(
        request, "volunteer.html", one=found, place=place_name, came=came, told_of=told_of,
        moves=_moves(found), rush=rush, most=rushes.COUNTED_UP_TO, sizes=SIZES, kinds=KINDS, link=link,
        totals=totals, days=days, chart=charts.columns(days, desk.words.text("admin.volunteers.days")),
        waits=_waits(found, desk.services.clock()), done=done if done in DONE.values() else "",
    )  # fmt: skip


async def _move(request: Request, desk: Desk, form: Form) -> Response:
    """Pause, resume or end, at once: link, poster and code stop with it. The volunteer is told."""
    move = form.get("move", "")
    if move not in MOVES:
        raise HTTPException(404)
    states, to = MOVES[move]
    now = desk.services.clock()
    async with desk.services.db.writing() as tx:
        found = await _one(tx, request, desk)
        moved = await volunteers.move_to(tx, found.id, states, to, now)
        if moved:
            await _note(tx, desk, f"volunteer.{DONE[move]}", found.code, {})
            await _tell(tx, desk, found, f"notice.volunteer.{DONE[move]}")
    desk.services.wake()
    return RedirectResponse(f"{HERE}/{found.id}{f'?done={DONE[move]}' if moved else ''}", 303)


async def _looked(request: Request, desk: Desk, _form: Form) -> Response:
    """Somebody has looked at a rush: the mark goes, and comes back with the next one."""
    async with desk.services.db.writing() as tx:
        found = await _one(tx, request, desk)
        looked = await rushes.settle(tx, found.id)
        if looked:
            await _note(tx, desk, "volunteer.looked_at", found.code, {})
    return RedirectResponse(f"{HERE}/{found.id}{'?done=looked_at' if looked else ''}", 303)


# ---- what the pages show ------------------------------------------------------------------------------------------


async def _list(
    request: Request,
    desk: Desk,
    *,
    troubles: Mapping[str, str] | None = None,
    invitation: str = "",
    status: int = 200,
) -> Response:
    own = desk.seat.member.area
    asked, state = request.query_params.get("area", ""), request.query_params.get("state", "")
    area = narrowed(asked if areas.named(asked) else "", own)
    state = state if state in (*STATES, RUSHED) else ""
    after = request.query_params.get("after", "")
    async with desk.services.db.reading() as tx:
        found = await volunteers.listed(
            tx, desk.services.keyring, area=area, state=state, after=_number(after), limit=PAGE + 1
        )
        counts = await volunteers.counts(tx, area=area)
        codes = [one.code for one in found[:PAGE]]
        came, told_of = await referrals.brought(tx, codes), await reports.about(tx, codes)
    return desk.page(
        request, "volunteers.html", status, here=HERE, found=found[:PAGE], counts=counts, states=STATES, came=came,
        told_of=told_of, more=str(found[PAGE - 1].id) if len(found) > PAGE else "", area=area, state=state,
        places=places(own), kelurahans=_kelurahans(own), place=place_name, troubles=troubles or {},
        invitation=invitation, days=INVITED_FOR.days,
    )  # fmt: skip


def _kelurahans(own: str | None) -> Sequence[tuple[Area, tuple[Area, ...]]]:
    """Every kecamatan with its kelurahan, inside one's own area."""
    kecamatans = (kecamatan for _, listed in places(own) for kecamatan in listed)
    found = [(k, tuple(one for one in areas.kelurahans(k.code) if within(one.code, own))) for k in kecamatans]
    return [(kecamatan, listed) for kecamatan, listed in found if listed]


def _to_forward(desk: Desk, token: str, name: str) -> str:
    """The text to send to somebody, with the way into each chat."""
    base = desk.services.settings.base_url
    ways = doors(desk.services, token, desk.words.text("admin.volunteers.greeting", {"token": token}))
    links = "\n".join(f"{desk.words.text(way.key)}: {'' if '://' in way.href else base}{way.href}" for way in ways)
    key = "admin.volunteers.forward" if name else "admin.volunteers.forward_nobody"
    return desk.words.text(key, {"name": name, "days": INVITED_FOR.days}) + "\n" + links


def _bar(day: date, n: int, desk: Desk) -> charts.Bar:
    return charts.Bar(format_date(day, "d MMM", locale=desk.words.language), n, str(n))


def _drawn() -> str:
    """A code by chance, with a figure in it: letters alone are heard as words where somebody reads them out."""
    while True:
        code = VOLUNTEER.make(secrets.randbelow(VOLUNTEER.span))
        if any(sign.isdigit() for sign in code):
            return code


def _waits(found: Volunteer, now: datetime) -> str:
    """How an invitation stands: opened by somebody who has not answered all yet, waiting to be opened, or too late."""
    if found.chat_id is not None:
        return "opened"
    return "waits" if found.invite_until is None or found.invite_until > now else "too_late"


def _moves(found: Volunteer) -> list[str]:
    return [move for move, (states, _) in MOVES.items() if found.state in states]


async def _one(tx: Tx, request: Request, desk: Desk) -> Volunteer:
    """The volunteer an address means; outside one's own area there is nobody."""
    found = await volunteers.one(tx, desk.services.keyring, _number(request.path_params["volunteer"]))
    if found is None or not within(found.area_code, desk.seat.member.area):
        raise HTTPException(404)
    return found


async def _tell(tx: Tx, desk: Desk, found: Volunteer, key: str) -> None:
    """Tell a volunteer who has a chat, in its language."""
    if found.chat_id is None or found.state == "invited":
        return
    await tell_chat(tx, desk.services, found.chat_id, key, desk.services.clock())


async def _note(tx: Tx, desk: Desk, action: str, code: str, facts: Mapping[str, str]) -> None:
    await audit.append(
        tx, actor=desk.seat.member.login, action=action, subject=f"volunteer:{code}", facts=facts,
        at=desk.services.clock(),
    )  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
