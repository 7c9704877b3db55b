"""What is done with a batch, by a page or a command: begun, sealed, handed over, taken back. Each thing that happens is
one transaction with its entry in the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from bot.batch_files import Progress, Scales, build, private_file
from bot.export import Kind
from bot.notices import tell_all
from bot.services import Services
from bot.settings import Settings
from bot.sheets.column_map import Column
from storage import audit, batches
from storage.batches import ChoiceChanged
from storage.choosing import Choice, Mark
from storage.database import Database
from storage.keys import Keyring
from storage.tx import Tx

SUBJECT = "batch:{}"
NOTICE = "notice.handed_over"


@dataclass(frozen=True, slots=True)
class By:
    """Who does it: their login for the record, and their number among the staff."""

    login: str
    staff_id: int | None = None


async def begin(
    db: Database, choice: Choice, seen: Mark, branch: str, columns: tuple[Column, ...], by: By, now: datetime
) -> int:
    """Take those who were looked at into a new batch; 0 where they are no longer the same."""
    try:
        async with db.writing() as tx:
            number = await batches.start(
                tx, choice, seen, branch=branch, column_map=[column.saved() for column in columns],
                staff_id=by.staff_id, now=now,
            )  # fmt: skip
            await note(tx, by, "batch.begun", number, now, people=seen.count, which=choice.which)
    except ChoiceChanged:
        return 0
    return number


async def seal(
    db: Database,
    keyring: Keyring,
    settings: Settings,
    number: int,
    by: By,
    clock: Callable[[], datetime],
    progress: Progress = lambda _done, _total: None,
) -> bool:
    """Build every format once, to write down what each weighs. False where it was sealed or cancelled meanwhile."""
    async with db.reading() as tx:
        batch = await batches.one(tx, number)
    if batch is None or batch.state != "building":
        return False
    with private_file(settings.var) as xlsx:
        files: dict[Kind, IO[bytes] | Scales] = {"xlsx": xlsx, "csv": Scales(), "jsonl": Scales()}
        built = await build(db, keyring, settings.zone, batch, files, settings.var, progress)
    now = clock()
    async with db.writing() as tx:
        sealed = await batches.seal(
            tx, number, digests=built.digests, counts=built.counts, staff_id=by.staff_id, now=now
        )
        if sealed:
            await note(tx, by, "batch.sealed", number, now, rows=built.rows, **built.digests)
    return sealed


async def cancel(db: Database, number: int, by: By, now: datetime) -> bool:
    """Return its people to the approved. They are told nothing: nothing changed for them."""
    async with db.writing() as tx:
        cancelled = await batches.cancel(tx, number, now)
        if cancelled:
            await note(tx, by, "batch.cancelled", number, now)
    return cancelled


async def hand_over(services: Services, number: int, by: By, now: datetime) -> bool:
    """The branch office has the file. A page of people is told in the same transaction; the others by `tell_rest`."""
    async with services.db.writing() as tx:
        handed_over = await batches.hand_over(tx, number, staff_id=by.staff_id, now=now)
        if handed_over:
            await note(tx, by, "batch.handed_over", number, now)
            await _tell_some(tx, services, number, now, 0)
    services.wake()
    return handed_over


async def tell_rest(services: Services, number: int, progress: Progress = lambda _done, _total: None) -> int:
    """Go on where a hand-over stopped, a page of people a transaction: each is moved and told in the same one, once."""
    async with services.db.reading() as tx:
        batch = await batches.one(tx, number)
        left = await batches.to_be_moved(tx, number)
    if batch is None or batch.handed_over_at is None:
        return 0
    told = last = 0
    while True:
        async with services.db.writing() as tx:
            some, last = await _tell_some(tx, services, number, batch.handed_over_at, last)
        if not some:
            return told
        services.wake()
        told += some
        progress(told, left)


async def note(tx: Tx, by: By, action: str, number: int, now: datetime, **facts: object) -> None:
    """Write down what was done with a batch, in the transaction of it."""
    await audit.append(
        tx, actor=by.login, action=action, subject=SUBJECT.format(number), facts=facts, at=now
    )  # fmt: skip


async def _tell_some(tx: Tx, services: Services, number: int, now: datetime, last: int) -> tuple[int, int]:
    """Move and tell the next page of people. Returns how many, and the position of the last."""
    moved = await batches.move(tx, number, now, after=last)
    day = now.astimezone(services.settings.zone).date()
    await tell_all(
        tx, services, [(one.chat_id, one.language, one.receipt) for one in moved], NOTICE, {"handed_over": day}, now
    )
    return len(moved), moved[-1].position if moved else last
