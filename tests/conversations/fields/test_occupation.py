"""What somebody does for a living."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations.fields.field import Narrowed, Problem, Took, Unsure
from conversations.fields.occupation import Occupation
from conversations.rules.occupations import COMMON, OCCUPATIONS, find, named
from conversations.rules.tables import rows
from conversations.turn import Json, Offered
from tests.conversations.fields.labelled import asking, assert_understood, told

OJOL: Json = {"code": "ojol", "name": "Driver ojek online", "sector": "transport"}


def test_occupations_are_understood() -> None:
    assert_understood("occupation", Occupation(), asking(), at_least=400)


def test_the_commonest_are_offered_and_others_may_be_typed() -> None:
    question = Occupation().question(asking())
    assert [option.value for option in question.options] == [*COMMON, "other"]
    assert len(Occupation(optional=True).question(asking()).options) == 10
    assert Occupation().pick("ojol", asking()) == Took(OJOL)
    assert Occupation().pick("other", asking()) == Narrowed({"other": True})
    assert Occupation().question(asking(partial={"other": True})).part == "type"


def test_a_number_picks_from_the_options_on_the_screen() -> None:
    offered = tuple(
        Offered("form.step", o.value, o.label or "Lainnya") for o in Occupation().question(asking()).options
    )
    asked = asking(offered=offered)
    assert Occupation().read("1", asked) == Took(OJOL)
    assert Occupation().read("9", asked) == Narrowed({"other": True})
    assert Occupation().read("yang lain", asked) == Narrowed({"other": True})


def test_a_second_trade_is_not_offered_what_was_told_as_the_first() -> None:
    offered = Occupation(optional=True).question(asking(answers={"occupation": OJOL})).options
    assert "ojol" not in [option.value for option in offered]
    assert "ojol" in [option.value for option in Occupation().question(asking(answers={"occupation": OJOL})).options]


def test_a_word_for_several_trades_offers_them() -> None:
    asked = asking(partial={"candidates": ["ojol", "ojek_pangkalan"]})
    question = Occupation().question(asked)
    assert (question.part, [o.value for o in question.options]) == ("which", ["ojol", "ojek_pangkalan", "other"])
    shown = replace(asked, offered=tuple(Offered("form.step", o.value, o.label or "Lain") for o in question.options))
    assert Occupation().read("1", shown) == Took(OJOL)
    assert isinstance(Occupation().read("warung", shown), Took)


def test_an_unknown_trade_is_offered_as_it_was_typed() -> None:
    value: Json = {"code": "lainnya", "name": "tukang sulap", "sector": ""}
    assert Occupation().read("saya kerja tukang sulap", asking()) == Unsure(value, "as_typed", {"name": "tukang sulap"})


def test_wage_earners_are_taken_and_flagged_for_the_officer() -> None:
    reading = Occupation().read("PNS", asking())
    assert isinstance(reading, Took)
    assert reading.flags == ("wage_earner",)


def test_not_working_is_no_occupation() -> None:
    problem = Problem("not_working", {"name": "Mengurus rumah tangga"})
    assert Occupation().read("ibu rumah tangga", asking()) == problem
    assert Occupation().pick("rumah_tangga", asking()) == problem


@pytest.mark.parametrize(
    "text", ["tidak ada", "gak ada", "cuma itu", "itu aja kak", "ga ada kerjaan lain", "-", "tidak"]
)
def test_having_no_second_trade_is_an_answer_where_it_may_be(text: str) -> None:
    assert Occupation(optional=True).read(text, asking()) == Took(None)
    assert not isinstance(Occupation().read(text, asking()), Took)


def test_none_can_be_tapped_only_where_it_is_offered() -> None:
    assert Occupation(optional=True).pick("none", asking()) == Took(None)
    assert Occupation().pick("none", asking()) == Problem("unclear")


def test_every_occupation_has_a_sector_and_a_label_that_fits() -> None:
    assert len({occupation.code for occupation in OCCUPATIONS}) == len(OCCUPATIONS) >= 100
    for occupation in OCCUPATIONS:
        assert occupation.sector in ("transport", "other")
        assert 1 <= occupation.ktp <= 89
        assert named(occupation.code) == occupation
        assert len(occupation.name) <= 24 or occupation.kind == "wage"
    assert all(named(code) for code in COMMON)


@pytest.mark.parametrize("occupation", OCCUPATIONS, ids=lambda occupation: occupation.code)
def test_every_occupation_is_found_by_its_name(occupation: object) -> None:
    found = find(occupation.name)  # type: ignore[attr-defined]
    assert [match.occupation for match in found] == [occupation]
    assert found[0].exact


def test_all_who_drive_or_carry_have_the_transport_discount() -> None:
    transport = {occupation.code for occupation in OCCUPATIONS if occupation.sector == "transport"}
    for text in ("ojol", "kurir", "sopir angkot", "taksi online", "bajaj", "becak", "truk", "ojek pangkalan", "opang"):
        assert {match.occupation.code for match in find(text)} <= transport, text
    for text in ("pedagang", "art", "youtuber", "warung", "buruh", "tukang parkir", "bengkel"):
        assert not {match.occupation.code for match in find(text)} & transport, text


def test_a_slip_never_changes_the_sector_silently() -> None:
    for row in rows("occupations"):
        for phrase in filter(lambda words: len(words) > 5, row["words"].split(";")):
            for at in (1, len(phrase) // 2, len(phrase) - 2):
                slipped = phrase[:at] + phrase[at + 1 :]
                found = find(slipped)
                if len(found) == 1 and found[0].exact:
                    assert found[0].occupation.sector == row["sector"], slipped


@pytest.mark.parametrize(
    "text", ["cuma ojol", "enggak kak cuma ojol", "tidak ada, hanya narik gojek", "cuma itu aja kak"]
)
def test_naming_only_the_first_trade_again_is_having_no_second(text: str) -> None:
    asked = asking(answers={"occupation": OJOL})
    assert Occupation(optional=True).read(text, asked) == Took(None)


def test_a_second_trade_told_with_the_first_is_not_lost() -> None:
    asked = asking(answers={"occupation": OJOL})
    assert told(Occupation(optional=True).read("tidak cuma ojol, jualan online juga", asked)) != "took None"
    assert told(Occupation(optional=True).read("1", asked)) != "took None"


def test_all_of_several_candidates_is_not_an_occupation() -> None:
    asked = asking(partial={"candidates": ["ojol", "ojek_pangkalan"]})
    for text in ("dua-duanya", "semua", "sama aja"):
        assert Occupation().read(text, asked) == Problem("unclear"), text


@pytest.mark.parametrize("text", ["dagang bakso dan ojol", "sopir dan tukang kebun", "kurir sama laundry"])
def test_two_trades_of_different_kinds_are_both_offered(text: str) -> None:
    assert isinstance(Occupation().read(text, asking()), Narrowed)


def test_more_goods_are_not_a_second_trade() -> None:
    for text in ("jualan nasi uduk dan gorengan", "dagang sayur sama buah", "jualan baju & sepatu"):
        assert told(Occupation().read(text, asking())) == "took pedagang", text
