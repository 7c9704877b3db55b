"""A file of the agency's is taken in to be looked at: read, matched line by line, kept sealed. Nothing is applied."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.inert import inert
from bot.results.line import read_line
from bot.results.matching import Days, Match, match, settle
from bot.results.reading import List, reading
from bot.results.sheet import NotRead, columns_of, dump_cells, load_cells
from storage import audit, cases, imports, memberships, results
from storage.database import Database
from storage.errors import StorageError
from storage.keys import Keyring
from storage.results import Import, Line
from storage.tx import Tx

PAGE = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class By:
    """Who does it: a member of staff, or somebody on the command line."""

    login: str
    staff_id: int | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that can be looked at. before: the import in which this very file was applied already."""

    import_id: int
    before: Import | None = None


def days(listed_on: date, now: datetime, zone: ZoneInfo) -> Days:
    return Days(listed_on, now.astimezone(zone).date(), now)


async def take_in(
    db: Database, keyring: Keyring, file: Path, name: str, by: By, when: Days, progress: Progress
) -> Taken:
    """Read a file and keep it to be looked at. The very same file again leads to what became of it.

    Raises:
        NotRead: what is the matter with it. Nothing of it is kept.
    """
    file_hash = keyring.blind("file", _digest(file))
    async with db.writing() as tx:
        await imports.forget_unread(tx, when.now)
        for state in ("applied", "previewed"):
            known = await results.same_file(tx, file_hash, state)
            if known is not None:
                return Taken(known.id, known if state == "applied" else None)
    async with reading(file) as found:
        columns = {
            "sheet": found.sheet,
            "row": found.header.row,
            "names": list(found.header.names),
            "mapping": dict(found.header.mapping),
        }
        async with db.writing() as tx:
            import_id = await results.begin(
                tx, file_name=inert(name)[:100], file_hash=file_hash, columns=columns, listed_on=when.listed_on,
                staff_id=by.staff_id, now=when.now,
            )  # fmt: skip
        try:
            await _keep(db, keyring, import_id, found, when, progress)
        except BaseException:
            with suppress(StorageError):
                async with db.writing() as tx:
                    await imports.discard(tx, import_id)
            raise
    async with db.writing() as tx:
        counts = await _ready(tx, keyring, import_id)
        await audit.append(
            tx, actor=by.login, action="import.uploaded", subject=f"import:{import_id}",
            facts={"rows": sum(counts.values())}, at=when.now,
        )  # fmt: skip
    return Taken(import_id)


async def _keep(db: Database, keyring: Keyring, import_id: int, found: List, when: Days, progress: Progress) -> None:
    done = 0
    async for page in found.pages:
        async with db.writing() as tx:
            told = await match(tx, keyring, [cells for _, cells in page], found.header.mapping, when)
            await results.add_lines(
                tx, keyring, import_id,
                [(number, one.found, one.application_id, body(dump_cells(cells), one))
                 for (number, cells), one in zip(page, told, strict=True)],
            )  # fmt: skip
            done += len(page)
            await results.note_read(tx, import_id, done)
        progress(done, 0)
    if not done:
        raise NotRead("empty")
    progress(done, done)


async def read_anew(
    db: Database, keyring: Keyring, import_id: int, mapping: Mapping[str, int], by: By, when: Days
) -> bool:
    """Read the kept lines under other columns, or as of another day. What was picked by hand has to be picked again.

    False: it was applied or let go of meanwhile.
    """
    async with db.writing() as tx:
        known = await results.one(tx, import_id)
        if known is None:
            return False
        columns = {**known.columns, "mapping": dict(mapping)}
        if not await results.read_anew(tx, import_id, columns=columns, listed_on=when.listed_on):
            return False
        await audit.append(
            tx, actor=by.login, action="import.columns", subject=f"import:{import_id}", facts={}, at=when.now
        )
    after = -1
    while True:
        async with db.writing() as tx:
            page = await results.lines(tx, keyring, import_id, after=after, limit=PAGE)
            if not page:
                await _ready(tx, keyring, import_id)
                return True
            await _sort(tx, keyring, import_id, page, mapping, when)
        after = page[-1].position


