"""Age on the day of registration decides who may join."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conversations.rules.eligibility import age, too_old, too_young

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("born", "years"),
    [
        (date(1995, 8, 17), 31),
        (date(1995, 11, 24), 31),
        (date(1995, 11, 25), 30),
        (date(2026, 11, 24), 0),
    ],
)
def test_age_counts_completed_years(born: date, years: int) -> None:
    assert age(born, TODAY) == years


def test_a_leap_day_birthday_falls_on_the_first_of_march_otherwise() -> None:
    assert age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert age(date(2008, 2, 29), date(2028, 2, 29)) == 20


def test_the_eighteenth_birthday_is_old_enough() -> None:
    assert not too_young(date(2008, 11, 24), TODAY)
    assert too_young(date(2008, 11, 25), TODAY)


def test_the_last_day_of_being_64_is_young_enough_and_the_65th_birthday_is_not() -> None:
    assert not too_old(date(1961, 11, 25), TODAY)
    assert too_old(date(1961, 11, 24), TODAY)


def test_every_day_of_a_life_is_too_young_fitting_or_too_old() -> None:
    born = date(1960, 2, 29)
    said = [(too_young(born, day), too_old(born, day)) for day in (born + timedelta(n) for n in range(366 * 70))]
    assert said == sorted(said, key=lambda pair: (not pair[0], pair[1]))
    assert not any(young and old for young, old in said)
