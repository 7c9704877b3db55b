"""Delivery: what waits in the outbox is sent, in order within a chat, and what came of it is written down.

One process delivers at a time (a lease in the database says which), so order and the platforms' rates are kept in one
place. Each round is one transaction: write down what finished, claim the next head of each chat. Sending happens
between rounds.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot import metrics
from bot.channels.channel import Channel, Delivered, File, Outcome, Outgoing, Undelivered
from bot.pace import Pace
from bot.papers.printer import NoSuchReceipt
from bot.payload import pack, unpack
from conversations.hours import by_day, is_day
from conversations.turn import Paper
from storage import figures, night, outbox
from storage.database import Database
from storage.errors import StorageError
from storage.keys import Keyring
from storage.knocking import knock
from storage.outbox import Claimed, Settled
from storage.tx import Tx

log = structlog.get_logger()

IN_FLIGHT = 256
LEASE = timedelta(seconds=60)
WINDOW_MARGIN = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(hours=24)
UNKNOWN_WAIT = timedelta(seconds=60)
BACKOFF = (1.0, 300.0)  # seconds: the first wait and the longest


@dataclass(slots=True)
class _Stopped:
    """A channel that cannot send until somebody mends its settings; it is tried again now and then."""

    until: datetime


async def nothing_to_print(paper: Paper) -> File:
    """Where no printer stands."""
    raise NoSuchReceipt


class Delivery:
    """Sends what waits. `wake` it after every commit that added a message. print_: makes a receipt's file."""

    def __init__(
        self,
        db: Database,
        keyring: Keyring,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        holder: str,
        zone: ZoneInfo,
        print_: Callable[[Paper], Awaitable[File]] = nothing_to_print,
    ) -> None:
        self.db = db
        self.keyring = keyring
        self.channels = channels
        self.clock = clock
        self.holder = holder
        self.zone = zone
        self._print = print_
        self.life = f"{holder}/{secrets.token_hex(4)}"  # this process, never the one before it on the same port
        self.leading = False
        self.beat: datetime | None = None
        self._pace = {name: Pace(channel.rate, channel.rate_per_chat) for name, channel in channels.items()}
        self._stopped: dict[str, _Stopped] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._finished: list[Settled] = []
        self._wake = asyncio.Event()
        self._more = False
        self._ending = False

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Deliver until `end`. A database that is away is waited for; nothing is lost meanwhile."""
        trouble = 0.0
        while not self._ending:
            try:
                await self._round()
                trouble = 0.0
            except StorageError as error:
                log.warning("delivery_waits_for_database", error=type(error).__name__)
                trouble = min(max(1.0, trouble * 2), 30.0)
            await self._rest(trouble)

    async def end(self) -> None:
        """Stop claiming, let what is in flight finish, write it down."""
        self._ending = True
        self._wake.set()
        if self._sending:
            await asyncio.wait(self._sending, timeout=20)
        async with self.db.writing() as tx:
            await outbox.step_down(tx, self.holder)  # the lease first, as a round takes it: else the two may deadlock
            settled = await self._settle(tx)
        del self._finished[:settled]

    async def _rest(self, trouble: float) -> None:
        """Sleep until something was added or finished, or a moment passes (messages due later, other processes)."""
        if not trouble and self._more and len(self._sending) < IN_FLIGHT:
            return
        patience = trouble or (0.2 if self.db.dialect == "postgresql" else 0.5)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), patience)
        self._wake.clear()

    async def _round(self) -> None:
        now = self.clock()
        room = IN_FLIGHT - len(self._sending)
        async with self.db.writing() as tx:
            led, self.leading = self.leading, await outbox.lead(tx, self.holder, now)
            if self.leading and not led:
                await outbox.take_over(tx, self.life)
            settled = await self._settle(tx)
            claimed = (
                await outbox.claim(tx, self.keyring, self.life, now, room, lease=LEASE)
                if self.leading and room > 0
                else []
            )
        del self._finished[:settled]
        self.beat = now
        self._more = len(claimed) >= room > 0
        for message in claimed:
            task = asyncio.create_task(self._send(message))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _settle(self, tx: Tx) -> int:
        """Write down what finished, and how many they were: they may be forgotten only once this is committed."""
        finished = list(self._finished)
        await outbox.settle(tx, finished, self.life)
        for held in (one for one in finished if one.knock):
            await knock(tx, self.keyring, held.chat_id, held.knock, self.clock())
        for asleep in (one for one in finished if one.error == outbox.NIGHT):
            await night.until_morning(tx, asleep)
        for channel in sorted({s.channel for s in finished if s.billable}):
            billed = sum(s.billable for s in finished if s.channel == channel)
            # In UTC, as the platform's own bill is; a sent message's row may be gone when the month is added up.
            await figures.add(tx, "billed", self.clock().astimezone(UTC).date().isoformat(), channel, billed)
        return len(finished)

    # ---- one message ----------------------------------------------------------------------------------------------

    async def _send(self, message: Claimed) -> None:
        try:
            settled = await self._attempt(message)
        except Exception as error:  # a bug in a channel must not stop the others
            log.error("send_crashed", channel=message.channel, error=type(error).__name__)
            settled = Settled(message.id, message.chat_id, "failed", error=f"crashed:{type(error).__name__}")
        metrics.SENDS.labels(message.channel, settled.state).inc()
        self._finished.append(settled)
        self._wake.set()

    async def _attempt(self, message: Claimed) -> Settled:
        now = self.clock()
        channel = self.channels.get(message.channel)
        if channel is None:
            return _later(message, now + timedelta(minutes=1), "channel_off")
        stopped = self._stopped.get(message.channel)
        if stopped and stopped.until > now:
            return _later(message, stopped.until, "misconfigured")
        if message.maybe_sent and not message.unconfirmed and message.channel == "whatsapp":
            return _unconfirmed(message, now, "crashed_in_flight")
        if message.priority >= outbox.UNASKED and not is_day(now, self.zone):
            return Settled(message.id, message.chat_id, "held", due_at=by_day(now, self.zone), error=outbox.NIGHT)
        outgoing = unpack(message.payload)
        if outgoing.text and _is_closed(message, now):
            return _held(message, outgoing, "window_closed")
        if outgoing.template and not outgoing.text and not _is_closed(message, now):
            return Settled(message.id, message.chat_id, "dropped", error="window_open")  # they wrote: no need to knock
        if outgoing.paper:
            try:
                outgoing = replace(outgoing, file=await self._print(outgoing.paper))
            except NoSuchReceipt:
                return _failed(message, "no_such_receipt")  # somebody was forgotten meanwhile
        await self._pace[message.channel].wait(message.chat_id)
        try:
            delivered = await channel.send(message.address, outgoing, message.id)
        except Undelivered as error:
            return self._undelivered(message, outgoing, error)
        self._resumed(message.channel)
        return _sent(message, delivered, self.clock())

    def _undelivered(self, message: Claimed, outgoing: Outgoing, error: Undelivered) -> Settled:
        now = self.clock()
        match error.outcome:
            case Outcome.RETRY_AFTER:
                wait = max(error.retry_after, _backoff(message.attempts))
                if error.whole_channel:
                    self._pace[message.channel].pause(error.retry_after or 1.0)
                if now - message.created_at > GIVE_UP_AFTER:
                    return _failed(message, f"gave_up:{error.code}")
                return _later(message, now + timedelta(seconds=wait), error.code)
            case Outcome.UNKNOWN if message.channel == "whatsapp":
                return _unconfirmed(message, now, error.code)
            case Outcome.UNKNOWN:  # no callback will ever come: send once more, a repeat is better than a silence
                return _later(message, now + timedelta(seconds=_backoff(message.attempts)), error.code)
            case Outcome.WINDOW_CLOSED:
                return _held(message, outgoing, error.code)
            case Outcome.OPTED_OUT | Outcome.UNREACHABLE:
                return replace(_failed(message, error.code), chat_state=error.outcome.value)
            case Outcome.MISCONFIGURED:
                log.error("channel_misconfigured", channel=message.channel, code=error.code)
                metrics.STOPPED.labels(message.channel).set(1)
                self._stopped[message.channel] = _Stopped(now + timedelta(seconds=30))
                return _later(message, now + timedelta(seconds=30), error.code)
            case Outcome.OUR_FAULT | Outcome.REFUSED:
                log.error("message_given_up", channel=message.channel, outcome=error.outcome.value, code=error.code)
                return _failed(message, error.code)

    def _resumed(self, channel: str) -> None:
        if self._stopped.pop(channel, None):
            metrics.STOPPED.labels(channel).set(0)


def _sent(message: Claimed, delivered: Delivered, now: datetime) -> Settled:
    if delivered.billable:
        metrics.BILLED.labels(message.channel).inc(delivered.billable)
    return Settled(
        message.id,
        message.chat_id,
        "sent",
        platform_id=delivered.platform_id,
        billable=delivered.billable,
        sent_at=now,
        channel=message.channel,
    )


def _is_closed(message: Claimed, now: datetime) -> bool:
    """Outside WhatsApp's 24 hours only a template may go."""
    return message.window_until is not None and message.window_until - WINDOW_MARGIN <= now


