"""Days that were lately, and numbers of months, as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.fields.field import Asking, Problem, Reading, Took, Unsure
from conversations.fields.month_count import MonthCount
from conversations.fields.recent_day import MOST, RecentDay
from conversations.turn import Offered

TODAY = date(2026, 11, 24)
DAYS = (Offered("payment.paid_on", "today", "Hari ini"), Offered("payment.paid_on", "yesterday", "Kemarin"))
MONTHS = tuple(Offered("payment.months", n, f"{n} bulan") for n in ("1", "3", "6", "12"))


def day(text: str, today: date = TODAY) -> Reading:
    return RecentDay().read(text, Asking("payment.paid_on", {}, today, offered=DAYS))


def months(text: str) -> Reading:
    return MonthCount().read(text, Asking("payment.months", {}, TODAY, offered=MONTHS))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("hari ini", "2026-11-24"),
        ("barusan", "2026-11-24"),
        ("tadi pagi", "2026-11-24"),
        ("1", "2026-11-24"),
        ("Kemarin", "2026-11-23"),
        ("kmrn", "2026-11-23"),
        ("kemarin lusa", "2026-11-22"),
        ("2 hari lalu", "2026-11-22"),
        ("dua hari yang lalu", "2026-11-22"),
        ("seminggu lalu", "2026-11-17"),
        ("2 minggu lalu", "2026-11-10"),
        ("3 days ago", "2026-11-21"),
        ("20 november", "2026-11-20"),
        ("20 nov", "2026-11-20"),
        ("20/11", "2026-11-20"),
        ("tgl 20 november 2026", "2026-11-20"),
        ("30 desember", "2025-12-30"),
        ("2 Januari 2026", "2026-01-02"),
    ],
)
def test_a_recent_day_is_read(typed: str, value: str) -> None:
    assert day(typed) == Took(value)


@pytest.mark.parametrize(
    ("typed", "value"), [("tgl 20", "2026-11-20"), ("tanggal 28", "2026-10-28"), ("31", "2026-10-31")]
)
def test_a_bare_day_of_the_month_is_asked_about(typed: str, value: str) -> None:
    assert day(typed) == Unsure(value, "meant", {"day_date": value})


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("besok", "no_date"),
        ("lupa", "no_date"),
        ("sudah lama", "no_date"),
        ("25 november 2026", "future"),
        ("2 januari 2024", "too_long_ago"),
        ("900 hari lalu", "too_long_ago"),
    ],
)
def test_what_is_no_recent_day_says_why(typed: str, code: str) -> None:
    reading = day(typed)
    assert isinstance(reading, Problem)
    assert reading.code == code


@given(text=st.text(max_size=60), today=st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_whatever_is_typed_no_day_is_in_the_future_or_too_old(text: str, today: date) -> None:
    reading = day(text, today)
    if isinstance(reading, Took | Unsure):
        assert timedelta(0) <= today - date.fromisoformat(str(reading.value)) <= timedelta(MOST)


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("3 bulan", 3),
        ("tiga bulan aja", 3),
        ("2 bln", 2),
        ("untuk 5 bulan", 5),
        ("sebulan", 1),
        ("setahun", 12),
        ("1 tahun", 12),
        ("setengah tahun", 6),
        ("1", 1),
        ("5", 5),
        ("9", 9),
        ("2 months", 2),
    ],
)
def test_months_are_read(typed: str, count: int) -> None:
    assert months(typed) == Took(count)


@pytest.mark.parametrize("typed", ["2", "3", "4"])
def test_a_bare_number_that_counts_the_buttons_too_is_asked_about(typed: str) -> None:
    reading = months(typed)
    assert isinstance(reading, Unsure)
    assert reading.facts == {"n": reading.value}


@pytest.mark.parametrize(
    ("typed", "code"), [("0 bulan", "out_of_range"), ("3 tahun", "out_of_range"), ("lupa", "no_number")]
)
def test_what_is_no_number_of_months_says_why(typed: str, code: str) -> None:
    reading = months(typed)
    assert isinstance(reading, Problem)
    assert reading.code == code
