"""A volunteer's code is found however it arrives, or nothing is; it is never somebody else's."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from conversations.rules import codes
from conversations.rules.codes import INVITATION, SIGNS, VOLUNTEER
from tests.conversations.rules.mutations import mutants

SENTENCE = "Halo Taruna, saya mau daftar BPJS Ketenagakerjaan. Kode relawan:"
CHANCE = random.Random(5)
CODES = [VOLUNTEER.make(CHANCE.randrange(VOLUNTEER.span)) for _ in range(5000)]  # a city's volunteers


def test_a_code_keeps_its_shape_for_ever() -> None:
    # Codes are printed on posters: the same number must mean the same code in every version.
    assert [VOLUNTEER.make(number) for number in (0, 1, 123_456_789_012 % VOLUNTEER.span)] == [
        "TRN-000-000-000",
        "TRN-100-000-002",
        "TRN-TY7-K4Y-5J6",
    ]
    assert INVITATION.make(999) == "UND-CW10-0000-000N"


def test_a_code_cannot_be_guessed_by_counting_on() -> None:
    assert VOLUNTEER.span > 7e10
    assert INVITATION.span > 9e14
    assert len(set(CODES)) == 5000


@pytest.mark.parametrize("sort", [VOLUNTEER, INVITATION])
@pytest.mark.parametrize("number", [-1, 23**12])
def test_a_number_out_of_range_makes_no_code(sort: object, number: int) -> None:
    with pytest.raises(ValueError, match="a number below"):
        sort.make(number)  # type: ignore[attr-defined]


def test_every_changed_and_every_swapped_sign_is_noticed() -> None:
    for code in CODES[:60]:
        signs = code[4:].replace("-", "")
        for place in range(9):
            for other in SIGNS.replace(signs[place], ""):
                assert VOLUNTEER.read(signs[:place] + other + signs[place + 1 :]) is None
            for later in range(place + 1, 9):
                swapped = list(signs)
                swapped[place], swapped[later] = swapped[later], swapped[place]
                assert VOLUNTEER.read("".join(swapped)) == (code if signs[place] == signs[later] else None)


@pytest.mark.parametrize(
    "said",
    [
        "TRN-TY7-K4Y-5J6",
        "trn ty7 k4y 5j6",
        "ty7k4y5j6",
        "TRM-TY7-K4Y-SJG",
        "t r n t ye seven kay empat ye lima je enam",
        "te er en te ye tujuh ka empat ye lima je enam",
        "TRN.TY7.K4Y.5J6",
        "  *TRN-TY7-K4Y-5J6*  ",
    ],
)
def test_a_code_is_read_however_it_was_said(said: str) -> None:
    assert VOLUNTEER.read(said) == "TRN-TY7-K4Y-5J6"
    assert VOLUNTEER.find(f"kode saya {said}".replace("kode saya ty7", "ty7")) == "TRN-TY7-K4Y-5J6"


@pytest.mark.parametrize(
    "text",
    [
        "halo kak mau daftar, kodenya ty7 k4y 5j6",
        "kode relawannya: TY7K4Y5J6 ya",
        "Kode relawan ty7.k4y.5j6",
        "kode saya trn ty7 k4y 5j6",
    ],
)
def test_after_the_word_for_it_a_code_needs_neither_its_beginning_nor_its_dashes(text: str) -> None:
    assert VOLUNTEER.find(text) == "TRN-TY7-K4Y-5J6"
    assert INVITATION.find(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "daftar",
        "kode iuran saya 8888 1234 5678",
        "kode pos 13470",
        "kode relawan saya hilang kak",
        "081234567",
        "0812-345-678",
        "TK-TY7K-4Y5J-6",
        "nik saya 3174055708950003",
        "17-8-1995",
        "surat rn 100.000.002",
        "undangan",
        "Jl. TRN Klender no 5 rt 7",
        "",
        "🙏",
    ],
)
def test_what_people_answer_is_no_code(text: str) -> None:
    assert VOLUNTEER.find(text) is None
    assert INVITATION.find(text) is None


def test_an_invitation_and_a_code_are_not_taken_for_one_another() -> None:
    invitation = INVITATION.make(123_456_789)
    assert INVITATION.find(f"Saya diundang jadi relawan. Undangan: {invitation}") == invitation
    assert VOLUNTEER.find(f"Saya diundang jadi relawan. Undangan: {invitation}") is None
    assert INVITATION.find(f"Kode relawan: {CODES[0]}") is None


def test_a_text_mutated_500_ways_is_attributed_rightly_or_not_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    volunteers = set(CODES)
    right: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for mutant in mutants(CODES, SENTENCE, 510, seed=24):
        found = VOLUNTEER.find(mutant.text)
        attributed = found if found in volunteers else None  # a code nobody has is nobody's
        assert attributed in (mutant.code, None), mutant
        if mutant.whole:
            assert attributed == mutant.code, mutant
        tried[mutant.how] += 1
        right[mutant.how] += attributed == mutant.code
    share = sum(right.values()) / sum(tried.values())
    with capsys.disabled():
        print(f"\n{sum(tried.values())} mutants: {share:.1%} attributed rightly, the others to nobody, none wrongly")
        print({how: f"{right[how]}/{tried[how]}" for how in tried if right[how] < tried[how]})
    assert share > 0.7


def test_ten_thousand_damaged_texts_are_never_attributed_to_somebody_else() -> None:
    volunteers = set(CODES)
    for mutant in mutants(CODES, SENTENCE, 10_000, seed=1):
        found = VOLUNTEER.find(mutant.text)
        assert found == mutant.code or found not in volunteers, mutant


def test_no_spoken_word_can_be_part_of_a_code() -> None:
    # Else a code with that group in it would be read as something shorter: each has a vowel, and codes have none.
    assert [word for word in codes._SPOKEN if set(word.upper()) <= set(SIGNS)] == []


def test_a_code_cut_short_is_nobodys_though_its_beginning_could_be_signs() -> None:
    """With TRN read as three signs more, one in twenty-three of these had been somebody else's code."""
    for number in range(2_000):
        code = VOLUNTEER.make(number * 7_919_771 % VOLUNTEER.span)
        for kept in range(6, len(code)):
            for text in ("{}", "Kode relawan: {}", "Halo Taruna, saya mau daftar. Kode relawan: {}"):
                assert VOLUNTEER.find(text.format(code[:kept])) in (None, code), (code, kept, text)
