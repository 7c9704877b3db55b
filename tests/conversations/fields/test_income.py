"""Monthly income: told by the month, the week or the day, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.fields.field import Narrowed, Problem, Reading, Took, Unsure
from conversations.fields.income import Income
from conversations.turn import Rupiah
from tests.conversations.fields.labelled import asking, assert_understood, offering, told

DAILY = {"amount": 100_000, "per": "day"}
WEEKLY = {"amount": 700_000, "per": "week"}
SOME = {"amount": 80_000, "per": "?"}


def daily(days: int) -> Unsure:
    facts = {"amount_rp": 100_000, "days": days, "month_rp": 100_000 * days}
    return Unsure(100_000 * days, "daily", facts, ("approximate",))


def weekly(weeks: int) -> Unsure:
    facts = {"amount_rp": 700_000, "weeks": weeks, "month_rp": 700_000 * weeks}
    return Unsure(700_000 * weeks, "weekly", facts, ("approximate",))


def read(text: str, partial: dict[str, object] | None = None) -> Reading:
    return Income().read(text, asking(partial=partial))


def test_amounts_are_understood() -> None:
    assert_understood("money", Income(), asking(), at_least=350)


def test_a_days_income_asks_for_the_working_days_and_says_the_month_back() -> None:
    half = read("100rb sehari")
    assert half == Narrowed({"amount": 100_000, "per": "day"})
    question = Income().question(asking(partial=DAILY))
    assert (question.part, question.facts) == ("days", {"amount": Rupiah(100_000)})
    assert [option.value for option in question.options] == ["week5", "week6", "week7"]
    assert Income().pick("week6", asking(partial=DAILY)) == daily(26)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("5", 22),
        ("6", 26),
        ("7", 30),
        ("6 hari", 26),
        ("enam hari seminggu", 26),
        ("6x seminggu", 26),
        ("seminggu 6", 26),
        ("tiap hari", 30),
        ("senin sampai sabtu", 26),
        ("26", 26),
        ("26 hari sebulan", 26),
        ("dua puluh hari", 20),
        ("4 hari sebulan", 4),
        ("kerja 20 hari aja kak", 20),
        ("libur minggu", 26),
    ],
)
def test_working_days_are_told_by_the_week_or_the_month(text: str, days: int) -> None:
    assert read(text, DAILY) == daily(days)


@pytest.mark.parametrize("text", ["0", "32", "8 hari seminggu", "gak tentu", "ya", "besok"])
def test_days_that_no_month_has_are_asked_again(text: str) -> None:
    assert read(text, DAILY) == Problem("no_days")


@pytest.mark.parametrize(
    ("text", "weeks"), [("4", 4), ("3 minggu", 3), ("tiap minggu", 4), ("dua", 2), ("5 minggu", 5)]
)
def test_a_weeks_income_asks_for_the_weeks(text: str, weeks: int) -> None:
    assert read(text, WEEKLY) == weekly(weeks)
    assert Income().question(asking(partial=WEEKLY)).part == "weeks"
    assert Income().pick("month4", asking(partial=WEEKLY)) == weekly(4)


@pytest.mark.parametrize("text", ["0", "6", "kadang", "30"])
def test_weeks_that_no_month_has_are_asked_again(text: str) -> None:
    assert read(text, WEEKLY) == Problem("no_weeks")


def test_an_amount_without_a_period_asks_for_it() -> None:
    question = Income().question(asking(partial=SOME))
    assert (question.part, [o.value for o in question.options]) == ("period", ["day", "week", "month"])
    assert read("sehari", SOME) == Narrowed({"amount": 80_000, "per": "day"})
    assert read("per minggu", SOME) == Narrowed({"amount": 80_000, "per": "week"})
    assert read("bulanan", SOME) == Took(80_000)
    shown = offering(("day", "Sehari"), ("week", "Seminggu"), ("month", "Sebulan"), partial=SOME)
    assert Income().read("3", shown) == Took(80_000)
    assert Income().pick("day", asking(partial=SOME)) == Narrowed({"amount": 80_000, "per": "day"})


@pytest.mark.parametrize("partial", [DAILY, WEEKLY, SOME])
def test_another_amount_typed_instead_begins_anew(partial: dict[str, object]) -> None:
    assert read("eh 150rb sehari", partial) == Narrowed({"amount": 150_000, "per": "day"})
    assert read("3 juta sebulan", partial) == Took(3_000_000)


def test_a_range_offers_its_middle() -> None:
    facts = {"from_rp": 2_000_000, "to_rp": 3_000_000, "month_rp": 2_500_000}
    assert read("2-3 juta") == Unsure(2_500_000, "range", facts, ("approximate",))


def test_what_is_said_loosely_is_flagged_for_the_officer() -> None:
    assert read("sekitar 3 juta") == Took(3_000_000, ("approximate",))
    assert read("3 juta") == Took(3_000_000)


def test_the_value_is_shown_as_rupiah() -> None:
    shown = Income().shown(2_300_000)["value"]
    assert isinstance(shown, Rupiah)
    assert shown == 2_300_000


@pytest.mark.parametrize("value", ["", "week9", "month9", "year", "day"])
def test_a_stale_tap_is_asked_again(value: str) -> None:
    assert isinstance(Income().pick(value, asking()), Problem)
    assert isinstance(Income().pick(value, asking(partial=DAILY)), Problem)


@settings(deadline=None)
@given(st.integers(min_value=500, max_value=99_999))
def test_every_way_of_writing_an_amount_gives_that_amount(thousands: int) -> None:
    amount = thousands * 1000
    grouped = f"{amount:,}".replace(",", ".")
    million, rest = divmod(thousands, 1000)
    written = [
        str(amount),
        grouped,
        f"Rp{grouped}",
        f"Rp {grouped},-",
        f"{grouped},00",
        f"{thousands}rb",
        f"{thousands} ribu",
    ]
    if million:
        written.append(f"{million} juta {rest} ribu" if rest else f"{million} juta")
        written.append(f"{million}jt{rest}rb" if rest else f"{million}jt")
    if rest % 100 == 0:
        written += [f"{million},{rest // 100} juta", f"{million}.{rest // 100}jt"]
    for text in written:
        assert read(text) == Took(amount), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("itu sehari", "half"),
        ("buat sebulan", "took 80000"),
        ("semingu", "half"),
        ("sebulann", "sure 80000"),
        ("untuk satu hari", "half"),
        ("kadang sehari kadang seminggu", "problem no_period"),
        ("2jt sebulan", "took 2000000"),
    ],
)
def test_the_period_of_an_amount_is_understood_however_it_is_said(text: str, expected: str) -> None:
    asked = offering(("day", "Sehari"), ("week", "Seminggu"), ("month", "Sebulan"), partial=SOME)
    assert told(Income().read(text, asked)) == expected


@pytest.mark.parametrize(("text", "days"), [("sebulan 26", 26), ("sebulan 5", 5), ("5", 22), ("seminggu 6 hari", 26)])
def test_working_days_are_a_weeks_or_a_months_as_they_are_told(text: str, days: int) -> None:
    assert read(text, DAILY) == daily(days)
