"""The numbers of the dashboard: a day's are counted by upkeep and kept, so that a page reads rows and never counts people.

`count_*` read one day or one hour of the rows themselves; `keep` writes what they found; the rest reads what was kept, or
what an index bounds.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from conversations.talking import TRAINING
from storage.columns import micros
from storage.queue import STATES
from storage.tx import Tx

Kind: TypeAlias = Literal["real", "made_up"]
Figure: TypeAlias = Literal["signups", "decided", "stood", "billed"]
COUNTED_UP_TO = 10_000
FAILURES_LOOKED_AT = 10_000
HOUR = 3_600_000_000
KECAMATAN = 3  # levels: everywhere, the kota, the kecamatan
WAITING = ("submitted", "in_review")
_AREAS = {5: "kota_code", 8: "kecamatan_code"}


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What a number is of, within its figure and day. area "": everywhere."""

    area: str = ""
    channel: str = ""
    detail: str = ""


Counted: TypeAlias = Mapping[Key, int]
_COLUMNS = ("figure", "area", "day", "channel", "detail", "n")
_SAME = "(figure, area, day, channel, detail)"


# ---- counting a day, for upkeep -----------------------------------------------------------------------------------


async def count_signups(tx: Tx, since: datetime, until: datetime) -> Counted:
    """Who signed up from since on and before until, by area (each level of it) and channel. Training is no sign-up."""
    arms = " UNION ALL ".join(
        f"SELECT channel, area_code FROM applications WHERE state = '{state}' AND submitted_at >= $1 "
        "AND submitted_at < $2 AND NOT training"
        for state in STATES
    )
    rows = await tx.rows(
        f"SELECT channel, area_code, COUNT(*) FROM ({arms}) AS arm0 GROUP BY channel, area_code",
        (micros(since), micros(until)),
    )
    found: dict[Key, int] = {}
    for channel, code, n in rows:
        for area in _levels(code):
            found[Key(area, channel)] = found.get(Key(area, channel), 0) + int(n)
    return found


async def count_decided(tx: Tx, since: datetime, until: datetime) -> Counted:
    """The first decisions of these hours, by area, channel and how many hours the application had waited."""
    rows = await tx.rows(
        f"SELECT a.channel, a.area_code, (d.at - a.submitted_at) / {HOUR} AS hours, COUNT(*) FROM decisions d "
        "JOIN applications a ON a.id = d.application_id WHERE d.at >= $1 AND d.at < $2 AND NOT a.training "
        "AND NOT EXISTS (SELECT 1 FROM decisions e WHERE e.application_id = d.application_id AND e.id < d.id) "
        "GROUP BY a.channel, a.area_code, hours",
        (micros(since), micros(until)),
    )
    found: dict[Key, int] = {}
    for channel, code, hours, n in rows:
        for area in _levels(code)[:KECAMATAN]:
            key = Key(area, channel, f"{_coarser(int(hours)):05}")
            found[key] = found.get(key, 0) + int(n)
    return found


