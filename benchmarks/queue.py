"""The desk's pages with 1,000 and with 1,000,000 applications stored: how long each takes to answer, and their ratio.

    python -m benchmarks.queue [--small 1000] [--large 1000000] [--times 40] [--postgres URL URL]

Both are served by the whole program in one process and asked in turn, over ASGI, signed in. The large SQLite file takes
about 3 GB in the temporary folder and some minutes to fill. With --postgres two empty databases are filled instead.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import orjson

from bot.admin.queue import COUNTED
from bot.figures import count_days
from conversations.rules import areas
from conversations.saved import dump_answers, dump_session
from conversations.turn import Answer, Session
from storage import applications
from storage.applications import Filters
from storage.columns import micros
from storage.database import Database
from storage.keys import Keyring, PersonKey
from storage.migrate import migrate
from storage.opening import open_keyring
from tests.bot.town import START, Town, open_town

PEOPLE = 1_000  # whose keys the applications are sealed with
ROWS = 20_000  # written at a time
HOUR = 3_600_000_000
NAMES = ("Siti Aminah", "Budi Santoso", "Ana")
SPREAD = (  # state, and how many of a hundred
    *(("registered", 58), ("handed_over", 10), ("approved", 10), ("batched", 5), ("submitted", 9)),
    *(("needs_correction", 3), ("refused", 3), ("duplicate", 1), ("withdrawn", 1)),
)
STATES = [state for state, share in SPREAD for _ in range(share)]
KELURAHANS = [v.code for k in areas.kotas() for d in areas.kecamatans(k.code) for v in areas.kelurahans(d.code)]
VOLUNTEERS = 500
QUESTIONS = (
    "consent",
    "situation",
    "full_name",
    "nik",
    "born",
    "kelurahan",
    "phone",
    "occupation",
    "income",
    "confirm",
)

Rows = Iterator[list[tuple[Any, ...]]]
Insert = Callable[[str, Sequence[str], Rows], Awaitable[None]]


@dataclass
class Timed:
    """Milliseconds of one page on both databases, by the clock and of the processor."""

    small: list[tuple[float, float]] = field(default_factory=list)
    large: list[tuple[float, float]] = field(default_factory=list)


# ---- filling ------------------------------------------------------------------------------------------------------


def in_pieces(count: int, row: Callable[[int], tuple[Any, ...]]) -> Rows:
    for start in range(0, count, ROWS):
        yield [row(n) for n in range(start, min(count, start + ROWS))]


async def fill(insert: Insert, keyring: Keyring, count: int) -> None:
    """People, applications in every state, the decisions on them, drafts, and messages nobody got."""
    dice = random.Random(7)  # the same crowd every time
    now = micros(START)
    keys = [keyring.new_person() for _ in range(PEOPLE)]
    await insert("people", ("id", "key", "created_at"), in_pieces(PEOPLE, lambda n: (n + 1, keys[n][0], now)))
    chat = ("id", "channel", "person_id", "address", "language", "active", "state", "created_at", "last_inbound_at")
    channels = ("telegram", "whatsapp")
    await insert(
        "chats", chat,
        in_pieces(PEOPLE, lambda n: (n + 1, channels[n % 2], n + 1, b"", "id", "", "open", now, now)),
    )  # fmt: skip
    columns, row = application_rows(dice, keyring, keys, count)
    await insert("applications", columns, in_pieces(count, row))
    await insert(
        "decisions", ("application_id", "kind", "at", "steps"),
        in_pieces(count * 9 // 10, lambda n: (n + 1, "approve", min(now, came_in(n, count) + waited(dice)), "[]")),
    )  # fmt: skip
    drafts = ("chat_id", "slot", "person_id", "form", "state", "asked", "done", "touched_at", "started_at")
    await insert("sessions", drafts, in_pieces(count // 8, lambda n: draft(dice, keys, n, now)))
    failed = (
        "chat_id",
        "purpose",
        "priority",
        "payload",
        "state",
        "due_at",
        "attempts",
        "billable",
        "created_at",
        "error",
    )
    await insert(
        "outbox", failed,
        in_pieces(count // 100, lambda n: (n % PEOPLE + 1, "reply", 0, b"x", "failed", now, 1, 0, now - n, "63024")),
    )  # fmt: skip


def came_in(n: int, count: int) -> int:
    """When somebody signed up: one after another, over 120 days."""
    return micros(START) - (count - n) * 120 * 24 * HOUR // count


def waited(dice: random.Random) -> int:
    """How long somebody waited for a decision: twenty hours on average, some much longer."""
    return int(dice.expovariate(1 / 20) * HOUR)


def application_rows(
    dice: random.Random, keyring: Keyring, keys: Sequence[tuple[bytes, PersonKey]], count: int
) -> tuple[tuple[str, ...], Callable[[int], tuple[Any, ...]]]:
    """Columns and a row's maker: one made-up form, sealed anew for each receipt."""
    sealed = orjson.dumps(dump_answers({step: Answer(value, str(value)) for step, value in FORM.items()}))
    names = [applications.name_hash(keyring, f"{name} {n}") for n in range(9_000) for name in NAMES]
    lasts = [applications.nik4_hash(keyring, f"{n:04}") for n in range(10_000)]
    columns = (
        *("receipt", "chat_id", "person_id", "state", "form", "fingerprint", "language", "channel", "answers"),
        *("version", "nik4_hash", "name_hash", "area_code", "kecamatan_code", "kota_code", "rw", "programme", "months"),
        *("sector", "flags", "submitted_at", "changed_at", "referral", "simulated", "training"),
    )

    def row(n: int) -> tuple[Any, ...]:
        receipt, owner, area = f"TK-{n:08}", n % PEOPLE, dice.choice(KELURAHANS)
        flags = ["approximate"] if n % 3 == 0 else ["two_sectors"] if n % 50 == 0 else []
        if n % 100_000 == 7:
            flags.append("too_old")
        return (
            receipt, owner + 1, owner + 1, STATES[dice.randrange(100)], "registration", "f", "id",
            ("telegram", "whatsapp")[owner % 2], keys[owner][1].seal(sealed, f"applications.answers/{receipt}"), 1,
            lasts[dice.randrange(len(lasts))], names[dice.randrange(len(names))], area, area[:8], area[:5], "5",
            "three" if dice.random() < 0.4 else "two", 3, "transport" if dice.random() < 0.2 else "other",
            orjson.dumps(flags).decode(), came_in(n, count), micros(START),
            f"TRN-{n % VOLUNTEERS}" if n % 4 == 0 else None, False, False,
        )  # fmt: skip

    return columns, row


