"""The only wiring: settings in, a served application out. The lifespan opens everything and closes it in reverse."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.admin.routes import routes as admin_routes
from bot.channels.channel import Channel
from bot.channels.telegram import Telegram
from bot.channels.web import Web
from bot.channels.whatsapp import WhatsApp, read_templates
from bot.delivery import Delivery
from bot.health import health_routes
from bot.house import build_house, telegram_profiles
from bot.pages.middleware import guarded
from bot.pages.page import told
from bot.papers.printer import Printer
from bot.public.routes import routes as public_routes
from bot.services import Services
from bot.settings import Settings
from bot.turns import Turns
from bot.upkeep import Upkeep
from bot.webhooks import StatusWebhook, TelegramWebhook, TwilioWebhook
from conversations.conversation import House
from storage.database import Database
from storage.migrate import migrate
from storage.opening import open_keyring

log = structlog.get_logger()


def utc_now() -> datetime:
    return datetime.now(UTC)


def build(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    ready: Callable[[Services], Coroutine[Any, Any, None]] | None = None,
) -> Front:
    """Build the application. `ready` is told once everything is open, before the first request is served."""

    @asynccontextmanager
    async def lifespan(app: Front) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            services = await _open(settings, clock, stack, app)
            if ready:
                await ready(services)
            yield
            log.info("closing")
        log.info("closed")

    return Front(lifespan=lifespan, routes=[])


async def _open(settings: Settings, clock: Callable[[], datetime], stack: AsyncExitStack, app: Front) -> Services:
    await migrate(settings.database_url)
    db = await Database.open(settings.database_url)
    stack.push_async_callback(db.close)
    keyring = await open_keyring(db, settings.data_keys.get_secret_value(), settings.var / "keys")
    house = build_house()

    channels: dict[str, Channel] = {}
    turns = Turns(db, keyring, house, channels, settings, clock)
    web = Web()
    if settings.simulator_on:
        channels["web"] = web
    telegram = Telegram(settings, turns.take, telegram_profiles(house)) if settings.telegram else None
    whatsapp = _whatsapp(settings, house) if settings.whatsapp else None
    channels |= {channel.name: channel for channel in (telegram, whatsapp) if channel}

    printer = Printer(db, keyring, house, settings, clock)
    holder = f"{socket.gethostname()}:{settings.port}"
    delivery = Delivery(db, keyring, channels, clock, holder=holder, zone=settings.zone, print_=printer.file)
    turns.wake = delivery.wake
    services = Services(
        settings=settings, db=db, keyring=keyring, take=turns.take, house=house, clock=clock, web=web,
        delivery=delivery, wake=delivery.wake, printer=printer, telegram=telegram,
    )  # fmt: skip
    for channel in channels.values():
        stack.push_async_callback(channel.close)  # one that fails to open has connections to let go of as well
        await channel.open()
    sending = _started(stack, delivery.run(), "delivery")
    stack.push_async_callback(delivery.end)
    upkeep = Upkeep(services, whatsapp)
    _cancelled_at_end(stack, upkeep.run(), "upkeep")
    stack.push_async_callback(turns.drain)
    if telegram and settings.telegram_mode == "polling":
        _cancelled_at_end(stack, telegram.poll(), "telegram polling")
    app.doors = _doors(services, turns, telegram, whatsapp)
    app.router.routes[:] = _routes(services, delivery, sending)
    return services


def _whatsapp(settings: Settings, house: House) -> WhatsApp:
    templates = read_templates(settings.var / "templates.toml")
    return WhatsApp(settings, templates, list_button=house.words["id"].text("whatsapp.list_button"))


class Front(Starlette):
    """The whole application. What platforms call goes past the layers that pages need."""

    doors: Mapping[str, ASGIApp] = MappingProxyType({})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self.doors.get(scope["path"]) if scope["type"] == "http" else None
        if door is None:
            await super().__call__(scope, receive, send)
        elif scope["method"] == "POST":
            await door(scope, receive, send)
        else:
            await PlainTextResponse("POST only", 405, {"Allow": "POST"})(scope, receive, send)


def _doors(
    services: Services, turns: Turns, telegram: Telegram | None, whatsapp: WhatsApp | None
) -> Mapping[str, ASGIApp]:
    """What platforms call."""
    doors: dict[str, ASGIApp] = {}
    if telegram and services.settings.telegram_mode == "webhook":
        doors["/telegram/webhook"] = TelegramWebhook(telegram, turns.take)
    if whatsapp:
        doors["/whatsapp/webhook"] = TwilioWebhook(whatsapp, turns.take)
        doors["/whatsapp/status"] = StatusWebhook(whatsapp, services)
    return doors


def _routes(services: Services, delivery: Delivery, sending: asyncio.Task[None]) -> list[BaseRoute]:
    """What people open: pages behind the headers that keep them safe."""
    doors = health_routes(services, delivery, sending)
    pages = Starlette(routes=[*public_routes(services), *admin_routes(services)], exception_handlers=told(services))
    return [*doors, Mount("/", guarded(pages))]


def _started(stack: AsyncExitStack, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Run something until it ends by itself; say loudly if it ends badly."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_tell_end)

    async def wait() -> None:
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(wait)
    return task


def _cancelled_at_end(stack: AsyncExitStack, work: Coroutine[Any, Any, None], name: str) -> None:
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_tell_end)

    async def cancel() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(cancel)


def _tell_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.critical("task_ended", task=task.get_name(), error=type(error).__name__, detail=str(error))
