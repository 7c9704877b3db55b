"""The help desk: who waits for a person, oldest first; one request with its chat; answering, taking over, closing."""

from __future__ import annotations

import re
from datetime import date, datetime

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.answers import PERSONAL, Sight
from bot.admin.conceal import concealed
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.places import within
from bot.admin.turning import after, cursor, number
from bot.sayings import LONGEST, say, say_text, typed
from bot.services import Services
from bot.transcripts import bubbles
from conversations.wording import Words
from storage import applications, audit, help_requests, transcript
from storage.chats import Chat, chat, told_of_themselves
from storage.help_requests import HelpRequest
from storage.tx import Tx

HERE = "/admin/help"
ONE = f"{HERE}/{{request}}"
PAGE = 50
STATES = ("open", "answered", "closed")
DONE = ("taken", "answered", "closed", "late")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
REASONS = {"asked": "asked", "submitted": "asked", "misses": "misses"}  # else a Stop's own name: "stopped"
BEFORE = 2  # bubbles shown of what was said before they asked; the rest is folded away


def help_routes(services: Services) -> list[BaseRoute]:
    """/admin/help."""
    return [
        shows(services, "help.see", HERE, _list),
        shows(services, "help.see", ONE, _see),
        does(services, "help.reveal", f"{ONE}/reveal", _reveal),
        does(services, "help.answer", f"{ONE}/taking", _take),
        does(services, "help.answer", f"{ONE}/answers", _answer),
        does(services, "help.answer", f"{ONE}/closing", _close),
    ]


async def _list(request: Request, desk: Desk) -> Response:
    state = _state(request.query_params)
    async with desk.services.db.reading() as tx:
        waiting = await help_requests.waiting(
            tx, state, area=desk.seat.member.area, after=after(request), limit=PAGE + 1
        )  # fmt: skip
        counts = {name: await help_requests.count(tx, name) for name in STATES}
    more = cursor(waiting[PAGE - 1].opened_at, waiting[PAGE - 1].id) if len(waiting) > PAGE else ""
    done = request.query_params.get("done")
    return desk.page(
        request, "help.html", here=f"{HERE}?state={state}", waiting=waiting[:PAGE], state=state, states=STATES,
        counts=counts, more=more, why=_why, done=done if done in DONE else "",
    )  # fmt: skip


async def _see(request: Request, desk: Desk) -> Response:
    async with desk.services.db.reading() as tx:
        found = await _one(tx, desk, request)
    return await _page(request, desk, found, "masked") if found else _unknown(request, desk)


async def _reveal(request: Request, desk: Desk, _form: Form) -> Response:
    """Show all that was said, once, and write down that it was seen."""
    async with desk.services.db.writing() as tx:
        found = await _one(tx, desk, request)
        if found is None:
            return _unknown(request, desk)
        await _note(tx, desk, "help.revealed", found)
    return await _page(request, desk, found, "open")


async def _take(request: Request, desk: Desk, form: Form) -> Response:
    """Say that I answer this one, unless somebody said so since I looked."""
    async with desk.services.db.writing() as tx:
        held = await _held(tx, desk, request)
        if held is None:
            return _unknown(request, desk)
        if _late(desk, held, form):
            return _back(held, "late")
        if held.state != "closed" and held.staff_id != desk.seat.member.id:
            await help_requests.take(tx, held.id, desk.seat.member.id)
            await _note(tx, desk, "help.taken", held)
    return _back(held, "taken")


async def _answer(request: Request, desk: Desk, form: Form) -> Response:
    """Send what was typed, write it down, and let the bot be quiet, all in one transaction."""
    text, now = typed(form.get("text", "")), desk.services.clock()
    async with desk.services.db.writing() as tx:
        held = await _held(tx, desk, request)
        place = await chat(tx, desk.services.keyring, held.chat_id) if held else None
        if held is None or place is None:
            return _unknown(request, desk)
        trouble = _trouble(desk, held, place, form, text)
        if not trouble:
            words = desk.services.house.words[place.language]
            signed = _signed(words, desk, held, text)
            outbox_id = await say(tx, desk.services, place, signed, "staff", now, slot=held.slot)
            await help_requests.answer(tx, held, staff_id=desk.seat.member.id, outbox_id=outbox_id, now=now)
            await _note(tx, desk, "help.answered", held, message=outbox_id)
    if trouble:
        return await _page(request, desk, held, "masked", 409 if trouble == "late" else 422, trouble=trouble, text=text)
    desk.services.wake()
    return _back(held, "answered")


async def _close(request: Request, desk: Desk, form: Form) -> Response:
    """Close it and tell the person; the bot talks again."""
    now = desk.services.clock()
    async with desk.services.db.writing() as tx:
        held = await _held(tx, desk, request)
        if held is None:
            return _unknown(request, desk)
        if _late(desk, held, form):
            return _back(held, "late")
        if await help_requests.close_request(tx, held.id, now):
            place = await chat(tx, desk.services.keyring, held.chat_id)
            if place and place.key and place.state == "open":
                await say_text(tx, desk.services, place, "notice.talk_ended", now)
            await _note(tx, desk, "help.closed", held)
    desk.services.wake()
    return RedirectResponse(f"{HERE}?done=closed", 303)


