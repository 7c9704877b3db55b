"""A password on a sheet, as Excel and LibreOffice ask for it; opened again as a check before anybody is given it."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import IO

import msoffcrypto
from msoffcrypto.format.ooxml import OOXMLFile

SHORTEST, LONGEST = 8, 100


class NotLocked(Exception):
    """What was locked does not open to what it was; it is given to nobody."""


async def lock(plain: IO[bytes], locked: IO[bytes], password: str, scratch: Path) -> None:
    """Write a locked copy of a sheet (AES-256, ECMA-376 agile). Both files stay open, at their beginnings.

    Raises:
        NotLocked: the check failed.
    """
    await asyncio.to_thread(_lock, plain, locked, password, scratch)


def _lock(plain: IO[bytes], locked: IO[bytes], password: str, scratch: Path) -> None:
    plain.seek(0)
    OOXMLFile(plain).encrypt(password, locked)
    locked.seek(0)
    check = msoffcrypto.OfficeFile(locked)
    check.load_key(password=password)
    with (scratch / "unlocked").open("w+b") as again:
        check.decrypt(again)
        same = _digest(again) == _digest(plain)
    (scratch / "unlocked").unlink()
    if not same:
        raise NotLocked("the locked sheet does not open to what it was")
    locked.seek(0)


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a real file reads into
    file.seek(0)
    return digest
