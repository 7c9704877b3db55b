"""The durable turn: many waiting turns of different chats share one commit, and a failing one is taken out and parked.

`take` returns after the commit, or raises what the platform should retry on. Nothing is sent in here.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import structlog

from bot import effects, floods, leaving, metrics
from bot.channels.channel import Address, Arrived, Channel, InGroup, Unreadable
from bot.lookups import look_up
from bot.settings import Settings
from conversations.conversation import House, converse
from conversations.rules import receipts
from conversations.turn import (
    Effect,
    Inbound,
    Sent,
    Spoken,
    Told,
    Wants,
)
from storage import saving
from storage import turns as rows
from storage.columns import micros
from storage.database import Database
from storage.errors import AlreadyThere, StorageError, TryAgain
from storage.keys import Keyring
from storage.turns import Call, Kept, Place
from storage.tx import Tx

log = structlog.get_logger()

Taken = Literal["taken", "seen", "parked", "flooded", "silent"]
GROUP = 64


@dataclass(slots=True)
class _Waiting:
    """An arrival and whoever waits for its commit."""

    arrived: Arrived
    call: Call
    done: asyncio.Future[Taken]


class Turns:
    """Takes arrivals, one turn each, in order within a chat and together across chats."""

    def __init__(
        self,
        db: Database,
        keyring: Keyring,
        house: House,
        channels: Mapping[str, Channel],
        settings: Settings,
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.db = db
        self.keyring = keyring
        self.house = house
        self.channels = channels
        self.settings = settings
        self.clock = clock
        self.wake = wake
        self._waiting: deque[_Waiting] = deque()
        self._busy: set[tuple[str, str]] = set()
        self._workers = 1 if db.dialect == "sqlite" else 4
        self._running: set[asyncio.Task[None]] = set()
        self._working = 0

    async def take(self, arrived: Arrived | Unreadable | InGroup) -> Taken:
        """Take one arrival and return after its commit.

        Raises:
            StorageError: nothing was kept; the platform should deliver again.
        """
        match arrived:
            case Unreadable(channel, message_id, why):
                return await self._park_unreadable(channel, message_id, why)
            case InGroup():
                arrived = Arrived(
                    arrived.channel, arrived.message_id, (Address("group", arrived.address),), Sent("group"), arrived.at
                )
        call = Call(arrived.channel, arrived.message_id, tuple((a.kind, a.value) for a in arrived.addresses))
        waiting = _Waiting(arrived, call, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._start_worker()
        return await waiting.done

    async def drain(self) -> None:
        """Wait until every arrival taken so far is committed."""
        while self._running:
            await asyncio.wait(self._running)

    # ---- grouping -------------------------------------------------------------------------------------------------

    def _start_worker(self) -> None:
        if self._working < self._workers:
            self._working += 1
            task = asyncio.create_task(self._work())
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _work(self) -> None:
        try:
            while group := self._next_group():
                try:
                    await self._take_group(group)
                finally:
                    self._busy -= {_chat(w) for w in group}
                    for waiting in group:
                        if not waiting.done.done():
                            waiting.done.set_exception(TryAgain("the turn was interrupted; send it again"))
        finally:
            # Nothing may happen between seeing that nobody waits and saying so: an arrival between would wait for ever.
            self._working -= 1

    def _next_group(self, room: int = GROUP) -> list[_Waiting]:
        """Gather waiting turns of chats that are not being served; a chat's later messages wait for its first."""
        group: list[_Waiting] = []
        passed: list[_Waiting] = []
        held = set(self._busy)
        while self._waiting and len(group) < room:
            waiting = self._waiting.popleft()
            chat = _chat(waiting)
            (passed if chat in held else group).append(waiting)
            held.add(chat)
        self._waiting.extendleft(reversed(passed))
        self._busy |= {_chat(w) for w in group}
        return group

    async def _take_group(self, group: list[_Waiting]) -> None:
        try:
            outcomes = await self._commit(group, filling=True)
        except TryAgain as error:
            _fail(group, error)
        except StorageError as error:
            if isinstance(error, AlreadyThere) or len(group) > 1:
                await self._one_by_one(group)
            else:
                log.error("turn_not_kept", error=type(error).__name__, detail=str(error))
                _fail(group, error)
        except Exception as error:
            if len(group) > 1:
                await self._one_by_one(group)
            else:
                await self._park(group[0], error)
        else:
            for waiting in group:
                metrics.TURNS.labels(waiting.arrived.channel, outcomes[waiting.call]).inc()
                waiting.done.set_result(outcomes[waiting.call])
            self.wake()

    async def _one_by_one(self, group: list[_Waiting]) -> None:
        """Something in the group failed: take each alone, so that only the failing one is held up."""
        for waiting in group:
            for attempt in (1, 2, 3):
                try:
                    outcome = (await self._commit([waiting]))[waiting.call]
                except AlreadyThere as error:  # another process created the chat or took the message: look again
                    if attempt == 3:
                        _fail([waiting], error)
                    continue
                except StorageError as error:
                    _fail([waiting], error)
                except Exception as error:
                    await self._park(waiting, error)
                else:
                    metrics.TURNS.labels(waiting.arrived.channel, outcome).inc()
                    waiting.done.set_result(outcome)
                break
        self.wake()

    # ---- one transaction ------------------------------------------------------------------------------------------

    async def _commit(self, group: list[_Waiting], *, filling: bool = False) -> dict[Call, Taken]:
        """Load, decide, save and apply the effects of a group in one transaction.

        filling: who arrived while the group waited for its turn to write comes along. Without it every second group was
        the two or three who had been quickest, with a commit of their own.
        """
        outcomes: dict[Call, Taken] = {}
        async with self.db.writing() as tx:
            if filling:
                group += self._next_group(GROUP - len(group))
            now = self.clock()
            places = await rows.load(tx, self.keyring, [w.call for w in group], now)
            kept: list[Kept] = []
            happening: list[tuple[Kept, Inbound, Effect]] = []
            # Two copies of one message in a group are one message: the dictionary of places knows it once.
            for waiting in {w.call: w for w in group}.values():
                place = places[waiting.call]
                if place is None:
                    outcomes[waiting.call] = "seen"
                    continue
                keep, inbound, effects_ = await self._decide(tx, waiting, place, now)
                kept.append(keep)
                outcomes[waiting.call] = keep.state
                happening += [(keep, inbound, effect) for effect in effects_]
            if kept:
                await saving.save(tx, kept)
            for keep, inbound, effect in happening:
                await effects.apply(tx, self.keyring, keep, inbound, effect, now)
        return outcomes

    async def _decide(
        self, tx: Tx, waiting: _Waiting, place: Place, now: datetime
    ) -> tuple[Kept, Inbound, tuple[Effect, ...]]:
        arrived = waiting.arrived
        inbound = self._inbound(arrived, place)
        weighed = floods.weigh(place.flow, arrived, micros(now))
        if weighed.answering in ("tell", "keep"):
            return leaving.flooded(self.house, waiting.call, arrived, place, weighed, now), inbound, ()
        try:
            spoken = converse(self.house, place.talk, inbound)
            spoken = await self._look_up(tx, place, inbound, spoken)
        except StorageError:
            raise
        except Exception as error:
            return leaving.parked(self.house, waiting.call, arrived, place, error, now), inbound, ()
        if weighed.answering == "obey":
            spoken = replace(spoken, message=None)
        return leaving.taken(waiting.call, arrived, place, spoken, weighed.flow, now), inbound, spoken.effects

    async def _look_up(self, tx: Tx, place: Place, inbound: Inbound, spoken: Spoken) -> Spoken:
        """Answer what the conversation wants to know from storage, and let it go on."""
        wants = next((e for e in spoken.effects if isinstance(e, Wants)), None)
        if wants is None:
            return spoken
        facts = await look_up(tx, self.keyring, place, wants, self.clock().astimezone(self.settings.zone))
        told = converse(self.house, spoken.talk, replace(inbound, content=Told(wants.name, facts)))
        others = tuple(e for e in spoken.effects if e is not wants)
        return replace(told, effects=(*others, *told.effects))

    def _inbound(self, arrived: Arrived, place: Place) -> Inbound:
        channel = self.channels.get(arrived.channel)
        can = channel.can if channel and "as" not in arrived.handle else frozenset()
        return Inbound(
            content=arrived.content,
            at=arrived.at,
            today=arrived.at.astimezone(self.settings.zone).date(),
            fresh=receipts.make(secrets.randbits(40)),
            form_url=f"{self.settings.base_url}/isi/{secrets.token_urlsafe(16)}",
            can=can,
            own_phone=arrived.own_phone,
            edited=arrived.edited,
            hushed=place.quiet_until is not None and place.quiet_until > micros(arrived.at),
            unheard=place.held,
            zone=self.settings.timezone,
        )

    # ---- parking --------------------------------------------------------------------------------------------------

    async def _park(self, waiting: _Waiting, error: Exception) -> None:
        """A turn that crashed while saving: nothing of it was kept, so its message is parked on its own."""
        now = self.clock()
        try:
            async with self.db.writing() as tx:
                places = await rows.load(tx, self.keyring, [waiting.call], now)
                place = places[waiting.call]
                if place is not None:
                    left = leaving.parked(self.house, waiting.call, waiting.arrived, place, error, now)
                    await saving.save(tx, [left])
        except Exception as trouble:
            log.error("turn_not_parked", error=leaving.where(trouble))
            _fail([waiting], trouble)
        else:
            metrics.TURNS.labels(waiting.arrived.channel, "parked").inc()
            waiting.done.set_result("parked")
            self.wake()

    async def _park_unreadable(self, channel: str, message_id: str, why: str) -> Taken:
        log.warning("message_unreadable", channel=channel, why=why)
        async with self.db.writing() as tx:
            await saving.park(tx, channel, message_id, None, None, self.clock(), why)
        metrics.TURNS.labels(channel, "parked").inc()
        return "parked"


def _chat(waiting: _Waiting) -> tuple[str, str]:
    kind, value = waiting.call.addresses[0]
    return (f"{waiting.call.channel}:{kind}", value)


def _fail(group: Sequence[_Waiting], error: Exception) -> None:
    for waiting in group:
        if not waiting.done.done():
            waiting.done.set_exception(error)


Take = Callable[[Arrived | Unreadable | InGroup], Awaitable[Taken]]
__all__ = ["Take", "Taken", "Turns"]
