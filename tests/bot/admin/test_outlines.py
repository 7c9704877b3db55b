"""Outlines at the desk: loaded, looked at, corrected, applied, replaced and removed; and the map that comes of them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from bot.coverage.board import SHADES
from bot.coverage.taking_along import SHADE
from conversations.rules import areas
from storage import coverage, outlines
from tests.bot.coverage.patchwork import collection, level, patchwork
from tests.bot.coverage.test_geojson import BOW, feature
from tests.bot.town import Town, csrf_of, open_town, send

HERE = "/admin/coverage/outlines"
COVERAGE = "/admin/coverage"
DUREN_SAWIT, KLENDER = "31.75.07", "31.75.07.1003"


async def upload(member: httpx.AsyncClient, content: bytes, name: str = "batas.geojson") -> httpx.Response:
    seen = await member.get(HERE)
    return await member.post(HERE, data={"csrf": csrf_of(seen)}, files={"file": (name, content)})


async def brought(member: httpx.AsyncClient, what: dict[str, Any], name: str = "batas.geojson") -> str:
    """The address of a file somebody brought."""
    answer = await upload(member, json.dumps(what).encode(), name)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removesuffix("?done=uploaded")


def kelurahan(within: str = "") -> dict[str, Any]:
    return collection({code: cell for code, cell in patchwork(2).items() if code.startswith(within)})


def drawn(page: httpx.Response) -> list[str]:
    """Where the shapes of a page's map lead."""
    found = re.search(r'<svg class="map".*?</svg>', page.text, re.S)
    return re.findall(r'<a href="/admin/coverage\?area=([0-9.]+)">', found[0]) if found else []


