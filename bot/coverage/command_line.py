"""Outlines on the command line: read and told feature by feature, and kept only when that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bot.coverage import importing
from bot.coverage.importing import WELL, By
from bot.house_keeping import opened
from bot.settings import Settings
from conversations.rules import areas
from storage import outlines
from storage.outlines import OutlineFile

COMMAND_LINE = By("command line", None)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file. report: lines to print; matched: features that have an area; kept: outlines in use now."""

    file_id: int
    report: tuple[str, ...]
    matched: int
    kept: int


async def read_outlines(settings: Settings, file: Path, what: Literal["apply", "look"]) -> Read:
    """Read outlines; what: "apply" keeps them, "look" leaves them to be looked at on the page.

    Raises:
        NotOutlines: what is the matter with the file.
    """
    now = datetime.now(UTC)
    async with opened(settings) as (db, _):
        file_id = await importing.take_in(db, file, file.name, COMMAND_LINE, now)
        async with db.reading() as tx:
            found = await outlines.one(tx, file_id)
        assert found is not None
        matched = sum(line["found"] in WELL for line in found.lines)
        kept = await importing.apply(db, found, COMMAND_LINE, now) if what == "apply" and matched else None
    return Read(file_id, tuple(_report(found)), matched, kept or 0)


def _report(found: OutlineFile) -> Iterator[str]:
    """Every feature that needs a word, how many were found how, and how far each level is told of."""
    for line in found.lines:
        if line["found"] not in ("matched", "outside") or line["mended"]:
            yield f"feature {line['n']}: {_told(line)}"
    for how, n in importing.counted(found.lines).most_common():
        yield f"{n:>8} {how.replace('_', ' ')}"
    for level in importing.standings(found):
        missing = ", ".join(area.name for area in level.missing)
        more = f" and {level.more} more" if level.more else ""
        yield (
            f"{level.level}: {level.told + level.derived} of {level.total}, {level.derived} put together"
            + (f"; missing: {missing}{more}" if missing else "")
        )
    if found.apart:
        yield f"the borders of {found.apart} features did not meet; small gaps and overlaps were closed"


def _told(line: Mapping[str, Any]) -> str:
    said = f"{line['said'] or 'without a name'}: {line['found'].replace('_', ' ')}"
    if line["code"]:
        said += f", taken as {_area(line['code'])}"
    if line["proposals"]:
        said += f"; perhaps {', '.join(map(_area, line['proposals']))}"
    return said + (f" near {line['where']}" if line["where"] else "") + ("; outline mended" if line["mended"] else "")


def _area(code: str) -> str:
    area = areas.named(code)
    return f"{area.name} {code}" if area else code
