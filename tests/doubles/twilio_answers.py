"""How the fake Twilio answers over HTTP: records, refusals, and the trouble a test scripted."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from tests.doubles.faults import Fault
from tests.doubles.twilio_checks import Refusal


def accept(status: int, body: Any) -> web.Response:
    return web.json_response(_public(body), status=status) if body else web.Response(status=status)


def refuse(refusal: Refusal) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{refusal.code}"
    body = {"code": refusal.code, "message": refusal.message, "more_info": more, "status": refusal.status}
    return web.json_response(body, status=refusal.status)


async def suffer(request: web.Request, fault: Fault) -> web.StreamResponse | None:
    if fault.hang:
        await asyncio.sleep(fault.hang)
    if fault.cut:
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)
    if fault.page:
        return web.Response(status=fault.status, text="<html>bad gateway</html>", content_type="text/html")
    return refuse(Refusal(fault.status, fault.code, fault.description)) if fault.status else None


def _public(body: Any) -> Any:
    """Without our own notes."""
    if isinstance(body, dict):
        return {name: _public(value) for name, value in body.items() if name != "_at"}
    return [_public(item) for item in body] if isinstance(body, list) else body
