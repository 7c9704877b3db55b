"""The dashboard: how many sign up, where they stop, how long they wait, what is not delivered. Numbers only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.admin import charts, spans
from bot.admin.charts import Bar
from bot.admin.funnel import AGES, Step, Stood, ended, funnel, read, submitted
from bot.admin.guard import Desk, shows
from bot.admin.places import CODE, narrowed, place_name, places
from bot.effects import SIMULATED
from bot.failures import reason
from bot.figures import GONE_THROUGH
from bot.services import Services
from conversations.forms import FORMS
from conversations.rules import areas
from storage import figures, outbox
from storage.figures import COUNTED_UP_TO
from storage.tx import Tx

HERE = "/admin/dashboard"
FORM = FORMS["registration"]
REAL = ("telegram", "whatsapp")
CHANNELS: Mapping[str, tuple[str, ...]] = {
    "": REAL, "telegram": ("telegram",), "whatsapp": ("whatsapp",), "made_up": SIMULATED
}  # fmt: skip
PERIODS = ("7", "28", "90")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is looked at, as the address says it. by: day or week; channel "": every real one."""

    days: str = "28"
    by: str = "day"
    channel: str = ""
    area: str = ""

    def query(self, **changes: str) -> str:
        chosen = replace(self, **changes)
        fields = {name: getattr(chosen, name) for name in Chosen.__slots__}
        return "?" + urlencode({name: value for name, value in fields.items() if value})


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the rows of the table behind it."""

    drawn: str
    rows: Sequence[Bar]


def dashboard_routes(services: Services) -> list[BaseRoute]:
    """/admin/dashboard."""
    return [shows(services, "dashboard.see", HERE, _see)]


async def _see(request: Request, desk: Desk) -> Response:
    chosen = choose(request.query_params)
    area = narrowed(chosen.area, desk.seat.member.area)
    now, zone = desk.services.clock(), desk.services.settings.zone
    today = now.astimezone(zone).date()
    values: dict[str, Any] = {}
    async with desk.services.db.reading() as tx:
        values |= await _signed_up(tx, desk, chosen, area, today)
        values |= await _waited(tx, desk, chosen, area, today)
        if not area:
            values |= await _stood(tx, desk, chosen, today)
            values |= await _delivered(tx, desk, today)
    return desk.page(
        request, "dashboard.html", chosen=chosen, area=area, place=place_name, areas=places(desk.seat.member.area),
        periods=PERIODS, channels=tuple(CHANNELS), most=COUNTED_UP_TO, number=desk.words.number,
        ages=AGES, gone_through=GONE_THROUGH, **values,
    )  # fmt: skip


def choose(query: QueryParams) -> Chosen:
    """Read what is looked at. What is malformed counts as not given."""
    days, channel, area = query.get("days", ""), query.get("channel", ""), query.get("area", "")
    return Chosen(
        days=days if days in PERIODS else "28",
        by="week" if query.get("by") == "week" else "day",
        channel=channel if channel in CHANNELS else "",
        area=area if CODE.fullmatch(area) and areas.named(area) else "",
    )


async def _signed_up(tx: Tx, desk: Desk, chosen: Chosen, area: str, today: date) -> dict[str, Any]:
    since = today - timedelta(days=int(chosen.days) - 1)
    found = await figures.by_day(
        tx, "signups", since.isoformat(), today.isoformat(), CHANNELS[chosen.channel], area
    )  # fmt: skip
    each = {day: found.get(day.isoformat(), 0) for day in spans.days(since, today)}
    bars = [
        _bar(desk, format_date(day, "d MMM", locale=desk.words.language), n)
        for day, n in (spans.in_weeks(each) if chosen.by == "week" else each).items()
    ]
    return {
        "signups": Chart(charts.columns(bars, desk.words.text("admin.dashboard.signups")), bars),
        "signed_up": sum(each.values()), "signed_up_today": each[today],
    }  # fmt: skip


async def _waited(tx: Tx, desk: Desk, chosen: Chosen, area: str, today: date) -> dict[str, Any]:
    """Who waits now, by age, and how long those had waited who were decided on."""
    zone, ages = desk.services.settings.zone, spans.ages(today)
    kind: figures.Kind = "made_up" if chosen.channel == "made_up" else "real"
    counts = list(reversed(await figures.waiting(tx, spans.edges(ages, zone), kind, area)))
    since = today - timedelta(days=int(chosen.days) - 1)
    channels = CHANNELS[chosen.channel]
    details = await figures.by_detail(tx, "decided", since.isoformat(), today.isoformat(), channels, area)
    hours = {int(detail): n for detail, n in details.items()}
    waiting = [
        _bar(
            desk,
            desk.words.text(f"admin.dashboard.age.{age.name}"),
            n,
            "late" if int(age.name) >= spans.WAITED[2] else "",
        )
        for age, n in zip(ages, counts, strict=True)
    ]
    decided = [_bar(desk, desk.words.text(f"admin.dashboard.within.{b}"), n) for b, n in spans.buckets(hours)]
    say = desk.words.text
    return {
        "waiting": Chart(charts.rows(waiting, say("admin.dashboard.waiting")), waiting),
        "waiting_links": [_queue(age, area) for age in ages],
        "still_waiting": None if any(n >= COUNTED_UP_TO for n in counts) else sum(counts),
        "decided": Chart(charts.rows(decided, say("admin.dashboard.decided")), decided),
        "decisions": sum(hours.values()),
        "median": _lasting(desk, spans.quantile(hours, 0.5)), "ninetieth": _lasting(desk, spans.quantile(hours, 0.9)),
    }  # fmt: skip


async def _stood(tx: Tx, desk: Desk, chosen: Chosen, today: date) -> dict[str, Any]:
    """How far people came, and who stands where now."""
    since = today - timedelta(days=GONE_THROUGH - 1)
    wanted = CHANNELS[chosen.channel]
    stood = [
        one for one in read(await figures.stood(tx, since.isoformat(), today.isoformat())) if one.channel in wanted
    ]
    steps = funnel(FORM, stood, today)
    sent = submitted(FORM, stood)
    bars = [_bar(desk, desk.words.text(f"admin.dashboard.step.{step.name}"), step.came) for step in steps]
    bars.append(_bar(desk, desk.words.text("admin.dashboard.sent"), sum(sent.values()), "good"))
    return {
        "funnel": Chart(charts.rows(bars, desk.words.text("admin.dashboard.funnel")), bars),
        "steps": steps, "sent": sent, "others": ended(FORM, stood), "seen": _seen(wanted, stood),
        "began": steps[0].came, "stuck": _where(steps),
    }  # fmt: skip


async def _delivered(tx: Tx, desk: Desk, today: date) -> dict[str, Any]:
    """What the platforms did with our messages. Months are UTC's, as their bills are."""
    month = desk.services.clock().date().replace(day=1)
    billed = await figures.by_channel(tx, "billed", month.isoformat(), f"{month:%Y-%m}-31")
    failed = await figures.given_up(tx, spans.midnight(today - timedelta(days=29), desk.services.settings.zone))
    bars = [_bar(desk, _reason(desk, code), n, "late") for code, n in sorted(failed.items(), key=lambda f: -f[1])]
    waits, parked = await outbox.count_waiting(tx)
    return {
        "failures": Chart(charts.rows(bars, desk.words.text("admin.dashboard.failures")), bars),
        "held": await figures.held(tx), "billed": billed, "month": month, "parked": parked, "unsent": waits,
    }  # fmt: skip


