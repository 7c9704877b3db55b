"""How many stand where, by area: numbers only, for those who may see no more, and for those who want to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot import reminders
from bot.admin.guard import Desk, shows
from bot.admin.places import CODE, narrowed, within
from bot.services import Services
from conversations.rules import areas
from conversations.rules.areas import Area
from storage import applications
from storage.applications import COUNTED_UP_TO, Filters

# What a row tells → the states it adds up.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "waiting": ("submitted", "in_review"),
    "needs_correction": ("needs_correction",),
    "approved": ("approved", "batched", "handed_over"),
    "registered": ("registered", "waiting_for_payment", "active", "late"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One area's numbers. numbers: by column; None is more than anybody counts."""

    code: str
    name: str
    numbers: Mapping[str, int | None]
    deeper: bool


def overview_routes(services: Services) -> list[BaseRoute]:
    """/admin/overview."""
    return [shows(services, "overview.see", "/admin/overview", _see)]


async def _see(request: Request, desk: Desk) -> Response:
    wanted, own = request.query_params.get("area", ""), desk.seat.member.area
    code = narrowed(wanted if CODE.fullmatch(wanted) and areas.named(wanted) else "", own)
    async with desk.services.db.reading() as tx:

        async def count(code: str) -> Mapping[str, int | None]:
            return added_up(await applications.counts(tx, Filters(area=code, simulated="no")))

        whole = await count(code)
        rows = [Row(a.code, a.name, await count(a.code), bool(_inside(a.code))) for a in _inside(code)]
        today = None if code else await reminders.sums(tx, desk.services.settings, desk.services.clock())
    return desk.page(
        request, "overview.html", area=areas.named(code) if code else None, trail=trail(code, own), whole=whole,
        rows=rows, columns=tuple(COLUMNS), used=_used(rows), most=COUNTED_UP_TO, reminders=today,
    )  # fmt: skip


def added_up(counts: Mapping[str, int]) -> Mapping[str, int | None]:
    """Each column's number; None where one of its states is not counted to its end."""

    def add(states: Sequence[str]) -> int | None:
        each = [counts.get(state, 0) for state in states]
        return None if any(number >= COUNTED_UP_TO for number in each) else sum(each)

    return {column: add(states) for column, states in COLUMNS.items()}


def _used(rows: Sequence[Row]) -> tuple[str, ...]:
    """The columns in which somebody stands, and the one where work waits: a phone has no room for empty ones."""
    return tuple(c for c in COLUMNS if c == "waiting" or any(row.numbers[c] != 0 for row in rows))


def _inside(code: str) -> tuple[Area, ...]:
    """The areas an area is made of."""
    match code.count("."):
        case 0:
            return areas.kotas()
        case 1:
            return areas.kecamatans(code)
        case 2:
            return areas.kelurahans(code)
    return ()


def trail(code: str, own: str | None) -> list[Area]:
    """The areas this one lies in, widest first, as far as one may look."""
    parts = code.split(".")
    wider = [areas.named(".".join(parts[:length])) for length in range(2, len(parts))]
    return [area for area in wider if area and within(area.code, own)]
