"""The calculator, the registration and the law's table say the same amounts, and a sum leaves nothing behind."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.house import build_house
from conversations.calculator import SideBySide
from conversations.fields.field import Asking
from conversations.pricing import Altogether, AMonth, Together
from conversations.rules.contributions import MONTHS_OFFERED, PACKAGES, Package, Sector, later, monthly, price
from conversations.turn import EraseWanted, Json, Phrase, Said, Submitted, Tapped
from tests.transcripts.replay import Chat

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
SECTORS: tuple[Sector, ...] = ("transport", "other")


def answers(income: int, sector: Sector, package: Package, months: int) -> dict[str, Json]:
    occupation: Json = {"code": "x", "name": "x", "sector": sector}
    return {"occupation": occupation, "income": income, "programme": package, "months": str(months)}


@given(st.integers(1, 1_000_000_000), st.sampled_from(SECTORS), st.sampled_from([*PACKAGES]), DAYS)
def test_the_calculator_the_registration_and_the_law_say_one_amount(
    income: int, sector: Sector, package: Package, today: date
) -> None:
    for months in MONTHS_OFFERED:
        asked = Asking("x.y", answers(income, sector, package, months), today)
        law = price(income, sector, package, today, months).total
        by_month = sum(monthly(income, sector, package, later(today, by)).total for by in range(months))
        amounts = [
            SideBySide()(asked)[f"{package}_{months}"],
            Together()(str(months), asked)["amount"],
            Altogether()(asked)["total"],
            by_month,
        ]
        if months == 1:
            amounts.append(AMonth()(package, asked)["amount"])
        assert amounts == [law] * len(amounts)


@pytest.mark.parametrize(
    ("sector", "today", "two", "three"),
    [
        ("other", date(2026, 11, 24), [8_400, 33_600, 84_000, 184_800], [28_400, 93_600, 204_000, 424_800]),
        ("transport", date(2026, 11, 24), [8_400, 25_200, 58_800, 159_600], [28_400, 85_200, 178_800, 399_600]),
        ("transport", date(2027, 3, 31), [8_400, 42_000, 92_400, 193_200], [28_400, 102_000, 212_400, 433_200]),
        ("transport", date(2027, 4, 1), [16_800, 50_400, 100_800, 201_600], [36_800, 110_400, 220_800, 441_600]),
    ],
)
def test_months_beyond_the_discount_are_at_full_price(
    sector: Sector, today: date, two: list[int], three: list[int]
) -> None:
    facts = SideBySide()(Asking("x.y", answers(1_000_000, sector, "two", 1), today))
    assert [facts[f"two_{months}"] for months in MONTHS_OFFERED] == two
    assert [facts[f"three_{months}"] for months in MONTHS_OFFERED] == three


def test_the_end_of_the_discount_is_named_while_there_is_one() -> None:
    driver = answers(1_000_000, "transport", "two", 1)
    assert SideBySide()(Asking("x.y", driver, date(2027, 1, 1)))["until"] == date(2027, 3, 31)
    assert SideBySide()(Asking("x.y", driver, date(2027, 4, 1)))["discount"] == Phrase("calculator.full_price")


def test_a_sum_leaves_nothing_behind_and_hands_nothing_over() -> None:
    talking = Chat(build_house())
    for text in ("hitung", "tidak", "ojol", "2 juta"):
        talking.send(Said(text))
        assert set(talking.talk.sessions) <= {"calculator"}
    assert talking.talk.sessions == {}
    assert not [e for e in talking.happened if isinstance(e, Submitted | EraseWanted)]


@pytest.mark.parametrize("leaving", ["menu", "daftar", "batal"])
def test_leaving_half_way_leaves_nothing_behind_either(leaving: str) -> None:
    talking = Chat(build_house())
    for text in ("hitung", "tidak", "ojol", leaving):
        talking.send(Said(text))
    assert "calculator" not in talking.talk.sessions


def test_a_button_of_a_sum_that_is_gone_says_so() -> None:
    talking = Chat(build_house())
    talking.send(Said("hitung"))
    talking.send(Said("menu"))
    spoken = talking.send(Tapped("calculator.paid", "no"))
    assert spoken.message is not None
    assert spoken.message.text.startswith("Tombol itu")


def test_a_registrations_button_under_a_sum_goes_on_with_the_registration() -> None:
    talking = Chat(build_house())
    for text in ("daftar", "hitung", "tidak"):
        talking.send(Said(text))
    talking.send(Tapped("registration.path", "helped"))
    assert talking.talk.active == "registration"
    assert set(talking.talk.sessions) == {"registration"}
    assert talking.talk.sessions["registration"].asked == "consent"
