"""Polling that confirms an update only after its turn is committed: a crash repeats a few and loses none.

The library's own loop confirms first; a kill with 20 queued lost 11 of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.channel import Arrived, Ignored, InGroup, Parsed, Unreadable
from bot.channels.telegram_errors import decide
from bot.settings import Misconfigured

Take: TypeAlias = Callable[[Arrived | Unreadable | InGroup], Awaitable[object]]
Fetch: TypeAlias = Callable[[int], Awaitable[list[dict[str, Any]]]]
LONG_POLL = 25  # seconds Telegram holds a question for updates open
STUBBORN = 10  # failures of one update, beside others that succeed, before it is parked

log = structlog.get_logger("telegram")
REVOKED = Misconfigured("TELEGRAM_BOT_TOKEN was refused by Telegram; get the current one from @BotFather (/token)")


class Pause:
    """Waits longer each time, until things go well again."""

    def __init__(self, first: float, factor_at_most: int = 30) -> None:
        self._first, self._longest, self._next = first, first * factor_at_most, first

    def reset(self) -> None:
        self._next = self._first

    async def wait(self, at_least: float = 0.0) -> None:
        seconds, self._next = max(self._next, at_least), min(self._next * 2, self._longest)
        await asyncio.sleep(seconds)


class Polling:
    """One poller of one bot."""

    def __init__(self, fetch: Fetch, parse: Callable[[object], Parsed], take: Take, bot: str, patience: float) -> None:
        self._fetch, self._parse, self._take, self._bot, self._pause = fetch, parse, take, bot, Pause(patience)
        self._offset = 0
        self._failures: tuple[int, int] = (0, 0)  # update id, how often

    async def run(self) -> None:
        """Fetch, take, confirm; until cancelled.

        Raises:
            Misconfigured: the token is refused.
        """
        while True:
            try:
                updates = await self._fetch(self._offset)
            except InvalidToken:
                raise REVOKED from None
            except Conflict:
                log.critical("second_poller", hint="another process polls this bot, or a webhook is set")
                await self._pause.wait()
            except TelegramError as error:
                decision = decide(error)
                log.warning("no_updates", code=decision.code)
                await self._pause.wait(decision.retry_after if decision.code == "429" else 0)
            else:
                if not updates or await self._take_all(updates):
                    self._pause.reset()
                else:
                    await self._pause.wait()

    async def _take_all(self, updates: list[dict[str, Any]]) -> bool:
        """Take a batch, different chats at once; then move on to the first that was not committed."""
        numbers = [update.get("update_id") for update in updates]
        outcomes = await asyncio.gather(*map(self._take_one, updates), return_exceptions=True)
        failed = [number for number, outcome in zip(numbers, outcomes, strict=True) if outcome is not None]
        known = [number for number in numbers if isinstance(number, int)]
        if not failed:
            self._offset = max(known, default=self._offset - 1) + 1
            return bool(known)
        first = min((number for number in failed if isinstance(number, int)), default=self._offset)
        log.error("turn_not_committed", failed=len(failed), of=len(updates))
        if len(failed) < len(updates) and self._fails_again(first) and await self._park(first):
            self._offset = first + 1
        else:
            self._offset = first
        return False

    async def _take_one(self, update: object) -> None:
        match parsed := self._parse(update):
            case Ignored():
                pass
            case _:
                await self._take(parsed)

    def _fails_again(self, number: int) -> bool:
        before = self._failures[1] if self._failures[0] == number else 0
        self._failures = (number, before + 1)
        return before + 1 >= STUBBORN

    async def _park(self, number: int) -> bool:
        """Others are answered, this one never is: it must not hold everybody back."""
        try:
            await self._take(Unreadable("telegram", f"{self._bot}:{number}", "turn failed"))
        except Exception as error:
            log.error("not_parked", kind=type(error).__name__)  # without the traceback, which may hold their words
            return False
        return True
