"""Who stopped at one question, since when, names hidden; and asking those who agreed whether they want to go on."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.answers import mask
from bot.admin.dashboard import CHANNELS, FORM
from bot.admin.guard import Desk, Form, does, shows
from bot.services import Services
from conversations.hours import by_day, is_day
from storage import audit, drafts

HERE = "/admin/dashboard/stuck"
PAGE = 25


def draft_routes(services: Services) -> list[BaseRoute]:
    """/admin/dashboard/stuck."""
    return [shows(services, "drafts.see", HERE, _see), does(services, "drafts.nudge", f"{HERE}/nudge", _nudge)]


async def _see(request: Request, desk: Desk) -> Response:
    query = request.query_params
    step, channel = _step(query.get("step", "")), _channel(query.get("channel", ""))
    after = _place(query.get("after", ""))
    services, now = desk.services, desk.services.clock()
    async with services.db.reading() as tx:
        page = await drafts.resting(
            tx, services.keyring, FORM.name, step, CHANNELS[channel], now, after=after, limit=PAGE
        )  # fmt: skip
    due_at, nudged = by_day(now, services.settings.zone), query.get("nudged", "")
    return desk.page(
        request, "drafts.html", step=step, channel=channel, drafts=page.drafts, mask=mask,
        further=_address(step, channel, after=f"{page.further[0]}.{page.further[1]}") if page.further else "",
        first=_address(step, channel) if after else "",
        ready=[draft.id for draft in page.drafts if draft.may_be_nudged],
        due_at=None if is_day(now, services.settings.zone) else due_at,
        nudged=int(nudged) if re.fullmatch(r"[0-9]{1,3}", nudged) else None,
    )  # fmt: skip


async def _nudge(_request: Request, desk: Desk, form: Form) -> Response:
    """Remind those of one page who may be reminded; whoever went on meanwhile or was reminded already is left alone."""
    step, channel = _step(form.get("step", "")), _channel(form.get("channel", ""))
    chosen = [int(one) for one in re.findall(r"[0-9]{1,18}", form.get("drafts", ""))][:PAGE]
    services, now = desk.services, desk.services.clock()
    nudged = 0
    async with services.db.writing() as tx:
        for draft_id in chosen:
            if await drafts.nudge(tx, services.keyring, draft_id, step, by_day(now, services.settings.zone)):
                nudged += 1
                await audit.append(
                    tx, actor=desk.seat.member.login, action="draft.nudged", subject=f"draft:{draft_id}",
                    facts={"step": step}, at=now,
                )  # fmt: skip
    return RedirectResponse(_address(step, channel, nudged=str(nudged)), 303)


def _step(text: str) -> str:
    return text if text in FORM.asks else FORM.questions[0].name


def _channel(text: str) -> str:
    return text if text in CHANNELS else ""


def _address(step: str, channel: str, **more: str) -> str:
    fields = {"step": step, "channel": channel, **more}
    return f"{HERE}?" + urlencode({name: value for name, value in fields.items() if value})


def _place(mark: str) -> tuple[int, int] | None:
    if not re.fullmatch(r"[0-9]{1,17}\.[0-9]{1,18}", mark):
        return None
    at, _, row = mark.partition(".")
    return int(at), int(row)
