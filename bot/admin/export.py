"""Taking the approved ones along: with the password again, written down, streamed from a file without a name."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal, TypeAlias

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from bot.admin.columns import headings, row
from bot.admin.guard import Desk, Form, does, shows
from bot.admin.login import recognised
from bot.export import MEDIA_TYPES, Kind, Row, write
from bot.house import build_house
from bot.house_keeping import Progress, opened
from bot.services import Services
from bot.settings import Settings
from conversations.wording import Words
from storage import applications, audit
from storage.database import Database
from storage.keys import Keyring

Which: TypeAlias = Literal["real", "all"]
CHUNK = 65_536
OFFERED: tuple[Kind, ...] = ("xlsx", "csv")


def export_routes(services: Services) -> list[BaseRoute]:
    """/admin/export."""
    return [
        shows(services, "export.see", "/admin/export", _see),
        does(services, "export.take", "/admin/export", _take),
    ]


async def _see(request: Request, desk: Desk) -> Response:
    return await _page(request, desk, "")


async def _take(request: Request, desk: Desk, form: Form) -> Response:
    kind: Kind = "csv" if form.get("kind") == "csv" else "xlsx"
    which: Which = "all" if form.get("simulated") == "yes" else "real"
    member = await recognised(desk.services, desk.seat.member.login, form.get("password", ""))
    if member is None:
        return await _page(request, desk, "admin.export.wrong_password", 403)
    services = desk.services
    file = _private_file(services.settings)
    try:
        count = await export(services.db, services.keyring, desk.words, services.settings, kind, which, file)
        digest = _digest(file)
        now = services.clock()
        async with services.db.writing() as tx:
            await _note(tx, member.login, kind, which, count, digest, now)
    except BaseException:
        file.close()
        raise
    day = now.astimezone(services.settings.zone).date()
    return StreamingResponse(
        _chunks(file),
        media_type=MEDIA_TYPES[kind],
        headers={"content-disposition": f'attachment; filename="taruna-{day}.{kind}"'},
    )


async def export(
    db: Database,
    keyring: Keyring,
    words: Words,
    settings: Settings,
    kind: Kind,
    which: Which,
    file: IO[bytes],
    progress: Progress = lambda _done, _total: None,
) -> int:
    """Write every approved application, as one moment sees them, and say how many."""

    async def pages() -> AsyncIterator[list[Row]]:
        async with db.snapshot() as tx:
            total, done = await applications.count_approved(tx, which), 0
            async for some in applications.export_pages(tx, keyring, state="approved", which=which):
                yield [row(application, words, settings.zone) for application in some]
                done += len(some)
                progress(done, total)

    settings.var.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.var, prefix="export-") as scratch:
        return await write(kind, headings(words), pages(), file, Path(scratch))


async def export_to_file(settings: Settings, kind: Kind, path: Path, which: Which, progress: Progress) -> int:
    """Write every approved application to a path that only its owner can read; it is there whole or not at all."""
    words = build_house().words["id"]
    async with opened(settings) as (db, keyring):
        with _whole(path) as file:
            count = await export(db, keyring, words, settings, kind, which, file, progress)
            digest = _digest(file)
            async with db.writing() as tx:
                await _note(tx, "command line", kind, which, count, digest, datetime.now(UTC))
    return count


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


async def _note(tx: audit.Tx, actor: str, kind: Kind, which: Which, count: int, digest: str, now: datetime) -> None:
    await audit.append(
        tx, actor=actor, action="export.taken", subject=f"export:{kind}",
        facts={"rows": count, "which": which, "sha256": digest}, at=now,
    )  # fmt: skip


def _private_file(settings: Settings) -> IO[bytes]:
    """A file without a name: it holds personal data, and is gone from the disk when it is closed or we crash."""
    settings.var.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=settings.var)


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a real file reads into
    file.seek(0)
    return digest


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


async def _page(request: Request, desk: Desk, trouble: str, status: int = 200) -> Response:
    async with desk.services.db.reading() as tx:
        approved = await applications.count_approved(tx, "real")
        simulated = await applications.count_approved(tx, "all") - approved
    return desk.page(
        request, "export.html", status, here="/admin/export", trouble=trouble, approved=approved, simulated=simulated,
        kinds=OFFERED,
    )  # fmt: skip
