"""The secure form at /isi/{token}: one private answer, outside the chat, once. Nothing personal is in its address."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.channel import Address, Arrived
from bot.pages.page import page, words_for
from bot.public.doors import chat_address
from bot.services import Services
from conversations.engine import remembered_facts
from conversations.fields.field import Asking, Problem, Unsure
from conversations.slots import form_of
from conversations.talking import clean
from conversations.turn import Filled
from storage import secure_forms
from storage.errors import StorageError
from storage.secure_forms import Pending

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the page says about a typed answer: a trouble, a doubt to confirm, or neither."""

    trouble: str = ""
    doubt: str = ""


def secure_form_routes(services: Services) -> list[Route]:
    """/isi/{token}."""

    async def show(request: Request) -> Response:
        pending = await _pending(request, services)
        if isinstance(pending, Response):
            return pending
        return _form(request, services, pending, "", _Judged())

    async def fill(request: Request) -> Response:
        pending = await _pending(request, services)
        if isinstance(pending, Response):
            return pending
        async with request.form(max_fields=8, max_part_size=4096) as form:
            answer, sure = clean(str(form.get("answer", ""))), form.get("sure") == "yes"
        judged = _judge(request, services, pending, answer)
        if judged.trouble or (judged.doubt and not sure):
            return _form(request, services, pending, answer, judged)
        return await _take(request, services, pending, answer)

    return [
        Route("/isi/{token}", show, methods=["GET"]),
        Route("/isi/{token}", fill, methods=["POST"]),
    ]


async def _pending(request: Request, services: Services) -> Pending | Response:
    """What this token may fill, or the page that says why not."""
    token = request.path_params["token"]
    found: Pending | str | None = None
    if TOKEN.fullmatch(token):
        async with services.db.reading() as tx:
            found = await secure_forms.look_up(tx, services.keyring, token, services.clock())
    if isinstance(found, Pending):
        return found
    return _told(request, services, f"pages.form.{found or 'unknown'}", 410)


def _judge(request: Request, services: Services, pending: Pending, answer: str) -> _Judged:
    """Read the answer as the conversation will, so that the page can say at once what is wrong with it."""
    form = form_of(pending.form)
    ask = services.house.forms[form].asks[pending.step]
    step = f"{form}.{pending.step}"
    today = services.clock().astimezone(services.settings.zone).date()
    words = words_for(request, services, pending.language)
    reading = ask.field.read(answer, Asking(step=step, answers={}, today=today))
    match reading:
        case Problem(code, facts):
            return _Judged(trouble=words.text(f"{step}.retry.{code}", facts))
        case Unsure(_, code, facts):
            return _Judged(doubt=words.text(f"{step}.sure.{code}", remembered_facts(facts)))
        case _:
            return _Judged()


def _form(request: Request, services: Services, pending: Pending, answer: str, judged: _Judged) -> Response:
    status = 422 if judged.trouble else 200
    return page(
        request, services, "form.html", status, here=f"/isi/{request.path_params['token']}", speaks=pending.language,
        step=pending.step, answer=answer, trouble=judged.trouble, doubt=judged.doubt,
    )  # fmt: skip


async def _take(request: Request, services: Services, pending: Pending, answer: str) -> Response:
    """Spend the token and hand the answer to the conversation; the same token twice is one message."""
    token = request.path_params["token"]
    arrived = Arrived(
        pending.channel,
        f"form:{hashlib.sha256(token.encode()).hexdigest()[:24]}",
        (Address("chat", str(pending.chat_id)),),
        Filled(pending.step, answer, pending.form),
        services.clock(),
        handle={"as": "form"},
    )
    try:
        await services.take(arrived)
        async with services.db.writing() as tx:
            await secure_forms.spend(tx, services.keyring, token, services.clock())
    except StorageError:
        return _told(request, services, "pages.form.again", 503)
    return RedirectResponse(f"/isi/{token}/selesai", 303)


def done_route(services: Services) -> Route:
    """Where a filled form leads: back to the chat."""

    async def done(request: Request) -> Response:
        return _told(request, services, "pages.form.done", 200)

    return Route("/isi/{token}/selesai", done)


def _told(request: Request, services: Services, key: str, status: int) -> Response:
    """One thing said, and the way back to the chat where we know it."""
    back = chat_address(services, "")
    here = request.url.path if status == 200 else "/"  # what was typed into a wrong address is not repeated
    return page(request, services, "told.html", status, here=here, key=key, back=back, back_key="pages.form.back")
