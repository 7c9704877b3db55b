"""One's own second step: set up with a picture or a typed secret, recovery codes, and switching it off."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin import codes
from bot.admin.guard import SECOND_STEP, Desk, Form, does, shows
from bot.admin.login import recognised
from bot.services import Services
from storage import audit, second_step, staff
from storage.errors import KeyTrouble
from storage.tx import Tx

WAITS = timedelta(minutes=15)  # how long a shown secret may be confirmed
DONE = ("off", "must")


def second_step_routes(services: Services) -> list[BaseRoute]:
    """/admin/second-step."""
    return [
        shows(services, "own.second_step", SECOND_STEP, _see),
        does(services, "own.second_step", SECOND_STEP, _confirm),
        does(services, "own.second_step", f"{SECOND_STEP}/codes", _renew),
        does(services, "own.second_step", f"{SECOND_STEP}/end", _end),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    return await _page(request, desk)


async def _confirm(request: Request, desk: Desk, form: Form) -> Response:
    """Switch it on, once a code shows that the secret arrived, and the password that it is them."""
    me, now = desk.seat.member, desk.services.clock()
    secret = _opened(desk, form.get("sealed", ""), now)
    step = codes.matched(secret, form.get("code", ""), now) if secret else None
    if not secret or step is None:
        return await _page(request, desk, {"code": "wrong" if secret else "late"}, 422, secret=secret)
    if await recognised(desk.services, me.login, form.get("password", "")) is None:
        return await _page(request, desk, {"password": "old_wrong"}, 422, secret=secret)  # nosec B105 — a text's key
    fresh = codes.recovery_codes()
    async with desk.services.db.writing() as tx:
        if not await second_step.enrol(tx, desk.services.keyring, me.id, secret, step, fresh):
            return RedirectResponse(SECOND_STEP, 303)
        for session in await staff.sessions_of(tx, me.id, now):
            if session.id != desk.seat.id:
                await staff.revoke_session(tx, session.id, me.id, now)
        await _note(tx, desk, "staff.second_step_on")
    return await _page(request, desk, fresh=fresh)


async def _renew(request: Request, desk: Desk, form: Form) -> Response:
    """New recovery codes; the old ones are worthless from then on."""
    now, fresh = desk.services.clock(), codes.recovery_codes()
    async with desk.services.db.writing() as tx:
        proven = await _proven(tx, desk, form, now)
        if proven:
            await second_step.renew(tx, desk.services.keyring, desk.seat.member.id, fresh)
            await _note(tx, desk, "staff.recovery_codes")
    if not proven:
        return await _page(request, desk, {"renew": "wrong"}, 422)
    return await _page(request, desk, fresh=fresh)


async def _end(request: Request, desk: Desk, form: Form) -> Response:
    async with desk.services.db.writing() as tx:
        must = desk.seat.member.role in await second_step.required(tx)
        proven = not must and await _proven(tx, desk, form, desk.services.clock())
        if proven and await second_step.drop(tx, desk.seat.member.id):
            await _note(tx, desk, "staff.second_step_off")
    if not proven and not must:
        return await _page(request, desk, {"end": "wrong"}, 422)
    return RedirectResponse(f"{SECOND_STEP}?done={'must' if must else 'off'}", 303)


async def _proven(tx: Tx, desk: Desk, form: Form, now: datetime) -> bool:
    """Whether a code was given that counts, by a member as they are now."""
    me = await staff.by_id(tx, desk.seat.member.id)
    return bool(me and await codes.judge(tx, desk.services, me, form.get("code", ""), now) in ("code", "recovery"))


async def _page(
    request: Request,
    desk: Desk,
    troubles: dict[str, str] | None = None,
    status: int = 200,
    *,
    secret: str | None = None,
    fresh: list[str] | None = None,
) -> Response:
    services = desk.services
    async with services.db.reading() as tx:
        me = await staff.by_id(tx, desk.seat.member.id)
        left = await second_step.left(tx, desk.seat.member.id)
        must = desk.seat.member.role in await second_step.required(tx)
    has = bool(me and me.second_step)
    done = request.query_params.get("done")
    return desk.page(
        request, "second_step.html", status, here=SECOND_STEP, has=has, left=left, must=must, fresh=fresh or [],
        troubles=troubles or {}, done=done if done in DONE else "",
        **({} if has else _offered(desk, secret or codes.new_secret())),
    )  # fmt: skip


def _offered(desk: Desk, secret: str) -> dict[str, Any]:
    """A secret to set up: as a picture, as letters in fours, and sealed for the form that confirms it."""
    services, me = desk.services, desk.seat.member
    uri = codes.address(secret, me.login, desk.words.text("pages.name"))
    until = (services.clock() + WAITS).timestamp()
    sealed = services.keyring.seal_house(orjson.dumps({"secret": secret, "until": until}), _place(desk))
    return {
        "picture": codes.picture(uri),
        "secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        "sealed": base64.urlsafe_b64encode(sealed).decode(),
    }


def _opened(desk: Desk, sealed: str, now: datetime) -> str | None:
    """The secret that was shown to this member, while it may be confirmed."""
    try:
        said = orjson.loads(desk.services.keyring.open_house(base64.urlsafe_b64decode(sealed.encode()), _place(desk)))
    except (KeyTrouble, binascii.Error, ValueError):
        return None
    return str(said["secret"]) if said["until"] > now.timestamp() else None


def _place(desk: Desk) -> str:
    return f"staff.totp_shown/{desk.seat.member.id}"


async def _note(tx: Tx, desk: Desk, action: str) -> None:
    me = desk.seat.member
    await audit.append(tx, actor=me.login, action=action, subject=f"staff:{me.id}", facts={}, at=desk.services.clock())