def words(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


@pytest.fixture
async def either_town(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)  # PostgreSQL has no folder of its own: keys go to ./var
    async with open_town(database_url) as town:
        yield town


async def count(town: Town) -> dict[str, int]:
    async with town.services.db.reading() as tx:
        return dict(await outlines.counts(tx))


async def test_a_file_is_looked_at_corrected_applied_drawn_replaced_and_removed(either_town: Town) -> None:
    town = either_town
    ratna = await town.member()
    what = kelurahan()
    klender = next(one for one in what["features"] if one["properties"]["WADMKD"] == "KLENDER")
    klender["properties"]["WADMKD"] = "Klendeer Barat"
    where = await brought(ratna, what)
    number = what["features"].index(klender) + 1
    page = await ratna.get(where)
    assert "Klendeer Barat, Duren Sawit" in words(page)
    assert "Kecamatan: 43 dari 44, 43 digabung dari bagiannya. Belum ada: Duren Sawit." in words(page)
    assert await count(town) == {"kota": 0, "kecamatan": 0, "kelurahan": 0, "rw": 0}, "nothing counts yet"
    assert drawn(await ratna.get(COVERAGE)) == []

    proposed = re.findall(r'<option value="([0-9.]+)">', page.text)
    assert (proposed[0], len(proposed)) == (KLENDER, 3)
    wrong = await send(ratna, f"{where}/features/{number}", code="31.71.01.1001")
    assert wrong.headers["location"].endswith("faster"), "only what was proposed may be picked"
    picked = await send(ratna, f"{where}/features/{number}", code=KLENDER)
    assert picked.headers["location"] == f"{where}?done=picked"
    await send(ratna, f"{where}/features/{number}", code="")
    assert "Tidak dipakai" in (await ratna.get(where)).text
    await send(ratna, f"{where}/features/{number}", code=KLENDER)
    assert "Tidak dipakai" not in (await ratna.get(where)).text

    assert (await send(ratna, f"{where}/apply")).headers["location"] == f"{where}?done=applied"
    assert (await send(ratna, f"{where}/apply")).headers["location"].endswith("faster"), "once is enough"
    assert await count(town) == {"kota": 6, "kecamatan": 44, "kelurahan": 267, "rw": 0}
    assert sorted(drawn(await ratna.get(COVERAGE))) == [area.code for area in areas.kotas()]
    assert sorted(drawn(await ratna.get(f"{COVERAGE}?area=31.75"))) == [a.code for a in areas.kecamatans("31.75")]
    inside = drawn(await ratna.get(f"{COVERAGE}?area={DUREN_SAWIT}"))
    assert sorted(inside) == [area.code for area in areas.kelurahans(DUREN_SAWIT)]

    before = (await ratna.get(COVERAGE)).text
    again = await brought(ratna, collection({"31.71": level("kota", 2)["31.71"].buffer(-0.005)}))
    await send(ratna, f"{again}/apply")
    assert await count(town) == {"kota": 6, "kecamatan": 44, "kelurahan": 267, "rw": 0}, "replaced, not added"
    assert (await ratna.get(COVERAGE)).text != before

    await send(ratna, f"{HERE}/remove", kind="kota")
    assert await count(town) == {"kota": 0, "kecamatan": 44, "kelurahan": 267, "rw": 0}
    assert 'class="tiles"' in (await ratna.get(COVERAGE)).text
    record = words(await ratna.get("/admin/audit"))
    for said in (
        "membaca file garis batas: 266 dari 267 fitur cocok", f"memilih wilayah untuk fitur {number}: {KLENDER}",
        "menerapkan 317 garis batas", "menghapus 6 garis batas kota",
    ):  # fmt: skip
        assert said in record


async def test_where_an_outline_is_missing_the_whole_level_is_tiles_and_says_so(town: Town) -> None:
    ratna = await town.member()
    what = kelurahan(DUREN_SAWIT)
    what["features"] = [one for one in what["features"] if one["properties"]["WADMKD"] != "KLENDER"]
    await send(ratna, f"{await brought(ratna, what)}/apply")
    page = await ratna.get(f"{COVERAGE}?area={DUREN_SAWIT}")
    assert drawn(page) == []
    assert 'class="tiles"' in page.text
    assert "Peta belum lengkap, jadi tampil sebagai kotak. Tanpa garis batas: 1. Klender." in words(page)
    assert "Peta belum lengkap" not in (await ratna.get(f"{COVERAGE}?area=31.75")).text, "nobody began that level"


async def test_a_coordinator_sees_the_map_of_their_area_and_brings_no_outlines(town: Town) -> None:
    ratna, joko = await town.member(), await town.member("coordinator", "joko", area="31.75")
    await send(ratna, f"{await brought(ratna, kelurahan())}/apply")
    page = await joko.get(COVERAGE)
    assert sorted(drawn(page)) == [area.code for area in areas.kecamatans("31.75")]
    assert HERE not in page.text
    elsewhere = await joko.get(f"{COVERAGE}?area=31.71")
    assert all(code.startswith("31.75") for code in drawn(elsewhere))
    assert (await joko.get(HERE)).status_code == 403


async def test_an_admin_kept_to_an_area_brings_and_removes_outlines_of_it_only(town: Town) -> None:
    ratna, dewi = await town.member(), await town.member("admin", "dewi", area="31.75")
    await send(ratna, f"{await brought(ratna, collection(level('kecamatan', 2)))}/apply")
    where = await brought(dewi, collection(level("kecamatan", 2)))
    page = words(await dewi.get(where))
    assert "cocok 10" in page
    assert "di luar wilayah Anda 34" in page
    assert (await ratna.get(where)).headers["location"] == HERE, "a file belongs to its area"
    await send(dewi, f"{HERE}/remove", kind="kecamatan")
    assert (await count(town))["kecamatan"] == 34
    await send(dewi, f"{where}/apply")
    assert (await count(town))["kecamatan"] == 44


async def test_what_is_wrong_with_a_file_is_said_and_nothing_is_kept(town: Town) -> None:
    ratna = await town.member()
    swapped = {
        "type": "FeatureCollection",
        "features": [feature("Polygon", [[[-6.2, 106.8], [-6.1, 106.8], [-6.1, 107]]])],
    }
    for content, said in (
        (b"", "File ini kosong."),
        (b'{"type":', "Salahnya di baris 1, kolom"),
        (b"PK\x03\x04", "Ini ZIP, shapefile, atau KML."),
        (json.dumps(swapped).encode(), "Lintang dan bujur tertukar. Titik pertama -6.2, 106.8"),
    ):
        answer = await upload(ratna, content)
        assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert list(town.services.settings.var.glob("outlines-*")) == []
    big = await ratna.post(HERE, content=b"x" * 20_200_000, headers={"content-type": "multipart/form-data; boundary=x"})
    assert big.status_code == 413


async def test_a_shape_that_crosses_itself_is_not_used_and_told_where(town: Town) -> None:
    ratna = await town.member()
    what = collection({})
    what["features"] = [feature("Polygon", [BOW], kelurahan="Gambir", kecamatan="<b>Gambir")]
    where = await brought(ratna, what)
    page = await ratna.get(where)
    assert "memotong diri sendiri di dekat 106.82000, -6.18000" in page.text
    assert "&lt;b&gt;Gambir" in page.text
    assert "tidak ada yang bisa diterapkan" in page.text
    await send(ratna, f"{where}/discard")
    assert "dibuang" in words(await ratna.get(where))
    assert (await send(ratna, f"{where}/apply")).headers["location"].endswith("faster")


async def test_a_file_brought_again_lets_the_one_that_waited_go(town: Town) -> None:
    ratna = await town.member()
    first, second = await brought(ratna, kelurahan(DUREN_SAWIT)), await brought(ratna, kelurahan(DUREN_SAWIT))
    assert "dibuang" in words(await ratna.get(first))
    assert "menunggu keputusan" in words(await ratna.get(second))


async def test_neighbourhoods_are_drawn_by_their_outlines_too(town: Town) -> None:
    ratna = await town.member()
    cell = patchwork(2)[KLENDER]
    west, _, east, _ = cell.bounds
    halves = [cell.intersection(cell.envelope.buffer(0)).intersection(_half(west, east, side)) for side in (0, 1)]
    what = collection({})
    for n, half in enumerate(halves, start=5):
        [one] = collection({KLENDER: half})["features"]
        what["features"].append({**one, "properties": {**one["properties"], "RW": f"0{n}"}})
    async with town.services.db.writing() as tx:
        today = town.clock().astimezone(town.services.settings.zone).date().isoformat()
        await coverage.keep(tx, today, {(KLENDER, "5"): 12, (KLENDER, "6"): 3})
    await send(ratna, f"{await brought(ratna, what)}/apply")
    assert (await count(town))["rw"] == 2
    page = await ratna.get(f"{COVERAGE}?area={KLENDER}")
    assert re.findall(r"<title>(RW \d: [^<]+)</title>", page.text) in (
        ["RW 5: 10", "RW 6: kurang dari 5"], ["RW 6: kurang dari 5", "RW 5: 10"],
    )  # fmt: skip


def _half(west: float, east: float, side: int) -> Any:
    from shapely import box

    middle = (west + east) / 2
    return box(*((west, -7, middle, -5) if side == 0 else (middle, -7, east, -5)))


async def test_the_picture_shows_the_same_map_in_the_same_shades(town: Town) -> None:
    ratna = await town.member()
    async with town.services.db.writing() as tx:
        today = town.clock().astimezone(town.services.settings.zone).date().isoformat()
        await coverage.keep(tx, today, {(KLENDER, "5"): 60, ("31.75.07.1001", "1"): 30})
    tiles = Image.open(io.BytesIO((await ratna.get(f"{COVERAGE}/picture.png?area={DUREN_SAWIT}")).content))
    await send(ratna, f"{await brought(ratna, kelurahan(DUREN_SAWIT))}/apply")
    picture = Image.open(io.BytesIO((await ratna.get(f"{COVERAGE}/picture.png?area={DUREN_SAWIT}")).content))
    assert picture.size != tiles.size
    rgb = picture.convert("RGB")
    colours = {colour: n for n, colour in rgb.getcolors(1 << 24) or ()}
    for shade in (0, SHADES // 2, SHADES):  # nobody, half as many as the fullest, the fullest
        true = tuple(int(SHADE[shade][at : at + 2], 16) for at in (1, 3, 5))
        assert sum(n for colour, n in colours.items() if max(map(abs, _less(colour, true))) < 4) > 5_000, SHADE[shade]


def _less(one: tuple[int, ...], other: tuple[int, ...]) -> list[int]:
    return [a - b for a, b in zip(one, other, strict=True)]
