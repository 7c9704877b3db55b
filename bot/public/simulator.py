"""The simulator at /coba: a phone in the browser that talks to the same pipeline over real HTTP.

A chat is known by 128 random bits its browser made. A chat may live ahead of our clock by `shift` seconds: the time
machine. Its people are made up, and everything that comes of them is marked so.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.channels.channel import Address, Arrived
from bot.pages.page import page
from bot.papers.making import file_name, media_type
from bot.services import Services
from bot.transcripts import Bubble, bubbles
from bot.upkeep import wake
from conversations.turn import Content, Opened, Paper, Said, Sent, Shared, Tapped
from storage import outbox, retention, scheduled
from storage.errors import StorageError
from storage.transcript import Line, transcript

CHAT = re.compile(r"[0-9a-f]{32}")
MESSAGE = re.compile(r"[0-9A-Za-z-]{8,64}")
OWN_PHONE = "+6281200000000"
LONGEST_BODY = 8_192
LONGEST_SHIFT = 400 * 86_400  # seconds
PATIENCE = 20.0  # seconds a browser that polls is kept waiting
LOOK_AGAIN = 3.0  # seconds: another process may have sent it, and only the database knows
KINDS = ("sticker", "voice", "photo", "video", "document", "location")


class Malformed(Exception):
    """What the browser sent is not what our page sends: says which part."""


def simulator_routes(services: Services) -> list[BaseRoute]:
    """/coba and what it talks to; only while the simulator is on."""

    async def show(request: Request) -> Response:
        return page(request, services, "coba.html", here="/coba", zone=services.settings.timezone)

    async def say(request: Request) -> Response:
        try:
            arrived = _arrived(services, _read(await request.body()))
        except Malformed as error:
            return JSONResponse({"error": str(error)}, 400)
        try:
            outcome = await services.take(arrived)
        except StorageError:
            return JSONResponse({"error": "not kept; send it again"}, 503)
        return JSONResponse({"outcome": outcome})

    async def hear(request: Request) -> Response:
        chat = request.query_params.get("chat", "")
        after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        if not CHAT.fullmatch(chat) or not re.fullmatch(r"[0-9]{1,18}", after):
            return JSONResponse({"error": "chat must be 32 hex digits, after a number"}, 400)
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_events(services, chat, int(after)), media_type="text/event-stream")
        until = time.monotonic() + _patience(request.query_params.get("wait", ""))
        with services.web.listening(chat) as sent:
            while not (told := await _told(services, chat, int(after))):
                if services.web.ended or time.monotonic() > until:
                    break
                await _stirring(sent)
        return JSONResponse({"messages": told})

    async def pass_time(request: Request) -> Response:
        try:
            chat, shift = _chat_and_shift(_read(await request.body()))
        except Malformed as error:
            return JSONResponse({"error": str(error)}, 400)
        await _let_time_pass(services, chat, services.clock() + timedelta(seconds=shift))
        return JSONResponse({})

    async def recall(request: Request) -> Response:
        chat = request.query_params.get("chat", "")
        if not CHAT.fullmatch(chat):
            return JSONResponse({"error": "chat must be 32 hex digits"}, 400)
        async with services.db.reading() as tx:
            chat_id = await outbox.find_chat(tx, services.keyring, "web", chat)
            lines = await transcript(tx, services.keyring, chat_id) if chat_id else []
        return JSONResponse({"messages": [_shown(services, bubble) for bubble in bubbles(lines)]})

    return [
        Route("/coba", show),
        Route("/coba/messages", say, methods=["POST"]),
        Route("/coba/messages", hear, methods=["GET"]),
        Route("/coba/time", pass_time, methods=["POST"]),
        Route("/coba/history", recall, methods=["GET"]),
    ]


async def _let_time_pass(services: Services, chat: str, now: datetime) -> None:
    """Do for one chat what upkeep does for all, as of its own time: wake what is due, let old drafts go."""
    async with services.db.writing() as tx:
        chat_id = await outbox.find_chat(tx, services.keyring, "web", chat)
        if chat_id is None:
            return
        due = await scheduled.claim_due(tx, now, limit=100, chat_id=chat_id)
    await wake(services, due, now)
    async with services.db.writing() as tx:
        await retention.let_drafts_go(tx, services.keyring, chat_id, now)


def _patience(wait: str) -> float:
    """How many seconds a poll may be kept: as many as it says, never more than ours."""
    return min(PATIENCE, float(wait)) if re.fullmatch(r"[0-9]{1,2}", wait) else PATIENCE


async def _events(services: Services, chat: str, after: int) -> AsyncIterator[bytes]:
    """Server-sent events: one a message of ours, until the browser goes or we do."""
    yield b"retry: 1500\n\n"
    with services.web.listening(chat) as sent:
        while not services.web.ended:
            for message in await _told(services, chat, after):
                after = message["id"]
                yield b"id: %d\ndata: %s\n\n" % (after, orjson.dumps(message))
            await _stirring(sent)
            yield b":\n\n"  # so that a browser that went away is noticed


async def _stirring(sent: asyncio.Event) -> None:
    """Wait until something was sent, or it is time to look again."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(sent.wait(), LOOK_AGAIN)
    sent.clear()


