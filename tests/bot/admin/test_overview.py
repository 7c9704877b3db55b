"""Numbers by area: what a coordinator may see, and nobody's name among it."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.admin.overview import COLUMNS, added_up
from bot.admin.places import narrowed, places, within
from conversations.rules import areas
from storage.applications import COUNTED_UP_TO, STATES
from tests.bot.town import BUDI, SITI, Phone, Town, send

HERE = "/admin/overview"


async def real(town: Town) -> None:
    """As if everybody so far had come by a real channel."""
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET simulated = $1", (False,))


def numbers(page: httpx.Response) -> list[str]:
    """The sums at the top."""
    return [re.sub(r"<[^>]+>", "", n) for n in re.findall(r'<dd class="number">(.*?)</dd>', page.text)]


def rows(page: httpx.Response) -> dict[str, str]:
    """Each area's row, its numbers as they stand."""
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page.text, re.DOTALL)
    plain = [(re.sub(r"<[^>]+>", "", name), re.sub(r"<[^>]+>", " ", cells)) for name, cells in found]
    return {name: " ".join(cells.split()) for name, cells in plain}


async def test_a_coordinator_sees_how_many_stand_where_in_their_own_area(town: Town) -> None:
    await Phone(town.visitor()).signs_up(SITI)
    receipt = await Phone(town.visitor()).signs_up(BUDI)
    await send(await town.member(), f"/admin/applications/{receipt}/approval", version="1")
    await real(town)
    await Phone(town.visitor()).signs_up(SITI)  # made up in the simulator: not counted
    joko = await town.member("coordinator", "joko", area="31.75")
    page = await joko.get("/admin", follow_redirects=True)
    assert page.url.path == HERE
    assert "<h1>Jakarta Timur</h1>" in page.text
    assert numbers(page) == ["1", "0", "1", "0"]
    assert rows(page)["Duren Sawit"] == "1 1"
    assert rows(page)["Cakung"] == "0 0"
    assert not re.search("Siti|Budi|3174|S•|TK-", page.text)
    assert "/admin/queue" not in page.text


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("31.75.07", "Duren Sawit"),
        (areas.find("klender")[0].area.code, "Klender"),
        ("31.71", "Jakarta Timur"),
        ("", "Jakarta Timur"),
        ("31.75.99", "Jakarta Timur"),
        ("' OR 1=1", "Jakarta Timur"),
    ],
)
async def test_nobody_looks_out_of_their_area(town: Town, wanted: str, shown: str) -> None:
    joko = await town.member("coordinator", "joko", area="31.75")
    page = await joko.get(HERE, params={"area": wanted})
    assert f"<h1>{shown}</h1>" in page.text


async def test_who_may_see_the_queue_goes_there_from_a_number(town: Town) -> None:
    await Phone(town.visitor()).signs_up(SITI)
    await real(town)
    page = await (await town.member()).get(HERE, params={"area": "31.75"})
    assert 'href="/admin/queue?state=submitted&amp;area=31.75.07"' in page.text
    assert f'href="{HERE}"' in page.text


def test_a_number_that_was_not_counted_to_its_end_is_not_added_up() -> None:
    assert added_up({"submitted": 3, "in_review": 2, "approved": COUNTED_UP_TO}) == {
        "waiting": 5,
        "needs_correction": 0,
        "approved": None,
        "registered": 0,
    }
    assert {state for states in COLUMNS.values() for state in states} <= set(STATES)


@pytest.mark.parametrize(
    ("wanted", "own", "kept"),
    [
        ("31.75.07", None, "31.75.07"),
        ("31.75.07", "31.75", "31.75.07"),
        ("31.75", "31.75.07", "31.75.07"),
        ("31.71", "31.75", "31.75"),
        ("31.7", "31.75", "31.75"),
        ("31.756", "31.75", "31.75"),
        ("", "31.75", "31.75"),
        ("", None, ""),
    ],
)
def test_what_somebody_asks_for_is_kept_inside_their_area(wanted: str, own: str | None, kept: str) -> None:
    assert narrowed(wanted, own) == kept
    assert within(kept, own)


def test_only_places_in_ones_area_can_be_chosen() -> None:
    assert len(places()) == 6
    assert [(kota.name, len(inside)) for kota, inside in places("31.75")] == [("Jakarta Timur", 10)]
    ((kota, inside),) = places("31.75.07")
    assert (kota.code, [k.code for k in inside]) == ("31.75", ["31.75.07"])


async def test_the_whole_town_reads_what_todays_reminders_cost_and_an_area_does_not(town: Town) -> None:
    admin = await town.member()
    assert "Pengingat yang masih keluar hari ini: 0, biayanya sekitar Rp0." in (await admin.get(HERE)).text
    assert "Pengingat" not in (await admin.get(f"{HERE}?area=31.75")).text
