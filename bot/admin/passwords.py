"""Passwords: judged when chosen, hashed with argon2id, checked in as much time whether the login exists or not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Literal, TypeAlias

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_LEAST = 12
AT_MOST = 200  # argon2 takes longer texts, but nobody types them
FREE_FAILURES = 5  # wrong passwords before the login rests
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=15)

Weakness: TypeAlias = Literal["short", "long", "yours", "plain", "common"]

_HASHER = PasswordHasher()  # argon2id; RFC 9106's second choice: 64 MiB, three passes, four lanes
_HANDS = ThreadPoolExecutor(2, "passwords")  # so that a storm of logins cannot take gigabytes
_COMMON = (
    *("password", "katasandi", "rahasia", "admin", "qwerty", "123456", "abcdef"),
    *("taruna", "bpjs", "jakarta", "indonesia", "selamat", "bismillah"),
)


def weakness(password: str, login: str, name: str) -> Weakness | None:
    """Name why a password should not be taken, or None."""
    folded = password.casefold()
    if len(password) < AT_LEAST:
        return "short"
    if len(password) > AT_MOST:
        return "long"
    if _mostly(folded, [part.casefold() for part in (login, *name.split()) if len(part) > 3]):
        return "yours"
    if len(set(folded)) < 5 or _steps(folded) > len(folded) * 2 // 3:
        return "plain"
    if _mostly(folded, _COMMON):
        return "common"
    return None


def _mostly(folded: str, known: Sequence[str]) -> bool:
    """Say whether little is left of a password when these words, and the usual decoration, are taken out."""
    left = folded
    for word in known:
        left = left.replace(word, "")
    return left != folded and len(left.strip(" 0123456789!.-_")) < AT_LEAST // 2


def _steps(folded: str) -> int:
    """How many characters follow their neighbour in the alphabet or repeat it: abcdef, 654321, aaaa."""
    return sum(abs(ord(a) - ord(b)) <= 1 for a, b in pairwise(folded))


async def hashed(password: str) -> str:
    """Hash a password for the staff table."""
    return await asyncio.get_running_loop().run_in_executor(_HANDS, _HASHER.hash, password)


async def fits(password: str, password_hash: str | None) -> bool:
    """Check a password. Without a hash the same work is done for nothing, so that time tells no logins."""
    return await asyncio.get_running_loop().run_in_executor(_HANDS, _verify, password[:AT_MOST], password_hash)


def stale(password_hash: str) -> bool:
    """Say whether a hash was made with other parameters than today's, and should be made anew at the next login."""
    return _HASHER.check_needs_rehash(password_hash)


def rest(failures: int, now: datetime) -> datetime | None:
    """Until when a login rests after so many wrong passwords in a row: one minute, doubling, at most fifteen."""
    over = failures - FREE_FAILURES
    return None if over < 0 else now + min(LONGEST_REST, FIRST_REST * 2 ** min(over, 10))


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        return _HASHER.verify(password_hash or _nobodys_hash(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
