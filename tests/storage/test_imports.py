"""What becomes of a file of the agency's: its lines go by the clock, and outlive a new key until then."""

from __future__ import annotations

from datetime import date
from typing import Any

from storage import imports, results, retention
from storage.database import Database
from storage.keys import Keyring, key_id
from storage.rotate import rotate
from tests.storage.test_keys import INDEX, NEW, OLD, ring
from tests.storage.world import NIK, NOW, later

Body = dict[str, Any]


async def a_list(db: Database, keyring: Keyring, *bodies: Body, name: str = "hasil.xlsx") -> int:
    """A file that can be looked at."""
    async with db.writing() as tx:
        import_id = await results.begin(
            tx,
            file_name=name,
            file_hash=name.encode(),
            columns={},
            listed_on=date(2026, 11, 23),
            staff_id=None,
            now=NOW,
        )
        lines = [(at, "unmatched", None, body) for at, body in enumerate(bodies, start=2)]
        await results.add_lines(tx, keyring, import_id, lines)
        await results.look(tx, import_id)
    return import_id


async def state(db: Database, import_id: int) -> str:
    async with db.reading() as tx:
        one = await results.one(tx, import_id)
    assert one is not None
    return one.state


async def lines(db: Database, keyring: Keyring, import_id: int) -> list[Body]:
    async with db.reading() as tx:
        return [dict(line.body) for line in await results.lines(tx, keyring, import_id)]


async def test_lines_are_sealed_and_read_back(database: Database, keyring: Keyring) -> None:
    import_id = await a_list(database, keyring, {"cells": [NIK, "Siti Aminah"]}, {"cells": ["x"]})
    assert await lines(database, keyring, import_id) == [{"cells": [NIK, "Siti Aminah"]}, {"cells": ["x"]}]
    async with database.reading() as tx:
        kept = b"".join(bytes(body) for (body,) in await tx.rows("SELECT body FROM result_rows"))
    assert NIK.encode() not in kept


async def test_lines_go_thirty_days_after_the_last_thing_done_with_them(database: Database, keyring: Keyring) -> None:
    applied = await a_list(database, keyring, *[{"cells": [NIK]}] * 501)
    never = await a_list(database, keyring, {"cells": [NIK]}, name="never.xlsx")
    async with database.writing() as tx:
        assert await imports.claim(tx, applied, staff_id=None, now=later(days=10))
    for days, due in ((29, 0), (31, 1), (39, 0), (41, 1)):
        async with database.reading() as tx:
            assert (await retention.due(tx, later(days=days)))["lists"] == (due if days < 41 else 1), days
        assert (await retention.retain(database, keyring, later(days=days)))["lists"] == due, days
    assert (await lines(database, keyring, applied), await lines(database, keyring, never)) == ([], [])
    assert (await state(database, applied), await state(database, never)) == ("applied", "discarded")


async def test_what_lost_its_lines_is_neither_undone_nor_applied_again(database: Database, keyring: Keyring) -> None:
    import_id = await a_list(database, keyring, {"cells": [NIK]})
    async with database.writing() as tx:
        assert await imports.claim(tx, import_id, staff_id=None, now=NOW)
    await imports.let_go(database, later(days=31))
    async with database.writing() as tx:
        assert not await imports.claim_undo(tx, import_id, staff_id=None, now=later(days=31))
        assert not await imports.claim(tx, import_id, staff_id=None, now=later(days=31))
    assert await state(database, import_id) == "applied"


async def test_a_file_whose_reading_crashed_is_let_go_an_hour_later(database: Database, keyring: Keyring) -> None:
    async with database.writing() as tx:
        import_id = await results.begin(
            tx, file_name="a", file_hash=b"a", columns={}, listed_on=date(2026, 11, 23), staff_id=None, now=NOW
        )
        await results.add_lines(tx, keyring, import_id, [(2, "matched", None, {"cells": [NIK]})])
        await imports.forget_unread(tx, later(minutes=59))
    assert await state(database, import_id) == "reading"
    async with database.writing() as tx:
        await imports.forget_unread(tx, later(minutes=61))
    assert (await state(database, import_id), await lines(database, keyring, import_id)) == ("discarded", [])


async def test_the_very_same_file_is_applied_once(database: Database, keyring: Keyring) -> None:
    first, second = [await a_list(database, keyring, {"cells": [NIK]}) for _ in range(2)]
    async with database.writing() as tx:
        assert await imports.claim(tx, first, staff_id=None, now=NOW)
        assert not await imports.claim(tx, second, staff_id=None, now=NOW)
        assert await imports.claim_undo(tx, first, staff_id=None, now=NOW)
        assert await imports.claim(tx, second, staff_id=None, now=NOW)


async def test_rotation_seals_lists_and_the_houses_other_secrets_anew(database: Database) -> None:
    old, both, new = ring(OLD, INDEX), ring(NEW, OLD, INDEX), ring(NEW, INDEX)
    import_id = await a_list(database, old, *[{"cells": [NIK, n]} for n in range(3)])
    async with database.writing() as tx:
        await tx.rows("UPDATE result_rows SET before = $1", (b"",))
        [(staff_id,)] = await tx.insert(
            "staff", ("login", "name", "password_hash", "role", "created_at", "failures"),
            [("ana", "Ana", "x", "admin", NOW, 0)], returning="id",
        )  # fmt: skip
        place = f"staff.totp/{staff_id}"
        await tx.rows("UPDATE staff SET totp = $1", (old.seal_house(b"secret", place),))
    await rotate(database, both, lambda _done, _total: None)
    assert [body["cells"][1] for body in await lines(database, new, import_id)] == [0, 1, 2]
    async with database.reading() as tx:
        [(sealed,)] = await tx.rows("SELECT totp FROM staff")
        kept = await tx.rows("SELECT body FROM result_rows")
    assert new.open_house(bytes(sealed), place) == b"secret"
    assert {key_id(bytes(body)) for (body,) in kept} == {"2026"}