def draft(dice: random.Random, keys: Sequence[tuple[bytes, PersonKey]], n: int, now: int) -> tuple[Any, ...]:
    owner, asked = n % PEOPLE, dice.choice(QUESTIONS)
    given = {step: Answer(value, str(value)) for step, value in list(FORM.items())[:8]}
    state = keys[owner][1].seal(
        orjson.dumps(dump_session(Session("registration", given, asked=asked))), f"sessions.state/{owner + 1}"
    )
    touched = now - dice.randrange(0, 27 * 24) * HOUR
    return (owner + 1, f"registration:{n}", owner + 1, "registration", state, asked, "", touched, touched)


FORM: dict[str, Any] = {
    "path": "helped", "consent": "agree", "situation": "none", "full_name": "Siti Aminah", "nik": "3174055708950003",
    "born": "1995-08-17", "sex": "female", "kelurahan": "31.75.07.1001", "rw": "5", "phone": "+6281234567890",
    "email": None, "occupation": {"code": "trader", "label": "Pedagang sayur", "sector": "other"},
    "second_occupation": None, "income": 2_600_000, "programme": "two", "months": "3", "reminders": "yes",
}  # fmt: skip


async def fill_sqlite(path: Path, var: Path, count: int) -> None:
    """Fill a file at full speed: its indexes are made once the rows are there."""
    url = f"sqlite+aiosqlite:///{path}"
    await migrate(url)
    db = await Database.open(url)
    keyring = await open_keyring(db, "", var / "keys")
    await db.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("PRAGMA cache_size = -1000000")
        made = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        for name, _ in made:
            raw.execute(f"DROP INDEX {name}")

        async def insert(table: str, columns: Sequence[str], pieces: Rows) -> None:
            marks = ",".join("?" * len(columns))
            for piece in pieces:
                raw.execute("BEGIN")
                raw.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", piece)  # noqa: S608
                raw.execute("COMMIT")

        await fill(insert, keyring, count)
        for _, sql in made:
            raw.execute(sql)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def fill_postgres(url: str, var: Path, count: int) -> None:
    """Fill an empty database by COPY."""
    await migrate(url)
    db = await Database.open(url)
    keyring = await open_keyring(db, "", var / "keys")

    async def insert(table: str, columns: Sequence[str], pieces: Rows) -> None:
        for piece in pieces:
            async with db.writing() as tx:
                await tx.insert(table, columns, piece)

    await fill(insert, keyring, count)
    for table in ("people", "chats"):  # their ids were given
        async with db.writing() as tx:
            await tx.rows(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {PEOPLE})")
    connection, driver = await db._checked_out()
    await driver.execute("VACUUM ANALYZE")
    await connection.close()
    await db.close()


async def numbers(url: str) -> str:
    """Count the dashboard's numbers as upkeep does, before upkeep itself begins."""
    db = await Database.open(url)
    services: Any = SimpleNamespace(db=db, settings=SimpleNamespace(zone=ZoneInfo("Asia/Jakarta")))
    told = []
    for kind, last in (("all days", None), ("one look", START)):
        began = time.perf_counter(), time.process_time()
        await count_days(services, START, last)
        wall, spent = since(began)
        told.append(f"{kind} {wall / 1000:.2f} s ({spent / 1000:.2f} s of the processor)")
    await db.close()
    return ", ".join(told)


