"""The people who use the admin pages: invitations, logins, sessions. Tokens are kept as hashes; passwords come hashed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from storage.columns import micros, moment, moment_or_none
from storage.second_step import REQUIRED
from storage.tx import Tx

__all__ = ["Invitation", "Member", "Seat", "Tx"]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of staff. area: the code of the area they are kept to, or None for all.

    second_step: whether they prove themselves by a code, too.
    """

    id: int
    login: str
    name: str
    role: str
    area: str | None
    password_hash: str
    failures: int
    locked_until: datetime | None
    disabled_at: datetime | None
    second_step: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's login in one browser. owes_step: their role must have a second step, and they have none yet."""

    id: int
    csrf_secret: str
    created_at: datetime
    last_seen: datetime
    expires_at: datetime
    member: Member
    owes_step: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link that is still good."""

    id: int
    role: str
    area: str | None
    name: str | None
    expires_at: datetime


_MEMBER = (
    "m.id, m.login, m.name, m.role, m.area, m.password_hash, m.failures, m.locked_until, m.disabled_at, "
    "m.totp IS NOT NULL"
)


async def any_admin(tx: Tx) -> bool:
    """Whether there is an admin who can sign in."""
    return bool(await tx.rows("SELECT 1 FROM staff WHERE role = 'admin' AND disabled_at IS NULL LIMIT 1"))


async def members(tx: Tx) -> list[Member]:
    """Everybody, by login."""
    return [_member(row) for row in await tx.rows(f"SELECT {_MEMBER} FROM staff m ORDER BY m.login")]


async def by_login(tx: Tx, login: str) -> Member | None:
    rows = await tx.rows(f"SELECT {_MEMBER} FROM staff m WHERE m.login = $1", (login,))
    return _member(rows[0]) if rows else None


async def by_id(tx: Tx, staff_id: int) -> Member | None:
    rows = await tx.rows(f"SELECT {_MEMBER} FROM staff m WHERE m.id = $1", (staff_id,))
    return _member(rows[0]) if rows else None


async def count_failure(tx: Tx, staff_id: int) -> int:
    """One more wrong password. Returns how many in a row, however many are tried at once."""
    rows = await tx.rows("UPDATE staff SET failures = failures + 1 WHERE id = $1 RETURNING failures", (staff_id,))
    return int(rows[0][0]) if rows else 0


async def note_failure(tx: Tx, staff_id: int, failures: int, locked_until: datetime | None) -> None:
    await tx.rows("UPDATE staff SET failures = $1, locked_until = $2 WHERE id = $3", (failures, locked_until, staff_id))


async def note_success(tx: Tx, staff_id: int) -> None:
    await tx.rows("UPDATE staff SET failures = 0, locked_until = NULL WHERE id = $1", (staff_id,))


async def set_password(tx: Tx, staff_id: int, password_hash: str) -> None:
    await tx.rows("UPDATE staff SET password_hash = $1 WHERE id = $2", (password_hash, staff_id))


async def disable(tx: Tx, staff_id: int, now: datetime) -> bool:
    """Shut somebody out, at once: their sessions end too. False when they were out already."""
    out = await tx.rows(
        "UPDATE staff SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL RETURNING id", (now, staff_id)
    )
    await tx.rows(
        "UPDATE staff_sessions SET revoked_at = $1 WHERE staff_id = $2 AND revoked_at IS NULL", (now, staff_id)
    )
    return bool(out)


async def enable(tx: Tx, staff_id: int) -> bool:
    """Let somebody sign in again, with the password they had. False when they were not shut out."""
    back = await tx.rows(
        "UPDATE staff SET disabled_at = NULL, failures = 0, locked_until = NULL "
        "WHERE id = $1 AND disabled_at IS NOT NULL RETURNING id",
        (staff_id,),
    )
    return bool(back)


async def admins(tx: Tx) -> set[int]:
    """Everybody who may sign in as admin. Nobody becomes one or stops being one until this transaction ends."""
    held = " FOR UPDATE" if tx.dialect == "postgresql" else ""
    rows = await tx.rows(f"SELECT id FROM staff WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id{held}")
    return {int(row[0]) for row in rows}


async def last_seen(tx: Tx) -> dict[int, datetime]:
    """When each member who is signed in was last seen."""
    rows = await tx.rows(
        "SELECT staff_id, MAX(last_seen) FROM staff_sessions WHERE revoked_at IS NULL GROUP BY staff_id"
    )
    return {int(staff_id): moment(seen) for staff_id, seen in rows}


# ---- invitations --------------------------------------------------------------------------------------------------


async def invite(
    tx: Tx,
    token: str,
    *,
    role: str,
    now: datetime,
    expires_at: datetime,
    area: str | None = None,
    name: str | None = None,
) -> None:
    """Keep a one-time link's token."""
    await tx.insert(
        "invitations",
        ("token_hash", "role", "area", "name", "created_at", "expires_at"),
        [(_hash(token), role, area, name, now, expires_at)],
    )


