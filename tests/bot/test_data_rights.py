"""People's rights on their data through the whole program: what storage holds, requests, and proof of an erasure."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import applications, audit, data_requests
from tests.bot.town import SITI, Phone, Town, open_town


async def erasures(town: Town) -> list[audit.Entry]:
    async with town.services.db.reading() as tx:
        return await audit.search(tx, action="person.", limit=10)


async def requests(town: Town) -> list[data_requests.DataRequest]:
    async with town.services.db.reading() as tx:
        found = await data_requests.waiting(tx)
        opened = [await data_requests.one(tx, town.services.keyring, request.id) for request in found]
    return [request for request in opened if request is not None]


async def hand_over(town: Town, receipt: str) -> None:
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'handed_over' WHERE receipt = $1", (receipt,))


async def test_what_is_held_is_shown_from_storage(database_url: str) -> None:
    async with open_town(database_url) as town:
        phone = Phone(town.visitor())
        receipt = await phone.signs_up()
        await phone.says("lapor", "2", "ada yang minta uang di pangkalan")
        said = await phone.says("data saya")
        assert receipt in said
        assert "Pengingat: *menyala*" in said
        assert "3174••••••••0003" in said
        more = await phone.says("4")
        assert "Laporan penipuan dari Kakak: 1" in more
        assert "setuju datanya dipakai mendaftar" in more


async def test_a_correction_before_the_handover_is_a_new_version(database_url: str) -> None:
    async with open_town(database_url) as town:
        phone = Phone(town.visitor())
        receipt = await phone.signs_up()
        said = await phone.says("perbaiki 2", "Siti Aminah Putri", "kirim")
        assert receipt in said
        async with town.services.db.reading() as tx:
            one = await applications.one(tx, town.services.keyring, receipt)
        assert one is not None
        assert (one.version, one.answers["full_name"].value) == (2, "Siti Aminah Putri")


async def test_a_correction_after_the_handover_waits_for_the_desk_with_its_deadline(database_url: str) -> None:
    async with open_town(database_url) as town:
        phone = Phone(town.visitor())
        receipt = await phone.signs_up()
        await hand_over(town, receipt)
        said = await phone.says("perbaiki 2", "nama belakang kurang huruf H")
        assert "27 November 2026" in said
        [request] = await requests(town)
        assert (request.kind, request.receipt, request.body) == ("correct", receipt, "nama belakang kurang huruf H")
        assert request.due_at - request.at == timedelta(hours=72)


async def test_a_restriction_waits_for_the_desk(database_url: str) -> None:
    async with open_town(database_url) as town:
        phone = Phone(town.visitor())
        await phone.signs_up()
        await phone.says("batasi data", "1")
        assert [request.kind for request in await requests(town)] == ["restrict"]
        assert "Pengingat: *mati*" in await phone.says("data saya")
        assert "Pembatasan, paling lambat 27 November 2026" in await phone.says("4")


@pytest.mark.parametrize("answers", [SITI, ("daftar",)], ids=["after sending", "before anything"])
async def test_an_erasure_is_on_record_without_naming_anybody(database_url: str, answers: tuple[str, ...]) -> None:
    async with open_town(database_url) as town:
        phone = Phone(town.visitor())
        await phone.says(*answers)
        said = await phone.says("hapus data", "1")
        [entry] = await erasures(town)
        number = entry.subject.removeprefix("erasure:")
        assert number in said
        assert entry.facts == {"number": number, "applications": int(answers is SITI)}
        assert "tercatat tanggal" in await Phone(town.visitor()).says("menu", f"cek hapus {number}")


async def test_the_desk_reads_of_an_erasure_what_there_is_to_read(database_url: str) -> None:
    async with open_town(database_url) as town:
        await Phone(town.visitor()).says(*SITI, "hapus data", "1")
        [entry] = await erasures(town)
        page = await (await town.member()).get("/admin/audit")
        assert (
            f"Menghapus data seseorang atas permintaannya, bukti {entry.subject.removeprefix('erasure:')}" in page.text
        )
