"""A seat at the desk: who is signed in, by a cookie whose hash alone is stored, until it is left, idle or old."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.services import Services
from bot.settings import Settings
from storage import staff
from storage.staff import Seat
from storage.tx import Tx

IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)  # a look at a page need not be a write


def cookie(settings: Settings) -> str:
    """The cookie's name. __Host- binds it to this very host, and needs https."""
    return "__Host-taruna-desk" if _secure(settings) else "taruna-desk"


async def take(tx: Tx, member_id: int, now: datetime) -> str:
    """Open a session under a token nobody had before. Returns the token, which is not kept."""
    token = secrets.token_urlsafe(32)
    await staff.open_session(
        tx, token, staff_id=member_id, csrf_secret=secrets.token_urlsafe(24), now=now, expires_at=now + AT_MOST
    )
    return token


def remember(response: Response, settings: Settings, token: str) -> None:
    """Give the browser its token. It goes when the browser closes; the server forgets it sooner or later anyway."""
    response.set_cookie(
        cookie(settings), token, httponly=True, secure=_secure(settings), samesite="strict", path="/"
    )  # fmt: skip


def forget(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie(settings), httponly=True, secure=_secure(settings), samesite="strict", path="/"
    )  # fmt: skip


async def seated(request: Request, services: Services) -> Seat | None:
    """Who sits here, if the session is open, used lately, and its owner still works here."""
    token = request.cookies.get(cookie(services.settings), "")
    if not token:
        return None
    now = services.clock()
    async with services.db.reading() as tx:
        seat = await staff.session(tx, token)
    if seat is None or not good(seat, now):
        return None
    if now - seat.last_seen >= NOTED_EVERY:
        async with services.db.writing() as tx:
            await staff.touch_session(tx, seat.id, now)
    return seat


def good(seat: Seat, now: datetime) -> bool:
    """Say whether a session may still be used."""
    return seat.member.disabled_at is None and now < seat.expires_at and now - seat.last_seen < IDLE


def _secure(settings: Settings) -> bool:
    return settings.base_url.startswith("https://")
