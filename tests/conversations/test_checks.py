"""What an answer means beside the other answers: ages, the NIK's own date and sex, two occupations."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.checks import AnotherOccupation, BornAsPrinted, SectorKnown, SexAsPrinted
from conversations.fields.field import Asking, Problem, Took, Unsure
from conversations.registration import registration
from conversations.turn import Json

TODAY = date(2026, 11, 24)
SITI = "3174055708950003"  # a woman of 17 August 1995


def beside(**answers: Json) -> Asking:
    return Asking("registration.trial", answers, TODAY)


# ---- born ----------------------------------------------------------------------------------------------------------


def test_a_date_like_the_niks_is_taken_without_a_word() -> None:
    assert BornAsPrinted()(Took("1995-08-17"), beside(nik=SITI)) == Took("1995-08-17")


def test_a_date_before_the_nik_is_known_is_taken() -> None:
    assert BornAsPrinted()(Took("1995-08-17"), beside()) == Took("1995-08-17")


def test_another_date_than_the_niks_is_asked_about_and_flagged() -> None:
    verdict = BornAsPrinted()(Took("1996-08-17"), beside(nik=SITI))
    assert verdict == Unsure(
        "1996-08-17", "nik_differs", {"born_date": "1996-08-17", "nik_date": "1995-08-17"}, ("nik_date_differs",)
    )


def test_of_two_centuries_the_nearer_one_is_shown() -> None:
    verdict = BornAsPrinted()(Took("1965-08-01"), beside(nik="3174050508650003"))
    assert isinstance(verdict, Unsure)
    assert verdict.facts["nik_date"] == "1965-08-05"


@pytest.mark.parametrize(
    ("born", "code", "flag"),
    [
        ("2008-11-25", "young", "minor"),
        ("2020-01-01", "young", "minor"),
        ("1961-11-24", "old", "too_old"),
        ("1940-01-01", "old", "too_old"),
    ],
)
def test_too_young_and_too_old_are_confirmed_first(born: str, code: str, flag: str) -> None:
    verdict = BornAsPrinted()(Took(born), beside())
    assert isinstance(verdict, Unsure)
    assert (verdict.code, verdict.flags) == (code, (flag,))


@pytest.mark.parametrize("born", ["2008-11-24", "1961-11-25"])
def test_the_eighteenth_birthday_and_the_day_before_the_sixty_fifth_are_in_time(born: str) -> None:
    assert isinstance(BornAsPrinted()(Took(born), beside()), Took)


def test_somebody_too_young_whose_nik_differs_carries_both_flags() -> None:
    verdict = BornAsPrinted()(Took("2015-01-01"), beside(nik=SITI))
    assert isinstance(verdict, Unsure)
    assert verdict.flags == ("nik_date_differs", "minor")


# ---- sex -----------------------------------------------------------------------------------------------------------


def test_a_nik_of_the_other_sex_is_flagged_and_never_mentioned() -> None:
    assert SexAsPrinted()(Took("male"), beside(nik=SITI)) == Took("male", ("nik_sex_differs",))
    assert SexAsPrinted()(Took("female"), beside(nik=SITI)) == Took("female")
    assert SexAsPrinted()(Took("male"), beside()) == Took("male")


# ---- occupations ---------------------------------------------------------------------------------------------------

DRIVER: Json = {"code": "ojol", "name": "Driver ojek online", "sector": "transport"}
UNKNOWN: Json = {"code": "lainnya", "name": "pawang hujan", "sector": ""}


def test_an_occupation_without_a_sector_is_flagged_so_that_it_is_asked() -> None:
    assert SectorKnown()(Took(DRIVER, ("wage_earner",)), beside()) == Took(DRIVER, ("wage_earner",))
    assert SectorKnown()(Took(UNKNOWN), beside()) == Took(UNKNOWN, ("sector_unknown",))


def test_the_same_occupation_twice_is_asked_again() -> None:
    assert AnotherOccupation()(Took(DRIVER), beside(occupation=DRIVER)) == Problem("same")
    same: Json = {"code": "lainnya", "name": "Pawang Hujan", "sector": ""}
    assert AnotherOccupation()(Took(same), beside(occupation=UNKNOWN)) == Problem("same")


def test_two_unknown_occupations_are_two() -> None:
    other: Json = {"code": "lainnya", "name": "juru kunci", "sector": ""}
    verdict = AnotherOccupation()(Took(other), beside(occupation=UNKNOWN))
    assert verdict == Took(other, ("second_sector_unknown",))


def test_having_no_second_occupation_is_fine() -> None:
    assert AnotherOccupation()(Took(None), beside(occupation=DRIVER)) == Took(None)


# ---- the registration as a whole ------------------------------------------------------------------------------------


def test_two_sectors_and_a_job_elsewhere_are_for_an_officer() -> None:
    trader: Json = {"code": "pedagang", "name": "Pedagang", "sector": "other"}
    both = registration.flags({"occupation": DRIVER, "second_occupation": trader, "situation": "employee"})
    assert both == ("two_sectors", "employee_elsewhere")
    assert registration.flags({"occupation": DRIVER, "second_occupation": None, "situation": "none"}) == ()