async def _told(services: Services, chat: str, after: int) -> list[dict[str, Any]]:
    """What this chat was told after a message, or is about to be told."""
    async with services.db.reading() as tx:
        chat_id = await outbox.find_chat(tx, services.keyring, "web", chat)
        told = await outbox.told_since(tx, services.keyring, chat_id, after) if chat_id else []
    now = services.clock()
    found = []
    for row, payload in told:
        message = orjson.loads(payload)
        shown = [_shown(services, bubble) for bubble in bubbles([Line(row, "us", now, "reply", payload)])]
        done = {"id": row, "redact": message.get("redact", {}).get("message", "")}
        found.append({**(shown[0] if shown else {}), **done})
    return found


def _shown(services: Services, bubble: Bubble) -> dict[str, Any]:
    return {
        "id": bubble.id,
        "side": bubble.side,
        "kind": bubble.kind,
        "text": bubble.text,
        "choices": [{"step": c.step, "value": c.value, "label": c.label} for c in bubble.choices],
        "chosen": bubble.chosen,
        "share_contact": bubble.share_contact,
        "copy": bubble.copy,
        "file": _file(services, bubble.paper) if bubble.paper else None,
    }


def _file(services: Services, paper: Paper) -> dict[str, str]:
    """A receipt to look at and to keep; its address is made anew at each look."""
    return {
        "href": services.printer.path(paper),
        "name": file_name(paper.receipt, paper.size),
        "kind": media_type(paper.size),
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


def _chat_and_shift(said: dict[str, Any]) -> tuple[str, int]:
    chat, shift = said.get("chat"), said.get("shift", 0)
    if not isinstance(chat, str) or not CHAT.fullmatch(chat):
        raise Malformed("chat must be 32 hex digits")
    if not isinstance(shift, int) or not 0 <= shift <= LONGEST_SHIFT:
        raise Malformed("shift must be seconds, at most 400 days")
    return chat, shift


def _arrived(services: Services, said: dict[str, Any]) -> Arrived:
    chat, shift = _chat_and_shift(said)
    message_id = said.get("id")
    if not isinstance(message_id, str) or not MESSAGE.fullmatch(message_id):
        raise Malformed("id must be 8 to 64 letters, digits or dashes")
    return Arrived(
        "web",
        f"{chat[:16]}:{message_id}",
        (Address("web", chat),),
        _content(said),
        services.clock() + timedelta(seconds=shift),
        handle={"message": message_id} | ({"as": "whatsapp"} if said.get("as") == "whatsapp" else {}),
        own_phone=OWN_PHONE,
        language=str(said.get("language", ""))[:2],
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
