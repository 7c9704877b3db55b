"""Dates of birth, NIK and phone numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.fields.day import MONTHS, Day
from conversations.fields.field import Problem, Took, Unsure
from conversations.fields.national_id import NationalId
from conversations.fields.numbers import figures, literal, whole
from conversations.fields.phone import Phone
from tests.conversations.fields.labelled import TODAY, asking, assert_understood, offering

NIK = "3174055708950003"


def test_dates_are_understood() -> None:
    assert_understood("day", Day(), asking(), at_least=60)


def test_niks_are_understood() -> None:
    assert_understood("nik", NationalId(), asking(), at_least=40)


def test_phone_numbers_are_understood() -> None:
    assert_understood("phone", Phone(), asking(), at_least=40)


@settings(deadline=None)
@given(st.dates(min_value=date(1927, 1, 1), max_value=TODAY), st.sampled_from(sorted(MONTHS)))
def test_every_way_of_writing_a_day_gives_that_day(day: date, name: str) -> None:
    names = [word for word, month in MONTHS.items() if month == day.month]
    written = [f"{day:%d-%m-%Y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d%m%Y}", day.isoformat()]
    written += [f"{day.day} {word} {day.year}" for word in names]
    for text in written:
        assert Day().read(text, asking()) == Took(day.isoformat()), text


@settings(deadline=None)
@given(st.dates(min_value=TODAY - timedelta(days=99 * 365), max_value=TODAY))
def test_a_two_digit_year_is_the_century_it_can_be_in(day: date) -> None:
    reading = Day().read(f"{day:%d-%m-%y}", asking())
    assert isinstance(reading, Took | Unsure)
    assert reading.value == day.isoformat() or isinstance(reading, Unsure)


def test_a_doubted_day_is_remembered_as_json() -> None:
    assert Day().read("08-17-95", asking()) == Unsure("1995-08-17", "swapped", {"day_date": "1995-08-17"})
    assert Day().shown("1995-08-17") == {"value": date(1995, 8, 17)}


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("nol", 0),
        ("tujuh belas", 17),
        ("sembilan puluh lima", 95),
        ("seratus dua", 102),
        ("limaratus ribu", 500_000),
        ("dua juta lima ratus ribu", 2_500_000),
        ("seribu sembilan ratus sembilan puluh lima", 1995),
        ("se juta", 1_000_000),
        ("dua ribu satu", 2001),
        ("satu dua", None),
        ("belas", None),
        ("dua puluh puluh", None),
        ("lima belas lima", None),
        ("ribu juta", None),
        ("", None),
    ],
)
def test_number_words_are_one_number_or_none(words: str, number: int | None) -> None:
    assert whole(words.split()) == number


def test_number_words_become_figures_in_place() -> None:
    assert figures("rt tiga rw nol lima") == "rt 3 rw 5"


@pytest.mark.parametrize("figure", ["3.00.000", "1.5.0", "1,5,0", "3.5000", "1..5", "1.", ",5"])
def test_a_malformed_figure_is_not_guessed(figure: str) -> None:
    assert literal(figure) is None


def test_a_nik_is_shown_masked() -> None:
    assert NationalId().shown(NIK) == {"value": "3174••••••••0003", "last4": "0003"}


def test_a_nik_that_is_too_short_says_how_long_it_is() -> None:
    assert NationalId().read(NIK[:15], asking()) == Problem("length", {"n": 15})


@pytest.mark.parametrize(
    ("nik", "flags"),
    [
        ("3199011708950001", ("unknown_regency",)),
        ("3174991708950001", ("unknown_district",)),
        ("6404011708950001", ()),
        (NIK, ()),
    ],
)
def test_an_odd_region_is_taken_and_flagged_for_the_officer(nik: str, flags: tuple[str, ...]) -> None:
    assert NationalId().read(nik, asking()) == Took(nik, flags)


def test_an_old_or_unused_province_is_asked_once_and_then_flagged() -> None:
    old = Unsure("0955011708950001", "old_province", {"nik": "0955••••••••0001"}, ("old_province",))
    assert NationalId().read("0955011708950001", asking()) == old
    unused = Unsure("4001011708950001", "unused_province", {"nik": "4001••••••••0001"}, ("unused_province",))
    assert NationalId().read("4001011708950001", asking()) == unused


def test_no_message_about_a_nik_holds_the_whole_of_it() -> None:
    for text in (NIK, NIK.replace("0", "O"), f"punya siti {NIK}", "0955011708950001"):
        reading = NationalId().read(text, asking())
        facts = reading.facts if isinstance(reading, Problem | Unsure) else NationalId().shown(NIK)
        assert not any(len(str(fact)) == 16 and str(fact).isdecimal() for fact in facts.values())


def test_the_own_number_is_offered_where_the_channel_gives_it() -> None:
    asked = asking(own_phone="+6281234567890")
    question = Phone().question(asked)
    assert question.part == "ask_own"
    assert [(o.value, dict(o.facts)) for o in question.options] == [("own", {"phone": "0812•••••890"}), ("none", {})]
    for text in ("nomor ini", "1", "ya", "pakai nomor ini aja"):
        shown = offering(("own", "Pakai 0812•••••890"), ("none", "Tidak punya"), own_phone="+6281234567890")
        assert Phone().read(text, shown) == Took("+6281234567890"), text
    assert Phone().pick("own", asked) == Took("+6281234567890")


def test_without_the_own_number_the_contact_button_is_offered() -> None:
    assert Phone().question(asking(can=frozenset({"share_contact"}))).share_contact
    assert not Phone().question(asking()).share_contact
    assert Phone().read("nomor ini", asking()) == Problem("no_number")
    assert Phone().pick("own", asking()) == Problem("no_number")


def test_having_no_phone_is_an_answer() -> None:
    assert Phone().pick("none", asking()) == Took(None)
    assert Phone().read("2", offering(("own", "Ini"), ("none", "Tidak punya"))) == Took(None)


def test_a_phone_is_shown_without_its_middle() -> None:
    assert Phone().shown("+6281234567890") == {"value": "0812•••••890"}


def test_a_bare_no_to_the_own_number_may_mean_another_one() -> None:
    offered = offering(("own", "Pakai 0812•••••890"), ("none", "Tidak punya HP"), own_phone="+6281234567890")
    assert Phone().read("tidak", offered) == Problem("no_number")
    assert Phone().read("bukan", offered) == Problem("no_number")
    assert Phone().read("tidak punya", offered) == Took(None)
