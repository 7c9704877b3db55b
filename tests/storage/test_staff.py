"""Staff: links that work once, logins that are unique, sessions that end, wrong passwords that all count."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from storage import staff
from storage.database import Database
from storage.errors import AlreadyThere
from storage.staff import Member
from tests.storage.world import NOW, later


async def join(
    db: Database, login: str = "ana", *, token: str = "", at: datetime = NOW, role: str = "admin"
) -> Member | None:
    token = token or f"token-{login}"
    async with db.writing() as tx:
        await staff.invite(tx, token, role=role, now=NOW, expires_at=later(days=1), area="31.74", name="Ana")
    async with db.writing() as tx:
        return await staff.join(tx, token, login=login, name=login.title(), password_hash="hash", now=at)


async def member(db: Database, login: str = "ana") -> Member:
    joined = await join(db, login)
    assert joined is not None
    return joined


async def test_an_invitation_makes_a_member_once(database: Database) -> None:
    async with database.writing() as tx:
        assert not await staff.any_admin(tx)
        await staff.invite(tx, "t", role="admin", now=NOW, expires_at=later(days=1), area="31.74", name="Ana")
        good = await staff.invitation(tx, "t", NOW)
        assert good is not None
        assert (good.role, good.area, good.name, good.expires_at) == ("admin", "31.74", "Ana", later(days=1))
        made = await staff.join(tx, "t", login="ana", name="Ana", password_hash="hash", now=NOW)
        assert made is not None
        assert (made.login, made.role, made.area, made.failures, made.disabled_at) == ("ana", "admin", "31.74", 0, None)
        assert await staff.any_admin(tx)
        assert await staff.invitation(tx, "t", NOW) is None
        assert await staff.join(tx, "t", login="eve", name="Eve", password_hash="hash", now=NOW) is None


async def test_an_invitation_used_by_two_at_once_makes_one_member(database: Database) -> None:
    async with database.writing() as tx:
        await staff.invite(tx, "t", role="admin", now=NOW, expires_at=later(days=1))

    async def use(login: str) -> Member | None:
        async with database.writing() as tx:
            return await staff.join(tx, "t", login=login, name=login, password_hash="h", now=NOW)

    made = await asyncio.gather(*[use(f"eve{n}") for n in range(6)])
    assert sum(one is not None for one in made) == 1


async def test_an_invitation_too_old_or_unknown_is_good_for_nothing(database: Database) -> None:
    assert await join(database, at=later(days=1)) is None
    async with database.reading() as tx:
        assert await staff.invitation(tx, "token-ana", later(days=1)) is None
        assert await staff.invitation(tx, "never made", NOW) is None


async def test_a_taken_login_leaves_the_invitation_good(database: Database) -> None:
    await member(database)
    with pytest.raises(AlreadyThere):
        await join(database, token="second")
    async with database.reading() as tx:
        assert await staff.invitation(tx, "second", NOW) is not None


async def test_tokens_are_not_in_the_database(database: Database) -> None:
    ana = await member(database)
    async with database.writing() as tx:
        await staff.open_session(
            tx, "secret-session", staff_id=ana.id, csrf_secret="c", now=NOW, expires_at=later(hours=1)
        )
        rows = await tx.rows("SELECT token_hash FROM staff_sessions UNION ALL SELECT token_hash FROM invitations")
    assert len(rows) == 2
    for (stored,) in rows:
        assert b"secret" not in bytes(stored)
        assert b"token" not in bytes(stored)


async def test_a_session_seats_its_member_until_it_is_revoked(database: Database) -> None:
    ana = await member(database)
    async with database.writing() as tx:
        first = await staff.open_session(
            tx, "s1", staff_id=ana.id, csrf_secret="c1", now=NOW, expires_at=later(hours=1)
        )
        await staff.open_session(tx, "s2", staff_id=ana.id, csrf_secret="c2", now=NOW, expires_at=later(hours=2))
        await staff.touch_session(tx, first, later(minutes=5))
        seat = await staff.session(tx, "s1")
        assert seat is not None
        assert (seat.csrf_secret, seat.last_seen, seat.expires_at) == ("c1", later(minutes=5), later(hours=1))
        assert seat.member == ana
        assert [s.csrf_secret for s in await staff.sessions_of(tx, ana.id, later(minutes=1))] == ["c2", "c1"]
        assert [s.csrf_secret for s in await staff.sessions_of(tx, ana.id, later(hours=1))] == ["c2"]
        await staff.revoke_session(tx, first, ana.id, NOW)
        assert await staff.session(tx, "s1") is None
        assert await staff.session(tx, "never made") is None


async def test_nobody_revokes_somebody_elses_session(database: Database) -> None:
    ana, budi = await member(database, "ana"), await member(database, "budi")
    async with database.writing() as tx:
        seat = await staff.open_session(tx, "s", staff_id=ana.id, csrf_secret="c", now=NOW, expires_at=later(hours=1))
        await staff.revoke_session(tx, seat, budi.id, NOW)
        assert await staff.session(tx, "s") is not None


async def test_a_member_shut_out_is_out_at_once(database: Database) -> None:
    ana = await member(database)
    async with database.writing() as tx:
        await staff.open_session(tx, "s", staff_id=ana.id, csrf_secret="c", now=NOW, expires_at=later(hours=1))
        assert await staff.disable(tx, ana.id, NOW)
        assert not await staff.disable(tx, ana.id, NOW)
        assert await staff.session(tx, "s") is None
        assert not await staff.any_admin(tx)
        shut = await staff.by_login(tx, "ana")
    assert shut is not None
    assert shut.disabled_at == NOW


async def test_every_wrong_password_counts_even_when_many_are_tried_at_once(database: Database) -> None:
    ana = await member(database)

    async def guess() -> int:
        async with database.writing() as tx:
            return await staff.count_failure(tx, ana.id)

    assert sorted(await asyncio.gather(*[guess() for _ in range(12)])) == list(range(1, 13))
    async with database.writing() as tx:
        await staff.note_failure(tx, ana.id, 12, later(minutes=15))
        resting = await staff.by_login(tx, "ana")
        assert resting is not None
        assert (resting.failures, resting.locked_until) == (12, later(minutes=15))
        await staff.note_success(tx, ana.id)
        rested = await staff.by_login(tx, "ana")
        assert rested is not None
        assert (rested.failures, rested.locked_until) == (0, None)


async def test_members_are_listed_by_login_and_passwords_change(database: Database) -> None:
    for login in ("budi", "ana"):
        await member(database, login)
    async with database.writing() as tx:
        [ana, budi] = await staff.members(tx)
        await staff.set_password(tx, ana.id, "new hash")
        changed = await staff.by_login(tx, "ana")
    assert (ana.login, budi.login) == ("ana", "budi")
    assert changed is not None
    assert changed.password_hash == "new hash"


async def test_somebody_shut_out_can_be_let_in_again_but_not_into_old_sessions(database: Database) -> None:
    ana = await member(database)
    async with database.writing() as tx:
        await staff.open_session(tx, "s", staff_id=ana.id, csrf_secret="c", now=NOW, expires_at=later(hours=12))
        assert await staff.last_seen(tx) == {ana.id: NOW}
        assert not await staff.enable(tx, ana.id)
        await staff.disable(tx, ana.id, NOW)
        assert (await staff.admins(tx), await staff.last_seen(tx)) == (set(), {})
        assert await staff.enable(tx, ana.id)
        assert await staff.admins(tx) == {ana.id}
        assert await staff.session(tx, "s") is None


async def test_a_link_that_was_withdrawn_is_worth_nothing(database: Database) -> None:
    async with database.writing() as tx:
        for token in ("one", "two", "spent"):
            await staff.invite(tx, token, role="reviewer", now=NOW, expires_at=later(days=1), area="31.75", name=token)
        await staff.invite(tx, "old", role="reviewer", now=NOW, expires_at=NOW)
        await staff.join(tx, "spent", login="budi", name="Budi", password_hash="hash", now=NOW)
        good = await staff.invitations(tx, NOW)
        assert [(i.name, i.area) for i in good] == [("two", "31.75"), ("one", "31.75")]
        assert await staff.withdraw(tx, good[1].id, NOW)
        assert not await staff.withdraw(tx, good[1].id, NOW)
        assert await staff.invitation(tx, "one", NOW) is None
        assert [i.name for i in await staff.invitations(tx, NOW)] == ["two"]
