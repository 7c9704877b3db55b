"""The keys: what is sealed opens only for its person and place; rotation keeps it readable; wrong keys are named."""

from __future__ import annotations

import base64
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage import keys
from storage.database import Database
from storage.errors import KeyMalformed, KeyMissing, KeyTrouble, KeyWrong
from storage.keys import Keyring, key_id
from storage.opening import open_keyring
from storage.rotate import rotate

NIK = b"3174055708950003"
PLACE = "sessions.state/7"


def entry(name: str, key: bytes | None = None) -> str:
    return f"{name}:{base64.b64encode(key or secrets.token_bytes(32)).decode()}"


OLD, NEW, INDEX = entry("2025", b"o" * 32), entry("2026", b"n" * 32), entry("index", b"i" * 32)


def ring(*entries: str) -> Keyring:
    return Keyring.load(",".join(entries), Path("/nowhere/keys"))


# ---- sealing ------------------------------------------------------------------------------------------------------


def test_what_is_sealed_opens_and_shows_nothing(keyring: Keyring) -> None:
    wrapped, key = keyring.new_person()
    sealed = key.seal(NIK, PLACE)
    assert NIK not in sealed + wrapped
    assert keyring.unwrap(wrapped).open(sealed, PLACE) == NIK


def test_the_same_value_is_never_sealed_alike(keyring: Keyring) -> None:
    _, key = keyring.new_person()
    assert len({key.seal(NIK, PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize("place", ["sessions.state/8", "inbox.body/7", "sessions.state/77", "", "Sessions.state/7"])
def test_a_sealed_value_moved_elsewhere_does_not_open(keyring: Keyring, place: str) -> None:
    _, key = keyring.new_person()
    with pytest.raises(KeyWrong, match="changed or moved"):
        key.open(key.seal(NIK, PLACE), place)


def test_a_sealed_value_does_not_open_for_another_person(keyring: Keyring) -> None:
    _, siti = keyring.new_person()
    _, budi = keyring.new_person()
    with pytest.raises(KeyWrong):
        budi.open(siti.seal(NIK, PLACE), PLACE)


def test_every_changed_bit_is_noticed(keyring: Keyring) -> None:
    wrapped, key = keyring.new_person()
    sealed = key.seal(NIK, PLACE)
    for i in range(len(sealed)):
        changed = sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :]
        with pytest.raises(KeyTrouble):
            key.open(changed, PLACE)
    for i in range(len(wrapped)):
        with pytest.raises(KeyTrouble):
            keyring.unwrap(wrapped[:i] + bytes([wrapped[i] ^ 1]) + wrapped[i + 1 :])


@pytest.mark.parametrize("length", range(16))
def test_a_value_cut_short_is_noticed(keyring: Keyring, length: int) -> None:
    wrapped, key = keyring.new_person()
    with pytest.raises(KeyTrouble):
        key.open(key.seal(NIK, PLACE)[:length], PLACE)
    with pytest.raises(KeyTrouble):
        keyring.unwrap(wrapped[:length])


def test_errors_name_the_column_and_never_the_person(keyring: Keyring) -> None:
    _, key = keyring.new_person()
    with pytest.raises(KeyWrong) as caught:
        key.open(key.seal(NIK, PLACE), "applications.answers/K7-ABCD")
    assert "applications.answers" in str(caught.value)
    assert "K7" not in str(caught.value)


def test_the_house_seals_under_its_own_key_across_rotation() -> None:
    sealed = ring(OLD, INDEX).seal_house(b"otp secret", "staff.totp/ana")
    assert ring(NEW, OLD, INDEX).open_house(sealed, "staff.totp/ana") == b"otp secret"
    with pytest.raises(KeyWrong):
        ring(OLD, INDEX).open_house(sealed, "staff.totp/budi")


# ---- blind indexes ------------------------------------------------------------------------------------------------


def test_a_blind_index_is_stable_keyed_and_separates_kinds(keyring: Keyring) -> None:
    nik = NIK.decode()
    assert keyring.blind("nik", nik) == keyring.blind("nik", nik)
    assert len(keyring.blind("nik", nik)) >= 16
    assert keyring.blind("nik", nik) != keyring.blind("phone", nik)
    assert keyring.blind("a", "bc") != keyring.blind("ab", "c")
    assert ring(OLD, entry("index")).blind("nik", nik) != keyring.blind("nik", nik)


def test_rotation_leaves_blind_indexes_alone() -> None:
    assert ring(OLD, INDEX).blind("nik", "x") == ring(NEW, OLD, INDEX).blind("nik", "x")


# ---- loading ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (f"{NEW}", KeyMissing, "entry index:… is missing"),
        (f"{INDEX}", KeyMissing, "no key besides index"),
        (f"{NEW},{NEW},{INDEX}", KeyMalformed, "'2026' is there twice"),
        (f"{NEW},geheim,{INDEX}", KeyMalformed, "entry 2 is not id:base64"),
        (f"2026:geheim,{INDEX}", KeyMalformed, "'2026' is not 32 bytes"),
        (f"2026:{base64.b64encode(b'short').decode()},{INDEX}", KeyMalformed, "python3 -c"),
        (f"a b:{'A' * 44},{INDEX}", KeyMalformed, "id:base64"),
    ],
)
def test_malformed_keys_are_named_without_showing_them(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        Keyring.load(text, Path("/nowhere"))
    assert "geheim" not in str(caught.value)
    assert NEW.partition(":")[2] not in str(caught.value)


def test_keys_may_stand_on_lines_with_spaces() -> None:
    assert ring(f" {NEW}\n, {OLD} ,\n{INDEX}\n").names == ("2026", "2025")


def test_the_first_key_is_the_current_one_and_the_others_only_unwrap() -> None:
    wrapped, key = ring(OLD, INDEX).new_person()
    both = ring(NEW, OLD, INDEX)
    assert both.unwrap(wrapped).open(key.seal(NIK, PLACE), PLACE) == NIK
    assert key_id(both.new_person()[0]) == "2026"


def test_a_missing_key_is_named() -> None:
    wrapped, _ = ring(OLD, INDEX).new_person()
    with pytest.raises(KeyMissing, match="Key '2025' is missing: add 2025:… to DATA_KEYS"):
        ring(NEW, INDEX).unwrap(wrapped)


def test_a_wrong_key_under_the_right_name_is_named() -> None:
    wrapped, _ = ring(OLD, INDEX).new_person()
    with pytest.raises(KeyWrong, match="Key '2025' is not the key"):
        ring(entry("2025"), INDEX).unwrap(wrapped)


def test_the_key_file_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys"
    first = Keyring.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    second = Keyring.create(path)
    assert path.read_bytes() == before
    wrapped, key = first.new_person()
    assert second.unwrap(wrapped).open(key.seal(NIK, PLACE), PLACE) == NIK


def test_processes_that_start_together_agree_on_one_key_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: Keyring.create(path), range(32)))
    assert len({one.blind("house", "x") for one in rings}) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["keys"]