# ---- asking -------------------------------------------------------------------------------------------------------


def pages(keyring: Keyring) -> dict[str, str]:
    """What is asked of each database, by what it is called in the table."""
    name, last = applications.name_hash(keyring, "Siti Aminah 7"), applications.nik4_hash(keyring, "0003")
    middle = micros(START - timedelta(days=60))
    return {
        "the queue, waiting": "/admin/queue",
        "every state": "/admin/queue?state=",
        "registered, from the middle": f"/admin/queue?state=registered&after={middle}.1",
        "an area": "/admin/queue?area=31.75",
        "area, programme, sector": "/admin/queue?area=31.75.07&programme=three&sector=transport",
        "a common flag": "/admin/queue?flag=approximate",
        "a rare flag, any state": "/admin/queue?flag=too_old&state=",
        "a rare flag in an area": "/admin/queue?flag=too_old&state=&area=31.75",
        "a volunteer": "/admin/queue?volunteer=TRN-4",
        "a week": f"/admin/queue?since={day(40)}&until={day(34)}",
        "a name": f"/admin/queue?state=&find={name.hex()}",
        "four digits of a NIK": f"/admin/queue?state=&find={last.hex()}",
        "the dashboard": "/admin/dashboard",
        "the dashboard, ninety days of an area": "/admin/dashboard?days=90&area=31.75",
        "who is stuck at a question": "/admin/dashboard/stuck?step=nik",
    }


def day(ago: int) -> str:
    return f"{START - timedelta(days=ago):%Y-%m-%d}"


async def ask(member: httpx.AsyncClient, address: str) -> tuple[float, float]:
    """Milliseconds until a page was answered."""
    began = time.perf_counter(), time.process_time()
    answer = await member.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return since(began)


async def counted(town: Town) -> tuple[float, float]:
    """Milliseconds of the queue's row of counts."""
    async with town.services.db.reading() as tx:
        began = time.perf_counter(), time.process_time()
        await applications.counts(tx, Filters(), up_to=COUNTED)
        return since(began)


def since(began: tuple[float, float]) -> tuple[float, float]:
    return (time.perf_counter() - began[0]) * 1000, (time.process_time() - began[1]) * 1000


async def measure(small: Town, large: Town, times: int) -> dict[str, Timed]:
    """Ask both in turn, round after round; the first round warms and is not counted."""
    members = [await town.member() for town in (small, large)]
    timed: dict[str, Timed] = {}
    for number in range(times + 1):
        for name in pages(small.services.keyring):
            into = timed.setdefault(name, Timed())
            for town, member, found in zip((small, large), members, (into.small, into.large), strict=True):
                taken = await ask(member, pages(town.services.keyring)[name])
                if number:
                    found.append(taken)
        into = timed.setdefault("the row of counts alone", Timed())
        for town, found in ((small, into.small), (large, into.large)):
            found.append(await counted(town))
    return timed


def table(timed: dict[str, Timed], small: int, large: int) -> str:
    lines = [
        f"| page | {small:,}: median ms | p95 | {large:,}: median ms | p95 | ratio | ratio in processor time |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, one in timed.items():
        few, many = [[wall for wall, _ in each] for each in (one.small, one.large)]
        medians = [statistics.median(each) for each in (few, many)]
        tails = [statistics.quantiles(each, n=20)[-1] for each in (few, many)]
        spent = [statistics.median(cpu for _, cpu in each) for each in (one.small, one.large)]
        lines.append(
            f"| {name} | {medians[0]:.1f} | {tails[0]:.1f} | {medians[1]:.1f} | {tails[1]:.1f} | "
            f"{medians[1] / medians[0]:.2f} | {spent[1] / spent[0]:.2f} |"
        )
    return "\n".join(lines)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--postgres", nargs=2, metavar=("SMALL_URL", "LARGE_URL"), default=())
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            towns = []
            for place, count in enumerate((given.small, given.large)):
                var = Path(folder) / f"{place}-{secrets.token_hex(2)}"
                var.mkdir()
                started = time.perf_counter()
                url = given.postgres[place] if given.postgres else f"sqlite+aiosqlite:///{var}/queue.db"
                await (fill_postgres(url, var, count) if given.postgres else fill_sqlite(var / "queue.db", var, count))
                print(f"{count:,} applications written in {time.perf_counter() - started:.0f} s", flush=True)
                print(f"  the dashboard's numbers: {await numbers(url)}", flush=True)
                towns.append(await stack.enter_async_context(open_town(url, var=var)))
            timed = await measure(towns[0], towns[1], given.times)
        print()
        print(table(timed, given.small, given.large))


if __name__ == "__main__":
    asyncio.run(main())
