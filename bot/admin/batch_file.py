"""Taking a batch's file along: with the password again, written down, built while a page shows how far it is."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute

from bot.admin.batches import HERE, REFRESH, find, show, unknown
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.login import recognised
from bot.batch_files import KINDS, Verdict, build, private_file, verdict
from bot.batches import By, note
from bot.export import MEDIA_TYPES, Kind
from bot.jobs import Job, Jobs
from bot.services import Services
from bot.sheets.lock import LONGEST, SHORTEST, lock
from storage.batches import Batch

KEPT_FOR = timedelta(minutes=10)  # a file nobody comes for is gone then
CHUNK = 65_536
READABLE = ("ready", "handed_over", "answered")


@dataclass(slots=True)
class Parcel:
    """A file being built for one seat. The password it is locked with is forgotten once it is."""

    batch: Batch
    kind: Kind
    seat_id: int
    asked_at: datetime
    job: Job
    files: ExitStack = field(default_factory=ExitStack)
    file: IO[bytes] | None = None
    verdict: Verdict = "same"
    missing: int = 0
    locked: bool = False
    keeper: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return f"batch-{self.batch.id}.{self.kind}"


def batch_file_routes(services: Services) -> list[BaseRoute]:
    """/admin/batches/{batch}/file, and the file itself once it is built."""
    jobs, parcels = Jobs(), dict[str, Parcel]()

    async def ask(request: Request, desk: Desk, form: Form) -> Response:
        batch = await find(request, desk)
        if batch is None or batch.state not in READABLE:
            return unknown(request, desk)
        kind: Kind = next((one for one in KINDS if one == form.get("kind")), "xlsx")
        password = form.get("lock", "") if kind == "xlsx" else ""
        if password and not SHORTEST <= len(password) <= LONGEST:
            return show(request, desk, batch, trouble="admin.batch.lock.short", status=422)
        if password != form.get("lock_again", "") and kind == "xlsx":
            return show(request, desk, batch, trouble="admin.batch.lock.differs", status=422)
        member = await recognised(services, desk.seat.member.login, form.get("password", ""))
        if member is None:
            return show(request, desk, batch, trouble="admin.batch.wrong_password", status=403)
        ticket = secrets.token_urlsafe(24)
        job = Job()
        parcel = parcels[ticket] = Parcel(batch, kind, desk.seat.id, services.clock(), job, locked=bool(password))
        parcel.job = jobs.begin(f"file:{ticket}", lambda job: _pack(services, parcel, password, _by(desk), job))
        parcel.keeper = asyncio.create_task(_keep(parcels, ticket), name="file kept")
        await parcel.job.soon()
        return _hand_out(request, desk, parcels, ticket, "ask")

    async def fetch(request: Request, desk: Desk) -> Response:
        taken: str = request.query_params.get("take", "")
        return _hand_out(request, desk, parcels, request.path_params["ticket"], "yes" if taken == "yes" else "ask")

    return [
        does(services, "batch.take", f"{HERE}/{{batch}}/file", ask),
        shows(services, "batch.take", f"{HERE}/{{batch}}/file/{{ticket}}", fetch),
    ]


async def _pack(services: Services, parcel: Parcel, password: str, by: By, job: Job) -> None:
    """Build the file, lock it where asked, and write down that it was taken, before anybody is given it."""
    settings = services.settings
    plain = parcel.files.enter_context(private_file(settings.var))
    built = await build(
        services.db, services.keyring, settings.zone, parcel.batch, {parcel.kind: plain}, settings.var, job.progress
    )  # fmt: skip
    parcel.verdict, parcel.missing = verdict(parcel.batch, built, parcel.kind), built.missing
    parcel.file = plain
    if password:
        parcel.file = parcel.files.enter_context(private_file(settings.var))
        with tempfile.TemporaryDirectory(dir=settings.var, prefix="batch-") as scratch:
            await lock(plain, parcel.file, password, Path(scratch))
    async with services.db.writing() as tx:
        await note(
            tx, by, "batch.taken", parcel.batch.id, services.clock(), format=parcel.kind, rows=built.rows,
            sha256=built.digests[parcel.kind], verdict=parcel.verdict, locked=parcel.locked,
        )  # fmt: skip


def _hand_out(request: Request, desk: Desk, parcels: dict[str, Parcel], ticket: str, take: str) -> Response:
    """The file; or how far it is; or, where it is not what was sealed, why, before it is given."""
    parcel = parcels.get(ticket)
    if parcel is None or parcel.seat_id != desk.seat.id or desk.services.clock() - parcel.asked_at > KEPT_FOR:
        return unknown(request, desk)
    here = f"{HERE}/{parcel.batch.id}/file/{ticket}"
    if request.method == "POST" and (parcel.job.going or parcel.verdict != "same"):
        return RedirectResponse(here, 303)
    if parcel.job.going or parcel.job.trouble or (parcel.verdict != "same" and take != "yes"):
        answer = desk.page(request, "batch_file.html", here=here, parcel=parcel, batch=parcel.batch, job=parcel.job)
        if parcel.job.going:
            answer.headers["refresh"] = str(REFRESH)
        return answer
    del parcels[ticket]
    return StreamingResponse(
        _chunks(parcel),
        media_type=MEDIA_TYPES[parcel.kind],
        headers={"content-disposition": f'attachment; filename="{parcel.name}"'},
    )


async def _chunks(parcel: Parcel) -> AsyncIterator[bytes]:
    assert parcel.file is not None
    if parcel.keeper is not None:
        parcel.keeper.cancel()
    with parcel.files:
        while chunk := parcel.file.read(CHUNK):
            yield chunk


async def _keep(parcels: dict[str, Parcel], ticket: str) -> None:
    """Hold a file for whoever asked for it; close it when they do not come, or when we end."""
    try:
        await asyncio.sleep(KEPT_FOR.total_seconds())
    finally:
        if ticket in parcels:
            parcels.pop(ticket).files.close()


def _by(desk: Desk) -> By:
    return By(desk.seat.member.login, desk.seat.member.id)
