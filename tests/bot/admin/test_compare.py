"""Look-alikes stand side by side, hidden until uncovered; one follows the other, and nobody outside hears why."""

from __future__ import annotations

import re

import httpx
import pytest

from storage import audit
from tests.bot.admin.test_correction import asks, opened, text
from tests.bot.town import BUDI, SITI, Phone, Town, send

AGAIN = tuple("Siti Aminah Lestari" if said == "Siti Aminah" else "6" if said == "rw 5" else said for said in SITI)


async def twice(town: Town) -> tuple[Phone, str, Phone, str]:
    """Siti signs up on one phone, and again, a little differently, on another."""
    first, second = Phone(town.visitor()), Phone(town.visitor())
    return first, await first.signs_up(), second, await second.signs_up(AGAIN)


async def merges(member: httpx.AsyncClient, receipt: str, kept: str, **form: str) -> httpx.Response:
    where = f"/admin/applications/{receipt}/duplicate"
    return await send(member, where, **{"version": "1", "into": kept, "into_version": "1", **form})


async def test_a_look_alike_is_flagged_in_the_queue_and_listed_on_both_pages(town: Town) -> None:
    _, siti, _, again = await twice(town)
    budi = await Phone(town.visitor()).signs_up(BUDI)
    ratna = await town.member()
    assert (await ratna.get("/admin/queue")).text.count("Mungkin ganda</b>") == 2
    flagged = (await ratna.get("/admin/queue", params={"flag": "possible_duplicate"})).text
    assert (siti in flagged, again in flagged, budi in flagged) == (True, True, False)
    page = await ratna.get(f"/admin/applications/{siti}")
    assert f"/admin/applications/{siti}/compare/{again}" in page.text
    assert "NIK sama" in page.text and "nomor HP sama" in page.text
    assert "nama dan tanggal lahir sama" not in page.text
    assert "Yang mirip" not in (await ratna.get(f"/admin/applications/{budi}")).text


async def test_both_are_masked_until_uncovered_and_what_differs_is_marked_all_the_same(town: Town) -> None:
    _, siti, _, again = await twice(town)
    ratna = await town.member()
    where = f"/admin/applications/{siti}/compare/{again}"
    page = await ratna.get(where)
    rows = {row.split()[0]: "berbeda" in row for row in map(_plain, re.findall(r"<tr.*?</tr>", page.text, re.DOTALL))}
    assert (rows["Nama"], rows["RW"], rows["NIK"], rows["Nomor"]) == (True, True, False, False)
    assert "Lestari" not in page.text and "3174055708950003" not in page.text
    shown = await send(ratna, f"{where}/reveal")
    assert "Siti Aminah Lestari" in shown.text and "3174055708950003" in shown.text
    async with town.services.db.reading() as tx:
        for receipt in (siti, again):
            assert [e.action for e in await audit.about(tx, f"application:{receipt}", limit=9)] == [
                "application.revealed"
            ]


def _plain(row: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() or "-"


async def test_a_duplicate_follows_the_other_and_its_person_learns_nothing_of_it(town: Town) -> None:
    _, siti, phone, again = await twice(town)
    ratna = await town.member()
    assert (await merges(ratna, again, siti)).headers["location"].endswith("?done=merged")
    (told,) = await phone.hear()
    assert "selesai kami baca" in told["text"]
    assert not re.search(r"ganda|gabung|lain|sudah (ada|terdaftar|dikenal)|sebelumnya", told["text"])
    assert not re.search(r"ganda|gabung|lain", (await phone.says("status")).split("Bantuan")[0])
    assert not re.search(r"ganda|gabung", (await town.visitor().post("/cek", data={"receipt": again})).text)
    assert (await opened(town, again)).state == "duplicate"
    for receipt, other in ((siti, again), (again, siti)):
        page = await ratna.get(f"/admin/applications/{receipt}")
        assert other in page.text and "Digabung sebagai ganda" in text(page)
    async with town.services.db.reading() as tx:
        assert [e.action for e in await audit.about(tx, f"application:{again}", limit=9)] == ["application.merged"]


async def test_a_merge_is_taken_back(town: Town) -> None:
    _, siti, phone, again = await twice(town)
    ratna = await town.member()
    await merges(ratna, again, siti)
    assert "Batalkan penggabungan" in (await ratna.get(f"/admin/applications/{again}")).text
    undone = await send(ratna, f"/admin/applications/{again}/duplicate/undo", version="1")
    assert undone.headers["location"].endswith("?done=unmerged")
    assert (await opened(town, again)).state == "submitted"
    assert "sekali lagi" in (await phone.hear())[-1]["text"]
    assert (await ratna.get("/admin/queue")).text.count("Mungkin ganda</b>") == 2


async def test_what_is_in_a_batch_can_only_be_the_one_that_is_kept(town: Town) -> None:
    _, siti, _, again = await twice(town)
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'batched' WHERE receipt = $1", (siti,))
    ratna = await town.member()
    page = (await ratna.get(f"/admin/applications/{siti}/compare/{again}")).text
    assert f'action="/admin/applications/{again}/duplicate"' in page
    assert f'action="/admin/applications/{siti}/duplicate"' not in page
    assert (await merges(ratna, siti, again)).headers["location"].endswith("faster")
    assert (await merges(ratna, again, siti)).headers["location"].endswith("merged")


@pytest.mark.parametrize("form", [{"version": "2"}, {"into_version": "2"}, {"into": "TK-0000-0000-0"}, {"into": ""}])
async def test_a_merge_of_what_was_not_seen_is_refused(town: Town, form: dict[str, str]) -> None:
    _, siti, _, again = await twice(town)
    answer = await merges(await town.member(), again, siti, **form)
    assert answer.headers["location"].endswith("faster")
    assert (await opened(town, again)).state == "submitted"


async def test_a_question_still_open_is_not_asked_any_more_of_a_duplicate(town: Town) -> None:
    _, siti, phone, again = await twice(town)
    ratna = await town.member()
    await asks(ratna, again, "rw")
    await phone.hear()
    await merges(ratna, again, siti)
    assert len(await phone.hear()) == 1
    await phone.says("7")
    assert ((await opened(town, again)).state, (await opened(town, again)).version) == ("duplicate", 1)


async def test_a_look_alike_in_another_area_is_counted_and_not_shown(town: Town) -> None:
    elsewhere = tuple("pondok bambu" if said == "klender" else said for said in AGAIN)
    siti = await Phone(town.visitor()).signs_up()
    again = await Phone(town.visitor()).signs_up(elsewhere)
    area = (await opened(town, siti)).area_code
    member = await town.member("reviewer", login="dewi", area=area)
    page = await member.get(f"/admin/applications/{siti}")
    assert "Di wilayah lain: 1" in page.text and again not in page.text
    assert (await member.get(f"/admin/applications/{siti}/compare/{again}")).status_code == 404
    assert (await merges(member, siti, again)).headers["location"].endswith("faster")


async def test_one_is_not_compared_with_itself(town: Town) -> None:
    receipt = await Phone(town.visitor()).signs_up()
    page = await (await town.member()).get(f"/admin/applications/{receipt}/compare/{receipt}")
    assert page.status_code == 404
