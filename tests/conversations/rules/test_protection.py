"""Protected until a day, late for three months, then no longer a member."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conversations.rules.protection import last_chance, protection


@pytest.mark.parametrize(
    ("paid_until", "last"),
    [
        (date(2026, 12, 31), date(2027, 3, 31)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 11, 29), date(2027, 2, 28)),
        (date(2027, 2, 28), date(2027, 5, 31)),
        (date(2026, 11, 15), date(2027, 2, 15)),
        (date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_three_months_after_the_end_is_the_last_chance(paid_until: date, last: date) -> None:
    assert last_chance(paid_until) == last


def test_the_last_day_paid_for_is_still_protected_and_the_last_chance_is_still_late() -> None:
    until = date(2026, 12, 31)
    last, a_day = last_chance(until), timedelta(days=1)
    days = (until, until + a_day, last, last + a_day)
    assert [protection(until, day) for day in days] == ["active", "late", "late", "lapsed"]
