"""So many tries a minute, counted per address."""

from __future__ import annotations

from bot.pages.limit import BEHIND_A_PROXY, REMEMBERED, Limit


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_tries_come_back_as_the_window_slides() -> None:
    watch = Watch()
    limit = Limit(2, 60, watch)
    assert [limit.allows("36.68.0.1") for _ in range(3)] == [True, True, False]
    watch.now = 60
    assert limit.allows("36.68.0.1")


def test_addresses_are_counted_apart() -> None:
    limit = Limit(1, 60, Watch())
    assert [limit.allows(f"36.68.0.{n}") for n in range(3)] == [True, True, True]


def test_a_proxy_may_speak_for_many() -> None:
    limit = Limit(1, 60, Watch())
    assert [limit.allows("127.0.0.1") for _ in range(BEHIND_A_PROXY + 1)] == [True] * BEHIND_A_PROXY + [False]


def test_memory_of_addresses_is_bounded() -> None:
    limit = Limit(1, 60, Watch())
    for n in range(REMEMBERED + 100):
        limit.allows(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(limit._tries) <= REMEMBERED
