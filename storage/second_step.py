"""The second step of a login: a member's sealed secret, codes used once, recovery codes, and who must have one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from storage.keys import Keyring
from storage.tx import Tx

REQUIRED = "second_step.roles"  # its name among the house's marks; the value: roles, separated by spaces


async def secret(tx: Tx, keyring: Keyring, staff_id: int) -> str | None:
    """A member's secret; None where they have no second step."""
    for (sealed,) in await tx.rows("SELECT totp FROM staff WHERE id = $1 AND totp IS NOT NULL", (staff_id,)):
        return keyring.open_house(bytes(sealed), place(staff_id)).decode()
    return None


async def enrol(tx: Tx, keyring: Keyring, staff_id: int, new: str, step: int, codes: Sequence[str]) -> bool:
    """Give a member a second step. step: of the code that proved it. False when they had one already."""
    done = await tx.rows(
        "UPDATE staff SET totp = $1, totp_step = $2 WHERE id = $3 AND totp IS NULL RETURNING id",
        (keyring.seal_house(new.encode(), place(staff_id)), step, staff_id),
    )
    if done:
        await renew(tx, keyring, staff_id, codes)
    return bool(done)


async def use(tx: Tx, staff_id: int, step: int) -> bool:
    """Use the code of a moment. False when that one, or a later one, was used before."""
    used = await tx.rows(
        "UPDATE staff SET totp_step = $1 WHERE id = $2 AND totp_step < $1 AND totp IS NOT NULL RETURNING id",
        (step, staff_id),
    )
    return bool(used)


async def drop(tx: Tx, staff_id: int) -> bool:
    """Take a member's second step away. False when they had none."""
    gone = await tx.rows(
        "UPDATE staff SET totp = NULL, totp_step = 0 WHERE id = $1 AND totp IS NOT NULL RETURNING id", (staff_id,)
    )
    await tx.rows("DELETE FROM recovery_codes WHERE staff_id = $1", (staff_id,))
    return bool(gone)


def place(staff_id: int) -> str:
    """Where a secret is sealed for."""
    return f"staff.totp/{staff_id}"


# ---- recovery codes -----------------------------------------------------------------------------------------------


async def renew(tx: Tx, keyring: Keyring, staff_id: int, codes: Sequence[str]) -> None:
    """Give a member these recovery codes instead of those they had. Only keyed hashes are kept."""
    await tx.rows("DELETE FROM recovery_codes WHERE staff_id = $1", (staff_id,))
    rows = [(staff_id, _hash(keyring, staff_id, code)) for code in codes]
    await tx.insert("recovery_codes", ("staff_id", "code_hash"), rows)


async def spend(tx: Tx, keyring: Keyring, staff_id: int, code: str, now: datetime) -> bool:
    """Use a recovery code. False for one that is unknown or used."""
    spent = await tx.rows(
        "UPDATE recovery_codes SET used_at = $1 WHERE staff_id = $2 AND code_hash = $3 AND used_at IS NULL RETURNING id",
        (now, staff_id, _hash(keyring, staff_id, code)),
    )
    return bool(spent)


async def left(tx: Tx, staff_id: int) -> int:
    """How many recovery codes a member has left."""
    rows = await tx.rows("SELECT COUNT(*) FROM recovery_codes WHERE staff_id = $1 AND used_at IS NULL", (staff_id,))
    return int(rows[0][0])


def _hash(keyring: Keyring, staff_id: int, code: str) -> bytes:
    return keyring.blind("staff.recovery", f"{staff_id}/{code}")


# ---- who must -----------------------------------------------------------------------------------------------------


async def required(tx: Tx) -> frozenset[str]:
    """The roles that must have a second step."""
    rows = await tx.rows("SELECT value FROM house WHERE name = $1", (REQUIRED,))
    return frozenset(bytes(rows[0][0]).decode().split()) if rows else frozenset()


async def require(tx: Tx, roles: Collection[str]) -> None:
    """Say which roles must have one, from now on."""
    same = "(name) DO UPDATE SET value = excluded.value"
    await tx.insert("house", ("name", "value"), [(REQUIRED, " ".join(sorted(roles)).encode())], same)
