"""A list of the agency's, from the file to the people told: time and memory at 10,000 and 100,000 lines.

    python -m benchmarks.results [LINES …] [--postgres URL]

Beside it, the bare reader library reading the same file and doing nothing with it.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import xlsxwriter

from bot.house import build_house
from bot.results import applying, importing
from bot.results.applying import House
from bot.results.importing import By
from conversations.saved import dump_answers
from conversations.turn import Answer
from storage.database import Database
from storage.keys import Keyring
from storage.migrate import migrate

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HEADER = ("NO", "NIK", "NAMA", "TGL LAHIR", "STATUS", "KETERANGAN", "NOMOR KPJ", "KODE IURAN", "MASA PERLINDUNGAN")
BARE = """
import resource, sys, time
import python_calamine
started = time.perf_counter()
rows = sum(1 for row in python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows())
print(rows, time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def nik(number: int) -> str:
    return f"317405{number % 28 + 1:02}0195{number // 28 + 1:04}" if number < 279_000 else ""


def make_file(path: Path, lines: int) -> None:
    """A list as the agency sends one: nine of ten registered, one refused."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("HASIL")
    sheet.write_row(3, 0, HEADER)
    for n in range(lines):
        status, remark = ("T", "NIK TIDAK SESUAI") if n % 10 == 9 else ("Y", "TERDAFTAR")
        kpj = f"26{n:09}" if status == "Y" else ""
        row = (str(n + 1), nik(n), "SITI AMINAH", "17-08-1995", status, remark, kpj, f"81{n:08}", "")
        sheet.write_row(n + 4, 0, row)
    book.close()


async def make_people(db: Database, keyring: Keyring, count: int) -> None:
    """People whose forms were handed over."""
    for start in range(0, count, 500):
        numbers = range(start, min(start + 500, count))
        keys = [keyring.new_person() for _ in numbers]
        async with db.writing() as tx:
            await tx.insert(
                "people", ("id", "key", "created_at"), [(n + 1, k[0], NOW) for n, k in zip(numbers, keys, strict=True)]
            )
            chats = [
                (n + 1, "telegram", n + 1, key.seal(b"1", f"chats.address/{n + 1}"), "id", "", "open", NOW, NOW)
                for n, (_, key) in zip(numbers, keys, strict=True)
            ]
            columns = (
                "id",
                "channel",
                "person_id",
                "address",
                "language",
                "active",
                "state",
                "created_at",
                "last_inbound_at",
            )
            await tx.insert("chats", columns, chats)
            await tx.insert(*_applications(keyring, numbers, [key for _, key in keys]))


def _applications(
    keyring: Keyring, numbers: range, keys: list[Any]
) -> tuple[str, tuple[str, ...], list[tuple[Any, ...]]]:
    columns = (
        *(
            "receipt",
            "chat_id",
            "person_id",
            "state",
            "form",
            "fingerprint",
            "language",
            "channel",
            "answers",
            "version",
        ),
        *("nik_hash", "flags", "submitted_at", "changed_at", "simulated", "area_code", "programme", "months", "sector"),
    )
    rows = []
    for n, key in zip(numbers, keys, strict=True):
        said = {"full_name": "Siti Aminah", "nik": nik(n), "born": "1995-08-17", "income": 3_000_000, "months": "3"}
        answers = orjson.dumps(dump_answers({step: Answer(value, str(value)) for step, value in said.items()}))  # type: ignore[arg-type]
        rows.append(
            (
                *(f"R{n}", n + 1, n + 1, "handed_over", "registration", "f", "id", "telegram"),
                *(key.seal(answers, f"applications.answers/R{n}"), 1, keyring.blind("nik", nik(n)), "[]", NOW, NOW),
                *(False, "", "two", 3, "other"),
            )
        )
    return "applications", columns, rows


async def timed(what: str, work: Callable[[], Awaitable[Any]]) -> Any:
    """Do something and print how long it took, the processor's part of that, and the most memory this process had."""
    started, busy = time.perf_counter(), time.process_time()
    done = await work()
    busy = time.process_time() - busy
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"  {what:<34}{time.perf_counter() - started:8.1f} s  cpu {busy:6.1f} s   most memory so far {most:>5} MB",
        flush=True,
    )
    return done


async def measure(lines: int, url: str, folder: Path) -> None:
    """Take one list from the file to the people told, and back."""
    file = folder / "list.xlsx"
    await asyncio.to_thread(make_file, file, lines)
    await migrate(url)
    db, keyring = await Database.open(url), Keyring.create(folder / "keys")
    zone = ZoneInfo("Asia/Jakarta")
    days = importing.days(date(2026, 11, 23), NOW, zone)
    house, by = House(db, keyring, build_house().words, zone), By("benchmark", None)
    try:
        print(f"{lines:,} lines, {file.stat().st_size / 1e6:.1f} MB, {db.dialect}")
        bare = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", BARE, str(file)], capture_output=True, text=True, check=True
        )
        count, seconds, memory = bare.stdout.split()
        print(
            f"  {'bare calamine, doing nothing':<34}{float(seconds):8.1f} s   "
            f"a process of its own {memory:>3} MB ({count} rows)"
        )
        await timed("making the people (not counted)", lambda: make_people(db, keyring, lines))
        quiet = lambda *_: None  # noqa: E731
        taken = await timed(
            "read, matched, kept sealed", lambda: importing.take_in(db, keyring, file, "list", by, days, quiet)
        )
        done = await timed("applied, people told", lambda: applying.apply(house, taken.import_id, by, days, quiet))
        assert done == {"changed": lines, "told": lines, "kept": lines}, done
        undone = await timed("undone", lambda: applying.undo(house, taken.import_id, by, days, quiet))
        assert undone == {"put_back": lines, "told": 0}, undone
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"  the reading process had at most {child} MB, and is gone")
    finally:
        await db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument(
        "--postgres", help="an empty database's URL, for one size; default: SQLite in a temporary folder"
    )
    given = parser.parse_args()
    if len(given.lines) > 1:  # each in a process of its own, so that memory can be told apart
        for lines in given.lines:
            subprocess.run([sys.executable, "-m", "benchmarks.results", str(lines)], check=True)
        return
    with tempfile.TemporaryDirectory(prefix=f"results-{secrets.token_hex(2)}-") as folder:
        url = given.postgres or f"sqlite+aiosqlite:///{folder}/taruna.db"
        asyncio.run(measure(given.lines[0], url, Path(folder)))


if __name__ == "__main__":
    main()
