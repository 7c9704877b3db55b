"""What the clock lets go of, told before it happens: `taruna retention`, counted now and for the days to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.house_keeping import opened
from bot.settings import Settings
from storage import retention

AHEAD = (0, 7, 30)  # days
RULES: Mapping[str, str] = {
    "drafts": "unfinished registrations, 30 days after the last answer",
    "silent": "people who never sent anything, 30 days after their last message",
    "ended": "applications, 30 days after their end: all but NIK hash, area, state, dates",
    "lists": "lines of the agency's lists, 30 days after they were applied or undone",
    "volunteers": "unused invitations of volunteers, and what ties an ended one to a person, after 30 days",
    "helped": "people whose form rests on another's phone, 30 days after their last answer",
    "reports": "what reports say: 30 days after they were settled, 180 days where nobody settled them",
    "data_requests": "what requests on data say, 30 days after they were settled",
    "farewells": "addresses of people who were forgotten, a day after",
    "secure_forms": "links to the secure form, a day after they expired",
    "moments": "planned reminders, 30 days after they went or were cancelled",
    "logins": "staff logins, 30 days after they ended",
    "invitations": "invitations of staff, 30 days after they expired",
    "consents": "proofs of consent, five years old",
}


@dataclass(frozen=True, slots=True)
class Going:
    """One kind of row: by which rule it goes, and how many by each of the days ahead."""

    kind: str
    rule: str
    counts: tuple[int, ...]


async def forecast(settings: Settings, now: datetime) -> list[Going]:
    """Count what goes by now and by each of the days ahead, if nobody writes meanwhile. Nothing is changed."""
    async with opened(settings) as (db, _):
        by_day = []
        for days in AHEAD:
            async with db.reading() as tx:
                by_day.append(await retention.due(tx, now + timedelta(days=days)))
    kinds = [*RULES, *(kind for kind in by_day[0] if kind not in RULES)]
    return [Going(kind, RULES.get(kind, ""), tuple(day[kind] for day in by_day)) for kind in kinds if kind in by_day[0]]


async def let_go(settings: Settings, now: datetime) -> dict[str, int]:
    """Let go of what is due, as the serving program does every hour."""
    async with opened(settings) as (db, keyring):
        return await retention.retain(db, keyring, now)


def table(going: list[Going]) -> str:
    """Write a forecast as a table."""
    heads = ["now", *(f"in {days} days" for days in AHEAD[1:])]
    width = max(len(one.kind) for one in going)
    lines = [f"{'':{width}}  {heads[0]:>8}  {heads[1]:>9}  {heads[2]:>10}"]
    for one in going:
        first, second, third = one.counts
        lines.append(f"{one.kind:{width}}  {first:>8}  {second:>9}  {third:>10}  {one.rule}")
    return "\n".join(lines)
