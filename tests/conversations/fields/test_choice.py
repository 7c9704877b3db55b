"""Choosing by number, letter, label, near label and slang."""

from __future__ import annotations

import pytest

from conversations.fields.choice import YES_NO, Near, choose
from conversations.fields.field import Problem, Took, Unsure
from conversations.fields.one_of import OneOf, YesNo
from conversations.turn import Offered, Phrase
from tests.conversations.fields.labelled import asking, assert_understood, offering

SEX = OneOf("male", "female", words={"male": ("cowok", "lelaki", "pria"), "female": ("cewek", "wanita")})
SEX_ASKED = offering(("male", "Laki-laki"), ("female", "Perempuan"))
CONSENT = OneOf("agree", "decline", yes="agree", no="decline")
CONSENT_ASKED = offering(("agree", "✅ Saya setuju"), ("decline", "Tidak setuju"))
MONTHS = OneOf("1", "3", "6", "12", words={"12": ("setahun",)})
MONTHS_ASKED = offering(("1", "1 bulan"), ("3", "3 bulan"), ("6", "6 bulan"), ("12", "12 bulan"))
YES_NO_ASKED = offering(("yes", "Ya"), ("no", "Tidak"))


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "2.",
        "2)",
        "(2)",
        "no 2",
        "No. 2",
        "no.2",
        "nomor dua",
        "nomor 2",
        "yang kedua",
        "yg ke 2",
        "ke-2",
        "kedua",
        "pilih 2",
        "saya pilih yang 2 aja kak",
        "b",
        "B)",
        "2️⃣",
        "dua",
        "Perempuan",
        "perempuan 👩",
        "PEREMPUAN",
        "cewek",
    ],
)
def test_a_choice_is_taken_by_number_letter_label_or_slang(text: str) -> None:
    assert SEX.read(text, SEX_ASKED) == Took("female")


@pytest.mark.parametrize("text", ["3", "0", "no 3", "z", "1 dan 2", "bukan 2", "hmm", "", "👀", "Siti Aminah"])
def test_what_was_not_offered_is_asked_again(text: str) -> None:
    assert SEX.read(text, SEX_ASKED) == Problem("unclear")


@pytest.mark.parametrize("text", ["permpuan", "perempuna", "prempuan", "perempuannn"])
def test_a_label_nearly_right_is_confirmed_first(text: str) -> None:
    assert SEX.read(text, SEX_ASKED) in (Unsure("female", "near", {"choice": "Perempuan"}), Took("female"))
    assert isinstance(SEX.read("permpuan", SEX_ASKED), Unsure)


@pytest.mark.parametrize(
    "text",
    [
        "ya",
        "Iya",
        "y",
        "yoi",
        "ok",
        "oke",
        "sip",
        "boleh",
        "betul",
        "ya 👍",
        "👍",
        "👍🏽",
        "iya kak",
        "ya saya setuju",
        "siap kak",
        "iyaaa",
        "setuju",
        "oke sip",
        "mau kak",
        "1",
        "a",
    ],
)
def test_yes_has_many_words(text: str) -> None:
    assert CONSENT.read(text, CONSENT_ASKED) == Took("agree")


@pytest.mark.parametrize(
    "text",
    [
        "gak",
        "ga",
        "nggak",
        "ndak",
        "engga",
        "tidak",
        "bukan",
        "blm",
        "belum",
        "tidak setuju",
        "gak mau",
        "no",
        "no 2",
        "ga usah kak",
        "tdk",
        "tidak, terima kasih",
        "2",
        "👎",
        "❌",
        "tidaaak",
    ],
)
def test_no_has_many_words(text: str) -> None:
    assert CONSENT.read(text, CONSENT_ASKED) == Took("decline")


