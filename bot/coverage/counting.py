"""Counting the coverage anew, once a day."""

from __future__ import annotations

from datetime import datetime

from bot.services import Services
from storage import coverage
from storage.coverage import Cell


async def count_coverage(services: Services, now: datetime) -> bool:
    """Count everybody the agency knows, where that was not done today. True where it was done now."""
    today = now.astimezone(services.settings.zone).date().isoformat()
    async with services.db.reading() as tx:
        day, _ = await coverage.latest(tx)
    if day == today:
        return False
    counts: dict[Cell, int] = {}
    after = 0
    while True:
        async with services.db.reading() as tx:
            page = await coverage.count_page(tx, after)
        for cell, n in page.counts.items():
            counts[cell] = counts.get(cell, 0) + n
        if not page.last:
            break
        after = page.last
    async with services.db.writing() as tx:
        await coverage.keep(tx, today, counts)
    return True
