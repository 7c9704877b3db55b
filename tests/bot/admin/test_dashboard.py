"""The dashboard: numbers as the rows say, by place and channel, and nobody's name among them."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from bot.figures import count_all, count_days
from storage import figures
from storage.columns import micros
from tests.bot.town import BUDI, SITI, START, Phone, Town, send

HERE = "/admin/dashboard"


async def real(town: Town, channel: str = "telegram") -> None:
    """As if everybody so far had come by a real channel."""
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET simulated = $1, channel = $2 WHERE channel = 'web'", (False, channel))
        await tx.rows("UPDATE chats SET channel = $1 WHERE channel = 'web'", (channel,))


async def counted(town: Town) -> None:
    await count_all(town.services, town.clock())


def section(page: httpx.Response, title: str) -> str:
    """One section's text, its chart's included."""
    found = re.search(rf"<h2>{re.escape(title)}</h2>(.*?)</section>", page.text, re.DOTALL)
    assert found, title
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def sums(page: httpx.Response) -> dict[str, str]:
    found = re.findall(r'<dt>(.*?)</dt><dd class="number">(.*?)</dd>', page.text, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", n).strip() for name, n in found}


async def test_sign_ups_are_counted_by_day_channel_and_place(town: Town) -> None:
    await Phone(town.visitor()).signs_up(SITI)
    await real(town)
    await Phone(town.visitor()).signs_up(BUDI)
    await real(town, "whatsapp")
    await Phone(town.visitor()).signs_up(SITI)  # made up in the simulator
    await counted(town)
    ratna = await town.member()
    assert sums(await ratna.get(HERE))["Mendaftar hari ini"] == "2"
    for query, n in (
        ("channel=whatsapp", "1"), ("channel=made_up", "1"), ("area=31.75.07", "2"), ("area=31.71", "0"),
        ("days=90&by=week", "2"), ("days=9999&by=hour&channel=x&area=%27", "2"),
    ):  # fmt: skip
        page = await ratna.get(f"{HERE}?{query}")
        assert sums(page)["Mendaftar hari ini"] == n, query
    assert "24 Nov 2" in section(await ratna.get(HERE), "Pendaftaran masuk")
    assert "23 Nov 2" in section(await ratna.get(f"{HERE}?by=week"), "Pendaftaran masuk")


async def test_a_chart_says_no_less_than_the_table_behind_it(town: Town) -> None:
    await Phone(town.visitor()).signs_up(SITI)
    await real(town)
    await counted(town)
    page = await (await town.member()).get(HERE)
    assert page.text.count('<svg class="chart') >= 3
    assert page.text.count('role="img" aria-label="') == page.text.count('<svg class="chart')
    assert "24 Nov: 1" in page.text
    assert "style=" not in page.text
    assert "<script" not in page.text


async def test_how_far_people_come_and_where_they_stopped(town: Town) -> None:
    await Phone(town.visitor()).signs_up(SITI)
    await Phone(town.visitor()).says(*SITI[:5])
    await Phone(town.visitor()).says(*SITI[:5])
    await Phone(town.visitor()).says("daftar", "dibantu", "setuju", "wna")
    await real(town)
    async with town.services.db.writing() as tx:
        [(row_id,)] = await tx.rows("SELECT MIN(id) FROM sessions WHERE done = ''")
        await tx.rows("UPDATE sessions SET touched_at = $1 WHERE id = $2", (micros(START - timedelta(days=5)), row_id))
    await counted(town)
    page = await (await town.member()).get(HERE)
    assert section(page, "Macet sekarang").endswith("NIK 1 0 1 0 2")
    assert re.search(r"Nama 3 3 75%  ?NIK 3 3 75%  ?Tanggal lahir 1 1 25%", section(page, "Sampai mana orang mengisi"))
    assert section(page, "Sampai mana orang mengisi").endswith("Terkirim 1 1 25%")
    assert section(page, "Diarahkan ke jalan lain").endswith("Warga negara asing 1")


async def test_a_draft_that_was_gone_on_with_is_not_stuck_any_more(town: Town) -> None:
    phone = Phone(town.visitor())
    await phone.says(*SITI[:5])
    await counted(town)
    ratna = await town.member()
    assert "NIK" in section(await ratna.get(f"{HERE}?channel=made_up"), "Macet sekarang")
    await phone.says(SITI[5])
    await count_days(town.services, town.clock(), town.clock())
    stuck = section(await ratna.get(f"{HERE}?channel=made_up"), "Macet sekarang")
    assert "NIK" not in stuck
    assert "Tanggal lahir" in stuck


async def test_half_of_the_decisions_came_within_the_median(town: Town) -> None:
    receipts = [await Phone(town.visitor()).signs_up(SITI) for _ in range(3)]
    await real(town)
    for receipt, hours in zip(receipts, (2, 20, 70), strict=True):
        town.clock.passes(hours=hours)
        ratna = await town.member(login=f"r{hours}")
        answer = await send(ratna, f"/admin/applications/{receipt}/approval", version="1")
        assert answer.status_code == 303
    await counted(town)
    page = await ratna.get(HERE)
    assert sums(page)["Waktu tunggu, tengah"] == "22 jam"
    assert "Separuh selesai dalam 22 jam , sembilan dari sepuluh dalam 4 hari" in section(
        page, "Waktu sampai keputusan pertama"
    )


async def test_who_waits_longest_stands_out_and_leads_to_the_queue(town: Town) -> None:
    siti = await Phone(town.visitor()).signs_up(SITI)
    town.clock.passes(days=8)
    await Phone(town.visitor()).signs_up(BUDI)
    await real(town)
    ratna = await town.member()
    page = await ratna.get(HERE)
    assert "7–13 hari lalu 1" in section(page, "Yang menunggu, menurut lamanya")
    address = re.search(r'href="(/admin/queue\?[^"]*until=2026-11-25)"', page.text)
    assert address
    queue = await ratna.get(address[1].replace("&amp;", "&"))
    assert re.findall(r'href="/admin/applications/([^"]+)"', queue.text) == [siti]


async def test_what_is_billed_failed_and_stuck_is_told(town: Town) -> None:
    await Phone(town.visitor()).signs_up(SITI)
    async with town.services.db.writing() as tx:
        await figures.add(tx, "billed", "2026-11-02", "whatsapp", 1200)
        await figures.add(tx, "billed", "2026-10-31", "whatsapp", 5000)
        await tx.rows("UPDATE outbox SET state = 'failed', error = '63024' WHERE id = 1")
        await tx.rows("UPDATE outbox SET state = 'failed', error = 'gave_up:5xx' WHERE id = 2")
    page = await (await town.member()).get(HERE)
    assert sums(page)["Pesan berbayar bulan ini"] == "1.200"
    assert sums(page)["Pesan macet"] == "0"
    failed = section(page, "Pesan yang tidak sampai, 30 hari")
    assert "Nomor tidak terjangkau (63024) 1" in failed
    assert "Dicoba sehari, lalu berhenti (gave_up:5xx) 1" in failed


@pytest.mark.parametrize("query", ["", "?area=31.71", "?area=31.75"])
async def test_a_coordinator_sees_the_numbers_of_their_own_area_only(town: Town, query: str) -> None:
    await Phone(town.visitor()).signs_up(SITI)
    await real(town)
    await counted(town)
    joko = await town.member("coordinator", "joko", area="31.75.07")
    page = await joko.get(HERE + query)
    assert "Dasbor: Duren Sawit" in page.text
    assert sums(page)["Mendaftar hari ini"] == "1"
    assert "Pesan berbayar bulan ini" not in page.text
    assert not re.search("Siti|S•|3174|TK-|/admin/queue|/admin/parked|stuck\\?", page.text)
    central = await town.member("coordinator", "cipto", area="31.71")
    assert sums(await central.get(HERE))["Mendaftar hari ini"] == "0"
