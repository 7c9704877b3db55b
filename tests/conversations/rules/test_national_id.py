"""What is told from a NIK, and that nothing more is."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.rules import region_codes
from conversations.rules.national_id import birth_dates, check, clean, mask, sex

NIK = "3174055708950003"
TODAY = date(2026, 11, 24)


def test_a_plain_nik_has_no_trouble() -> None:
    assert check(NIK, date(1995, 8, 17), "female", today=TODAY).warnings == ()
    assert check(NIK).problem == ""


def test_a_woman_is_told_by_the_day_and_so_is_her_birthday() -> None:
    assert (sex(NIK), birth_dates(NIK)) == ("female", (date(1995, 8, 17), date(2095, 8, 17)))
    assert sex("3174051708950003") == "male"


def test_a_leap_day_is_possible_in_one_century_only() -> None:
    assert birth_dates("3174052902000003") == (date(2000, 2, 29),)


def test_another_birth_date_or_sex_is_a_warning_and_not_a_problem() -> None:
    assert check(NIK, date(1995, 8, 18)).warnings == ("born_differs",)
    assert check(NIK, None, "male").warnings == ("sex_differs",)
    assert check(NIK, date(1996, 8, 17), "male").warnings == ("born_differs", "sex_differs")


def test_a_family_cards_number_is_noticed_by_its_date() -> None:
    assert check("3174051708120003", today=TODAY).warnings == ("like_family_card",)
    assert check("3174055708120003", today=TODAY).warnings == ()
    assert check("3174051708120003").warnings == ()


@pytest.mark.parametrize(
    ("nik", "problem"),
    [
        ("317405570895000", "length"),
        ("317405570895000312", "length"),
        ("1234567890123", "like_health_card"),
        ("12345678901", "like_member_number"),
        ("081234567890", "like_phone"),
        ("6281234567890", "like_phone"),
        ("317405570895000x", "not_digits"),
        ("٣١٧٤٠٥٥٧٠٨٩٥٠٠٠٣", "not_digits"),
        ("3174055708950003\n", "length"),
        ("3174050008950003", "bad_date"),
        ("3174053208950003", "bad_date"),
        ("3174054008950003", "bad_date"),
        ("3174057208950003", "bad_date"),
        ("3174055700950003", "bad_date"),
        ("3174053102950003", "bad_date"),
        ("3174055708950000", "zero_serial"),
        ("3333333333333333", "all_same"),
    ],
)
def test_what_cannot_be_a_nik_says_why(nik: str, problem: str) -> None:
    checked = check(nik)
    assert checked.problem == problem
    assert checked.facts.get("n", len(nik)) == len(nik)


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("NIK: 3174 0557 0895 0003", NIK),
        ("３１７４０５５７０８９５０００３", NIK),
        ("nik saya=3174-0557-0895-0003", NIK),
        ("3174O55708950003", "3174o55708950003"),
    ],
)
def test_cleaning_takes_signs_off_and_leaves_letters(written: str, cleaned: str) -> None:
    assert clean(written) == cleaned


def test_masking_shows_four_digits_at_each_end() -> None:
    assert mask(NIK) == "3174••••••••0003"
    assert mask("1234") == "••••"


def test_every_two_digits_are_a_province_old_or_never_used() -> None:
    kinds = [region_codes.province(f"{number:02d}") for number in range(100)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"current": 38, "old": 18, "never_used": 44}


def test_all_regencies_and_districts_on_record_are_known() -> None:
    assert region_codes.regency("3174") == "current"
    assert region_codes.regency("9101") == "old"
    assert region_codes.regency("9171") == "current"
    assert region_codes.regency("3199") == "unknown"
    assert region_codes.knows_district("317405")
    assert not region_codes.knows_district("317499")
    regencies = [f"{number:04d}" for number in range(10_000) if region_codes.regency(f"{number:04d}") != "unknown"]
    districts = sum(region_codes.knows_district(f"{r}{d:02d}") for r in regencies for d in range(100))
    assert (len(regencies), districts) == (550, 8573)
