"""A list on the command line: read and matched, and applied only when that is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.house import build_house
from bot.house_keeping import opened
from bot.results import applying, importing
from bot.results.applying import House
from bot.results.importing import By, Progress
from bot.settings import Settings
from storage import results

COMMAND_LINE = By("command line", None)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of it. before: when this very file was applied already. done: None where it was not applied now."""

    import_id: int
    counts: Mapping[str, int]
    before: datetime | None
    done: Counter[str] | None


async def import_list(settings: Settings, file: Path, listed_on: date | None, what: str, progress: Progress) -> Read:
    """Read a list; what: "apply" applies it, "look" leaves it to be looked at on the page.

    Raises:
        NotRead: what is the matter with the file.
    """
    now = datetime.now(UTC)
    days = importing.days(listed_on or now.astimezone(settings.zone).date(), now, settings.zone)
    async with opened(settings) as (db, keyring):
        taken = await importing.take_in(db, keyring, file, file.name, COMMAND_LINE, days, progress)
        done = None
        if what == "apply" and taken.before is None:
            done = await applying.apply(
                House(db, keyring, build_house().words, settings.zone), taken.import_id, COMMAND_LINE, days, progress
            )
        async with db.reading() as tx:
            known = await results.one(tx, taken.import_id)
    assert known is not None
    return Read(known.id, known.counts, taken.before.applied_at if taken.before else None, done)
