"""The simulator at /coba: a phone in the browser that talks to the same pipeline over real HTTP.

A chat is known by 128 random bits its browser made. A chat may live ahead of our clock by `shift` seconds: the time
machine. Its people are made up, and everything that comes of them is marked so.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.channel import Address, Arrived
from bot.channels.terminal import OWN_PHONE
from bot.pages.page import page
from bot.payload import unpack
from bot.services import Services
from conversations.turn import Content, Opened, Said, Sent, Shared, Tapped
from storage import outbox
from storage.errors import StorageError

CHAT = re.compile(r"[0-9a-f]{32}")
MESSAGE = re.compile(r"[0-9A-Za-z-]{8,64}")
LONGEST_BODY = 8_192
LONGEST_SHIFT = 400 * 86_400  # seconds
PATIENCE = 20.0  # seconds a browser is kept waiting
KINDS = ("sticker", "voice", "photo", "video", "document", "location")


class Malformed(Exception):
    """What the browser sent is not what our page sends: says which part."""


def simulator_routes(services: Services) -> list[Route]:
    """/coba and what it talks to; only while the simulator is on."""

    async def show(request: Request) -> Response:
        return page(request, services, "coba.html")

    async def say(request: Request) -> Response:
        body = await request.body()
        try:
            arrived = _arrived(services, _read(body))
        except Malformed as error:
            return JSONResponse({"error": str(error)}, 400)
        try:
            outcome = await services.take(arrived)
        except StorageError:
            return JSONResponse({"error": "not kept; send it again"}, 503)
        return JSONResponse({"outcome": outcome})

    async def hear(request: Request) -> Response:
        chat, after = request.query_params.get("chat", ""), request.query_params.get("after", "0")
        if not CHAT.fullmatch(chat) or not re.fullmatch(r"[0-9]{1,18}", after):
            return JSONResponse({"error": "chat must be 32 hex digits, after a number"}, 400)
        told = await _told(services, chat, int(after))
        if not told and "now" not in request.query_params:
            await services.web.wait(chat, PATIENCE)
            told = await _told(services, chat, int(after))
        return JSONResponse({"messages": told})

    return [
        Route("/coba", show),
        Route("/coba/messages", say, methods=["POST"]),
        Route("/coba/messages", hear, methods=["GET"]),
    ]


async def _told(services: Services, chat: str, after: int) -> list[dict[str, Any]]:
    async with services.db.reading() as tx:
        chat_id = await outbox.find_chat(tx, services.keyring, "web", chat)
        told = await outbox.told_since(tx, services.keyring, chat_id, after) if chat_id else []
    return [_shown(row, payload) for row, payload in told]


def _shown(row: int, payload: bytes) -> dict[str, Any]:
    message = unpack(payload)
    return {
        "id": row,
        "text": message.text,
        "choices": [{"step": c.step, "value": c.value, "label": c.label} for c in message.choices],
        "share_contact": message.share_contact,
        "copy": message.copy,
        "redacted": bool(message.redact),
    }


def _read(body: bytes) -> dict[str, Any]:
    if len(body) > LONGEST_BODY:
        raise Malformed("the message is longer than a chat's")
    try:
        said = orjson.loads(body)
    except ValueError:
        raise Malformed("not JSON") from None
    if not isinstance(said, dict):
        raise Malformed("not an object")
    return said


def _arrived(services: Services, said: dict[str, Any]) -> Arrived:
    chat, message_id, shift = said.get("chat"), said.get("id"), said.get("shift", 0)
    if not isinstance(chat, str) or not CHAT.fullmatch(chat):
        raise Malformed("chat must be 32 hex digits")
    if not isinstance(message_id, str) or not MESSAGE.fullmatch(message_id):
        raise Malformed("id must be 8 to 64 letters, digits or dashes")
    if not isinstance(shift, int) or not 0 <= shift <= LONGEST_SHIFT:
        raise Malformed("shift must be seconds, at most 400 days")
    return Arrived(
        "web",
        f"{chat[:8]}:{message_id}",
        (Address("web", chat),),
        _content(said),
        services.clock() + timedelta(seconds=shift),
        handle={"message": message_id} | ({"as": "whatsapp"} if said.get("as") == "whatsapp" else {}),
        own_phone=OWN_PHONE,
    )


def _content(said: dict[str, Any]) -> Content:
    match said:
        case {"text": str(text)}:
            return Said(text)
        case {"tap": {"step": str(step), "value": str(value)}}:
            return Tapped(step[:100], value[:200])
        case {"kind": str(kind)} if kind in KINDS:
            return Sent(kind)
        case {"contact": True}:
            return Shared(OWN_PHONE, own=True)
        case {"open": str(code)}:
            return Opened(code)
    raise Malformed("say one of text, tap, kind, contact or open")