async def _page(
    request: Request,
    desk: Desk,
    found: HelpRequest,
    sight: Sight,
    status: int = 200,
    *,
    trouble: str = "",
    text: str = "",
) -> Response:
    services = desk.services
    async with services.db.reading() as tx:
        lines = await transcript.transcript(tx, services.keyring, found.chat_id, about={"", found.slot})
        known = await _known(tx, desk, found)
        place = await chat(tx, services.keyring, found.chat_id)
        history = [e for e in await audit.about(tx, _subject(found), limit=50) if e.action != "help.answered"]
    talk = bubbles(lines) if sight == "open" else concealed(lines, found.opened_at, known)
    begun = next((n for n, bubble in enumerate(talk) if bubble.at >= found.opened_at), len(talk))
    fold = max(0, begun - BEFORE)
    done = request.query_params.get("done")
    return desk.page(
        request, "help_one.html", status, here=f"{HERE}/{found.id}", found=found, sight=sight, why=_why,
        earlier=talk[:fold], bubbles=talk[fold:],
        place=place, history=history, trouble=trouble, text=text, longest=LONGEST, now=services.clock(),
        late=found.staff_id not in (None, desk.seat.member.id), done=done if done in DONE else "",
    )  # fmt: skip


async def _one(tx: Tx, desk: Desk, request: Request) -> HelpRequest | None:
    """The request in the address. One of an applicant outside the member's own area is not there."""
    found = await help_requests.one(tx, number(request.path_params["request"]))
    mine = found and (not found.area_code or within(found.area_code, desk.seat.member.area))
    return found if mine else None


async def _held(tx: Tx, desk: Desk, request: Request) -> HelpRequest | None:
    """The request in the address, nobody else's until this transaction ends."""
    seen = await _one(tx, desk, request)
    return await help_requests.hold(tx, seen.id) if seen else None


async def _known(tx: Tx, desk: Desk, found: HelpRequest) -> list[str]:
    """What this person told of themselves, to be hidden where it is said again; days as our texts write them."""
    known = await told_of_themselves(tx, desk.services.keyring, found.chat_id, PERSONAL)
    application = await applications.one(tx, desk.services.keyring, found.receipt) if found.receipt else None
    if application:
        values = [answer.value for step, answer in application.answers.items() if step in PERSONAL]
        known += [value for value in values if isinstance(value, str)]
    days = [date.fromisoformat(value) for value in known if _ISO.fullmatch(value)]
    return known + [words.value(day) for day in days for words in desk.services.house.words.values()]


def _trouble(desk: Desk, held: HelpRequest, place: Chat, form: Form, text: str) -> str:
    """Why an answer cannot be sent, "" for nothing."""
    if _late(desk, held, form):
        return "late"
    if held.state == "closed" or place.key is None:
        return "over"
    if place.state != "open":
        return place.state
    if not text:
        return "empty"
    digits = "".join(c for c in text if c not in " .-\n")
    return "nik" if any(len(run) >= 16 for run in "".join(c if c.isdigit() else " " for c in digits).split()) else ""


def _late(desk: Desk, held: HelpRequest, form: Form) -> bool:
    """Whether somebody else took it since this page was shown. Who has seen that may take it over."""
    seen = form.get("seen", "")
    return held.staff_id not in (None, desk.seat.member.id) and seen != str(held.staff_id)


def _signed(words: Words, desk: Desk, held: HelpRequest, text: str) -> str:
    """The answer under its sender's first name; the first one says how to get the bot back."""
    name = desk.seat.member.name.split()[0]
    said = words.text("notice.from_officer", {"name": name}) + "\n" + text
    return said if held.answered_at else f"{said}\n\n{words.text('notice.how_to_end_talk')}"


def _why(reason: str) -> str:
    return REASONS.get(reason, "stopped")


def _state(query: QueryParams) -> str:
    state = query.get("state", "open")
    return state if state in STATES else "open"


def _subject(found: HelpRequest) -> str:
    return f"help:{found.id}"


async def _note(tx: Tx, desk: Desk, action: str, found: HelpRequest, **facts: int) -> None:
    at: datetime = desk.services.clock()
    await audit.append(tx, actor=desk.seat.member.login, action=action, subject=_subject(found), facts=facts, at=at)


def _unknown(request: Request, desk: Desk) -> Response:
    return desk.page(
        request, "told.html", 404, here=HERE, key="admin.help.unknown", back=HERE, back_key="admin.help.title"
    )


def _back(found: HelpRequest, done: str) -> Response:
    return RedirectResponse(f"{HERE}/{found.id}?done={done}", 303)
