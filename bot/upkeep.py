"""Upkeep: due moments become inbounds, what may not be kept goes, and Twilio is asked what we may have missed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.batches import tell_rest
from bot.channels.channel import Address, Arrived, Undelivered
from bot.channels.whatsapp import WhatsApp
from bot.coverage.counting import count_coverage
from bot.figures import FIGURES_EVERY, count_days
from bot.moments import content_of, inbound_id
from bot.news import send_news
from bot.services import Services
from conversations.hours import by_day, is_day
from conversations.nudging import NUDGE
from storage import batches, help_requests, night, reminders, retention, scheduled
from storage.errors import StorageError
from storage.scheduled import Due

log = structlog.get_logger()

EVERY = 5.0  # seconds between looks at what is due
RETAIN_EVERY = timedelta(hours=1)
RECONCILE_EVERY = timedelta(minutes=10)
RECONCILE_BACK = timedelta(hours=1)


class Upkeep:
    """Does what nobody asks for. Every piece is safe to do twice and in several processes at once."""

    def __init__(self, services: Services, whatsapp: WhatsApp | None) -> None:
        self.services = services
        self.whatsapp = whatsapp
        self._retained: datetime | None = None
        self._reconciled: datetime | None = None
        self._counted: datetime | None = None
        self._told: datetime | None = None

    async def run(self) -> None:
        """Look after things until cancelled."""
        pieces = (self._wake_due, self._lapse, self._news, self._count, self._tell, self._retain, self._reconcile)
        while True:
            for piece in pieces:
                try:
                    await piece()
                except (StorageError, Undelivered) as error:
                    log.warning("upkeep_waits", piece=piece.__name__.strip("_"), error=type(error).__name__)
                except Exception as error:  # one piece's bug must not stop the others
                    log.error("upkeep_failed", piece=piece.__name__.strip("_"), error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def _wake_due(self) -> None:
        """Turn scheduled moments into inbounds: they are taken like messages, each exactly once."""
        now = self.services.clock()
        async with self.services.db.writing() as tx:
            due = await scheduled.claim_due(tx, now, limit=100)
            if not is_day(now, self.services.settings.zone):
                for moment in due:
                    if moment.kind == NUDGE:  # it came due while nobody was awake here
                        await scheduled.put_off(tx, moment.id, by_day(now, self.services.settings.zone))
                due = [moment for moment in due if moment.kind != NUDGE]
        await wake(self.services, due, now)

    async def _lapse(self) -> None:
        """A day after an officer last wrote, who wrote again waits for one again; the others are done with."""
        async with self.services.db.writing() as tx:
            again, done = await help_requests.lapse(tx, self.services.clock())
        if again or done:
            log.info("help_lapsed", again=again, done=done)

    async def _news(self) -> None:
        """Go on with the news that is on its way."""
        await send_news(self.services, self.services.clock())

    async def _count(self) -> None:
        """Keep the dashboard's numbers."""
        now = self.services.clock()
        if self._counted and now - self._counted < FIGURES_EVERY:
            return
        await count_days(self.services, now, self._counted)
        await count_coverage(self.services, now)
        self._counted = now

    async def _tell(self) -> None:
        """Tell those of a batch handed over whom a crash left untold; looked for at the start, then every hour."""
        now = self.services.clock()
        if self._told and now - self._told < RETAIN_EVERY:
            return
        self._told = now
        async with self.services.db.reading() as tx:
            half_told = await batches.half_told(tx)
        for number in half_told:
            log.info("batch_told", batch=number, people=await tell_rest(self.services, number))

    async def _retain(self) -> None:
        """Let go of what may no longer be kept."""
        now = self.services.clock()
        if self._retained and timedelta(0) <= now - self._retained < RETAIN_EVERY:  # a clock may be set back
            return
        self._retained = now
        removed = await retention.retain(self.services.db, self.services.keyring, now)
        async with self.services.db.writing() as tx:
            removed["stale_reminders"] = await reminders.drop_stale(tx, now)
        if any(removed.values()):
            log.info("retained", **removed)

    async def _reconcile(self) -> None:
        """Ask Twilio for messages whose webhook never reached us; those we know are seen and skipped."""
        now = self.services.clock()
        if self.whatsapp is None or (self._reconciled and now - self._reconciled < RECONCILE_EVERY):
            return
        since = (self._reconciled or now) - RECONCILE_BACK
        self._reconciled = now
        async for arrived in self.whatsapp.reconcile(since):
            await self.services.take(arrived)


async def wake(services: Services, due: Sequence[Due], now: datetime) -> None:
    """Take due moments as inbounds, one after another, each exactly once."""
    for moment in due:
        if moment.kind == night.MORNING:
            async with services.db.writing() as tx:
                await night.go(tx, moment, now)
            services.wake()
            continue
        content = await content_of(services, moment)
        if content is not None:
            await services.take(
                Arrived(
                    moment.channel,
                    inbound_id(moment.key),
                    (Address("chat", str(moment.chat_id)),),
                    content,
                    now,
                )
            )
        async with services.db.writing() as tx:
            await scheduled.done(tx, moment.id)


async def follow(services: Services, chat_id: int) -> None:
    """Take what is due in one chat without waiting for the next look. What fails now is taken then."""
    now = services.clock()
    try:
        async with services.db.writing() as tx:
            due = await scheduled.claim_due(tx, now, limit=10, chat_id=chat_id)
        await wake(services, due, now)
    except StorageError as error:
        log.warning("moment_waits", error=type(error).__name__)
