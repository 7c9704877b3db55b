"""`python -m benchmarks.crowd`: are turns as fast with 3,000,000 people stored as with 1,000?

Two SQLite files are filled with people, each with a chat, an identity, a session and a message each way; every third
has an application. In each a sample spread over the whole file is made real, so that a turn finds, opens and saves
them as it would anybody. Then the same conversations are taken in both, in turn, in one process.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bot.channels.channel import Address, Arrived
from bot.channels.terminal import Terminal
from bot.house import build_house
from bot.settings import Settings
from bot.turns import Turns
from conversations.turn import Said
from storage.columns import micros
from storage.database import Database
from storage.keys import Keyring
from storage.migrate import migrate
from storage.opening import open_keyring

TEXTS = ("menu", "daftar", "dibantu", "setuju", "1", "Siti Aminah", "3174055708950003", "17-8-1995", "klender", "5")
SAMPLE = 256
ROOM = 500_000_000  # bytes a thousand people never need; about 2.2 GB per million do
_ALL = "(WITH RECURSIVE c(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM c WHERE n < {last}) SELECT n FROM c) c"
FILL = (
    "INSERT INTO people (created_at, erased_at) SELECT {now}, {now} FROM {all}",
    "INSERT INTO chats (channel, person_id, address, language, active, talk, state, created_at, last_inbound_at) "
    "SELECT 'terminal', n, randomblob(40), 'id', '', randomblob(250), 'open', {now}, {now} FROM {all}",
    "INSERT INTO identities (channel, kind, value_hash, chat_id, person_id, first_seen, last_seen) "
    "SELECT 'terminal', 'tty', randomblob(32), n, n, {now}, {now} FROM {all}",
    "INSERT INTO sessions (chat_id, slot, person_id, form, state, asked, done, touched_at, started_at) "
    "SELECT n, 'registration', n, 'registration', randomblob(500), 'confirm', 'submitted', {now}, {now} FROM {all}",
    "INSERT INTO inbox (channel, message_id, chat_id, kind, body, arrived_at, state) "
    "SELECT 'terminal', 'crowd' || n, n, 'said', randomblob(60), {now}, 'taken' FROM {all}",
    "INSERT INTO outbox (chat_id, inbox_id, purpose, priority, payload, state, due_at, attempts, created_at) "
    "SELECT n, n, 'reply', 0, randomblob(350), 'sent', {now}, 1, {now} FROM {all}",
    "INSERT INTO applications (receipt, chat_id, person_id, state, form, fingerprint, language, channel, answers, "
    "version, nik_hash, nik4_hash, name_hash, area_code, kecamatan_code, kota_code, programme, months, sector, flags, "
    "submitted_at, changed_at, simulated) SELECT 'C-' || n, n, n, 'handed_over', 'registration', 'f', 'id', "
    "'terminal', randomblob(500), 1, randomblob(32), randomblob(32), randomblob(32), '31.71.01.1001', '31.71.01', "
    "'31.71', 'two', 3, 'transport', '[]', {now} - n, {now}, 0 FROM {all} WHERE n % 3 = 0",
)
AT_ONCE = 100_000


@dataclass
class Town:
    """A filled database and the turns taken in it."""

    people: int
    db: Database
    turns: Turns
    seconds: list[float]


async def build(folder: Path, people: int) -> Town:
    """Fill a database with this many people, a sample of them real."""
    url = f"sqlite+aiosqlite:///{folder}/{people}.db"
    await migrate(url)
    db = await Database.open(url)
    keyring = await open_keyring(db, "", folder / f"keys{people}")
    now = micros(datetime.now(UTC))
    started = time.monotonic()
    for first in range(1, people + 1, AT_ONCE):
        last = min(people, first + AT_ONCE - 1)
        async with db.writing() as tx:
            for statement in FILL:
                await tx.rows(statement.format(now=now, all=_ALL.format(first=first, last=last)))
        if last % 500_000 == 0:
            print(f"{last:,} people, {time.monotonic() - started:.0f} s", flush=True)
    await _make_real(db, keyring, people)
    turns = Turns(db, keyring, build_house(), {"terminal": Terminal()}, Settings(), lambda: datetime.now(UTC))
    return Town(people, db, turns, [])


async def _make_real(db: Database, keyring: Keyring, people: int) -> None:
    async with db.writing() as tx:
        for number in range(SAMPLE):
            person = 1 + number * people // SAMPLE
            wrapped, key = keyring.new_person()
            address = key.seal(f"p{number}".encode(), f"chats.address/{person}")
            await tx.rows("UPDATE people SET key = $1, erased_at = NULL WHERE id = $2", (wrapped, person))
            await tx.rows("UPDATE chats SET address = $1, talk = NULL WHERE id = $2", (address, person))
            await tx.rows("DELETE FROM sessions WHERE chat_id = $1", (person,))
            hashed = keyring.blind("address.terminal", f"p{number}")
            await tx.rows("UPDATE identities SET value_hash = $1 WHERE chat_id = $2", (hashed, person))


async def talk(town: Town, number: int) -> None:
    """Everybody of the sample says all their texts, each after their last was committed."""

    async def says(who: int) -> None:
        for place, text in enumerate(TEXTS):
            at = datetime.now(UTC)
            name = f"{number}-{who}-{place}"
            taken = await town.turns.take(Arrived("terminal", name, (Address("tty", f"p{who}"),), Said(text), at))
            assert taken == "taken", taken

    started = time.perf_counter()
    await asyncio.gather(*(says(who) for who in range(SAMPLE)))
    town.seconds.append(time.perf_counter() - started)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=3_000_000)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        if shutil.disk_usage(folder).free < ROOM + 2_500 * arguments.many:
            raise SystemExit(f"{folder} has too little room for {arguments.many:,} people; set TMPDIR to another place")
        towns = [await build(folder, arguments.few), await build(folder, arguments.many)]
        for number in range(arguments.rounds + 1):
            for town in towns:
                await talk(town, number)
        print("| people stored | file | turns/s, median | least | most |\n|--:|--:|--:|--:|--:|")
        medians = []
        for town in towns:
            rates = [SAMPLE * len(TEXTS) / seconds for seconds in town.seconds[1:]]  # the first round warms up
            medians.append(statistics.median(rates))
            size = (folder / f"{town.people}.db").stat().st_size / 1e6
            print(f"| {town.people:,} | {size:,.0f} MB | {medians[-1]:,.0f} | {min(rates):,.0f} | {max(rates):,.0f} |")
            await town.db.close()
        print(f"\n{arguments.many:,} people against {arguments.few:,}: {medians[1] / medians[0]:.2f} times as fast")


if __name__ == "__main__":
    uvloop.run(main())
