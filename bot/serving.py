"""Serving until stopped: one process, its greeting, and a graceful end."""

from __future__ import annotations

import gc
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import click
import uvicorn
from starlette.applications import Starlette

from bot.app import build
from bot.house_keeping import setup_link
from bot.logs import set_up_logs
from bot.services import Services
from bot.settings import Misconfigured, Settings

# The database's thread comes back from each statement and must wait for the interpreter while the loop is busy: 5 ms by
# default, a dozen times a turn. A shorter turn at the interpreter makes it three times as many turns a second.
SWITCH = 0.0002  # seconds
# A turn makes a few hundred objects and hardly a cycle. At Python's own pace the collector walks the whole program over
# and over for them, a fifth of a turn's time: it leaves alone what was there at the start, and looks less often.
COLLECT = (50_000, 20, 50)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C; what is in flight is finished first."""
    set_up_logs()
    sys.setswitchinterval(SWITCH)

    async def greet(services: Services) -> None:
        server.before_closing.append(services.web.end)
        base = settings.base_url
        click.echo(f"Taruna melayani di {base}")
        if settings.simulator_on:
            click.echo(f"  simulator    {base}/coba")
        click.echo(f"  admin        {base}/admin")
        link = await setup_link(services.db, settings, services.clock())
        if link:
            click.echo(f"  buat admin pertama (sekali pakai, 24 jam): {link}")
        sys.stdout.flush()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT)

    app = build(settings, ready=greet)
    trouble = _heed(app)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=20,
        timeout_keep_alive=30,
    )
    # The port is taken before anything is opened: a second start on it must not poll or deliver beside the first.
    listening = _listen(settings)
    server = _Server(config)
    try:
        server.run(sockets=[listening])
    except SystemExit:
        if trouble:
            raise trouble[0] from None
        raise
    if not server.started:
        sys.exit(1)


def _heed(app: Starlette) -> list[Exception]:
    """Keep what the opening fails of: the server would log that something failed, and exit without saying what."""
    trouble: list[Exception] = []
    opening = app.router.lifespan_context

    @asynccontextmanager
    async def heeded(app: Starlette) -> AsyncIterator[Any]:
        try:
            async with opening(app) as state:
                yield state
        except Exception as error:
            trouble.append(error)
            raise

    app.router.lifespan_context = heeded
    logging.getLogger("uvicorn.error").addFilter(lambda _record: not trouble)
    return trouble


class _Server(uvicorn.Server):
    """Lets browsers' open streams go first: they never end by themselves, and would hold up the end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.before_closing: list[Callable[[], None]] = []

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for let_go in self.before_closing:
            let_go()
        await super().shutdown(sockets)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        trouble = error.strerror or "refused"
        raise Misconfigured(
            f"HOST and PORT: {settings.host}:{settings.port} cannot be used ({trouble}); choose another PORT"
        ) from None
    listening.set_inheritable(True)
    return listening
