"""The areas of Jakarta, and the finding of one."""

from __future__ import annotations

import re

from conversations.rules.areas import AREAS, find, named, outside
from conversations.rules.tables import rows


def test_a_code_names_its_area_and_those_above() -> None:
    klender = named("31.75.07.1003")
    assert klender is not None
    assert (klender.name, klender.level, klender.kecamatan, klender.kota) == (
        "Klender",
        "kelurahan",
        "31.75.07",
        "31.75",
    )
    assert named("31.99") is None


def test_kelurahan_jatinegara_lies_in_cakung() -> None:
    (match,) = find("kel jatinegara")
    assert named(match.area.kecamatan) == named("31.75.06")
    assert named("31.75.06").name == "Cakung"  # type: ignore[union-attr]


def test_no_outside_place_is_part_of_a_name_in_jakarta() -> None:
    for row in rows("outside_areas"):
        for area in AREAS:
            assert not re.search(rf"\b{row['name']}\b", area.name), (row["name"], area.name)


def test_a_place_outside_is_taken_out_of_the_text() -> None:
    assert outside("Kota Bekasi") == ("Bekasi", "")
    assert outside("klender") == ("", "klender")


def test_what_contradicts_itself_is_never_exact() -> None:
    assert [match.exact for match in find("klender jakarta barat")] == [False]
