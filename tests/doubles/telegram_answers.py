"""How the fake Telegram answers over HTTP: results, refusals, and the trouble a test scripted."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.doubles.faults import Fault


class Answer(Exception):
    """An error answer with its status."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


async def read_parameters(request: web.Request) -> dict[str, Any]:
    """JSON, form or query: a form carries nested values as JSON texts."""
    if request.content_type == "application/json":
        given: dict[str, Any] = await request.json() if request.can_read_body else {}
        return given
    nested = {"reply_markup", "entities", "allowed_updates", "commands", "link_preview_options", "protect_content"}
    form = {**request.query, **(await request.post())}
    return {name: json.loads(str(value)) if name in nested else value for name, value in form.items()}


async def suffer(request: web.Request, fault: Fault) -> web.StreamResponse | None:
    if fault.hang:
        await asyncio.sleep(fault.hang)
    if fault.cut:
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)
    if fault.page:
        return web.Response(status=fault.status, text="<html>bad gateway</html>", content_type="text/html")
    if fault.status:
        parameters = {"retry_after": fault.retry_after} if fault.retry_after else {}
        return refuse(Answer(fault.status, fault.description, **parameters))
    return None


def accept(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def refuse(answer: Answer) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": answer.status, "description": answer.description}
    if answer.parameters:
        body["parameters"] = answer.parameters
    return web.json_response(body, status=answer.status)