async def invitation(tx: Tx, token: str, now: datetime) -> Invitation | None:
    """What a link is good for; None for one that is unknown, used or too old."""
    rows = await tx.rows(
        "SELECT id, role, area, name, expires_at FROM invitations "
        "WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
        (_hash(token), now),
    )
    if not rows:
        return None
    row_id, role, area, name, expires_at = rows[0]
    return Invitation(row_id, role, area, name, moment(expires_at))


async def invitations(tx: Tx, now: datetime) -> list[Invitation]:
    """The links that are still good, the newest first."""
    rows = await tx.rows(
        "SELECT id, role, area, name, expires_at FROM invitations WHERE used_at IS NULL AND expires_at > $1 "
        "ORDER BY id DESC",
        (now,),
    )
    return [Invitation(row_id, role, area, name, moment(expires)) for row_id, role, area, name, expires in rows]


async def withdraw(tx: Tx, invitation_id: int, now: datetime) -> bool:
    """Make a link worthless before somebody uses it. False when it was already."""
    gone = await tx.rows(
        "UPDATE invitations SET expires_at = $1 WHERE id = $2 AND used_at IS NULL AND expires_at > $1 RETURNING id",
        (now, invitation_id),
    )
    return bool(gone)


async def join(tx: Tx, token: str, *, login: str, name: str, password_hash: str, now: datetime) -> Member | None:
    """Spend an invitation and create its member. None when it is no longer good.

    Raises:
        AlreadyThere: the login is taken; the invitation stays good, because the transaction is undone.
    """
    spent = await tx.rows(
        "UPDATE invitations SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL AND expires_at > $3 "
        "RETURNING role, area",
        (now, _hash(token), now),
    )
    if not spent:
        return None
    role, area = spent[0]
    await tx.insert(
        "staff",
        ("login", "name", "password_hash", "role", "area", "created_at", "failures"),
        [(login, name, password_hash, role, area, now, 0)],
    )
    return await by_login(tx, login)


# ---- sessions -----------------------------------------------------------------------------------------------------


async def open_session(
    tx: Tx, token: str, *, staff_id: int, csrf_secret: str, now: datetime, expires_at: datetime
) -> int:
    back = await tx.insert(
        "staff_sessions",
        ("token_hash", "staff_id", "csrf", "created_at", "last_seen", "expires_at"),
        [(_hash(token), staff_id, csrf_secret.encode(), now, now, expires_at)],
        returning="id",
    )
    return int(back[0][0])


async def session(tx: Tx, token: str) -> Seat | None:
    """The seat a token belongs to; None when unknown, revoked, or its member was shut out. Age is judged by the caller."""
    rows = await tx.rows(
        f"SELECT s.id, s.csrf, s.created_at, s.last_seen, s.expires_at, {_MEMBER}, "
        "(SELECT value FROM house WHERE name = $2) FROM staff_sessions s "
        "JOIN staff m ON m.id = s.staff_id WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND m.disabled_at IS NULL",
        (_hash(token), REQUIRED),
    )
    if not rows:
        return None
    *row, must = rows[0]
    seat = _seat(tuple(row))
    owes = must is not None and seat.member.role in bytes(must).decode().split() and not seat.member.second_step
    return replace(seat, owes_step=owes)


async def touch_session(tx: Tx, session_id: int, now: datetime) -> None:
    await tx.rows("UPDATE staff_sessions SET last_seen = $1 WHERE id = $2", (now, session_id))


async def revoke_session(tx: Tx, session_id: int, staff_id: int, now: datetime) -> None:
    await tx.rows(
        "UPDATE staff_sessions SET revoked_at = $1 WHERE id = $2 AND staff_id = $3 AND revoked_at IS NULL",
        (now, session_id, staff_id),
    )


async def sessions_of(tx: Tx, staff_id: int, now: datetime) -> list[Seat]:
    """The live sessions of one member, newest first."""
    rows = await tx.rows(
        f"SELECT s.id, s.csrf, s.created_at, s.last_seen, s.expires_at, {_MEMBER} FROM staff_sessions s "
        "JOIN staff m ON m.id = s.staff_id WHERE s.staff_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 "
        "ORDER BY s.id DESC",
        (staff_id, micros(now)),
    )
    return [_seat(row) for row in rows]


def _member(row: tuple[Any, ...]) -> Member:
    row_id, login, name, role, area, password_hash, failures, locked_until, disabled_at, second_step = row
    return Member(
        row_id,
        login,
        name,
        role,
        area,
        password_hash,
        failures,
        moment_or_none(locked_until),
        moment_or_none(disabled_at),
        bool(second_step),
    )


def _seat(row: tuple[Any, ...]) -> Seat:
    row_id, csrf, created, seen, expires = row[:5]
    return Seat(row_id, bytes(csrf).decode(), moment(created), moment(seen), moment(expires), _member(row[5:]))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
