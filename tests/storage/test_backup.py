"""Backups: one moment, whole or refused, readable by either database; the forgotten stay forgotten."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from storage import applications, audit, backup_file, consents, opening, outbox, people, staff
from storage.backup import TABLES, backup, restore
from storage.database import Database
from storage.errors import BackupTrouble, DiskFull
from storage.keys import Keyring
from storage.migrate import migrate
from tests.postgres import Postgres
from tests.storage.rows import one_row_in_each
from tests.storage.test_outbox import LEASE
from tests.storage.test_people import ask_to_be_forgotten, everything, on_disk, whole_life
from tests.storage.world import ANA, BUDI, NOW, SITI, later, place_of, talk

Make = Callable[[str], Awaitable[str]]


def quietly(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def make(postgres: Postgres, tmp_path: Path) -> Iterator[Make]:
    """Makes empty databases of either kind: a second one to restore into."""
    made: list[str] = []

    async def fresh(kind: str) -> str:
        if kind == "postgresql":
            made.append(await postgres.make())
            return made[-1]
        await migrate(url := f"sqlite+aiosqlite:///{tmp_path / 'other.db'}")
        return url

    yield fresh
    for url in made:
        asyncio.run(postgres.drop(url))


async def fill(url: str, keyring: Keyring, keys: Path) -> None:
    """Put something into every table."""
    db = await Database.open(url)
    await opening.open_keyring(db, None, keys)
    await whole_life(db, keyring, SITI)
    place = await place_of(db, keyring, BUDI)
    async with db.writing() as tx:
        await outbox.lead(tx, "me", NOW)
        await staff.invite(tx, "i", role="admin", now=NOW, expires_at=later(days=1))
        member = await staff.join(tx, "i", login="ana", name="Ana", password_hash="x", now=NOW)
        assert member is not None
        await staff.open_session(tx, "s", staff_id=member.id, csrf_secret="c", now=NOW, expires_at=later(hours=8))
        for n in range(3):
            await audit.append(tx, actor="ana", action="seen", subject=f"application:{n}", facts={"n": n}, at=NOW)
        await consents.record(
            tx, person_id=place.person_id, chat_id=place.chat_id, purpose="reminders", granted=False,
            text_version="v1", pressed="no", identity_hash=place.identity_hash, at=NOW,
        )  # fmt: skip
        await tx.rows("UPDATE applications SET simulated = $1", (True,))
        await one_row_in_each(tx)
    await db.close()


async def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All that a backup holds, with both databases' ways of writing it made alike."""
    db = await Database.open(url)
    tables = await everything(db)
    await db.close()
    return {name: [tuple(_alike(value) for value in row) for row in rows] for name, rows in tables.items()}