async def count_stood(tx: Tx, since: datetime, until: datetime, ends: Sequence[str]) -> Counted:
    """Where everybody stood who wrote last in these hours, by channel: "form question end", end "" while open.

    Practice is nobody's place.

    ends: every way a form can end. A session's hour is rounded up, so one hour of them is one point of the index.
    """
    found: dict[Key, int] = {}
    first = micros(since) // HOUR + 1
    for hour in range(first, micros(until) // HOUR + 1):
        arms = " UNION ALL ".join(
            f"SELECT chat_id, form, asked, done FROM sessions WHERE done = ${n} AND touched_at = $1 AND slot <> '{TRAINING}'"
            for n, _ in enumerate(ends, start=2)
        )
        rows = await tx.rows(
            f"SELECT c.channel, arm0.form, arm0.asked, arm0.done, COUNT(*) FROM ({arms}) AS arm0 "
            "JOIN chats c ON c.id = arm0.chat_id GROUP BY c.channel, arm0.form, arm0.asked, arm0.done",
            (hour * HOUR, *ends),
        )
        for channel, form, asked, done, n in rows:
            key = Key("", channel, f"{form} {asked} {done}")
            found[key] = found.get(key, 0) + int(n)
    return found


async def last_day(tx: Tx, figure: Figure, until: str) -> str | None:
    """The last day up to this one that was counted, and had something to count."""
    rows = await tx.rows(
        "SELECT day FROM daily_figures WHERE figure = $1 AND day <= $2 ORDER BY day DESC LIMIT 1", (figure, until)
    )
    return str(rows[0][0]) if rows else None


async def differs(tx: Tx, figure: Figure, day: str, counted: Counted) -> bool:
    """Whether a day's numbers are others than those kept."""
    return await _kept(tx, figure, day) != counted


async def keep(tx: Tx, figure: Figure, day: str, counted: Counted) -> None:
    """Write a day's numbers; what was there and is no more goes."""
    before = await _kept(tx, figure, day)
    fresh = sorted(key for key, n in counted.items() if before.get(key) != n)
    gone = sorted(before.keys() - counted.keys())
    await tx.many(
        "DELETE FROM daily_figures WHERE figure = $1 AND area = $2 AND day = $3 AND channel = $4 AND detail = $5",
        [(figure, key.area, day, key.channel, key.detail) for key in gone],
    )
    await tx.insert(
        "daily_figures",
        _COLUMNS,
        [(figure, key.area, day, key.channel, key.detail, counted[key]) for key in fresh],
        f"{_SAME} DO UPDATE SET n = excluded.n",
    )


async def add(tx: Tx, figure: Figure, day: str, channel: str, n: int) -> None:
    """Count something as it happens, where the rows themselves may be gone when somebody asks."""
    await tx.insert(
        "daily_figures",
        _COLUMNS,
        [(figure, "", day, channel, "", n)],
        f"{_SAME} DO UPDATE SET n = daily_figures.n + excluded.n",
    )


async def _kept(tx: Tx, figure: Figure, day: str) -> dict[Key, int]:
    rows = await tx.rows(
        "SELECT area, channel, detail, n FROM daily_figures WHERE figure = $1 AND day = $2", (figure, day)
    )
    return {Key(area, channel, detail): int(n) for area, channel, detail, n in rows}


def _coarser(hours: int) -> int:
    """Exact for two days, then to six hours, days and weeks: a day's numbers stay few however long people waited."""
    unit = 1 if hours < 48 else 6 if hours < 168 else 24 if hours < 720 else 168
    return max(0, hours) // unit * unit


def _levels(code: str) -> list[str]:
    """Everywhere, and each area a kelurahan lies in: 31.75.07.1003 is in 31.75, 31.75.07 and itself."""
    parts = code.split(".") if code else []
    return ["", *(".".join(parts[:length]) for length in range(2, len(parts) + 1))]


# ---- reading what was kept ----------------------------------------------------------------------------------------


async def by_day(
    tx: Tx, figure: Figure, since: str, until: str, channels: Sequence[str], area: str = ""
) -> dict[str, int]:
    """A figure's sum of each day, both days included."""
    rows = await tx.rows(
        f"SELECT day, SUM(n) FROM daily_figures WHERE figure = $1 AND area = $2 AND day >= $3 AND day <= $4 "
        f"AND channel IN ({_places(channels, 5)}) GROUP BY day",
        (figure, area, since, until, *channels),
    )
    return {str(day): int(n) for day, n in rows}


async def by_detail(
    tx: Tx, figure: Figure, since: str, until: str, channels: Sequence[str], area: str = ""
) -> dict[str, int]:
    """A figure's sum of each detail."""
    rows = await tx.rows(
        f"SELECT detail, SUM(n) FROM daily_figures WHERE figure = $1 AND area = $2 AND day >= $3 AND day <= $4 "
        f"AND channel IN ({_places(channels, 5)}) GROUP BY detail",
        (figure, area, since, until, *channels),
    )
    return {str(detail): int(n) for detail, n in rows}


async def stood(tx: Tx, since: str, until: str) -> list[tuple[str, str, str, int]]:
    """Where people stood, day by day: (day, channel, "form question end", how many)."""
    rows = await tx.rows(
        "SELECT day, channel, detail, n FROM daily_figures WHERE figure = 'stood' AND area = '' AND day >= $1 AND day <= $2",
        (since, until),
    )
    return [(str(day), str(channel), str(detail), int(n)) for day, channel, detail, n in rows]


async def by_channel(tx: Tx, figure: Figure, since: str, until: str) -> dict[str, int]:
    """A figure's sum of each channel."""
    rows = await tx.rows(
        "SELECT channel, SUM(n) FROM daily_figures WHERE figure = $1 AND area = '' AND day >= $2 AND day <= $3 "
        "GROUP BY channel",
        (figure, since, until),
    )
    return {str(channel): int(n) for channel, n in rows}


# ---- what an index bounds -----------------------------------------------------------------------------------------


async def waiting(tx: Tx, edges: Sequence[datetime], kind: Kind, area: str = "") -> list[int]:
    """How many applications wait in each age: from edges[n] on and before edges[n + 1]; each up to COUNTED_UP_TO."""
    simulated = kind == "made_up"
    where = f" AND {_AREAS.get(len(area), 'area_code')} = $3" if area else ""
    counts = []
    for since, until in itertools.pairwise(edges):
        arms = " UNION ALL ".join(
            f"SELECT * FROM (SELECT 1 FROM applications WHERE state = '{state}'{where} AND submitted_at >= $1 "
            f"AND submitted_at < $2 AND simulated = {simulated} AND NOT training LIMIT {COUNTED_UP_TO}) AS arm{n}"
            for n, state in enumerate(WAITING)
        )
        rows = await tx.rows(
            f"SELECT COUNT(*) FROM ({arms}) AS counted", (micros(since), micros(until), *([area] if area else []))
        )
        counts.append(min(int(rows[0][0]), COUNTED_UP_TO))
    return counts


async def given_up(tx: Tx, since: datetime) -> dict[str, int]:
    """How many messages could not be delivered since then, by what the platform said; of the newest ten thousand."""
    rows = await tx.rows(
        "SELECT error, COUNT(*) FROM (SELECT error FROM outbox WHERE state IN ('failed','dropped') AND created_at >= $1 "
        f"ORDER BY created_at DESC LIMIT {FAILURES_LOOKED_AT}) AS arm0 GROUP BY error",
        (since,),
    )
    return {str(error or ""): int(n) for error, n in rows}


async def held(tx: Tx) -> int:
    """How many messages wait for WhatsApp's window to open again, up to COUNTED_UP_TO."""
    rows = await tx.rows(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE state = 'held' ORDER BY chat_id LIMIT {COUNTED_UP_TO}) AS counted"
    )
    return int(rows[0][0])


def _places(values: Sequence[str], start: int) -> str:
    return ",".join(f"${n}" for n in range(start, start + len(values)))
