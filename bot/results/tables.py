"""The tables of words by which the agency's lists are read; an organisation adds its own there."""

from __future__ import annotations

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """Read `data/<name>.csv` of this package as one mapping a row; lines that begin with # say what it is."""
    text = (files("bot.results") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))
