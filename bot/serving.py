"""Serving until stopped: one process, its greeting, and a graceful end."""

from __future__ import annotations

import sys

import click
import uvicorn

from bot.app import build
from bot.house_keeping import setup_link
from bot.logs import set_up_logs
from bot.services import Services
from bot.settings import Settings


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C; what is in flight is finished first."""
    set_up_logs()

    async def greet(services: Services) -> None:
        base = settings.base_url
        click.echo(f"Taruna melayani di {base}")
        if settings.simulator_on:
            click.echo(f"  simulator    {base}/coba")
        click.echo(f"  admin        {base}/admin")
        link = await setup_link(services.db, settings, services.clock())
        if link:
            click.echo(f"  buat admin pertama (sekali pakai, 24 jam): {link}")
        sys.stdout.flush()

    server = uvicorn.Server(
        uvicorn.Config(
            build(settings, ready=greet),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=20,
            timeout_keep_alive=30,
        )
    )
    server.run()
    if not server.started:
        sys.exit(1)
