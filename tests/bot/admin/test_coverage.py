"""The coverage board: what a coordinator sees of their area, its targets, its sheet and its picture."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import httpx
import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from bot.coverage.counting import count_coverage
from storage import coverage
from tests.bot.town import BUDI, SITI, Phone, Town, send

HERE = "/admin/coverage"
KLENDER, DUREN_SAWIT = "31.75.07.1003", "31.75.07"


@pytest.fixture
async def counted(town: Town) -> Town:
    async with town.services.db.writing() as tx:
        today = town.clock().astimezone(town.services.settings.zone).date().isoformat()
        await coverage.keep(tx, today, {(KLENDER, "5"): 12, (KLENDER, "6"): 3, ("31.71.01.1001", "1"): 8})
    return town


def rows(page: httpx.Response) -> str:
    return " ".join(page.text.split("<tbody>")[1].split("</tbody>")[0].split())


async def test_a_coordinator_sees_their_area_rounded_and_no_other(counted: Town) -> None:
    joko = await counted.member("coordinator", "joko", area="31.75")
    page = await joko.get(HERE)
    assert re.search(r"<h1>Cakupan: .*Jakarta Timur</h1>", page.text)
    assert '<dd class="number">15</dd>' in page.text
    elsewhere = await joko.get(f"{HERE}?area=31.71")
    assert "Gambir" not in elsewhere.text


async def test_a_kelurahan_shows_only_neighbourhoods_of_five_and_more(counted: Town) -> None:
    ratna = await counted.member()
    page = await ratna.get(f"{HERE}?area={KLENDER}")
    assert "RW 5" in rows(page)
    assert "RW 6" not in page.text
    assert "10" in rows(page)


async def test_a_target_is_set_shown_against_and_taken_away(counted: Town) -> None:
    ratna = await counted.member()
    where = f"{HERE}?area={KLENDER}"
    await send(ratna, f"{HERE}/target", seen_on=where, area=KLENDER, rw="5", target="100")
    assert "100" in rows(await ratna.get(where))
    assert "menetapkan target 100" in (await ratna.get("/admin/audit")).text
    await send(ratna, f"{HERE}/target", seen_on=where, area=KLENDER, rw="5", target="")
    assert "100" not in rows(await ratna.get(where))
    trouble = await send(ratna, f"{HERE}/target", seen_on=where, area=KLENDER, rw="5", target="banyak")
    assert trouble.headers["location"].endswith("trouble=number")


async def test_a_coordinator_sets_no_target_elsewhere(counted: Town) -> None:
    joko = await counted.member("coordinator", "joko", area="31.75")
    answer = await send(joko, f"{HERE}/target", area="31.71.01", target="5")
    assert answer.headers["location"].endswith("trouble=area")
    async with counted.services.db.reading() as tx:
        assert await coverage.targets(tx) == {}


async def test_the_sheet_and_the_picture_hold_what_the_page_shows(counted: Town) -> None:
    ratna = await counted.member()
    sheet = await ratna.get(f"{HERE}/sheet.xlsx?area={DUREN_SAWIT}")
    table = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert ["Klender", 10.0] in [row[:2] for row in table]
    assert ["Pondok Kopi", "kurang dari 5"] in [row[:2] for row in table]
    picture = Image.open(io.BytesIO((await ratna.get(f"{HERE}/picture.png?area=31.75")).content))
    assert picture.format == "PNG"
    assert picture.width > 600


async def test_only_what_the_agency_said_counts_once_a_day_and_nobody_made_up(town: Town) -> None:
    for answers in (SITI, BUDI, SITI):
        await Phone(town.visitor()).signs_up(answers)
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET simulated = $1 WHERE id < 3", (False,))
        for number, state in ((1, "active"), (2, "refused"), (3, "registered")):
            await tx.rows(
                "INSERT INTO memberships (application_id, person_id, state, listed_on, changed_at) "
                "SELECT id, person_id, $1, '', 0 FROM applications WHERE id = $2",
                (state, number),
            )
    await count_coverage(town.services, town.clock())  # upkeep may have been first
    assert await count_coverage(town.services, town.clock() + timedelta(days=1))
    async with town.services.db.reading() as tx:
        _, counts = await coverage.latest(tx)
    assert list(counts.values()) == [1], "the refused and the made up do not count"
    assert not await count_coverage(town.services, town.clock() + timedelta(days=1)), "once a day is enough"
