"""A Telegram that only remembers: every message in the order it arrived, answered after a short random time."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping

import orjson
from aiohttp import web

from tests.soak.people import masked

FOLDING = "✓"  # what folds the contact keyboard away; it is deleted at once and says nothing


class Recorder:
    """What each chat was sent. `url` is TELEGRAM_API_URL."""

    other: Mapping[str, object] = {
        "getme": {"id": 1, "is_bot": True, "first_name": "T", "username": "t_bot"},
        "getmycommands": [],
        "getmydescription": {"description": ""},
        "getmyshortdescription": {"short_description": ""},
        "sendmessage": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"},
    }

    def __init__(self, slowest: float = 0.25) -> None:
        self.heard: defaultdict[int, list[str]] = defaultdict(list)
        self.sent = 0
        self._slowest = slowest
        self._chance = random.Random(7)
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def open(self) -> None:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        data = await request.post() if request.content_type != "application/json" else await request.json()
        if method != "sendmessage" or data["text"] == FOLDING:
            return _ok(self.other.get(method, True))
        chat = int(str(data["chat_id"]))
        # In doubt: half the messages count when they arrive, half only when they are answered. Whoever is killed in
        # between cannot know which, as with the real platform.
        early = self._chance.random() < 0.5
        if early:
            self._hear(chat, data)
        await asyncio.sleep(self._chance.random() * self._slowest)
        if not early:
            if request.transport is None or request.transport.is_closing():
                return _ok(True)
            self._hear(chat, data)
        message = {"message_id": self.sent, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}
        return _ok(message)

    def _hear(self, chat: int, data: Mapping[str, object]) -> None:
        self.heard[chat].append(masked(_plain(str(data["text"]))))
        self.sent += 1


def _ok(result: object) -> web.Response:
    return web.Response(body=orjson.dumps({"ok": True, "result": result}), content_type="application/json")


def _plain(html: str) -> str:
    for tag, text in (("<b>", "*"), ("</b>", "*"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        html = html.replace(tag, text)
    return html