def test_a_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    Keyring.create(path)
    path.chmod(0o640)
    with pytest.raises(KeyMalformed, match="chmod 600"):
        Keyring.load(None, path)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="put it back, or set DATA_KEYS"):
        Keyring.load("", tmp_path / "keys")


def test_only_so_many_keys_are_kept_in_memory(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "REMEMBERED", 3)
    wrapped = [keyring.new_person()[0] for _ in range(10)]
    for one in wrapped:
        keyring.unwrap(one)
    assert list(keyring._people) == wrapped[-3:]
    keyring.forget(wrapped[-1])
    assert list(keyring._people) == wrapped[-3:-1]


# ---- beside the database ------------------------------------------------------------------------------------------


async def person(db: Database, keyring: Keyring) -> bytes:
    wrapped, _ = keyring.new_person()
    async with db.writing() as tx:
        await tx.insert("people", ("key", "created_at"), [(wrapped, 1)])
    return wrapped


async def test_the_first_run_makes_a_key_file_and_the_next_ones_read_it(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "made"
    first = await open_keyring(database, "", path)
    wrapped = await person(database, first)
    assert (await open_keyring(database, None, path)).unwrap(wrapped)


async def test_a_lost_key_file_is_not_replaced_once_there_are_people(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "made"
    await person(database, await open_keyring(database, "", path))
    path.unlink()
    with pytest.raises(KeyMissing, match="put that file back"):
        await open_keyring(database, "", path)
    assert not path.exists()


async def test_a_lost_key_file_is_not_replaced_before_there_are_people_either(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "made"
    await open_keyring(database, "", path)
    path.unlink()
    with pytest.raises(KeyMissing):
        await open_keyring(database, "", path)


async def test_the_wrong_index_key_is_noticed_before_anything_is_written(database: Database, tmp_path: Path) -> None:
    await open_keyring(database, f"{NEW},{INDEX}", tmp_path / "none")
    with pytest.raises(KeyWrong, match="'index' is not the one this database was filled with"):
        await open_keyring(database, f"{NEW},{entry('index')}", tmp_path / "none")


async def test_a_wrong_or_missing_key_is_noticed_at_start(database: Database, tmp_path: Path) -> None:
    await person(database, await open_keyring(database, f"{OLD},{INDEX}", tmp_path / "none"))
    with pytest.raises(KeyMissing, match="'2025'"):
        await open_keyring(database, f"{NEW},{INDEX}", tmp_path / "none")
    with pytest.raises(KeyWrong, match="'2025'"):
        await open_keyring(database, f"{entry('2025')},{INDEX}", tmp_path / "none")


# ---- rotating -----------------------------------------------------------------------------------------------------


async def test_rotation_wraps_every_key_anew_and_keeps_the_data_readable(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.rotate.PAGE", 7)
    old, both, new = ring(OLD, INDEX), ring(NEW, OLD, INDEX), ring(NEW, INDEX)
    wrapped, key = old.new_person()
    sealed = key.seal(NIK, PLACE)
    async with database.writing() as tx:
        await tx.insert("people", ("key", "created_at"), [(wrapped, 1)] + [(old.new_person()[0], 1) for _ in range(20)])
        await tx.insert("people", ("key", "created_at", "erased_at"), [(None, 1, 2)])
    seen: list[tuple[int, int]] = []
    assert await rotate(database, both, lambda done, total: seen.append((done, total))) == 21
    assert seen[-1] == (21, 21)
    async with database.reading() as tx:
        rows = [bytes(row) for (row,) in await tx.rows("SELECT key FROM people WHERE key IS NOT NULL ORDER BY id")]
        assert await tx.rows("SELECT COUNT(*) FROM people WHERE key IS NULL") == [(1,)]
    assert {key_id(row) for row in rows} == {"2026"}
    assert new.unwrap(rows[0]).open(sealed, PLACE) == NIK
    with pytest.raises(KeyMissing):
        old.unwrap(rows[0])


async def test_an_interrupted_rotation_goes_on_where_it_stopped(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.rotate.PAGE", 5)
    old, both = ring(OLD, INDEX), ring(NEW, OLD, INDEX)
    async with database.writing() as tx:
        await tx.insert("people", ("key", "created_at"), [(old.new_person()[0], 1) for _ in range(17)])

    def stop(done: int, _total: int) -> None:
        if done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotate(database, both, stop)
    assert await rotate(database, both, lambda _done, _total: None) == 7
    assert await rotate(database, both, lambda _done, _total: None) == 0
