"""A batch from the choice to the people told, at 10,000 and 100,000 people: time and the most memory, step by step.

    python -m benchmarks.batch [PEOPLE …] [--postgres URL]

Each step runs in a process of its own, so that its memory can be told from the others'; beside them, the bare
XlsxWriter writing the same cells.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import orjson
import xlsxwriter

from bot import batches as work
from bot.batch_files import build, verdict
from bot.export import Kind
from bot.house import build_house
from bot.settings import Settings
from bot.sheets.column_map import read_columns
from conversations.rules import areas
from conversations.saved import dump_answers
from conversations.turn import Answer
from storage import batches, choosing
from storage.choosing import Choice
from storage.database import Database
from storage.keys import Keyring
from storage.migrate import migrate

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KELURAHANS = [
    one.code for kota in areas.kotas() for k in areas.kecamatans(kota.code) for one in areas.kelurahans(k.code)
]
BY = work.By("benchmark")
CHATS = ("id", "channel", "person_id", "address", "language", "active", "state", "created_at", "last_inbound_at")
FORMS = (
    *("id", "receipt", "chat_id", "person_id", "state", "form", "fingerprint", "language", "channel", "answers"),
    *("version", "nik_hash", "area_code", "kota_code", "programme", "months", "sector", "flags", "submitted_at"),
    *("changed_at", "simulated"),
)


def megabytes() -> int:
    """The most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


# ---- the people ------------------------------------------------------------------------------------------------------


async def fill(db: Database, keyring: Keyring, people: int) -> None:
    """Approved people, each with a key, a chat and answers of their own, as the desk leaves them."""
    for start in range(1, people + 1, 500):
        numbers = range(start, min(start + 500, people + 1))
        keys = {n: keyring.new_person() for n in numbers}
        async with db.writing() as tx:
            await tx.insert("people", ("id", "key", "created_at"), [(n, keys[n][0], NOW) for n in numbers])
            await tx.insert("chats", CHATS, [
                (n, "telegram", n, keys[n][1].seal(b"1", f"chats.address/{n}"), "id", "", "open", NOW, NOW)
                for n in numbers
            ])  # fmt: skip
            await tx.insert("applications", FORMS, [_form(keyring, n) for n in numbers])
            await tx.insert(
                "application_versions",
                ("application_id", "version", "answers", "at", "why"),
                [(n, 1, keys[n][1].seal(answers(n), f"application_versions.answers/R{n}/1"), NOW, "") for n in numbers],
            )
            await tx.insert(
                "decisions", ("application_id", "kind", "at", "steps"), [(n, "approve", NOW, "[]") for n in numbers]
            )


def answers(n: int) -> bytes:
    """What one of them said: sixteen answers, like a whole form."""
    said: dict[str, Any] = {
        "path": "helped", "consent": "agree", "situation": "none", "full_name": f"Siti Aminah {n}", "nik": nik(n),
        "born": "1995-08-17", "sex": "female", "kelurahan": KELURAHANS[n % len(KELURAHANS)], "rw": str(n % 20 + 1),
        "phone": f"+62812{n:08}", "email": f"siti{n}@contoh.id", "second_occupation": None,
        "occupation": {"code": "ojol", "name": "Driver ojek online", "sector": "transport"},
        "income": 3_000_000, "programme": "two" if n % 3 else "three", "months": "3",
    }  # fmt: skip
    return orjson.dumps(dump_answers({step: Answer(value, str(value)) for step, value in said.items()}))


def nik(n: int) -> str:
    return f"3174055708{n:06}"


def _form(keyring: Keyring, n: int) -> tuple[Any, ...]:
    area, at = KELURAHANS[n % len(KELURAHANS)], NOW + timedelta(seconds=n)
    return (
        *(n, f"R{n}", n, n, "approved", "registration", "f", "id", "telegram", b"sealed", 1),
        *(
            keyring.blind("nik", nik(n)),
            area,
            area[:5],
            "two" if n % 3 else "three",
            3,
            "transport",
            "[]",
            at,
            at,
            False,
        ),
    )


# ---- the steps -------------------------------------------------------------------------------------------------------


