"""The queue: oldest first, found by what may be known, and no name ever in an address."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import insert, select

from bot.admin.flags import FLAGS, OF_THE_WHOLE
from bot.admin.queue import PAGE
from conversations.forms import FORMS
from conversations.rules import areas, receipts
from conversations.rules.codes import VOLUNTEER
from locales import LANGUAGES, catalogue
from storage.models import FLAGGED, Application
from tests.bot.town import BUDI, SITI, Phone, Town, send


def listed(page: httpx.Response) -> list[str]:
    return re.findall(r'href="/admin/applications/([^"]+)"', page.text)


async def both(town: Town) -> tuple[str, str]:
    siti = await Phone(town.visitor()).signs_up(SITI)
    town.clock.passes(hours=2)
    budi = await Phone(town.visitor()).signs_up(BUDI)
    town.clock.passes(days=3)
    return siti, budi


async def test_who_waits_longest_comes_first_with_name_masked(town: Town) -> None:
    siti, budi = await both(town)
    page = await (await town.member()).get("/admin/queue")
    assert listed(page) == [siti, budi]
    assert "S••• A•••" in page.text
    assert "3 hari yang lalu" in page.text
    assert not re.search("Siti|Aminah|Budi|Santoso|3174055708950003", page.text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=submitted", "both"),
        ("state=approved", "none"),
        ("state=", "both"),
        ("area=31.75", "both"),
        (f"area={areas.find('klender')[0].area.code}", "Siti"),
        ("area=31.71", "none"),
        ("programme=three", "Budi"),
        ("sector=transport", "Budi"),
        ("flag=approximate", "Siti"),
        ("flag=minor", "none"),
        ("flag=approximate&programme=three", "none"),
        ("since=2026-11-24", "both"),
        ("until=2026-11-24", "both"),
        ("since=2026-11-25", "none"),
        ("until=2026-11-23", "none"),
        ("since=2026-11-24&until=2026-11-24&sector=transport", "Budi"),
        ("since=2026-02-30&until=20261124", "both"),
        ("area=%27%3B--&flag=%22%25&after=x", "both"),
    ],
)
async def test_filters_live_in_the_address_and_narrow_the_queue(town: Town, query: str, found: str) -> None:
    siti, budi = await both(town)
    page = await (await town.member()).get(f"/admin/queue?{query}")
    assert listed(page) == {"both": [siti, budi], "none": [], "Siti": [siti], "Budi": [budi]}[found]


async def test_a_volunteers_people_are_found_by_the_code_however_it_is_typed(town: Town) -> None:
    siti, budi = await both(town)
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET referral = $1 WHERE receipt = $2", (VOLUNTEER.make(7), budi))
        await tx.rows("UPDATE applications SET referral = 'poster-rw7' WHERE receipt = $1", (siti,))
    ratna = await town.member()
    for typed, found in (
        (VOLUNTEER.make(7), [budi]), (VOLUNTEER.make(7).lower().replace("-", " "), [budi]), ("poster-rw7", [siti]),
        (VOLUNTEER.make(8), []), ("';--", [siti, budi]),
    ):  # fmt: skip
        page = await ratna.get("/admin/queue", params={"volunteer": typed})
        assert listed(page) == found, typed
    page = await ratna.get("/admin/queue", params={"volunteer": "poster-rw7", "sector": "transport"})
    assert listed(page) == []
    assert "volunteer=poster-rw7" in page.text  # kept in every further address


def test_every_flag_has_an_index_of_its_own() -> None:
    """A new flag wants a line in storage/models.py FLAGGED and a migration that makes its index; else it is slow."""
    assert set(FLAGS) <= set(FLAGGED)


async def test_a_rare_flag_is_found_in_an_area_and_out_of_it(town: Town) -> None:
    _, budi = await both(town)
    async with town.services.db.writing() as tx:
        await tx.rows('UPDATE applications SET flags = \'["old_province","too_old"]\' WHERE receipt = $1', (budi,))
    ratna = await town.member()
    for query, found in (("", [budi]), ("&area=31.75", [budi]), ("&area=31.75.07&state=", [budi]), ("&area=31.71", [])):
        page = await ratna.get(f"/admin/queue?flag=too_old{query}")
        assert listed(page) == found, query
        counts = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
        assert f"Menunggu {len(found)}" in counts


@pytest.mark.parametrize(
    ("sought", "found"),
    [("siti  AMINAH", "Siti"), ("Siti", "none"), ("0001", "Budi"), ("9999", "none"), ("Ana", "none")],
)
async def test_a_name_or_four_digits_find_somebody_without_standing_in_the_address(
    town: Town, sought: str, found: str
) -> None:
    siti, budi = await both(town)
    ratna = await town.member()
    answer = await send(ratna, "/admin/queue/search", sought=sought)
    address = answer.headers["location"]
    assert re.fullmatch(r"[0-9a-f]{32}", parse_qs(urlsplit(address).query)["find"][0])
    assert sought.casefold() not in address.casefold()
    assert listed(await ratna.get(address)) == {"Siti": [siti], "Budi": [budi], "none": []}[found]


async def test_a_receipt_leads_straight_to_its_application(town: Town) -> None:
    siti, _ = await both(town)
    ratna = await town.member()
    loosely = siti.lower().replace("-", " ")
    assert (await send(ratna, "/admin/queue/search", sought=loosely)).headers["location"].endswith(siti)
    for missing in (receipts.make(1), "TK-0000-0000-7", "tk 1234"):
        address = (await send(ratna, "/admin/queue/search", sought=missing)).headers["location"]
        assert "Tanda terima itu tidak ada" in (await ratna.get(address)).text


async def test_each_state_shows_how_many_are_in_it(town: Town) -> None:
    siti, _ = await both(town)
    ratna = await town.member()
    await send(ratna, f"/admin/applications/{siti}/approval", version="1")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", (await ratna.get("/admin/queue")).text))
    assert "Menunggu 1" in page
    assert "Disetujui 1" in page
    assert "Semua 2" in page


async def test_a_long_queue_comes_in_pages_that_miss_nobody(town: Town) -> None:
    siti = await Phone(town.visitor()).signs_up(SITI)
    columns = Application.__table__.columns  # type: ignore[attr-defined]
    names = [column.name for column in columns if column.name not in ("id", "receipt", "answers")]
    async with town.services.db.writing() as tx:
        (row,) = (await tx.execute(select(*(columns[name] for name in names)))).all()
        copies = [
            {**dict(zip(names, row, strict=True)), "receipt": f"TK-{n:04}", "answers": b""} for n in range(2 * PAGE)
        ]
        await tx.execute(insert(Application), copies)
    ratna = await town.member()
    seen, address = [], "/admin/queue"
    for _ in range(3):
        page = await ratna.get(address)
        seen += listed(page)
        more = re.search(r'class="button small" href="([^"]*after=[^"]+)"', page.text)
        if not more:
            break
        address = more[1].replace("&amp;", "&")
    assert seen == [siti, *(f"TK-{n:04}" for n in range(2 * PAGE))]


def test_every_flag_is_explained_in_every_language() -> None:
    assert set(OF_THE_WHOLE) <= set(FLAGS)
    for language in LANGUAGES:
        for flag in FLAGS:
            assert {f"admin.flag.{flag}", f"admin.flag.{flag}.text"} <= set(catalogue(language))


def test_the_forms_own_flags_are_all_known() -> None:
    employed = {
        "situation": "employee",
        "occupation": {"sector": "transport"},
        "second_occupation": {"sector": "other"},
    }
    assert set(FORMS["registration"].flags(employed)) == set(OF_THE_WHOLE)  # type: ignore[arg-type]


async def test_a_day_begins_at_midnight_here_not_in_greenwich(town: Town) -> None:
    town.clock.passes(hours=14, minutes=30)  # 17.30 UTC: half past midnight in Jakarta, the next day
    late = await Phone(town.visitor()).signs_up(SITI)
    ratna = await town.member()
    assert listed(await ratna.get("/admin/queue?since=2026-11-25")) == [late]
    assert listed(await ratna.get("/admin/queue?until=2026-11-24")) == []


async def test_a_reviewer_kept_to_an_area_meets_nobody_from_elsewhere(town: Town) -> None:
    siti, _ = await both(town)
    central, east = await town.member("reviewer", "dewi", "31.71"), await town.member("reviewer", "joko", "31.75.07")
    for query in ("", "?state=", "?area=31.75", "?area=31.75.07"):
        assert listed(await central.get(f"/admin/queue{query}")) == []
    assert len(listed(await east.get("/admin/queue"))) == 2
    assert 'value="31.74"' not in (await central.get("/admin/queue")).text
    found = await send(central, "/admin/queue/search", sought="siti aminah")
    assert listed(await central.get(found.headers["location"])) == []
    for visitor, status in ((central, 404), (east, 200)):
        assert (await visitor.get(f"/admin/applications/{siti}")).status_code == status
        assert (await send(visitor, f"/admin/applications/{siti}/reveal")).status_code == status
    for path in ("approval", "approval/undo"):
        assert (await send(central, f"/admin/applications/{siti}/{path}", version="1")).status_code == 404
