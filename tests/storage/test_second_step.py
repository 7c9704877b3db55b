"""A second step's secret is sealed, a code counts once, a recovery code counts once, and roles may have to have one."""

from __future__ import annotations

import pytest

from storage import second_step, staff
from storage.database import Database
from storage.errors import KeyTrouble
from storage.keys import Keyring
from tests.storage.test_help_requests import member
from tests.storage.world import NOW, later

SECRET = "JBSWY3DPEHPK3PXP"
CODES = ("2345-6789-abcd", "efgh-jkmn-pqrs")


async def enrolled(db: Database, keyring: Keyring, login: str = "ratna", step: int = 100) -> int:
    who = await member(db, login)
    async with db.writing() as tx:
        assert await second_step.enrol(tx, keyring, who, SECRET, step, CODES)
    return who


async def test_the_secret_is_sealed_for_one_member(database: Database, keyring: Keyring) -> None:
    ratna, dewi = await enrolled(database, keyring), await member(database, "dewi")
    async with database.writing() as tx:
        assert await second_step.secret(tx, keyring, ratna) == SECRET
        assert await second_step.secret(tx, keyring, dewi) is None
        [(sealed,)] = await tx.rows("SELECT totp FROM staff WHERE id = $1", (ratna,))
        assert SECRET.encode() not in bytes(sealed)
        await tx.rows("UPDATE staff SET totp = $1 WHERE id = $2", (bytes(sealed), dewi))
        with pytest.raises(KeyTrouble):
            await second_step.secret(tx, keyring, dewi)


async def test_a_code_counts_once_and_an_older_one_never_again(database: Database, keyring: Keyring) -> None:
    ratna = await enrolled(database, keyring, step=100)
    async with database.writing() as tx:
        used = [await second_step.use(tx, ratna, step) for step in (100, 101, 101, 100, 102)]
    assert used == [False, True, False, False, True]


async def test_a_recovery_code_counts_once_for_its_member_only(database: Database, keyring: Keyring) -> None:
    ratna, dewi = await enrolled(database, keyring), await enrolled(database, keyring, "dewi")
    async with database.writing() as tx:
        await second_step.renew(tx, keyring, dewi, CODES[1:])
        assert not await second_step.spend(tx, keyring, dewi, CODES[0], NOW)
        assert await second_step.spend(tx, keyring, ratna, CODES[0], NOW)
        assert not await second_step.spend(tx, keyring, ratna, CODES[0], later(hours=1))
        assert (await second_step.left(tx, ratna), await second_step.left(tx, dewi)) == (1, 1)
        await second_step.renew(tx, keyring, ratna, ["tttt-uuuu-vvvv"])
        assert not await second_step.spend(tx, keyring, ratna, CODES[1], NOW)
        hashes = await tx.rows("SELECT code_hash FROM recovery_codes")
    plain = {code.replace("-", "").encode() for code in (*CODES, "tttt-uuuu-vvvv")}
    assert all(len(bytes(value)) == 16 and bytes(value)[:12] not in plain for (value,) in hashes)


async def test_taking_it_away_takes_everything(database: Database, keyring: Keyring) -> None:
    ratna = await enrolled(database, keyring)
    async with database.writing() as tx:
        assert not await second_step.enrol(tx, keyring, ratna, "OTHER", 1, CODES)
        assert await second_step.drop(tx, ratna)
        assert not await second_step.drop(tx, ratna)
        assert (await second_step.secret(tx, keyring, ratna), await second_step.left(tx, ratna)) == (None, 0)
        assert not await second_step.use(tx, ratna, 999)


async def test_a_session_says_whether_its_member_owes_one(database: Database, keyring: Keyring) -> None:
    ratna = await member(database)
    async with database.writing() as tx:
        await staff.open_session(tx, "token", staff_id=ratna, csrf_secret="c", now=NOW, expires_at=later(days=1))
        owed = []
        for roles in ((), ("admin",), ("admin", "reviewer")):
            await second_step.require(tx, roles)
            assert await second_step.required(tx) == frozenset(roles)
            seat = await staff.session(tx, "token")
            assert seat
            owed.append(seat.owes_step)
        await second_step.enrol(tx, keyring, ratna, SECRET, 1, CODES)
        seat = await staff.session(tx, "token")
    assert owed == [False, False, True]
    assert seat
    assert (seat.owes_step, seat.member.second_step) == (False, True)
