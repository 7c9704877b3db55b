"""Posters for a whole area at once, a file a volunteer, named by their code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.house import build_house
from bot.house_keeping import Progress, opened
from bot.posters.making import Kind, Size, make
from bot.posters.said import Said, said_for
from bot.settings import Settings
from storage import volunteers
from storage.volunteers import Volunteer

PAGE = 200


async def posters_of(settings: Settings, area: str, language: str) -> list[Said]:
    """What the poster of every active volunteer in an area says."""
    words = build_house().words[language]
    found: list[Volunteer] = []
    async with opened(settings) as (db, keyring), db.snapshot() as tx:
        while page := await volunteers.listed(
            tx, keyring, area=area, state="active", after=found[-1].id if found else 0, limit=PAGE
        ):
            found += page
    return [said_for(one, settings.base_url, words) for one in found]


def draw_all(posters: Sequence[Said], folder: Path, size: Size, kind: Kind, language: str, progress: Progress) -> int:
    """Draw them into a folder. A file is there whole or not at all, so a stopped run is simply run again."""
    words = build_house().words[language]
    folder.mkdir(parents=True, exist_ok=True)
    for number, said in enumerate(posters, start=1):
        path = folder / f"{said.code}-{size}.{kind}"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(make(said, words, size, kind))
        unfinished.replace(path)
        progress(number, len(posters))
    return len(posters)
