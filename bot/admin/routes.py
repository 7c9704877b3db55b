"""Every page of the desk, one resource a file."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.admin.application import application_routes
from bot.admin.batch_file import batch_file_routes
from bot.admin.batches import batch_routes
from bot.admin.compare import compare_routes
from bot.admin.correction import correction_routes
from bot.admin.coverage import coverage_routes
from bot.admin.dashboard import dashboard_routes
from bot.admin.decisions import decision_routes
from bot.admin.drafts import draft_routes
from bot.admin.help import help_routes
from bot.admin.holding import holding_routes
from bot.admin.login import login_routes
from bot.admin.news import news_routes
from bot.admin.outlines import outline_routes
from bot.admin.overview import overview_routes
from bot.admin.parked import parked_routes
from bot.admin.password import password_routes
from bot.admin.payments import payment_routes
from bot.admin.queue import queue_routes
from bot.admin.record import record_routes
from bot.admin.refusal import refusal_routes
from bot.admin.requests import request_routes
from bot.admin.results import result_routes
from bot.admin.second_step import second_step_routes
from bot.admin.second_step_rules import second_step_rules_routes
from bot.admin.sessions import session_routes
from bot.admin.team import team_routes
from bot.admin.volunteers import volunteer_routes
from bot.admin.wrongs import wrong_routes
from bot.services import Services


def routes(services: Services) -> list[BaseRoute]:
    """The desk: to be mounted behind the headers of bot.pages.middleware."""
    return [
        *login_routes(services),
        *queue_routes(services),
        *application_routes(services),
        *decision_routes(services),
        *correction_routes(services),
        *refusal_routes(services),
        *holding_routes(services),
        *compare_routes(services),
        *batch_routes(services),
        *batch_file_routes(services),
        *help_routes(services),
        *payment_routes(services),
        *wrong_routes(services),
        *request_routes(services),
        *result_routes(services),
        *overview_routes(services),
        *coverage_routes(services),
        *outline_routes(services),
        *news_routes(services),
        *dashboard_routes(services),
        *draft_routes(services),
        *volunteer_routes(services),
        *team_routes(services),
        *record_routes(services),
        *parked_routes(services),
        *session_routes(services),
        *password_routes(services),
        *second_step_routes(services),
        *second_step_rules_routes(services),
    ]
