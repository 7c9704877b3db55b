"""What the programmes pay, by the month that is asked about."""

from __future__ import annotations

from datetime import date

from conversations.rules.tables import rows

_ROWS = tuple((date.fromisoformat(f"{r['from_month']}-01"), r["benefit"], int(r["amount"])) for r in rows("benefits"))
NAMES = tuple(dict.fromkeys(name for _, name, _ in _ROWS))


def benefit(name: str, on: date) -> int:
    """Find a benefit's amount on a day.

    Raises:
        ValueError: nothing of this name was paid then; the table says since when.
    """
    known = sorted((since, amount) for since, called, amount in _ROWS if called == name and since <= on)
    if not known:
        raise ValueError(f"no benefit called {name} on {on}; see rules/data/benefits.csv")
    return known[-1][1]