async def _sort(
    tx: Tx, keyring: Keyring, import_id: int, page: Sequence[Line], mapping: Mapping[str, int], when: Days
) -> None:
    whole = [one for one in page if one.body]
    told = await match(tx, keyring, [load_cells(one.body["cells"]) for one in whole], mapping, when)
    await results.sort_lines(
        tx, keyring, import_id,
        [(one.position, now.found, now.application_id, body(one.body["cells"], now))
         for one, now in zip(whole, told, strict=True)],
    )  # fmt: skip


async def _ready(tx: Tx, keyring: Keyring, import_id: int) -> Mapping[str, int]:
    await _untangle(tx, keyring, import_id)
    return await results.look(tx, import_id)


async def _untangle(tx: Tx, keyring: Keyring, import_id: int) -> None:
    """One applicant, several lines: the same told twice counts once; where lines differ, somebody has to look."""
    positions: dict[int, list[int]] = {}
    for who, position in await results.told_twice(tx, import_id):
        positions.setdefault(who, []).append(position)
    known = await results.one(tx, import_id)
    assert known is not None
    for who, at in positions.items():
        told = [line for one in at if (line := await results.line(tx, keyring, import_id, one)) and line.body]
        said = {read_line(columns_of(known.columns["mapping"], load_cells(line.body["cells"]))) for line in told}
        again = Match("same", why="twice") if len(said) == 1 else Match("ambiguous", None, "twice_differs", (who,))
        await results.sort_lines(
            tx, keyring, import_id,
            [(line.position, again.found, again.application_id, body(line.body["cells"], again))
             for line in (told[1:] if len(said) == 1 else told)],
        )  # fmt: skip


async def pick(db: Database, keyring: Keyring, import_id: int, position: int, receipt: str, by: By, when: Days) -> bool:
    """Somebody looked and says whom a line is about; "" takes that back. Only who was offered can be picked.

    False: the file was applied meanwhile, or this person was not offered.
    """
    async with db.writing() as tx:
        known = await results.one(tx, import_id)
        line = await results.line(tx, keyring, import_id, position)
        if known is None or known.state != "previewed" or line is None or not line.body.get("candidates"):
            return False
        offered = await cases.cases(tx, keyring, line.body["candidates"])
        chosen = next((case for case in offered.values() if case.receipt == receipt), None)
        if receipt and chosen is None:
            return False
        if chosen is None:
            now = Match(line.body["was"][0], None, line.body["was"][1], tuple(line.body["candidates"]))
        else:
            if await results.speaks_of(tx, import_id, chosen.id, but=position):
                return False
            membership = await memberships.of_application(tx, keyring, chosen.id)
            read = read_line(columns_of(known.columns["mapping"], load_cells(line.body["cells"])))
            now = settle(read, chosen, membership, when)
        was = line.body.get("was") or [line.found, line.body.get("why", "")]
        kept = {**body(line.body["cells"], now), "candidates": line.body["candidates"]} | (
            {"was": was} if chosen else {}
        )
        await results.sort_lines(tx, keyring, import_id, [(position, now.found, now.application_id, kept)])
        await results.look(tx, import_id)
        await audit.append(
            tx, actor=by.login, action="import.picked" if chosen else "import.unpicked",
            subject=f"import:{import_id}", facts={"line": position, "receipt": receipt}, at=when.now,
        )  # fmt: skip
    return True


def body(cells: Sequence[Any], found: Match) -> dict[str, Any]:
    """A line as it is kept: its cells, and why it is what it is."""
    whole = {"cells": cells, "why": found.why, "candidates": list(found.candidates)}
    return {name: value for name, value in whole.items() if value}


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
