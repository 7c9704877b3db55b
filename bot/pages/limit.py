"""So many tries an address a minute: a brake on guessing, not a lock."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable

REMEMBERED = 10_000
BEHIND_A_PROXY = 30  # times as many tries: a private address may speak for a whole town


class Limit:
    """Counts tries in a sliding window. Addresses are forgotten, oldest first."""

    def __init__(self, tries: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = tries
        self._window = seconds
        self._clock = clock
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Count a try, and say whether it is within the limit."""
        if self.spent(address):
            return False
        self._tries[address].append(self._clock())
        return True

    def spent(self, address: str) -> bool:
        """Say whether the limit is reached, without counting a try."""
        tries = self._tries.pop(address, deque())
        self._tries[address] = tries
        while tries and tries[0] <= self._clock() - self._window:
            tries.popleft()
        if len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)
        return len(tries) >= self._most * (BEHIND_A_PROXY if _private(address) else 1)


def _private(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return True
