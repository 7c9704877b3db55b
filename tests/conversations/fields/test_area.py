"""Where somebody lives: typed or picked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations.fields.area import Kelurahan
from conversations.fields.field import Asking, Narrowed, Problem, Took, Unsure
from conversations.rules.areas import AREAS, find, kecamatans, kelurahans, kotas
from conversations.turn import Offered
from tests.conversations.fields.labelled import asking, assert_understood


def screen(partial: object) -> Asking:
    """The question as it stands after half an answer, with its options on the screen."""
    asked = asking(partial=partial)
    options = Kelurahan().question(asked).options
    return replace(asked, offered=tuple(Offered(o.step, o.value, o.label or str(o.facts.get("name"))) for o in options))


def test_areas_are_understood() -> None:
    assert_understood("area", Kelurahan(), asking(), at_least=380)


def test_every_kelurahan_can_be_picked_from_the_lists() -> None:
    picked = set()
    for kota in kotas():
        for kecamatan in kecamatans(kota.code):
            asked = asking(partial={"in": kecamatan.code, "page": 0})
            for _ in range(3):
                options = Kelurahan().question(asked).options
                assert len(options) <= 10
                picked |= {option.value for option in options if option.value != "more"}
                if not any(option.value == "more" for option in options):
                    break
                turned = Kelurahan().pick("more", asked)
                assert isinstance(turned, Narrowed)
                asked = replace(asked, partial=turned.partial)
    assert len(picked) == 267
    assert all(Kelurahan().pick(code, asking()) == Took(code) for code in picked)


def test_the_lists_lead_from_kota_to_kelurahan() -> None:
    assert Kelurahan().question(asking()).options[0].value == "list"
    assert Kelurahan().pick("list", asking()) == Narrowed({"in": "", "page": 0})
    kota = screen({"in": "", "page": 0})
    assert Kelurahan().question(kota).part == "kota"
    assert Kelurahan().read("jakarta timur", kota) == Narrowed({"in": "31.75", "page": 0})
    kecamatan = screen({"in": "31.75", "page": 0})
    assert Kelurahan().question(kecamatan).facts == {"kota": "Jakarta Timur"}
    kelurahan = screen({"in": "31.75.07", "page": 0})
    assert Kelurahan().question(kelurahan).part == "kelurahan"
    assert Kelurahan().read("3", kelurahan) == Took("31.75.07.1003")


def test_a_long_list_has_pages_that_come_round() -> None:
    first = screen({"in": "31.73.04", "page": 0})
    assert [len(Kelurahan().question(first).options), first.offered[-1].value] == [10, "more"]
    assert Kelurahan().read("10", first) == Narrowed({"in": "31.73.04", "page": 1})
    second = screen({"in": "31.73.04", "page": 1})
    assert len(Kelurahan().question(second).options) == 3
    assert Kelurahan().pick("more", second) == Narrowed({"in": "31.73.04", "page": 0})


def test_text_is_read_while_a_list_is_shown() -> None:
    for partial in ({"in": "", "page": 0}, {"in": "31.71", "page": 0}, {"in": "31.71.01", "page": 0}):
        assert Kelurahan().read("klender", screen(partial)) == Took("31.75.07.1003")


def test_within_a_kecamatan_its_own_name_means_the_kelurahan() -> None:
    assert Kelurahan().read("gambir", screen({"in": "31.71.01", "page": 0})) == Took("31.71.01.1001")
    assert Kelurahan().read("barat", screen({"in": "31.74.01", "page": 0})) == Took("31.74.01.1002")


def test_a_full_name_elsewhere_is_not_taken_for_part_of_a_name_here() -> None:
    asked = screen({"in": "31.75.03", "page": 0})
    assert Kelurahan().read("cipinang", asked) == Took("31.75.02.1003")


def test_a_name_of_two_levels_offers_both() -> None:
    both = Kelurahan().read("jatinegara", asking())
    assert both == Narrowed({"candidates": ["31.75.06.1001", "31.75.03"], "page": 0})
    question = Kelurahan().question(asking(partial=both.partial))  # type: ignore[union-attr]
    assert question.part == "which"
    assert [(o.key, o.value) for o in question.options] == [
        ("form.step.option.kelurahan", "31.75.06.1001"),
        ("form.step.option.kecamatan", "31.75.03"),
    ]
    assert Kelurahan().pick("31.75.03", asking()) == Narrowed({"in": "31.75.03", "page": 0})


def test_a_near_name_is_confirmed_with_where_it_lies() -> None:
    facts = {"kelurahan": "Klender", "kecamatan": "Duren Sawit", "kota": "Jakarta Timur"}
    assert Kelurahan().read("klendr", asking()) == Unsure("31.75.07.1003", "near", facts)


def test_the_value_is_shown_with_where_it_lies() -> None:
    assert Kelurahan().shown("31.75.07.1003")["value"] == "Klender, Duren Sawit, Jakarta Timur"


def test_a_place_outside_is_named_back() -> None:
    assert Kelurahan().read("saya di bekasi", asking()) == Problem("outside_jakarta", {"place": "Bekasi"})


@pytest.mark.parametrize(
    "partial", [{}, {"in": 5}, {"in": "99"}, {"candidates": []}, {"candidates": ["x"]}, [], "x", 1]
)
def test_half_an_answer_that_makes_no_sense_asks_from_the_start(partial: object) -> None:
    assert Kelurahan().question(asking(partial=partial)).part == "ask"


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.code)
def test_every_area_is_found_by_its_name_in_any_dress(area: object) -> None:
    name = area.name  # type: ignore[attr-defined]
    for text in (name, name.upper(), name.replace(" ", ""), f"  {name}, rt 1 rw 2"):
        found = {match.area for match in find(text)}
        assert area in found, text
        assert len(found) <= 2


@pytest.mark.parametrize("area", [area for area in AREAS if area.level == "kelurahan"], ids=lambda area: area.code)
def test_a_slip_is_never_taken_for_another_kelurahan(area: object) -> None:
    name = area.name.lower()  # type: ignore[attr-defined]
    slips = [name[:at] + name[at + 1 :] for at in range(1, len(name))]
    slips += [name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(1, len(name) - 1)]
    found = 0
    for slip in slips:
        reading = Kelurahan().read(slip, asking())
        if isinstance(reading, Took):
            assert reading.value == area.code, slip  # type: ignore[attr-defined]
        found += not isinstance(reading, Problem)
    assert found >= 0.6 * len(slips) or len(name) < 5


def test_all_kelurahan_are_there() -> None:
    levels = [area.level for area in AREAS]
    assert [levels.count(level) for level in ("kota", "kecamatan", "kelurahan")] == [6, 44, 267]
    assert len(kelurahans("31.75.07")) == 7