def _alike(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else int(value) if isinstance(value, bool) else value


@pytest.fixture
async def filled(database_url: str, keyring: Keyring, tmp_path: Path) -> str:
    await fill(database_url, keyring, tmp_path / "keys")
    return database_url


@pytest.fixture
async def ours(sqlite_url: str, keyring: Keyring, tmp_path: Path) -> str:
    """A filled SQLite database, where the other kind would show nothing more."""
    await fill(sqlite_url, keyring, tmp_path / "keys")
    return sqlite_url


# ---- there and back -----------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_every_table_comes_back_as_it_was_on_either_database(
    filled: str, make: Make, tmp_path: Path, kind: str
) -> None:
    before = await contents(filled)
    assert [name for name in TABLES if not before[name]] == []
    seen: list[tuple[int, int]] = []
    count = await backup(filled, tmp_path / "all.gz", lambda done, total: seen.append((done, total)))
    total = sum(len(before[name]) for name in TABLES)
    assert (count, seen[-1]) == (total, (total, total))
    other = await make(kind)
    seen.clear()
    assert await restore(other, tmp_path / "all.gz", "into_empty", lambda *at: seen.append(at)) == total
    assert seen[-1] == (total, total)
    after = await contents(other)
    assert {name: after[name] for name in TABLES} == {name: before[name] for name in TABLES}
    assert after["leases"] == []


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_life_goes_on_in_the_other_database(
    filled: str, make: Make, tmp_path: Path, keyring: Keyring, kind: str
) -> None:
    await backup(filled, tmp_path / "all.gz", quietly)
    other = await make(kind)
    await restore(other, tmp_path / "all.gz", "into_empty", quietly)
    db = await Database.open(other)
    ring = await opening.open_keyring(db, None, tmp_path / "keys")
    siti = await place_of(db, ring, SITI)
    assert siti.talk.sessions["registration"].asked == "born"
    ana = await place_of(db, ring, ANA)
    assert ana.chat_id > siti.chat_id
    async with db.writing() as tx:
        [message] = await outbox.claim(tx, ring, "me", later(days=1), 10, lease=LEASE)
        assert message.address == SITI
        found = await applications.one(tx, ring, "K7Q2M-4")
        assert found is not None
        assert (found.name, found.simulated) == ("Siti Aminah", True)
        await audit.append(tx, actor="ana", action="seen", subject="application:9", facts={}, at=NOW)
        assert await audit.verify(tx) is None
        assert not await consents.granted(tx, ana.person_id, "reminders")
    await db.close()


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_ids_of_rows_that_went_before_are_not_given_out_again(
    filled: str, make: Make, tmp_path: Path, keyring: Keyring, kind: str
) -> None:
    db = await Database.open(filled)
    last = await talk(db, keyring, SITI)
    async with db.writing() as tx:
        await tx.rows("DELETE FROM outbox WHERE id = $1", (last,))
    await db.close()
    await backup(filled, tmp_path / "all.gz", quietly)
    other = await make(kind)
    await restore(other, tmp_path / "all.gz", "into_empty", quietly)
    db = await Database.open(other)
    assert await talk(db, keyring, SITI) > last
    await db.close()


async def test_an_empty_database_is_backed_up_too(database_url: str, tmp_path: Path, keyring: Keyring) -> None:
    assert await backup(database_url, tmp_path / "all.gz", quietly) == 0
    assert await restore(database_url, tmp_path / "all.gz", "into_empty", quietly) == 0
    db = await Database.open(database_url)
    assert (await place_of(db, keyring, SITI)).chat_id == 1
    await db.close()


async def test_what_is_written_meanwhile_is_not_half_in_it(filled: str, tmp_path: Path, keyring: Keyring) -> None:
    db = await Database.open(filled)
    writing = True

    async def go_on() -> int:
        n = 0
        while writing:
            await talk(db, keyring, f"59{n:03}")
            n += 1
        return n

    others = asyncio.create_task(go_on())
    counts = []
    for n in range(4):
        await asyncio.sleep(0.02)
        await backup(filled, tmp_path / f"{n}.gz", quietly)
        counts.append(backup_file.check(tmp_path / f"{n}.gz").counts)
    writing = False
    assert await others > 3
    await db.close()
    for one in counts:
        assert one["people"] == one["chats"] == one["identities"]
    assert counts[-1]["people"] > counts[0]["people"]


# ---- what is refused ----------------------------------------------------------------------------------------------


async def test_a_database_with_people_or_staff_is_not_overwritten_unasked(filled: str, tmp_path: Path) -> None:
    await backup(filled, tmp_path / "all.gz", quietly)
    before = await contents(filled)
    with pytest.raises(BackupTrouble, match="--force"):
        await restore(filled, tmp_path / "all.gz", "into_empty", quietly)
    assert await contents(filled) == before


async def test_replacing_leaves_nothing_of_what_was_there(filled: str, tmp_path: Path, keyring: Keyring) -> None:
    await backup(filled, tmp_path / "all.gz", quietly)
    before = await contents(filled)
    db = await Database.open(filled)
    await talk(db, keyring, ANA)
    await db.close()
    await restore(filled, tmp_path / "all.gz", "replace", quietly)
    after = await contents(filled)
    assert {name: after[name] for name in TABLES} == {name: before[name] for name in TABLES}


@pytest.fixture
async def whole(ours: str, tmp_path: Path) -> Path:
    await backup(ours, tmp_path / "all.gz", quietly)
    return tmp_path / "all.gz"


