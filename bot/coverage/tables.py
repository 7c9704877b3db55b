"""The tables by which outlines are read; an organisation adds the names of its own data there."""

from __future__ import annotations

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """Read `data/<name>.csv` of this package as one mapping a row; lines that begin with # say what it is."""
    text = (files("bot.coverage") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))
