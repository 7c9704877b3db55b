"""Sitting down: a member who proved who they are gets a session, in one step or in two."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import datetime, timedelta

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin import codes, csrf, seats
from bot.admin.guard import Form, read, refusal
from bot.pages.limit import Limit
from bot.pages.page import page
from bot.services import Services
from storage import audit, staff
from storage.errors import KeyTrouble
from storage.staff import Member, Tx

HERE = "/admin/login/code"
HALF_WAY = timedelta(minutes=5)  # how long the password counts while the code is looked up
PLACE = "half-way through the door"
TRIES, EACH = 20, 60.0
WRITTEN = {
    "recovery": "login.recovery_code",
    "used": "login.wrong_code",
    "wrong": "login.wrong_code",
    "resting": "login.resting",
}


def code_routes(services: Services) -> list[BaseRoute]:
    """/admin/login/code."""
    limit = Limit(TRIES, EACH)

    async def enter(request: Request) -> Response:
        if not csrf.ours(request.headers, services.settings.base_url):
            return refusal(request, services, "not_ours")
        form = await read(request)
        if not limit.allows(request.client.host if request.client else ""):
            return _code_page(request, services, form.get("half", ""), form.get("next", ""), "slow", 429)
        return await _second(request, services, form)

    return [Route(HERE, enter, methods=["POST"])]


async def welcome(request: Request, services: Services, member: Member, to: str) -> Response:
    """After the right password: a session, or the question for a code."""
    if not member.second_step:
        return await sit_down(request, services, member, to)
    return _code_page(request, services, _half(services, member, services.clock()), to)


async def sit_down(request: Request, services: Services, member: Member, to: str) -> Response:
    """Sign somebody in under a new token; the one this browser had before is no longer good."""
    now = services.clock()
    async with services.db.writing() as tx:
        before = await staff.session(tx, request.cookies.get(seats.cookie(services.settings), ""))
        if before:
            await staff.revoke_session(tx, before.id, before.member.id, now)
        token = await seats.take(tx, member.id, now)
        await note(tx, member, "login.in", now)
    response = RedirectResponse(to, 303)
    seats.remember(response, services.settings, token)
    return response


async def _second(request: Request, services: Services, form: Form) -> Response:
    now, half, to = services.clock(), form.get("half", ""), next_page(form.get("next", ""))
    async with services.db.writing() as tx:
        member = await _half_way(tx, services, half, now)
        proof = await codes.judge(tx, services, member, form.get("code", ""), now) if member else None
        if member and proof in WRITTEN:
            await note(tx, member, WRITTEN[proof], now)
    if member is None or proof is None:
        return RedirectResponse("/admin/login?done=late", 303)
    if proof in ("code", "recovery"):
        return await sit_down(request, services, member, to)
    return _code_page(request, services, half, to, "used" if proof == "used" else "wrong", 401)


def _half(services: Services, member: Member, now: datetime) -> str:
    """Proof that the password was right, good for five minutes and for this password only."""
    said = {"member": member.id, "until": (now + HALF_WAY).timestamp(), "with": _mark(member)}
    return base64.urlsafe_b64encode(services.keyring.seal_house(orjson.dumps(said), PLACE)).decode()


async def _half_way(tx: Tx, services: Services, half: str, now: datetime) -> Member | None:
    """Who is half-way in; None for what is not ours, too old, or of a password changed since."""
    try:
        said = orjson.loads(services.keyring.open_house(base64.urlsafe_b64decode(half.encode()), PLACE))
    except (KeyTrouble, binascii.Error, ValueError):
        return None
    member = await staff.by_id(tx, int(said["member"]))
    good = member and member.second_step and not member.disabled_at and said["until"] > now.timestamp()
    return member if member and good and said["with"] == _mark(member) else None


def _mark(member: Member) -> str:
    return hashlib.sha256(member.password_hash.encode()).hexdigest()[:16]


def _code_page(
    request: Request, services: Services, half: str, to: str, trouble: str = "", status: int = 200
) -> Response:
    return page(
        request, services, "code.html", status, here="/admin/login", half=half, next=next_page(to), trouble=trouble
    )


def next_page(wanted: str) -> str:
    """Where to go after the login: a page of the desk, never another site."""
    return wanted if re.fullmatch(r"/admin(/[A-Za-z0-9/_-]*)?(\?[^\\]*)?", wanted) else "/admin"


async def note(tx: Tx, member: Member, action: str, now: datetime) -> None:
    await audit.append(tx, actor=member.login, action=action, subject=f"staff:{member.id}", facts={}, at=now)
