"""Every page of the desk, one resource a file."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.admin.application import application_routes
from bot.admin.export import export_routes
from bot.admin.login import login_routes
from bot.admin.queue import queue_routes
from bot.admin.sessions import session_routes
from bot.services import Services


def routes(services: Services) -> list[BaseRoute]:
    """The desk: to be mounted behind the headers of bot.pages.middleware."""
    return [
        *login_routes(services),
        *queue_routes(services),
        *application_routes(services),
        *export_routes(services),
        *session_routes(services),
    ]