async def choose(db: Database, _keyring: Keyring, _settings: Settings) -> None:
    """Look at everybody approved, and take them into a batch."""
    async with db.reading() as tx:
        seen = await choosing.mark_of(tx, Choice())
        await choosing.left_out(tx, Choice())
    assert await work.begin(db, Choice(), seen, "", read_columns(""), BY, NOW) == 1


async def seal(db: Database, keyring: Keyring, settings: Settings) -> None:
    assert await work.seal(db, keyring, settings, 1, BY, lambda: NOW)


def take(kind: Kind) -> Callable[[Database, Keyring, Settings], Awaitable[None]]:
    async def taken(db: Database, keyring: Keyring, settings: Settings) -> None:
        async with db.reading() as tx:
            batch = await batches.one(tx, 1)
        assert batch is not None
        with (settings.var / f"batch.{kind}").open("w+b") as file:
            files: dict[Kind, IO[bytes]] = {kind: file}
            built = await build(db, keyring, settings.zone, batch, files, settings.var)
        assert verdict(batch, built, kind) == "same"

    return taken


async def hand_over(db: Database, keyring: Keyring, settings: Settings) -> None:
    services: Any = SimpleNamespace(
        db=db, keyring=keyring, settings=settings, house=build_house(), wake=lambda: None
    )  # fmt: skip
    assert await work.hand_over(services, 1, BY, NOW)
    await work.tell_rest(services, 1)
    async with db.reading() as tx:
        [(told,)] = await tx.rows("SELECT COUNT(*) FROM outbox")
        [(moved,)] = await tx.rows("SELECT COUNT(*) FROM applications WHERE state = 'handed_over'")
    assert told == moved > 0


async def bare(_db: Database, _keyring: Keyring, settings: Settings) -> None:
    """The same cells by the library alone: read from the JSON lines, written as strings."""
    book = xlsxwriter.Workbook(str(settings.var / "bare.xlsx"), {"constant_memory": True, "tmpdir": str(settings.var)})
    sheet, number = book.add_worksheet(), 0
    with (settings.var / "batch.jsonl").open("rb") as lines:
        for number, line in enumerate(lines):
            for place, value in enumerate(orjson.loads(line).values()):
                sheet.write_string(number, place, value)
    book.close()


STEPS: Mapping[str, tuple[str, Callable[[Database, Keyring, Settings], Awaitable[None]]]] = {
    "choose": ("chosen and taken in", choose),
    "seal": ("sealed: all three formats weighed", seal),
    "jsonl": ("JSON lines", take("jsonl")),
    "csv": ("CSV", take("csv")),
    "xlsx": ("XLSX", take("xlsx")),
    "bare": ("bare XlsxWriter, the same cells", bare),
    "tell": ("handed over, everybody told", hand_over),
}


async def step(name: str, url: str, folder: Path) -> None:
    """One step in this process, printed as a line of the table."""
    title, act = STEPS[name]
    settings = Settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{folder}/taruna.db")  # type: ignore[call-arg]
    db, keyring = await Database.open(url), Keyring.load(None, folder / "keys")
    try:
        at_first, started, busy = megabytes(), time.perf_counter(), time.process_time()
        await act(db, keyring, settings)
        took, busy = time.perf_counter() - started, time.process_time() - busy
        print(f"  {title:<34}{took:7.1f} s{busy:7.1f} s of CPU {at_first:>5} MB before, {megabytes():>4} MB at most")
    finally:
        await db.close()


async def make(people: int, url: str, folder: Path) -> None:
    await migrate(url)
    db, keyring = await Database.open(url), Keyring.create(folder / "keys")
    try:
        await fill(db, keyring, people)
    finally:
        await db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--postgres", help="an empty database's URL, for one size; else SQLite in a temporary folder")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        asyncio.run(step(given.step, given.postgres, given.folder))
        return
    for people in given.people:
        with tempfile.TemporaryDirectory(prefix="batch-") as name:
            folder = Path(name)
            url = given.postgres or f"sqlite+aiosqlite:///{folder}/taruna.db"
            asyncio.run(make(people, url, folder))
            print(f"{people:,} people, {url.partition('+')[0]}", flush=True)
            for one in STEPS:
                command = [sys.executable, "-m", "benchmarks.batch", "--step", one, "--folder", name, "--postgres", url]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
