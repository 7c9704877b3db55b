"""A password is judged when it is chosen, and a wrong one costs more time each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.admin.passwords import fits, hashed, rest, weakness

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("kopi tubruk", "short"),
        ("x" * 201, "long"),
        ("ratnadewi2026!", "yours"),
        ("ratna.ratna.ratna", "yours"),
        ("aaaaaaaaaaaaaaaa", "plain"),
        ("abcdefghijklmno", "plain"),
        ("1234567890123456", "plain"),
        ("abababababab", "plain"),
        ("Password123456!", "common"),
        ("rahasia-taruna-2026", "common"),
        ("kopi tubruk manis", None),
        ("Xw9-kq2v-Lm4z", None),
    ],
)
def test_a_weak_password_is_named_by_its_weakness(password: str, said: str | None) -> None:
    assert weakness(password, "ratna", "Ratna Dewi") == said


async def test_a_password_fits_only_its_own_hash() -> None:
    stored = await hashed("kopi tubruk manis")
    assert stored.startswith("$argon2id$")
    assert await fits("kopi tubruk manis", stored)
    assert not await fits("kopi tubruk pahit", stored)
    assert not await fits("kopi tubruk manis", "not a hash")


async def test_nobody_gets_in_without_a_hash() -> None:
    assert not await fits("nobody has this password", None)
    assert not await fits("", None)


def test_a_login_rests_longer_with_every_wrong_password() -> None:
    assert rest(4, NOW) is None
    minutes = [(rest(failures, NOW) or NOW) - NOW for failures in (5, 6, 7, 8, 9, 50)]
    assert minutes == [timedelta(minutes=m) for m in (1, 2, 4, 8, 15, 15)]
