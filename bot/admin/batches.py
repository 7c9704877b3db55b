"""Batches at the desk: choosing who goes along, looking at them first, sealing, handing over, and taking it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot import batches as work
from bot.admin.answers import mask
from bot.admin.guard import Desk, Form, Shows, does, shows
from bot.admin.places import CODE, place_name, places, within
from bot.batch_files import manifest
from bot.batches import By
from bot.jobs import Job, Jobs
from bot.services import Services
from bot.sheets.column_map import columns_of
from conversations.rules import areas
from conversations.rules.branches import BRANCHES
from storage import batches, choosing
from storage.batches import Batch
from storage.choosing import Choice, read_mark

HERE = "/admin/batches"
PAGE = 25
LINES = 10
MOST = 100_000  # people in one batch
REFRESH = 2  # seconds between looks at work that goes on
DONE = ("sealed", "cancelled", "handed_over", "faster", "changed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for, as the form says it. An area decides who; without one the branch's kota does."""

    branch: str = ""
    area: str = ""
    since: str = ""
    until: str = ""
    limit: str = ""
    which: str = ""

    def query(self) -> str:
        return "?" + urlencode({name: getattr(self, name) for name in Wanted.__slots__ if getattr(self, name)})

    def choice(self, desk: Desk) -> Choice:
        own, zone = desk.seat.member.area or "", desk.services.settings.zone

        def midnight(day: str, days: int = 0) -> datetime | None:
            return datetime.combine(date.fromisoformat(day) + timedelta(days), time.min, zone) if day else None

        return Choice(
            area=self.area or kota_of(self.branch),
            within=own,
            since=midnight(self.since),
            until=midnight(self.until, days=1),
            limit=min(int(self.limit or MOST), MOST),
            which="simulated" if self.which == "simulated" else "real",
        )


def batch_routes(services: Services) -> list[BaseRoute]:
    """/admin/batches and what can be done there."""
    columns = columns_of(services.settings.column_map)
    jobs = Jobs()
    one = f"{HERE}/{{batch}}"

    async def start(_request: Request, desk: Desk, form: Form) -> Response:
        wanted, now = want(form), services.clock()
        seen = read_mark(form.get("seen", ""))
        number = await work.begin(services.db, wanted.choice(desk), seen, wanted.branch, columns, _by(desk), now)
        if not number:
            return RedirectResponse(f"{HERE}/new{wanted.query() if wanted != Wanted() else '?'}&done=changed", 303)
        return await sealing(desk, number)

    async def sealing(desk: Desk, number: int) -> Response:
        by = _by(desk)

        async def seal(job: Job) -> None:
            await work.seal(
                services.db, services.keyring, services.settings, number, by, services.clock, job.progress
            )  # fmt: skip

        job = jobs.begin(f"batch:{number}", seal)
        done = await job.soon() and not job.trouble
        return RedirectResponse(f"{HERE}/{number}{'?done=sealed' if done else ''}", 303)

    async def go_on(request: Request, desk: Desk, _form: Form) -> Response:
        """Do what a crash left undone: seal what was begun, tell those who were not told."""
        batch = await find(request, desk)
        if batch is None:
            return unknown(request, desk)
        return await (sealing(desk, batch.id) if batch.state == "building" else telling(batch.id, "handed_over"))

    async def telling(number: int, done: str) -> Response:
        async def tell(job: Job) -> None:
            await work.tell_rest(services, number, job.progress)

        await jobs.begin(f"batch:{number}", tell).soon()
        return RedirectResponse(f"{HERE}/{number}?done={done}", 303)

    async def hand_over(request: Request, desk: Desk, form: Form) -> Response:
        batch = await find(request, desk)
        if batch is None:
            return unknown(request, desk)
        if form.get("sure") != "yes":
            return RedirectResponse(f"{HERE}/{batch.id}", 303)
        if not await work.hand_over(services, batch.id, _by(desk), services.clock()):
            return RedirectResponse(f"{HERE}/{batch.id}?done=faster", 303)
        return await telling(batch.id, "handed_over")

    async def cancel(request: Request, desk: Desk, _form: Form) -> Response:
        batch = await find(request, desk)
        if batch is None:
            return unknown(request, desk)
        done = await work.cancel(services.db, batch.id, _by(desk), services.clock())
        return RedirectResponse(f"{HERE}/{batch.id}?done={'cancelled' if done else 'faster'}", 303)

    return [
        shows(services, "batch.see", HERE, _list),
        shows(services, "batch.make", f"{HERE}/new", _new),
        does(services, "batch.make", HERE, start),
        shows(services, "batch.see", one, _see(jobs)),
        shows(services, "batch.see", f"{one}/manifest.json", _manifest),
        does(services, "batch.make", f"{one}/go_on", go_on),
        does(services, "batch.make", f"{one}/handover", hand_over),
        does(services, "batch.make", f"{one}/cancellation", cancel),
    ]