@pytest.mark.parametrize(
    "text",
    [
        "ya tapi saya belum punya ktp",
        "ya kalau gratis",
        "iya mungkin",
        "oke asal aman",
        "ya enggak lah",
        "ga tau",
        "tidak apa-apa",
        "gapapa",
        "bukan tidak mau",
        "mau tanya dulu",
        "ya atau tidak?",
        "boleh tahu kenapa",
        "ok ini apa",
        "tidak bukan begitu",
        "ya saya punya 3 karyawan",
        "tidak juga sih tapi boleh",
    ],
)
def test_a_yes_that_is_not_quite_a_yes_is_never_taken_silently(text: str) -> None:
    assert not isinstance(CONSENT.read(text, CONSENT_ASKED), Took)
    assert not isinstance(YesNo().read(text, YES_NO_ASKED), Took)
    assert not isinstance(choose(text, YES_NO_ASKED.offered, YES_NO), str)


def test_a_number_that_may_be_a_place_or_an_amount_is_confirmed() -> None:
    assert MONTHS.read("3", MONTHS_ASKED) == Unsure("3", "near", {"choice": "3 bulan"})
    assert MONTHS.read("2", MONTHS_ASKED) == Unsure("3", "near", {"choice": "3 bulan"})
    assert MONTHS.read("6", MONTHS_ASKED) == Took("6")
    assert MONTHS.read("1", MONTHS_ASKED) == Took("1")
    assert MONTHS.read("no 3", MONTHS_ASKED) == Took("6")


@pytest.mark.parametrize(("text", "value"), [("3 bulan", "3"), ("tiga bulan", "3"), ("3bulan", "3"), ("setahun", "12")])
def test_an_amount_with_its_unit_is_that_amount(text: str, value: str) -> None:
    assert MONTHS.read(text, MONTHS_ASKED) == Took(value)


def test_a_word_that_only_one_label_holds_chooses_it() -> None:
    path = OneOf("self", "helped")
    asked = offering(("self", "Daftar sendiri"), ("helped", "Daftar dengan dibantu"))
    assert path.read("dibantu", asked) == Took("helped")
    assert path.read("sendiri aja kak", asked) == Took("self")
    assert path.read("daftar", asked) == Problem("unclear")


def test_places_count_the_options_as_shown_and_not_as_declared() -> None:
    asked = offering(("female", "Perempuan"), ("male", "Laki-laki"))
    assert SEX.read("1", asked) == Took("female")


def test_nothing_offered_means_nothing_is_chosen() -> None:
    assert choose("1", (), YES_NO) is None


def test_an_edited_message_is_read_without_its_options_in_sight() -> None:
    assert SEX.read("2", asking()) == Took("female")
    assert SEX.read("cewek", asking()) == Took("female")
    assert YesNo().read("iya kak", asking()) == Took("yes")
    assert SEX.read("femal", asking()) == Problem("unclear")
    assert YesNo().read("ya tapi nanti", asking()) == Problem("unclear")


def test_the_last_may_be_named_so() -> None:
    assert choose("yang terakhir", MONTHS_ASKED.offered, {}) == "12"


def test_a_near_choice_names_the_label_as_it_was_seen() -> None:
    assert choose("setju", (Offered("a.b", "x", "Setuju"),), {}) == Near("x", "Setuju")


def test_options_keep_the_order_they_are_declared_in() -> None:
    priced = OneOf("two", "three", priced=lambda value, _asking: {"price": len(value)})
    options = priced.question(asking()).options
    assert [(o.value, o.facts["price"]) for o in options] == [("two", 3), ("three", 5)]
    assert priced.shown("two") == {"value": Phrase(".named.two")}
    assert SEX.shown("male") == {"value": Phrase(".option.male")}


def test_a_tap_takes_only_what_is_offered() -> None:
    assert SEX.pick("female", asking()) == Took("female")
    assert SEX.pick("other", asking()) == Problem("unclear")


@pytest.mark.parametrize("make", [lambda: OneOf("a"), lambda: OneOf("a", "a"), lambda: OneOf("a", "b", yes="c")])
def test_options_that_contradict_themselves_refuse_to_import(make: object) -> None:
    with pytest.raises(ValueError, match="OneOf"):
        make()  # type: ignore[operator]


