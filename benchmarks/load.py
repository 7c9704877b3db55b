"""The load of a comparison: the same updates to every contender, from 64 callers, each chat's next after its last."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

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
    split = urlsplit(url)
    head = (
        f"POST {split.path or '/'} HTTP/1.1\r\nHost: {split.netloc}\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
    ).encode()
    waiting = deque(iter(chat) for chat in crowd)
    times: list[float] = []
    before = sent()
    started = time.perf_counter()

    async def caller() -> None:
        reader, writer = await asyncio.open_connection(split.hostname, split.port)
        while waiting:
            chat = waiting.popleft()
            body = next(chat, None)
            if body is None:
                continue
            began = time.perf_counter()
            writer.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{url} answered {answer[:30]!r}")
            length = re.search(rb"content-length: *([0-9]+)", answer, re.IGNORECASE)
            if length:
                await reader.readexactly(int(length[1]))
            times.append(time.perf_counter() - began)
            waiting.append(chat)
        writer.close()

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    acknowledged = time.perf_counter() - started
    deadline = time.perf_counter() + 120
    while sent() - before < expected and time.perf_counter() < deadline:
        await asyncio.sleep(0.005)
    finished = time.perf_counter() - started
    if sent() - before < expected:
        raise RuntimeError(f"{url}: {sent() - before} of {expected} replies came")
    cuts = statistics.quantiles(times, n=100)
    return Measured(len(times) / acknowledged, expected / finished, cuts[49] * 1000, cuts[94] * 1000)


class Sink(asyncio.Protocol):
    """A Telegram that answers at once and only counts, so that what is measured is the program and not the fake."""

    sent = 0

    def __init__(self) -> None:
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end]
            length = re.search(rb"content-length: *([0-9]+)", head, re.IGNORECASE)
            size = end + 4 + (int(length[1]) if length else 0)
            if len(self._held) < size:
                return
            self._held = self._held[size:]
            method = head.split(b" ", 2)[1].rsplit(b"/", 1)[-1].lower()
            if method == b"sendmessage":
                Sink.sent += 1
            self._transport.write(_ANSWERS.get(method, _TRUE))  # type: ignore[attr-defined]  # a stream's transport writes


def _answer(result: object) -> bytes:
    body = orjson.dumps({"ok": True, "result": result})
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


_TRUE = _answer(True)
_ANSWERS = {
    b"sendmessage": _answer({"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}),
    b"getme": _answer({"id": 1, "is_bot": True, "first_name": "T", "username": "t_bot"}),
    b"getmycommands": _answer([]),
    b"getmydescription": _answer({"description": ""}),
    b"getmyshortdescription": _answer({"short_description": ""}),
}
