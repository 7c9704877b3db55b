"""The queue: who waits, oldest first. Filters live in the address; what is searched for never does, only its hash."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.admin.answers import mask
from bot.admin.flags import FLAGS
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.places import CODE, narrowed, place_name, places
from bot.services import Services
from conversations.rules import receipts
from conversations.rules.codes import VOLUNTEER
from storage import applications, decisions, holds, restrictions
from storage.applications import Filters, Listed
from storage.columns import micros, moment

PAGE = 25
COUNTED = 1_000  # of a state; more is "1.000+", so that a million waiting cost no more than a thousand
STATES = ("submitted", "needs_correction", "approved", "refused", "duplicate", "withdrawn")
PROGRAMMES = ("two", "three")
SECTORS = ("transport", "other")
KEYS = (("j", "next"), ("k", "before"), ("Enter", "open"), ("/", "search"), ("?", "help"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters as the address says them. state "": all; find: a hash in hexadecimal; since, until: whole days.

    mine: "yes" for those that return to whoever looks.
    """

    state: str = "submitted"
    area: str = ""
    programme: str = ""
    sector: str = ""
    flag: str = ""
    volunteer: str = ""
    since: str = ""
    until: str = ""
    find: str = ""
    mine: str = ""

    def query(self, **changes: str) -> str:
        """The address of this choice with something changed."""
        chosen = replace(self, **changes)
        fields = {name: getattr(chosen, name) for name in Chosen.__slots__}
        return "?" + urlencode({name: value for name, value in fields.items() if value or name == "state"})


def queue_routes(services: Services) -> list[BaseRoute]:
    """/admin and /admin/queue."""
    return [
        shows(services, "home.see", "/admin", _home),
        shows(services, "queue.see", "/admin/queue", _queue),
        does(services, "queue.see", "/admin/queue/search", _search),
    ]


async def _home(_request: Request, desk: Desk) -> Response:
    """To where the work of this role begins."""
    return RedirectResponse("/admin/queue" if desk.may("queue.see") else "/admin/overview", 303)


async def _queue(request: Request, desk: Desk) -> Response:
    chosen = choose(request.query_params)
    after = _place(request.query_params.get("after", ""))
    own, zone = desk.seat.member.area, desk.services.settings.zone
    filters = Filters(
        state=chosen.state, area=narrowed(chosen.area, own), programme=chosen.programme, sector=chosen.sector,
        flag=chosen.flag, volunteer=chosen.volunteer, find=bytes.fromhex(chosen.find),
        reviewer=desk.seat.member.id if chosen.mine else 0,
        since=_midnight(chosen.since, zone), until=_midnight(chosen.until, zone, days=1),
    )  # fmt: skip
    async with desk.services.db.reading() as tx:
        counts = await applications.counts(tx, filters, up_to=COUNTED)
        listed = await applications.queue(tx, desk.services.keyring, filters, after=after, limit=PAGE + 1)
        ids = [one.id for one in listed]
        returned, held = await decisions.returned(tx, ids), await holds.held(tx, ids, desk.services.clock())
        restricted = await restrictions.standing(tx, ids)
        mine = await decisions.count_returned(tx, desk.seat.member.id) if desk.may("application.decide") else 0
    return desk.page(
        request, "queue.html", returned=returned, held=held, mine=mine, restricted=restricted,
        chosen=chosen, counts=counts, states=STATES, programmes=PROGRAMMES, sectors=SECTORS, flags=FLAGS,
        listed=listed[:PAGE], more=_mark(listed[PAGE - 1]) if len(listed) > PAGE else "",
        first=after is None, mask=mask, place=place_name, areas=places(own),
        keys=KEYS, counted=COUNTED, total=sum(counts.values()), more_than=COUNTED in counts.values(),
        filtered=chosen != Chosen(state=chosen.state),
        missing=request.query_params.get("missing") == "1",
    )  # fmt: skip


async def _search(_request: Request, desk: Desk, form: Form) -> Response:
    """Look for a receipt, a name, or the last four digits of a NIK. Only a receipt may stand in an address."""
    sought = form.get("sought", "").strip()[:100]
    receipt = receipts.read(sought)
    if receipt or re.match(r"tk\b", sought, re.IGNORECASE):
        async with desk.services.db.reading() as tx:
            known = await applications.state_of(tx, receipt or "")
        if known:
            return RedirectResponse(f"/admin/applications/{receipt}", 303)
        return RedirectResponse("/admin/queue" + Chosen(state="").query() + "&missing=1", 303)
    if re.fullmatch(r"[0-9]{4}", sought):
        found = applications.nik4_hash(desk.services.keyring, sought)
    elif sought:
        found = applications.name_hash(desk.services.keyring, sought)
    else:
        return RedirectResponse("/admin/queue", 303)
    return RedirectResponse("/admin/queue" + Chosen(state="", find=found.hex()).query(), 303)


def _midnight(day: str, zone: ZoneInfo, days: int = 0) -> datetime | None:
    """When a day begins here, or one so many days later; None for no day."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days), time.min, zone) if day else None


def choose(query: QueryParams) -> Chosen:
    """Read the filters. What is malformed counts as not given."""

    def one_of(name: str, known: tuple[str, ...], otherwise: str = "") -> str:
        wanted = query.get(name)
        return otherwise if wanted is None else wanted if wanted in known else ""

    def like(name: str, pattern: str) -> str:
        wanted = query.get(name, "")
        return wanted if re.fullmatch(pattern, wanted) else ""

    return Chosen(
        state=one_of("state", STATES, "submitted"),
        area=like("area", CODE.pattern),
        programme=one_of("programme", PROGRAMMES),
        sector=one_of("sector", SECTORS),
        flag=one_of("flag", FLAGS),
        volunteer=_code(query.get("volunteer", "")),
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        find=like("find", r"[0-9a-f]{32}"),
        mine=one_of("mine", ("yes",)),
    )


def _code(text: str) -> str:
    """A volunteer's code however it was typed, or another link's as it is kept."""
    return VOLUNTEER.read(text) or (text.strip() if re.fullmatch(r"[\w-]{1,64}", text.strip()) else "")


def _day(text: str) -> str:
    """A day as browsers send it; "" for what is none, or could not be counted on from."""
    try:
        return text if re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text) and date.fromisoformat(text) else ""
    except ValueError:
        return ""


def _mark(last: Listed) -> str:
    """Where the next page begins."""
    return f"{micros(last.submitted_at)}.{last.id}"


def _place(mark: str) -> tuple[datetime, int] | None:
    if not re.fullmatch(r"[0-9]{1,17}\.[0-9]{1,18}", mark):
        return None
    at, _, row = mark.partition(".")
    return moment(int(at)), int(row)