def _seen(wanted: Sequence[str], stood: Sequence[Stood]) -> list[str]:
    """The channels somebody came by, in our order."""
    used = {one.channel for one in stood}
    return [channel for channel in wanted if channel in used] or list(wanted[:1])


def _where(steps: Sequence[Step]) -> list[Step]:
    """The questions somebody stands at, most first."""
    return sorted((step for step in steps if step.stopped), key=lambda step: -step.stopped)


def _queue(age: spans.Age, area: str) -> str:
    """The queue's address for those of this age."""
    fields = {"state": "submitted", "area": area, "since": age.since.isoformat() if age.since else ""}
    return "/admin/queue?" + urlencode({**{k: v for k, v in fields.items() if v}, "until": age.until.isoformat()})


def _lasting(desk: Desk, hours: int | None) -> str:
    """So many hours as one says them."""
    if hours is None:
        return "–"
    if hours < 1:
        return desk.words.text("admin.dashboard.under_an_hour")
    if hours < 48:
        return desk.words.text("admin.dashboard.hours", {"n": hours})
    return desk.words.text("admin.dashboard.days_long", {"n": round(hours / 24)})


def _reason(desk: Desk, code: str) -> str:
    """A platform's code with what it means."""
    told = desk.words.text(f"admin.dashboard.reason.{reason(code)}")
    return f"{told} ({code})" if code else told


def _bar(desk: Desk, label: str, n: int, tone: str = "") -> Bar:
    return Bar(label, n, desk.words.number(n), tone)
