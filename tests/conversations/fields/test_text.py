"""Names, e-mail addresses and RW numbers."""

from __future__ import annotations

from conversations.fields.email import Email
from conversations.fields.field import Problem, Took, Unsure
from conversations.fields.rw import Rw
from conversations.fields.text import PersonName, fold
from tests.conversations.fields.labelled import asking, assert_understood, offering


def test_names_are_understood() -> None:
    assert_understood("name", PersonName(), asking(), at_least=40)


def test_addresses_are_understood() -> None:
    assert_understood("email", Email(), asking(), at_least=40)


def test_rw_numbers_are_understood() -> None:
    assert_understood("rw", Rw(), asking(), at_least=40)


def test_a_name_says_how_long_it_may_be() -> None:
    assert PersonName().read("a" * 101, asking()) == Problem("too_long", {"n": 101, "most": 100})
    assert PersonName().read("a" * 100, asking()) == Took("a" * 100)


def test_a_name_with_an_emoji_is_asked_about_without_it() -> None:
    assert PersonName().read("Siti 🌸", asking()) == Unsure("Siti", "without_signs", {"name": "Siti"})


def test_a_name_cannot_hide_direction_or_null_characters() -> None:
    assert PersonName().read("Si\u202eti\x00 Aminah", asking()) == Took("Siti Aminah")


def test_full_width_letters_become_plain_ones() -> None:
    assert PersonName().read("Ｓｉｔｉ", asking()) == Took("Siti")


def test_having_no_address_may_be_tapped_or_typed_by_its_number() -> None:
    asked = offering(("none", "Tidak punya e-mail"))
    assert Email().pick("none", asked) == Took(None)
    assert Email().read("1", asked) == Took(None)
    assert Email().read("tidak punya e-mail", asked) == Took(None)


def test_an_address_may_be_too_long() -> None:
    long = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".com"
    assert Email().read(long, asking()) in (Problem("too_long", {"most": 254}), Took(long), Problem("not_email"))
    assert not isinstance(Email().read("a" * 250 + "@gmail.com", asking()), Took)


def test_folding_leaves_letters_digits_and_single_spaces() -> None:
    assert fold("  UBAH  no. 4!! 👍") == "ubah no 4"
    assert fold("Jum'at") == "jumat"