@pytest.fixture
async def untouched(ours: str) -> Callable[[Path], Awaitable[None]]:
    """Says that a file is refused and that refusing it changed nothing."""
    before = await contents(ours)

    async def refused(file: Path) -> None:
        with pytest.raises(BackupTrouble):
            await restore(ours, file, "replace", quietly)
        assert await contents(ours) == before

    return refused


async def test_a_file_cut_short_is_refused(whole: Path, untouched: Callable[[Path], Awaitable[None]]) -> None:
    data = whole.read_bytes()
    for length in (0, 1, 20, len(data) // 2, len(data) - 9, len(data) - 1):
        cut = whole.with_name("cut.gz")
        cut.write_bytes(data[:length])
        await untouched(cut)


def test_any_changed_byte_is_refused(whole: Path) -> None:
    data = bytearray(whole.read_bytes())
    bent = whole.with_name("bent.gz")
    for place in range(10, len(data), max(1, len(data) // 150)):  # the first ten are gzip's own header
        changed = data.copy()
        changed[place] ^= 0x41
        bent.write_bytes(changed)
        with pytest.raises(BackupTrouble):
            backup_file.check(bent)


@pytest.mark.parametrize("place", [0, 1, 5, -2, -1])
async def test_a_missing_line_is_refused(whole: Path, untouched: Callable[[Path], Awaitable[None]], place: int) -> None:
    lines = gzip.decompress(whole.read_bytes()).splitlines(keepends=True)
    del lines[place]
    short = whole.with_name("short.gz")
    short.write_bytes(gzip.compress(b"".join(lines)))
    await untouched(short)


@pytest.mark.parametrize("text", [b"", b"hello", b"[]\n{}\n", b'{"file": "taruna backup 9"}\n{}\n', b"\x1f\x8b"])
async def test_what_is_no_backup_is_refused(
    tmp_path: Path, untouched: Callable[[Path], Awaitable[None]], text: bytes
) -> None:
    for name, data in (("plain", text), ("packed", gzip.compress(text))):
        (tmp_path / name).write_bytes(data)
        await untouched(tmp_path / name)


async def test_a_backup_of_another_schema_is_refused(ours: str, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def newer(_url: str) -> str:
        return "9999"

    monkeypatch.setattr("storage.backup.revision_of", newer)
    with pytest.raises(BackupTrouble, match="use the program it was made with"):
        await restore(ours, whole, "replace", quietly)


async def test_a_missing_file_and_a_missing_database_are_named(tmp_path: Path, sqlite_url: str) -> None:
    with pytest.raises(BackupTrouble, match=r"none\.gz is not there"):
        await restore(sqlite_url, tmp_path / "none.gz", "into_empty", quietly)
    with pytest.raises(BackupTrouble, match=r"there is no database at .*none\.db"):
        await backup(f"sqlite+aiosqlite:///{tmp_path}/none.db", tmp_path / "a.gz", quietly)
    assert not (tmp_path / "none.db").exists()


async def test_a_database_that_was_not_migrated_is_not_backed_up(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "old.db").close()
    (tmp_path / "old.db").touch()
    with pytest.raises(BackupTrouble, match="run taruna migrate first"):
        await backup(f"sqlite+aiosqlite:///{tmp_path}/old.db", tmp_path / "a.gz", quietly)


async def test_a_disk_that_fills_up_while_restoring_changes_nothing(
    sqlite_url: str, tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = await Database.open(sqlite_url)
    for n in range(60):
        await talk(db, keyring, f"60{n:03}", told="x" * 3000)
    await db.close()
    await backup(sqlite_url, tmp_path / "all.gz", quietly)
    small = f"sqlite+aiosqlite:///{tmp_path / 'small.db'}"
    await migrate(small)
    db = await Database.open(small)
    await talk(db, keyring, SITI)
    await db.close()
    before = await contents(small)
    real = Database.open.__func__  # type: ignore[attr-defined]

    async def cramped(cls: type[Database], url: str) -> Database:
        opened: Database = await real(cls, url)
        async with opened.writing() as tx:
            [(pages,)] = await tx.rows("PRAGMA page_count")
            await tx.rows(f"PRAGMA max_page_count = {pages + 5}")
        return opened

    with monkeypatch.context() as patch:
        patch.setattr(Database, "open", classmethod(cramped))
        with pytest.raises(DiskFull):
            await restore(small, tmp_path / "all.gz", "replace", quietly)
    assert await contents(small) == before


# ---- guarded ------------------------------------------------------------------------------------------------------


async def test_the_file_is_for_its_owner_only_and_names_nobody(ours: str, tmp_path: Path) -> None:
    await backup(ours, tmp_path / "all.gz", quietly)
    assert (tmp_path / "all.gz").stat().st_mode & 0o077 == 0
    text = gzip.decompress((tmp_path / "all.gz").read_bytes())
    for planted in (b"Siti", b"Aminah", b"3174055708950003", b"81234567890", SITI.encode()):
        assert planted not in text


async def test_a_backup_that_fails_leaves_no_file(ours: str, tmp_path: Path) -> None:
    def fails(done: int, _total: int) -> None:
        if done > 5:
            raise KeyboardInterrupt

    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(KeyboardInterrupt):
        await backup(ours, folder / "all.gz", fails)
    assert list(folder.iterdir()) == []


async def test_the_forgotten_stay_forgotten_in_what_replaces_their_database(
    filled: str, tmp_path: Path, keyring: Keyring
) -> None:
    db = await Database.open(filled)
    await whole_life(db, keyring, ANA, "R-9")
    await db.close()
    await backup(filled, tmp_path / "all.gz", quietly)
    db = await Database.open(filled)
    place, _ = await ask_to_be_forgotten(db, keyring, SITI)
    await people.forget_the_gone(db, keyring, later(days=2))
    await db.close()
    await restore(filled, tmp_path / "all.gz", "replace", quietly)
    db = await Database.open(filled)
    async with db.reading() as tx:
        assert (await tx.rows("SELECT key FROM people WHERE id = $1", (place.person_id,)))[0][0] is None
        listed = await applications.queue(tx, keyring, applications.Filters(), after=None, limit=9)
        assert {one.receipt: one.name for one in listed} == {"K7Q2M-4": "", "R-9": "Siti Aminah"}
        assert await outbox.find_chat(tx, keyring, "telegram", SITI) is None
    assert (await place_of(db, keyring, ANA)).talk.sessions["registration"].asked == "born"
    await db.close()


async def test_a_stranger_with_the_same_number_is_not_forgotten_for_somebody_else(
    sqlite_url: str, tmp_path: Path, keyring: Keyring
) -> None:
    target = f"sqlite+aiosqlite:///{tmp_path / 'other.db'}"
    await migrate(target)
    here, there = await Database.open(sqlite_url), await Database.open(target)
    siti = await place_of(here, keyring, SITI, at=NOW)
    budi = await place_of(there, keyring, BUDI, at=later(days=1))
    assert siti.person_id == budi.person_id
    async with there.writing() as tx:
        await people.erase(tx, keyring, budi.person_id, later(days=2))
    await here.close()
    await backup(sqlite_url, tmp_path / "all.gz", quietly)
    await there.close()
    await restore(target, tmp_path / "all.gz", "replace", quietly)
    db = await Database.open(target)
    assert (await place_of(db, keyring, SITI)).person_id == siti.person_id
    await db.close()


async def test_what_was_replaced_is_not_left_in_the_file(ours: str, tmp_path: Path, keyring: Keyring) -> None:
    await backup(ours, tmp_path / "all.gz", quietly)
    db = await Database.open(ours)
    ana = await place_of(db, keyring, ANA)
    async with db.reading() as tx:
        [(wrapped,)] = await tx.rows("SELECT key FROM people WHERE id = $1", (ana.person_id,))
    await db.close()
    assert bytes(wrapped) in on_disk(ours)
    await restore(ours, tmp_path / "all.gz", "replace", quietly)
    assert bytes(wrapped) not in on_disk(ours)


def test_a_line_of_the_file_is_plain_json(whole: Path) -> None:
    header, *lines, end = [orjson.loads(line) for line in gzip.decompress(whole.read_bytes()).splitlines()]
    assert (header["file"], set(end)) == ("taruna backup 2", {"sha256"})
    assert all(len(row) == len(header["columns"][table]) for table, row in lines)
