"""What contributions cost, month by month, by the bands, percentages and dated discounts of the law.

One function prices, `price`; everything that shows an amount to anybody goes through it. Amounts are whole rupiah.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from conversations.rules.tables import rows

Sector: TypeAlias = Literal["transport", "other"]
Package: TypeAlias = Literal["two", "three"]
Payer: TypeAlias = Literal["member", "government"]

PACKAGES: Mapping[Package, tuple[str, ...]] = {"two": ("JKK", "JKM"), "three": ("JKK", "JKM", "JHT")}
MONTHS_OFFERED = (1, 3, 6, 12)
MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Contribution:
    """One month's price. discount: what the law takes off, already out of jkk, jkm and jht."""

    month: date
    jkk: int
    jkm: int
    jht: int
    discount: int

    @property
    def total(self) -> int:
        """What is paid for this month."""
        return self.jkk + self.jkm + self.jht

    @property
    def discounted(self) -> bool:
        """Whether a discount counts in this month."""
        return self.discount > 0


@dataclass(frozen=True, slots=True)
class Price:
    """What several months cost together, and each of them. base: the income the contributions are taken from."""

    base: int
    months: tuple[Contribution, ...]

    @property
    def total(self) -> int:
        """What is paid for all months together."""
        return sum(month.total for month in self.months)

    @property
    def discounted(self) -> int:
        """How many of the months carry a discount."""
        return sum(month.discounted for month in self.months)


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount by the month that is paid for. Both ends belong to it; months are given by their first day."""

    first: date
    last: date
    sector: str
    programmes: frozenset[str]
    percent: int
    law: str


def _month(written: str) -> date:
    return date.fromisoformat(f"{written}-01")


_BANDS = tuple((int(row["income_from"]), int(row["base"])) for row in rows("contribution_bands"))
_COSTS = {row["programme"]: (int(row["percent_of_base"] or 0), int(row["fixed"] or 0)) for row in rows("programmes")}
DISCOUNTS = tuple(
    Discount(
        _month(row["first_month"]),
        _month(row["last_month"]),
        row["sector"],
        frozenset(row["programmes"].split()),
        int(row["percent"]),
        row["law"],
    )
    for row in rows("discounts")
)


def base_for(income: int) -> int:
    """Find the base of a monthly income: its band's, the lowest band's below it, the highest band's above.

    Bands are written with gaps (to 1.099.000, from 1.100.000); incomes in a gap belong to the lower band.

    Raises:
        ValueError: the income is not above zero.
    """
    if income <= 0:
        raise ValueError(f"an income of {income} rupiah has no band; ask for one above zero")
    return _BANDS[bisect_right(_BANDS, income, key=lambda band: band[0]) - 1][1]


def monthly(income: int, sector: Sector, package: Package, month: date, paid_by: Payer = "member") -> Contribution:
    """Price one month. A contribution that the government pays carries no discount."""
    base = base_for(income)
    first = month.replace(day=1)
    costs: dict[str, int] = {}
    discount = 0
    for programme in PACKAGES[package]:
        percent, fixed = _COSTS[programme]
        full = base * percent // 100 + fixed
        off = full * _percent_off(programme, sector, first, paid_by) // 100
        costs[programme] = full - off
        discount += off
    return Contribution(first, costs["JKK"], costs["JKM"], costs.get("JHT", 0), discount)


def _percent_off(programme: str, sector: Sector, month: date, paid_by: Payer) -> int:
    if paid_by == "government":
        return 0
    fitting = (d for d in DISCOUNTS if d.sector == sector and programme in d.programmes and d.first <= month <= d.last)
    return max((d.percent for d in fitting), default=0)


def price(
    income: int,
    sector: Sector,
    package: Package,
    first_month: date,
    months: int,
    paid_by: Payer = "member",
) -> Price:
    """Price several months in a row, each at its own price.

    Raises:
        ValueError: fewer than one or more than sixty months, or an income that is not above zero.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"{months} months cannot be priced; ask for 1 to {MOST_MONTHS}")
    each = tuple(monthly(income, sector, package, later(first_month, by), paid_by) for by in range(months))
    return Price(base_for(income), each)


def later(month: date, by: int) -> date:
    """Go some months on; the result is the first day of its month."""
    years, index = divmod(month.month - 1 + by, 12)
    return date(month.year + years, index + 1, 1)


def discount_ends(sector: Sector, today: date) -> date | None:
    """Name the last month that a discount is known for, counted from today, or None."""
    known = [
        discount.last for discount in DISCOUNTS if discount.sector == sector and discount.last >= today.replace(day=1)
    ]
    return max(known, default=None)
