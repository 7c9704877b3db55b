"""Scripted trouble for the fake platforms: refusals, floods, silence and cut connections, by method and chat."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass
from typing import Literal

When = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong. when: before the method took effect, or after (the in-doubt kind).

    status 0 answers as usual once `hang` is over; `cut` closes the connection instead of answering.
    """

    status: int = 0
    description: str = ""
    code: int = 0  # Twilio's own error code
    retry_after: int = 0
    hang: float = 0.0
    cut: bool = False
    page: bool = False  # an HTML page instead of JSON, as gateways send
    when: When = "before"


BLOCKED = Fault(403, "Forbidden: bot was blocked by the user")
DEACTIVATED = Fault(403, "Forbidden: user is deactivated")
NO_CHAT = Fault(400, "Bad Request: chat not found")
GATEWAY = Fault(502, "Bad Gateway", page=True)
CUT = Fault(cut=True)
CUT_AFTER = Fault(cut=True, when="after")


def too_fast(seconds: int) -> Fault:
    return Fault(429, f"Too Many Requests: retry after {seconds}", code=20429, retry_after=seconds)


def silence(seconds: float, when: When = "after") -> Fault:
    return Fault(hang=seconds, when=when)


class Faults:
    """The script: each entry meets the next matching calls, `times` of them (negative: always)."""

    def __init__(self) -> None:
        self._script: list[tuple[str, str, list[int], Fault]] = []

    def add(self, fault: Fault, *, method: str = "", chat: object = "", times: int = 1) -> None:
        self._script.append((method, str(chat), [times], fault))

    def clear(self) -> None:
        self._script.clear()

    def meet(self, method: str, chat: object) -> Fault | None:
        for entry in self._script:
            wanted, where, left, fault = entry
            if wanted in ("", method) and where in ("", str(chat)) and left[0]:
                left[0] -= 1
                if not left[0]:
                    self._script.remove(entry)
                return fault
        return None


class Limiter:
    """At most so many messages a second, overall and to one chat."""

    def __init__(self, overall: float, per_chat: float) -> None:
        self._overall, self._gap = overall, 1 / per_chat
        self._times: deque[float] = deque()
        self._last: dict[object, float] = {}

    def lets(self, chat: object) -> bool:
        now = time.monotonic()
        while self._times and self._times[0] < now - 1:
            self._times.popleft()
        if now - self._last.get(chat, -math.inf) < self._gap or len(self._times) >= self._overall:
            return False
        self._times.append(now)
        self._last[chat] = now
        return True