def _held(message: Claimed, outgoing: Outgoing, code: str) -> Settled:
    """The words wait until the person writes; where there is a template for it, it asks them to."""
    knocks = outgoing.text and outgoing.template
    template = pack(Outgoing("", template=outgoing.template, variables=outgoing.variables)) if knocks else b""
    return Settled(message.id, message.chat_id, "held", error=code, knock=template)


def _later(message: Claimed, due_at: datetime, code: str) -> Settled:
    return Settled(message.id, message.chat_id, "waiting", due_at=due_at, error=code)


def _unconfirmed(message: Claimed, now: datetime, code: str) -> Settled:
    """Wait for word of what may have gone out, longer each time; then it is sent again: a repeat beats a silence."""
    if now - message.created_at > GIVE_UP_AFTER:
        return _failed(message, f"gave_up:{code}")
    wait = UNKNOWN_WAIT * 2 ** min(message.attempts, 8)
    return Settled(message.id, message.chat_id, "unknown", due_at=now + wait, error=code)


def _failed(message: Claimed, code: str) -> Settled:
    return Settled(message.id, message.chat_id, "failed", error=code)


def _backoff(attempts: int) -> float:
    """Seconds until the next try: doubling, with jitter so that a recovered platform is not stormed."""
    first, longest = BACKOFF
    return float(min(longest, first * 2 ** min(attempts, 12)) * random.uniform(0.7, 1.3))  # noqa: S311 — jitter
