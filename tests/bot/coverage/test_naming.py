"""Which area an outline is of: by Kemendagri's and BPS's codes, by names as data sets spell them, never by a guess."""

from __future__ import annotations

from typing import Any

import pytest

from bot.coverage.naming import name_all
from bot.coverage.tables import rows
from conversations.rules import areas
from conversations.rules.areas import AREAS

OF_BIG = {"WADMKD": "GAMBIR", "WADMKC": "Gambir", "WADMKK": "Kota Adm. Jakarta Pusat", "WADMPR": "DKI Jakarta"}
OF_HDX = {"ADM4_EN": "Papango", "ADM3_EN": "Tanjung Priok", "ADM2_EN": "Jakarta Utara", "ADM4_PCODE": "ID3175030003"}


@pytest.mark.parametrize(
    ("properties", "found", "code"),
    [
        ({**OF_BIG, "KDEPUM": "31.71.01.1001", "KDPKAB": "31.71"}, "matched", "31.71.01.1001"),
        (OF_BIG, "matched", "31.71.01.1001"),
        ({**OF_BIG, "WADMKD": None}, "matched", "31.71.01"),
        ({"WADMKK": "Adm. Kepulauan Seribu", "WADMPR": "DKI Jakarta"}, "matched", "31.01"),
        (OF_HDX, "respelled", "31.72.02.1003"),
        ({"NAME_4": "Klender", "NAME_3": "Duren Sawit", "NAME_1": "Jakarta Raya"}, "matched", "31.75.07.1003"),
        ({"nama_kel": "Kel. Pal Merah", "nama_kec": "KEC. PAL MERAH"}, "matched", "31.73.07.1001"),
        ({"kelurahan": "PAPANGO", "kecamatan": "TANJUNG PRIOK"}, "respelled", "31.72.02.1003"),
        ({"nama_kel": "Kapuk Selatan", "nama_kec": "Cengkareng"}, "matched", "31.73.01.1005"),
        ({"name": "Kampung Tengah", "kecamatan": "Kramat Jati"}, "matched", "31.75.04.1002"),
        ({"nama": "Kota Bambu Utara"}, "matched", "31.73.07.1003"),
        ({"nama": "KEP. SERIBU"}, "matched", "31.01"),
        ({"name": "Gambir", "admin_level": "6"}, "matched", "31.71.01"),
        ({"name": "Gambir", "admin_level": 7}, "matched", "31.71.01.1001"),
        ({"kode": "3171", "nama": "KOTA JAKARTA SELATAN"}, "matched", "31.74"),
        ({"kode": 3171, "nama": "Jakarta Pusat"}, "matched", "31.71"),
        ({"kode_kec": "31.71.01", "kelurahan": "Cideng"}, "matched", "31.71.01.1002"),
        ({"nama": "Klender", "kode": 3175.0}, "matched", "31.75.07.1003"),
        ({"kdprov": "31", "kdkab": "72", "kdkec": "070", "kddesa": "007"}, "matched", "31.75.07.1003"),
        ({"id": 17, "kelurahan": "Klender"}, "matched", "31.75.07.1003"),
        ({"kode": "3171"}, "ambiguous", ""),
        ({"name": "Gambir"}, "ambiguous", ""),
        ({"kode": "31.71.01.1001", "nama": "Cideng"}, "contradiction", ""),
        ({"kelurahan": "Cikini", "kecamatan": "Koja"}, "unknown", ""),
        ({"kelurahan": "Duri Barat", "kecamatan": "Tambora"}, "unknown", ""),
        ({"kelurahan": "PAPANGO"}, "unknown", ""),
        ({"kelurahan": "NA", "luas": 12}, "nameless", ""),
        ({"kelurahan": "Menteng", "kota": "Kota Bogor", "provinsi": "Jawa Barat"}, "outside", ""),
        ({"nama": "Kali Baru", "kode": "3275061002"}, "outside", ""),
        ({"kelurahan": "Harapan Mulya", "kota": "Kota Bekasi"}, "outside", ""),
    ],
)
def test_properties_name_an_area_or_say_why_not(properties: dict[str, Any], found: str, code: str) -> None:
    [(_, named)] = name_all([properties])
    assert (named.found, named.code) == (found, code)


@pytest.mark.parametrize("shape", ["{}", "{dots}", "ID{}"])
def test_every_area_is_found_by_its_code(shape: str) -> None:
    told = [shape.format(a.code.replace(".", ""), dots=a.code) for a in AREAS]
    named = name_all([{"kode": code, "nama": area.name} for code, area in zip(told, AREAS, strict=True)])
    assert [one.code for _, one in named] == [area.code for area in AREAS]


def test_every_area_is_found_by_its_code_of_bps() -> None:
    table = {row["bps"]: row["code"] for row in rows("bps_codes")}
    assert set(table.values()) == {area.code for area in AREAS}
    named = name_all([{"bps": bps} for bps in table if len(bps) > 4])
    assert [one.code for _, one in named] == [code for bps, code in table.items() if len(bps) > 4]


@pytest.mark.parametrize("level", ["kota", "kecamatan", "kelurahan"])
def test_what_a_file_is_mostly_of_decides_what_a_name_alone_means(level: str) -> None:
    inside = [area for area in AREAS if area.level == level]
    named = name_all([{"name": area.name} for area in inside])
    assert [one.code for _, one in named] == [area.code for area in inside]


def test_a_kelurahan_that_is_called_like_its_kecamatan_is_told_apart() -> None:
    inside = [area for area in AREAS if area.level == "kelurahan"]
    above = [areas.named(area.kecamatan) for area in inside]
    named = name_all(
        [{"name": area.name, "kecamatan": up.name if up else ""} for area, up in zip(inside, above, strict=True)]
    )
    assert [one.code for _, one in named] == [area.code for area in inside]


def test_an_unknown_name_gets_the_three_nearest_of_its_level_those_beside_it_first() -> None:
    [(told, named)] = name_all([{"kelurahan": "Duri Barat", "kecamatan": "Tambora"}])
    assert told.said == "Duri Barat, Tambora"
    assert len(named.proposals) == 3
    assert all(len(code) == 13 for code in named.proposals)
    assert [code[:8] for code in named.proposals[:2]] == ["31.73.04", "31.73.04"]


def test_a_property_rw_is_a_number_only_where_a_place_has_several() -> None:
    several = [{"kelurahan": "Klender", "rw": "001"}, {"kelurahan": "Klender", "rw": "RW 02"}]
    assert [named.rw for _, named in name_all(several)] == ["1", "2"]
    counted = [{"kelurahan": "Klender", "rw": 18}, {"kelurahan": "Pondok Kopi", "rw": 11}]
    assert [named.rw for _, named in name_all(counted)] == ["", ""]
