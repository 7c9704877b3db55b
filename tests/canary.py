"""The canary: the people tests make up, looked for after the whole suite wherever nothing personal may be readable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

NIKS = ("3174055708950003", "3174051708950001")
NAMES = ("Siti Aminah", "Budi Santoso", "Kenanga Purnamasari")
PHONES = ("81234567890", "81298765432", "81200000000")
PLANTED = (*NIKS, *NAMES, *PHONES)


def found(content: bytes, planted: Iterable[str] = PLANTED) -> list[str]:
    """Which of these can be read in there: as typed, in groups of digits, in an address, or as UTF-16."""
    plain = content.replace(b"\0", b"") if b"\0" in content else content
    return [value for value in planted if any(form.search(plain) for form in _forms(value))]


def _forms(value: str) -> list[re.Pattern[bytes]]:
    """How a value may be written. Between digits a blank, dot or dash; between words a blank, + or %20."""
    between = rb"[ .-]?" if value.isdigit() else b""
    letters = [re.escape(letter.encode()) if letter != " " else rb"(?: |\+|%20)" for letter in value]
    return [re.compile(between.join(letters), re.IGNORECASE)]


@dataclass
class Watch:
    """What was found where, over a whole run, and how much was looked at."""

    findings: list[str] = field(default_factory=list)
    places: int = 0

    def look(self, where: str, content: bytes) -> None:
        self.places += 1
        self.findings += [f"{value!r} can be read in {where}" for value in found(content)]

    def look_at_files(self, folder: Path) -> None:
        """Logs, the database and what lies beside it."""
        for path in sorted(folder.glob("*")):
            if path.is_file() and path.suffix in (".log", ".db", ".db-wal", ".db-shm"):
                self.look(str(path.name), path.read_bytes())


WATCH = Watch()
