"""News to people who agreed to it: written, looked at as they will read it, counted, let go, and stopped half-way."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.guard import Desk, Form, does, shows
from bot.admin.places import CODE, narrowed, place_name, places, within
from bot.news import said
from bot.services import Services
from conversations.rules import areas
from storage import audit, broadcasts
from storage.broadcasts import Audience, Broadcast
from storage.tx import Tx

LONGEST = 900  # letters: one WhatsApp message with the last line
WHOM = {
    "waiting": ("submitted", "in_review", "needs_correction", "approved", "batched", "handed_over"),
    "to_pay": ("registered", "waiting_for_payment"),
    "active": ("active",),
    "late": ("late", "lapsed"),
}


def news_routes(services: Services) -> list[BaseRoute]:
    """/admin/news."""
    here = "/admin/news/{number}"
    return [
        shows(services, "news.see", "/admin/news", _list),
        does(services, "news.send", "/admin/news", _write),
        shows(services, "news.see", here, _see),
        does(services, "news.send", f"{here}/start", _start),
        does(services, "news.send", f"{here}/stop", _stop),
    ]


async def _list(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        found = [one for one in await broadcasts.newest(tx) if within(one.area, desk.seat.member.area)]
    return _form(request, desk, found, {}, "")


def _form(request: Request, desk: Desk, found: list[Broadcast], given: Form, trouble: str) -> Response:
    return desk.page(
        request, "news_list.html", 422 if trouble else 200, here="/admin/news", found=found, given=given,
        trouble=trouble, whom=tuple(WHOM), places=places(desk.seat.member.area), longest=LONGEST, place_name=place_name,
    )  # fmt: skip


async def _write(request: Request, desk: Desk, form: Form) -> Response:
    """Keep a draft; nothing is sent before it was looked at."""
    own = desk.seat.member.area
    texts = {language: form.get(f"text_{language}", "").strip() for language in desk.services.house.words}
    area, whom, cap = form.get("area", ""), form.get("whom", ""), form.get("cap", "").strip() or "0"
    trouble = ""
    if not texts["id"]:
        trouble = "text"
    elif any(len(text) > LONGEST for text in texts.values()):
        trouble = "long"
    elif whom not in ("", *WHOM) or (area and not (CODE.fullmatch(area) and areas.named(area) and within(area, own))):
        trouble = "whom"
    elif not (cap.isdecimal() and len(cap) < 8):
        trouble = "cap"
    if trouble:
        async with desk.services.db.reading() as tx:
            found = [one for one in await broadcasts.newest(tx) if within(one.area, own)]
        return _form(request, desk, found, form, trouble)
    now = desk.services.clock()
    audience = Audience(narrowed(area, own), WHOM.get(whom, ()))
    async with desk.services.db.writing() as tx:
        number = await broadcasts.write(
            tx, audience, {language: text for language, text in texts.items() if text}, cap=int(cap), area=own or "",
            staff_id=desk.seat.member.id, now=now,
        )  # fmt: skip
        await _note(tx, desk, "news.written", number)
    return RedirectResponse(f"/admin/news/{number}", 303)


async def _see(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        news = await _one(tx, desk, request)
        reach = await broadcasts.reach(tx, news.audience) if news and news.state in ("draft", "stopped") else {}
    if news is None:
        return _unknown(request, desk)
    held = reach.pop("whatsapp_held", 0)
    read = {language: said(news, language, desk.services) for language in desk.services.house.words}
    return desk.page(
        request, "news.html", here=f"/admin/news/{news.id}", news=news, reach=reach, held=held, read=read,
        place=place_name(news.audience.area) if news.audience.area else "", total=sum(reach.values()),
    )  # fmt: skip


async def _start(request: Request, desk: Desk, _form: Form) -> Response:
    now = desk.services.clock()
    async with desk.services.db.writing() as tx:
        news = await _one(tx, desk, request)
        if news is None:
            return _unknown(request, desk)
        if await broadcasts.start(tx, news.id, desk.seat.member.id, now):
            await _note(tx, desk, "news.started", news.id)
    return RedirectResponse(f"/admin/news/{news.id}", 303)


async def _stop(request: Request, desk: Desk, _form: Form) -> Response:
    now = desk.services.clock()
    async with desk.services.db.writing() as tx:
        news = await _one(tx, desk, request)
        if news is None:
            return _unknown(request, desk)
        if (dropped := await broadcasts.stop(tx, news.id, desk.seat.member.id, now)) is not None:
            await _note(tx, desk, "news.stopped", news.id, dropped=dropped)
    return RedirectResponse(f"/admin/news/{news.id}", 303)


async def _one(tx: Tx, desk: Desk, request: Request) -> Broadcast | None:
    number = request.path_params["number"]
    found = await broadcasts.one(tx, int(number)) if number.isdecimal() and len(number) < 10 else None
    return found if found and within(found.area, desk.seat.member.area) else None


def _unknown(request: Request, desk: Desk) -> Response:
    return desk.page(
        request, "told.html", 404, here="/admin/news",
        key="admin.news.unknown", back="/admin/news", back_key="admin.news.room",
    )  # fmt: skip


async def _note(tx: Tx, desk: Desk, action: str, number: int, **facts: int) -> None:
    await audit.append(
        tx, actor=desk.seat.member.login, action=action, subject=f"news:{number}", facts=facts,
        at=desk.services.clock(),
    )  # fmt: skip
