"""What may be shown of a true number, so that nobody can be found in it: not by looking, not by subtracting.

Every number shown is a multiple of five, at most the true one; below five nothing is shown. So whatever is subtracted
from whatever, yesterday from today or the parts from the whole, the difference is five people or none. And a whole is
lowered until its parts leave room for each hidden one to be nobody at all.
"""

from __future__ import annotations

from collections.abc import Sequence

STEP = 5  # people: fewer are never told apart


def rounded(n: int) -> int:
    """The multiple of five at or below a number."""
    return n - n % STEP


def whole(n: int, parts: Sequence[int]) -> int:
    """What to show of an area, given what is shown of its parts (0: hidden).

    Somebody who adds up the most that each other part may be must never learn that a hidden one holds anybody.
    """
    shown = rounded(n)
    hidden = sum(part == 0 for part in parts)
    if not hidden:
        return shown
    most = sum(part + STEP - 1 for part in parts if part) + (STEP - 1) * (hidden - 1)
    return min(shown, rounded(most))
