"""How fast a chat writes: three numbers in its own row, so that a turn knows without asking for more."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flow:
    """minute, day: when all it wrote so far is worked off, at the pace of a minute and of a day (microseconds, UTC).

    flooded_at: since when it is not answered, because it wrote far faster than people do; None otherwise.
    """

    minute: int = 0
    day: int = 0
    flooded_at: int | None = None


STILL = Flow()
