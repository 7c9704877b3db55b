"""What contributions cost: the worked examples, and every edge against the law's numbers written another way."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.rules.contributions import DISCOUNTS, base_for, discount_ends, later, monthly, price

JAN, APR = date(2026, 1, 1), date(2026, 4, 1)
NOV, DEC = date(2026, 11, 1), date(2026, 12, 1)

# The law in thousands, as a rule and not as a list: steps of 200 to 2,6 million, of 500 to 8,2, of a million to 20,2.
LOWER = [0, *range(1100, 2700, 200), *range(2700, 8200, 500), *range(8200, 20201, 1000)]
BASES = [1000, *range(1200, 2800, 200), *range(2950, 8200, 500), *range(8700, 20701, 1000)]
EDGES = [income + by for lower in LOWER for income in (lower * 1000,) for by in (-1001, -1000, -999, -1, 0, 1, 500)]
INCOMES = sorted({income for income in EDGES if income > 0} | {1, 999_999, 1_099_001, 20_199_999, 10**9})


def expected_base(income: int) -> int:
    """Walk down the bands until one begins at or below the income."""
    return (
        next(base for lower, base in zip(reversed(LOWER), reversed(BASES), strict=True) if lower * 1000 <= income)
        * 1000
    )


def expected_month(income: int, sector: str, package: str, month: date, payer: str) -> float:
    """Add up a month as a person with the decree in hand would."""
    base = expected_base(income)
    ordinal = month.year * 12 + month.month
    half_from, half_until = {"transport": (24313, 24327), "other": (24316, 24324)}[sector]
    share = 0.5 if payer == "member" and half_from <= ordinal <= half_until else 1.0
    return (base / 100 + 6800) * share + (base / 50 if package == "three" else 0)


def test_there_are_33_bands() -> None:
    assert len(LOWER) == len(BASES) == 33
    assert len({base_for(income) for income in INCOMES}) == 33


@pytest.mark.parametrize("income", INCOMES)
def test_every_band_begins_where_the_law_says(income: int) -> None:
    assert base_for(income) == expected_base(income)


@pytest.mark.parametrize(
    ("income", "base", "two", "two_half", "three", "three_half"),
    [
        (500_000, 1_000_000, 16_800, 8_400, 36_800, 28_400),
        (1_099_999, 1_000_000, 16_800, 8_400, 36_800, 28_400),
        (1_500_000, 1_600_000, 22_800, 11_400, 54_800, 43_400),
        (2_000_000, 2_000_000, 26_800, 13_400, 66_800, 53_400),
        (3_000_000, 2_950_000, 36_300, 18_150, 95_300, 77_150),
        (5_000_000, 4_950_000, 56_300, 28_150, 155_300, 127_150),
        (20_200_000, 20_700_000, 213_800, 106_900, 627_800, 520_900),
        (99_000_000, 20_700_000, 213_800, 106_900, 627_800, 520_900),
    ],
)
def test_the_table_of_prices(income: int, base: int, two: int, two_half: int, three: int, three_half: int) -> None:
    full, half = date(2025, 12, 1), date(2026, 6, 1)
    assert base_for(income) == base
    assert price(income, "other", "two", full, 1).total == two
    assert price(income, "other", "two", half, 1).total == two_half
    assert price(income, "transport", "three", full, 1).total == three
    assert price(income, "transport", "three", half, 1).total == three_half


def test_a_trader_pays_the_full_price_again_from_january() -> None:
    priced = price(1_000_000, "other", "two", NOV, 3)
    assert [month.total for month in priced.months] == [8_400, 8_400, 16_800]
    assert [month.discounted for month in priced.months] == [True, True, False]
    assert (priced.total, priced.discounted) == (33_600, 2)


def test_the_other_worked_examples() -> None:
    assert price(1_000_000, "transport", "two", NOV, 3).total == 25_200
    assert price(1_000_000, "transport", "two", NOV, 6).total == 58_800
    assert price(1_000_000, "other", "two", DEC, 12).total == 193_200
    assert price(1_000_000, "transport", "three", date(2027, 1, 1), 1).total == 28_400


def test_a_month_shows_each_programme_and_what_was_taken_off() -> None:
    month = monthly(1_000_000, "transport", "three", date(2027, 1, 31))
    assert (month.jkk, month.jkm, month.jht, month.discount) == (5_000, 3_400, 20_000, 8_400)
    assert month.month == date(2027, 1, 1)
    assert monthly(1_000_000, "other", "two", DEC).jht == 0


@pytest.mark.parametrize("payer", ["member", "government"])
@pytest.mark.parametrize("package", ["two", "three"])
@pytest.mark.parametrize("sector", ["transport", "other"])
@pytest.mark.parametrize("months", [1, 3, 6, 12])
@pytest.mark.parametrize(
    "first",
    [date(2025, 12, 1), JAN, date(2026, 3, 1), APR, NOV, DEC, date(2027, 1, 1), date(2027, 3, 1), date(2027, 4, 1)],
)
def test_every_edge_against_the_law_written_another_way(
    package: str, sector: str, months: int, first: date, payer: str
) -> None:
    for income in INCOMES:
        priced = price(income, sector, package, first, months, payer)  # type: ignore[arg-type]
        each = [
            date(first.year + (first.month - 1 + by) // 12, (first.month - 1 + by) % 12 + 1, 1) for by in range(months)
        ]
        assert [month.month for month in priced.months] == each
        assert [month.total for month in priced.months] == [
            expected_month(income, sector, package, month, payer) for month in each
        ]
        assert priced.total == sum(month.jkk + month.jkm + month.jht for month in priced.months)


def test_what_the_government_pays_has_no_discount() -> None:
    assert price(1_000_000, "other", "two", NOV, 2, paid_by="government").total == 33_600


def test_discounts_halve_jkk_and_jkm_only_and_name_their_law() -> None:
    assert {discount.programmes for discount in DISCOUNTS} == {frozenset({"JKK", "JKM"})}
    assert {(discount.percent, discount.law) for discount in DISCOUNTS} == {(50, "PP 50/2025")}


def test_the_last_discounted_month_can_be_told() -> None:
    assert discount_ends("other", date(2026, 11, 24)) == DEC
    assert discount_ends("transport", date(2026, 11, 24)) == date(2027, 3, 1)
    assert discount_ends("other", date(2026, 12, 31)) == DEC
    assert discount_ends("other", date(2027, 1, 1)) is None


def test_months_go_on_over_the_end_of_the_year() -> None:
    assert later(date(2026, 11, 24), 0) == NOV
    assert later(date(2026, 11, 24), 14) == date(2028, 1, 1)


@pytest.mark.parametrize("months", [0, -1, 61])
def test_a_senseless_number_of_months_is_our_mistake(months: int) -> None:
    with pytest.raises(ValueError, match="months"):
        price(1_000_000, "other", "two", NOV, months)


@pytest.mark.parametrize("income", [0, -1])
def test_an_income_of_nothing_has_no_band(income: int) -> None:
    with pytest.raises(ValueError, match="income"):
        base_for(income)