# ---- choosing -----------------------------------------------------------------------------------------------------


async def _list(request: Request, desk: Desk) -> Response:
    before = _number(request.query_params.get("before", ""))
    async with desk.services.db.reading() as tx:
        found = await batches.newest(tx, area=desk.seat.member.area or "", before=before, limit=PAGE + 1)
    return desk.page(
        request, "batches.html", found=found[:PAGE], more=found[PAGE - 1].id if len(found) > PAGE else 0,
        first=not before, place=place_name,
    )  # fmt: skip


async def _new(request: Request, desk: Desk) -> Response:
    """The form, and below it who would go along as it is filled in now."""
    wanted = want(request.query_params)
    choice = wanted.choice(desk)
    async with desk.services.db.reading() as tx:
        seen = await choosing.mark_of(tx, choice)
        lines = await choosing.first_lines(tx, desk.services.keyring, choice, limit=LINES)
        left_out = await choosing.left_out(tx, choice)
    return desk.page(
        request, "new_batch.html", wanted=wanted, seen=seen, lines=lines, left_out=left_out, most=MOST,
        branches=BRANCHES, areas=places(desk.seat.member.area), place=place_name, mask=mask,
        done="changed" if request.query_params.get("done") == "changed" else "",
        simulator=desk.services.settings.simulator_on, kota=place_name(kota_of(wanted.branch)),
    )  # fmt: skip


def want(given: Mapping[str, str]) -> Wanted:
    """Read the form. What is malformed counts as not given."""
    limit = given.get("limit", "").strip()
    return Wanted(
        branch=given.get("branch", "") if given.get("branch") in {one.name for one in BRANCHES} else "",
        area=given.get("area", "") if CODE.fullmatch(given.get("area", "")) else "",
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        limit=limit if re.fullmatch(r"[1-9][0-9]{0,5}", limit) else "",
        which="simulated" if given.get("which") == "simulated" else "",
    )


def kota_of(branch: str) -> str:
    """The code of the kota a branch office is in, "" where nobody knows."""
    name = next((one.kota for one in BRANCHES if one.name == branch), "")
    return next((kota.code for kota in areas.kotas() if name and kota.name == name), "")


def _day(text: str) -> str:
    """A day as browsers send it; "" for what is none."""
    try:
        return text if re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text) and date.fromisoformat(text) else ""
    except ValueError:
        return ""


# ---- one batch ----------------------------------------------------------------------------------------------------


def _see(jobs: Jobs) -> Shows:
    async def see(request: Request, desk: Desk) -> Response:
        # Before the batch is read: what ends meanwhile is looked at again.
        job = jobs.of(f"batch:{_number(request.path_params['batch'])}")
        batch = await find(request, desk)
        if batch is None:
            return unknown(request, desk)
        async with desk.services.db.reading() as tx:
            untold = await batches.to_be_moved(tx, batch.id)
        done = request.query_params.get("done", "")
        return show(request, desk, batch, job, untold=untold, done=done if done in DONE else "")

    return see


def show(
    request: Request, desk: Desk, batch: Batch, job: Job | None = None, *, untold: int = 0, done: str = "",
    trouble: str = "", status: int = 200,
) -> Response:  # fmt: skip
    """One batch's page. job: what goes on behind it; then it looks again by itself."""
    kept = manifest(batch)
    answer = desk.page(
        request, "batch.html", status, here=f"{HERE}/{batch.id}", batch=batch, job=job, untold=untold, done=done,
        trouble=trouble, place=place_name, by_kelurahan=sorted(kept["kelurahans"], key=lambda one: -int(one["rows"])),
        by_programme=kept["programmes"], rows=kept["rows"],
    )  # fmt: skip
    if job is not None:
        answer.headers["refresh"] = str(REFRESH)
    return answer


async def _manifest(request: Request, desk: Desk) -> Response:
    batch = await find(request, desk)
    if batch is None or not batch.digests:
        return unknown(request, desk)
    return Response(
        orjson.dumps(manifest(batch), option=orjson.OPT_INDENT_2),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="batch-{batch.id}.manifest.json"'},
    )


async def find(request: Request, desk: Desk) -> Batch | None:
    """The batch in the address. One from outside the member's own area is not there."""
    async with desk.services.db.reading() as tx:
        found = await batches.one(tx, _number(request.path_params["batch"]))
    return found if found and within(found.area, desk.seat.member.area) else None


def unknown(request: Request, desk: Desk) -> Response:
    """What is said where there is no such batch, or no file of it."""
    return desk.page(
        request, "told.html", 404, here=HERE, key="admin.batch.unknown", back=HERE, back_key="admin.batches.title"
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _by(desk: Desk) -> By:
    return By(desk.seat.member.login, desk.seat.member.id)
