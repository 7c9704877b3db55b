"""The amounts people are shown, against the worked examples of the rules."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.fields.field import Asking
from conversations.pricing import OFFERED, Altogether, AMonth, Benefits, Together, sector, sectors
from conversations.turn import Json, Phrase

TRADER: Json = {"code": "pedagang", "name": "Pedagang", "sector": "other"}
DRIVER: Json = {"code": "ojol", "name": "Driver ojek online", "sector": "transport"}
UNKNOWN: Json = {"code": "lainnya", "name": "pawang hujan", "sector": ""}


def asking(today: date, **answers: Json) -> Asking:
    return Asking("registration.months", {"income": 1_000_000, "programme": "two", **answers}, today)


@pytest.mark.parametrize(
    ("occupation", "today", "months", "total"),
    [
        (TRADER, date(2026, 11, 24), "3", 33_600),
        (DRIVER, date(2026, 11, 24), "3", 25_200),
        (DRIVER, date(2026, 11, 24), "6", 58_800),
        (TRADER, date(2026, 12, 1), "12", 193_200),
    ],
)
def test_several_months_cost_what_each_month_costs(occupation: Json, today: date, months: str, total: int) -> None:
    assert Together()(months, asking(today, occupation=occupation))["amount"] == total
    assert Altogether()(asking(today, occupation=occupation, months=months))["total"] == total


def test_a_programmes_label_says_this_months_price() -> None:
    in_january = asking(date(2027, 1, 15), occupation=DRIVER)
    assert AMonth()("three", in_january)["amount"] == 28_400
    assert AMonth()("two", in_january)["amount"] == 8_400


def test_the_months_offered_are_one_three_six_and_twelve() -> None:
    assert OFFERED == ("1", "3", "6", "12")


# ---- which sector --------------------------------------------------------------------------------------------------


def test_one_sector_counts_and_of_two_the_one_whose_discount_ends_first() -> None:
    assert sector({"occupation": DRIVER}) == "transport"
    assert sector({"occupation": DRIVER, "second_occupation": DRIVER}) == "transport"
    assert sector({"occupation": DRIVER, "second_occupation": TRADER}) == "other"
    assert sector({"occupation": TRADER}) == "other"


def test_a_stated_sector_stands_for_an_unknown_one() -> None:
    assert sector({"occupation": UNKNOWN, "sector": "transport"}) == "transport"
    assert sectors({"occupation": UNKNOWN, "sector": "transport", "second_occupation": TRADER}) == {
        "transport",
        "other",
    }


def test_a_sector_stated_for_an_earlier_answer_no_longer_counts() -> None:
    assert sector({"occupation": DRIVER, "sector": "other"}) == "transport"


# ---- what is said about the discount -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "answers", "phrase", "until"),
    [
        (date(2026, 11, 24), {"occupation": TRADER}, "discounted", date(2026, 12, 31)),
        (date(2026, 12, 31), {"occupation": TRADER}, "discounted", date(2026, 12, 31)),
        (date(2027, 1, 1), {"occupation": TRADER}, "full_price", None),
        (date(2027, 3, 31), {"occupation": DRIVER}, "discounted", date(2027, 3, 31)),
        (date(2027, 4, 1), {"occupation": DRIVER}, "full_price", None),
        (date(2026, 11, 24), {"occupation": DRIVER, "second_occupation": TRADER}, "two_sectors", date(2026, 12, 31)),
    ],
)
def test_people_are_told_until_when_the_discount_counts(
    today: date, answers: dict[str, Json], phrase: str, until: date | None
) -> None:
    facts = Benefits("registration.months")(asking(today, **answers))
    assert facts["discount"] == Phrase(f"registration.months.{phrase}")
    assert facts["until"] == until
