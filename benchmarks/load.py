"""The load of a comparison: the same updates to every contender, from 64 callers, each chat's next after its last."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import orjson

CALLERS = 64


@dataclass(frozen=True)
class Measured:
    """turns: acknowledged a second. sends: replies received a second, from the first request to the last reply."""

    turns: float
    sends: float
    p50: float
    p95: float


def updates(chats: int, texts: tuple[str, ...], first_chat: int) -> list[list[bytes]]:
    """Every chat's updates in order, as Telegram posts them."""
    return [
        [
            orjson.dumps(
                {
                    "update_id": chat * 1000 + step,
                    "message": {
                        "message_id": step + 1,
                        "date": 1,
                        "chat": {"id": chat, "type": "private"},
                        "from": {"id": chat, "is_bot": False, "first_name": "X"},
                        "text": text,
                    }
                    | (
                        {"entities": [{"type": "bot_command", "offset": 0, "length": len(text)}]}
                        if text.startswith("/")
                        else {}
                    ),
                }
            )
            for step, text in enumerate(texts)
        ]
        for chat in range(first_chat, first_chat + chats)
    ]


async def measure(url: str, crowd: list[list[bytes]], secret: str, sent: Callable[[], int], expected: int) -> Measured:
    """Post the crowd's updates and wait for the replies."""
    waiting = [iter(chat) for chat in crowd]
    times: list[float] = []
    headers = {"x-telegram-bot-api-secret-token": secret, "content-type": "application/json"}
    before = sent()
    started = time.perf_counter()

    async def caller(session: aiohttp.ClientSession) -> None:
        while waiting:
            chat = waiting.pop()
            body = next(chat, None)
            if body is None:
                continue
            began = time.perf_counter()
            async with session.post(url, data=body, headers=headers) as answer:
                if answer.status != 200:
                    raise RuntimeError(f"{url} answered {answer.status}")
            times.append(time.perf_counter() - began)
            waiting.insert(0, chat)

    connector = aiohttp.TCPConnector(limit=CALLERS)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=120)) as session:
        await asyncio.gather(*(caller(session) for _ in range(CALLERS)))
    acknowledged = time.perf_counter() - started
    deadline = time.perf_counter() + 120
    while sent() - before < expected and time.perf_counter() < deadline:
        await asyncio.sleep(0.01)
    finished = time.perf_counter() - started
    got = sent() - before
    if got < expected:
        raise RuntimeError(f"{url}: {got} of {expected} replies came")
    cuts = statistics.quantiles(times, n=100)
    return Measured(len(times) / acknowledged, expected / finished, cuts[49] * 1000, cuts[94] * 1000)
