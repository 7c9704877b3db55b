"""Reading the tables of facts that the package carries: CSV with the origin in comment lines above the header."""

from __future__ import annotations

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """Read a table of this package, `<name>.csv`, as one mapping a row."""
    text = (files("conversations.rules") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
