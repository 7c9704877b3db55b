"""Work behind the command line that needs the database but no web server."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.settings import Settings
from storage import audit, staff
from storage.database import Database
from storage.keys import Keyring
from storage.migrate import migrate
from storage.opening import open_keyring
from storage.rotate import rotate

INVITED_FOR = timedelta(hours=24)
Progress = Callable[[int, int], None]


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, Keyring]]:
    """The database at this program's schema, and its keys."""
    await migrate(settings.database_url)
    db = await Database.open(settings.database_url)
    try:
        yield db, await open_keyring(db, settings.data_keys.get_secret_value(), settings.var / "keys")
    finally:
        await db.close()


async def setup_link(db: Database, settings: Settings, now: datetime) -> str:
    """A fresh one-time link to become the first admin; "" once there is one."""
    async with db.writing() as tx:
        if await staff.any_admin(tx):
            return ""
        return await _invite(tx, settings, "admin", now)


async def invite(settings: Settings, role: str) -> str:
    """A one-time link to become staff with this role."""
    now = datetime.now(UTC)
    async with opened(settings) as (db, _), db.writing() as tx:
        await audit.append(tx, actor="command line", action="staff.invited", subject=role, facts={}, at=now)
        return await _invite(tx, settings, role, now)


async def _invite(tx: staff.Tx, settings: Settings, role: str, now: datetime) -> str:
    token = secrets.token_urlsafe(24)
    await staff.invite(tx, token, role=role, now=now, expires_at=now + INVITED_FOR)
    return f"{settings.base_url}/admin/setup/{token}"


async def rotate_keys(settings: Settings, progress: Progress) -> int:
    """Wrap every key with the current key-encryption key. Returns how many were wrapped anew."""
    async with opened(settings) as (db, keyring):
        return await rotate(db, keyring, progress)


async def verify_audit(settings: Settings) -> int | None:
    """The first broken link of the audit chain, or None."""
    async with opened(settings) as (db, _), db.snapshot() as tx:
        return await audit.verify(tx)
