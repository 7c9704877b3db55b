"""A batch's file from the command line, with its manifest beside it: there whole or not at all, for its owner only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

import orjson

from bot.batch_files import Progress, Verdict, build, manifest, verdict
from bot.batches import By, note
from bot.export import Kind
from bot.house_keeping import opened
from bot.settings import Settings
from bot.sheets.lock import lock
from storage import batches

COMMAND_LINE = "command line"
READABLE = ("ready", "handed_over", "answered")


class NoBatch(Exception):
    """There is no batch of this number, or none whose file can be had: one line that says which."""


class NotWhatWasSealed(Exception):
    """The rows differ though nobody was let go of, so something is wrong; nothing was written."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and whether it is what was sealed. missing: people whose rows are not in it any more."""

    rows: int
    missing: int
    verdict: Verdict
    sha256: str
    manifest: Path


async def export_batch(
    settings: Settings,
    number: int,
    kind: Kind,
    path: Path,
    progress: Progress,
    *,
    password: str = "",
    if_changed: Literal["refuse", "write"] = "refuse",
) -> Exported:
    """Write a sealed batch to a file, and its manifest beside it. password: what an XLSX is locked with.

    Raises:
        NoBatch: there is none of this number, or it is not sealed.
        NotWhatWasSealed: unless told to write it all the same.
    """
    beside = path.with_suffix(".manifest.json")
    async with opened(settings) as (db, keyring):
        async with db.reading() as tx:
            batch = await batches.one(tx, number)
            newest = await batches.newest(tx, limit=1)
        if batch is None:
            raise NoBatch(f"there is no batch {number}; " + (f"the newest is {newest[0].id}" if newest else "none yet"))
        if batch.state not in READABLE:
            raise NoBatch(f"batch {number} is {batch.state}: only a sealed one has a file")
        settings.var.mkdir(parents=True, exist_ok=True)
        with _whole(path) as file:
            built = await build(db, keyring, settings.zone, batch, {kind: file}, settings.var, progress)
            judged = verdict(batch, built, kind)
            if judged == "changed" and if_changed == "refuse":
                raise NotWhatWasSealed(f"batch {number} does not say what it said when it was sealed")
            if password:
                await _locked(file, password, settings.var)
            async with db.writing() as tx:
                await note(
                    tx, By(COMMAND_LINE), "batch.taken", number, datetime.now(UTC), format=kind, rows=built.rows,
                    sha256=built.digests[kind], verdict=judged, locked=bool(password),
                )  # fmt: skip
    with _whole(beside) as file:
        file.write(orjson.dumps(manifest(batch), option=orjson.OPT_INDENT_2))
    return Exported(built.rows, built.missing, judged, built.digests[kind], beside)


async def _locked(file: IO[bytes], password: str, folder: Path) -> None:
    """Put the locked sheet in the place of the plain one."""
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix="batch-") as scratch,
        tempfile.TemporaryFile(dir=folder) as other,
    ):
        await lock(file, other, password, Path(scratch))
        file.seek(0)
        file.truncate(0)
        while chunk := other.read(1 << 20):
            file.write(chunk)


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