def test_every_word_for_yes_and_no_is_heard_as_itself() -> None:
    assert not set(YES_NO["yes"]) & set(YES_NO["no"])
    for value, words in YES_NO.items():
        for word in words:
            assert choose(word, YES_NO_ASKED.offered, YES_NO) == value, word


PROGRAMME = OneOf("two", "three", priced=lambda value, _asking: {"amount": len(value)})
PROGRAMME_ASKED = offering(("two", "2 program Rp8.400"), ("three", "3 program Rp28.400"))
SITUATION = OneOf("none", "foreigner", "employer", "paid_by_other", "member", "employee", no="none")
SITUATION_ASKED = offering(
    ("none", "Tidak ada yang cocok"),
    ("foreigner", "Saya bukan WNI"),
    ("employer", "Menggaji karyawan"),
    ("paid_by_other", "Iuran sudah dibayari"),
    ("member", "Sudah jadi peserta"),
    ("employee", "Karyawan juga"),
)


def test_a_number_that_stands_in_a_label_is_never_taken_for_a_place() -> None:
    assert PROGRAMME.read("2", PROGRAMME_ASKED) == Unsure("two", "near", {"choice": "2 program Rp8.400"})
    assert PROGRAMME.read("dua", PROGRAMME_ASKED) == Unsure("two", "near", {"choice": "2 program Rp8.400"})
    assert PROGRAMME.read("3", PROGRAMME_ASKED) == Took("three")
    assert PROGRAMME.read("no 2", PROGRAMME_ASKED) == Took("three")
    assert PROGRAMME.read("2 program", PROGRAMME_ASKED) == Took("two")
    assert PROGRAMME.read("dua program aja", PROGRAMME_ASKED) == Took("two")
    assert PROGRAMME.read("28.400", PROGRAMME_ASKED) == Took("three")


@pytest.mark.parametrize("text", ["WNI", "saya wni", "cocok", "karyawan", "sudah", "ada", "yang cocok"])
def test_a_part_of_a_label_without_its_not_chooses_nothing(text: str) -> None:
    assert SITUATION.read(text, SITUATION_ASKED) == Problem("unclear")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("bukan wni", "foreigner"),
        ("tidak ada", "none"),
        ("gak ada yg cocok", "none"),
        ("dibayari", "paid_by_other"),
        ("tidak", "none"),
        ("6", "employee"),
    ],
)
def test_a_part_of_a_label_with_its_not_is_enough(text: str, value: str) -> None:
    reading = SITUATION.read(text, SITUATION_ASKED)
    assert isinstance(reading, Took | Unsure)
    assert reading.value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tidak, saya sudah jadi peserta", "member"),
        ("kayaknya iuran sudah dibayari pak rt", "paid_by_other"),
        ("tidak menggaji karyawan", "none"),
        ("saya tidak menggaji karyawan", "none"),
        ("bukan peserta", "none"),
    ],
)
def test_a_label_inside_a_longer_text_is_confirmed_first(text: str, value: str) -> None:
    reading = SITUATION.read(text, SITUATION_ASKED)
    assert isinstance(reading, Unsure)
    assert reading.value == value


def test_an_ordinal_is_always_a_place() -> None:
    assert PROGRAMME.read("yang kedua", PROGRAMME_ASKED) == Took("three")
    assert MONTHS.read("ke-2", MONTHS_ASKED) == Took("3")


@pytest.mark.parametrize(("text", "value"), [("28400", "three"), ("Rp8.400", "two"), ("8400", "two")])
def test_a_price_chooses_what_it_is_the_price_of(text: str, value: str) -> None:
    assert PROGRAMME.read(text, PROGRAMME_ASKED) == Took(value)


def test_agreeing_and_declining_are_understood() -> None:
    asked = offering(("agree", "Setuju"), ("decline", "Tidak setuju"))
    assert_understood("consent", CONSENT, asked, at_least=60)
