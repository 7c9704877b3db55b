"""Batches at the desk: looked at, sealed, taken along with the password again, handed over, and everybody told."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import msoffcrypto
import openpyxl
import pytest

from bot import batches as work
from bot.admin.batches import Wanted, want
from bot.sheets.column_map import read_columns
from bot.upkeep import Upkeep
from storage import applications, audit, batch_contents, batches, choosing, people
from storage.choosing import Choice
from tests.bot.town import BUDI, PASSWORD, SITI, Phone, Town, csrf_of, send

HERE = "/admin/batches"
PRACTICE = {"which": "simulated"}
ANA = tuple("tebet timur" if said == "pondok bambu" else said for said in BUDI)  # Budi's answers, from Jakarta Selatan


async def approved(town: Town, *people_: tuple[str, ...], role: str = "admin") -> tuple[httpx.AsyncClient, list[str]]:
    """Sign these up and approve them. Gives back a member of this role, and the receipts."""
    dewi = await town.member(login="dewi")
    receipts = []
    for answers in people_:
        receipt = await Phone(town.visitor()).signs_up(answers)
        await send(dewi, f"/admin/applications/{receipt}/approval", version="1")
        receipts.append(receipt)
    return (await town.member(role) if role != "dewi" else dewi), receipts


def seen_on(page: httpx.Response) -> str:
    found = re.search(r'name="seen" value="([0-9.]+)"', page.text)
    assert found, page.text
    return found[1]


async def sealed(member: httpx.AsyncClient, **choice: str) -> str:
    """Look at a choice and seal it. Gives back the address of the batch."""
    wanted = PRACTICE | choice
    looked = await member.get(f"{HERE}/new", params=wanted)
    answer = await member.post(HERE, data={"csrf": csrf_of(looked), "seen": seen_on(looked), **wanted})
    assert answer.status_code == 303
    where = answer.headers["location"]
    assert where.endswith("?done=sealed"), where
    return str(where.removesuffix("?done=sealed"))


async def taken(member: httpx.AsyncClient, where: str, **form: str) -> httpx.Response:
    return await send(member, f"{where}/file", **{"kind": "xlsx", "password": PASSWORD, **form})


def sheet(data: bytes) -> list[dict[str, object]]:
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page is not None
    head, *rows = page.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


async def entries(town: Town) -> list[tuple[str, str]]:
    async with town.services.db.reading() as tx:
        return [(e.action, e.subject) for e in reversed(await audit.search(tx, action="batch."))]


async def states(town: Town, receipts: list[str]) -> list[str | None]:
    async with town.services.db.reading() as tx:
        return [await applications.state_of(tx, receipt) for receipt in receipts]


async def test_a_batch_goes_from_the_look_to_the_office_and_everybody_is_told(town: Town) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    look = await ratna.get(f"{HERE}/new", params=PRACTICE)
    assert ("2 orang ikut" in look.text, "S••• A•••" in look.text, "Siti Aminah" in look.text) == (True, True, False)
    where = await sealed(ratna)
    page = await ratna.get(where)
    assert ("Disegel, siap diserahkan" in page.text, "latihan" in page.text) == (True, True)
    assert await states(town, receipts) == ["batched", "batched"]

    file = await taken(ratna, where)
    assert file.headers["content-disposition"] == 'attachment; filename="batch-1.xlsx"'
    assert file.headers["cache-control"] == "no-store"
    siti, budi = sheet(file.content)
    assert (siti["NO"], siti["NIK"], siti["NAMA"], siti["TGL LAHIR"]) == (
        "1", "3174055708950003", "SITI AMINAH", "17-08-1995",
    )  # fmt: skip
    assert (siti["KELURAHAN"], siti["KECAMATAN"], siti["KOTA"]) == ("Klender", "Duren Sawit", "Jakarta Timur")
    assert (siti["JENIS KELAMIN"], siti["NO HP"], budi["NO HP"]) == ("PEREMPUAN", "081234567890", "")
    assert (siti["PROGRAM"], budi["PROGRAM"], budi["PEKERJAAN"]) == ("JKK+JKM", "JKK+JKM+JHT", "Driver ojek online")
    assert (siti["JUMLAH IURAN"], siti["DASAR IURAN"], siti["BULAN PERTAMA"]) == ("65600", "2600000", "11-2026")
    assert (siti["TANDA TERIMA"], siti["KEWARGANEGARAAN"]) == (receipts[0], "WNI")

    unsure = await send(ratna, f"{where}/handover")
    assert (unsure.headers["location"], await states(town, receipts)) == (where, ["batched", "batched"])
    done = await send(ratna, f"{where}/handover", sure="yes")
    assert done.headers["location"] == f"{where}?done=handed_over"
    assert await states(town, receipts) == ["handed_over", "handed_over"]
    for receipt in receipts:
        assert "sudah diserahkan pada 24 November 2026" in (await town.told(receipt))[-1]
    again = await send(ratna, f"{where}/handover", sure="yes")
    assert again.headers["location"] == f"{where}?done=faster"
    assert sum("sudah diserahkan" in text for text in await town.told(receipts[0])) == 1
    assert "sudah ada yang lebih cepat" in (await ratna.get(again.headers["location"])).text
    assert [action for action, _ in await entries(town)] == [
        "batch.begun", "batch.sealed", "batch.taken", "batch.handed_over",
    ]  # fmt: skip
    assert {subject for _, subject in await entries(town)} == {"batch:1"}
    assert (
        "sudah diserahkan ke kantor cabang" in (await town.visitor().post("/cek", data={"receipt": receipts[0]})).text
    )


async def test_the_same_file_comes_out_whenever_it_is_asked_for(town: Town) -> None:
    ratna, _ = await approved(town, SITI, BUDI)
    where = await sealed(ratna)
    manifest = (await ratna.get(f"{where}/manifest.json")).json()
    first = {kind: (await taken(ratna, where, kind=kind)).content for kind in ("xlsx", "csv", "jsonl")}
    assert manifest["sha256"] == {kind: hashlib.sha256(data).hexdigest() for kind, data in first.items()}
    await send(ratna, f"{where}/handover", sure="yes")
    town.clock.passes(minutes=20)
    for kind, data in first.items():
        assert (await taken(ratna, where, kind=kind)).content == data
    assert (await ratna.get(f"{where}/manifest.json")).json() == manifest
    assert (manifest["rows"], manifest["programmes"]) == (2, {"three": 1, "two": 1})
    assert [(one["name"], one["rows"]) for one in manifest["kelurahans"]] == [("Pondok Bambu", 1), ("Klender", 1)]
    assert manifest["sealed_by"] == "Ratna Dewi"
    (row, _) = csv.DictReader(io.StringIO(first["csv"].decode("utf-8-sig")))
    assert (row["NIK"], row["NAMA"]) == ("3174055708950003", "SITI AMINAH")
    assert [json.loads(line)["NO"] for line in first["jsonl"].splitlines()] == ["1", "2"]


async def test_a_cancelled_batch_returns_its_people_untold(town: Town) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    where = await sealed(ratna)
    heard = await town.told(receipts[0])
    assert (await send(ratna, f"{where}/cancellation")).headers["location"] == f"{where}?done=cancelled"
    assert await states(town, receipts) == ["approved", "approved"]
    assert await town.told(receipts[0]) == heard
    assert (await send(ratna, f"{where}/cancellation")).headers["location"] == f"{where}?done=faster"
    assert (await taken(ratna, where)).status_code == 404
    assert (await send(ratna, f"{where}/handover", sure="yes")).headers["location"] == f"{where}?done=faster"
    assert await sealed(ratna) == f"{HERE}/2"


async def test_made_up_people_never_go_along_for_real(town: Town) -> None:
    ratna, _ = await approved(town, SITI)
    look = await ratna.get(f"{HERE}/new")
    assert ("0 orang ikut" in look.text, "dari simulator: tidak pernah dikirim" in look.text) == (True, True)
    assert 'name="seen"' not in look.text


async def test_who_seals_what_somebody_else_just_took_is_told_so(town: Town) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    dian = await town.member("exporter", "dian")
    looks = [(member, await member.get(f"{HERE}/new", params=PRACTICE)) for member in (ratna, dian)]
    answers = await asyncio.gather(
        *(m.post(HERE, data={"csrf": csrf_of(look), "seen": seen_on(look), **PRACTICE}) for m, look in looks)
    )
    places = sorted(answer.headers["location"] for answer in answers)
    assert places == [f"{HERE}/1?done=sealed", f"{HERE}/new?which=simulated&done=changed"]
    loser = next(m for (m, _), a in zip(looks, answers, strict=True) if "changed" in a.headers["location"])
    assert "Daftarnya berubah sejak dilihat tadi" in (await loser.get(places[1])).text
    assert await states(town, receipts) == ["batched", "batched"]
    assert [action for action, _ in await entries(town)] == ["batch.begun", "batch.sealed"]


async def test_two_who_hand_over_at_once_tell_everybody_once(town: Town) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    dian = await town.member("exporter", "dian")
    where = await sealed(ratna)
    answers = await asyncio.gather(*(send(member, f"{where}/handover", sure="yes") for member in (ratna, dian)))
    assert sorted(a.headers["location"] for a in answers) == [f"{where}?done=faster", f"{where}?done=handed_over"]
    for receipt in receipts:
        assert sum("sudah diserahkan" in text for text in await town.told(receipt)) == 1


async def test_without_ones_own_password_there_is_no_file_and_the_try_counts(town: Town) -> None:
    ratna, _ = await approved(town, SITI)
    where = await sealed(ratna)
    answer = await taken(ratna, where, password="salah salah salah")
    assert (answer.status_code, "Kata sandinya tidak cocok" in answer.text) == (403, True)
    async with town.services.db.reading() as tx:
        assert [e.action for e in await audit.search(tx, action="login.wrong")] == ["login.wrong_password"]
        assert await audit.search(tx, action="batch.taken") == []


async def test_each_download_is_written_down_with_what_left(town: Town) -> None:
    ratna, _ = await approved(town, SITI, BUDI)
    where = await sealed(ratna)
    data = (await taken(ratna, where, kind="csv")).content
    async with town.services.db.reading() as tx:
        (entry,) = await audit.search(tx, action="batch.taken")
        assert await audit.verify(tx) is None
    assert (entry.actor, entry.subject) == ("ratna", "batch:1")
    assert entry.facts == {
        "format": "csv", "rows": 2, "sha256": hashlib.sha256(data).hexdigest(), "verdict": "same", "locked": False,
    }  # fmt: skip
    record = await ratna.get("/admin/audit", params={"what": "batch"})
    assert "mengunduh kiriman 1 sebagai csv: 2 baris" in record.text


async def test_a_locked_sheet_opens_with_its_password_only_and_nobody_keeps_that(town: Town) -> None:
    ratna, _ = await approved(town, SITI)
    where = await sealed(ratna)
    plain = (await taken(ratna, where)).content
    given = {"lock": "kunci lemari", "lock_again": "kunci lemari"}
    locked = (await taken(ratna, where, **given)).content
    assert locked[:4] == b"\xd0\xcf\x11\xe0"
    book, opened = msoffcrypto.OfficeFile(io.BytesIO(locked)), io.BytesIO()
    book.load_key(password="kunci lemari")
    book.decrypt(opened)
    assert opened.getvalue() == plain
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        book.load_key(password="kunci lemar1", verify_password=True)
    for wrong, said in (
        ({"lock": "pendek", "lock_again": "pendek"}, "terlalu pendek"),
        ({"lock": "kunci lemari", "lock_again": "kunci lain"}, "tidak sama"),
        ({"lock_again": "kunci lemari"}, "tidak sama"),
    ):
        answer = await taken(ratna, where, **wrong)
        assert (answer.status_code, said in answer.text, "kunci" in answer.text) == (422, True, True)
        assert "kunci lemari" not in answer.text
    async with town.services.db.reading() as tx:
        facts = [entry.facts for entry in await audit.search(tx, action="batch.taken")]
    assert [fact["locked"] for fact in facts] == [True, False]
    assert "lemari" not in json.dumps([dict(fact) for fact in facts])


async def test_a_file_that_lost_somebody_says_so_before_it_is_given(town: Town) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    where = await sealed(ratna)
    async with town.services.db.writing() as tx:
        one = await applications.one(tx, town.services.keyring, receipts[0])
        assert one is not None
        await people.erase(tx, town.services.keyring, one.person_id, town.clock())
    answer = await taken(ratna, where)
    assert answer.status_code == 303
    warned = await ratna.get(answer.headers["location"])
    assert "tidak sama lagi dengan yang disegel. Data 1 orang sudah dihapus" in warned.text
    file = await ratna.get(answer.headers["location"], params={"take": "yes"})
    assert [row["NAMA"] for row in sheet(file.content)] == ["BUDI SANTOSO"]
    assert [row["NO"] for row in sheet(file.content)] == ["2"]
    assert (await ratna.get(answer.headers["location"])).status_code == 404
    async with town.services.db.reading() as tx:
        assert [e.facts["verdict"] for e in await audit.search(tx, action="batch.taken")] == ["let_go"]


async def test_somebody_elses_file_is_not_there(town: Town) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    where = await sealed(ratna)
    async with town.services.db.writing() as tx:
        one = await applications.one(tx, town.services.keyring, receipts[0])
        assert one is not None
        await people.erase(tx, town.services.keyring, one.person_id, town.clock())
    ticket = (await taken(ratna, where)).headers["location"]
    dian = await town.member("exporter", "dian")
    assert (await dian.get(ticket, params={"take": "yes"})).status_code == 404
    assert (await ratna.get(ticket, params={"take": "yes"})).status_code == 200


async def test_a_file_nobody_comes_for_is_let_go_of(town: Town) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    where = await sealed(ratna)
    async with town.services.db.writing() as tx:
        one = await applications.one(tx, town.services.keyring, receipts[0])
        assert one is not None
        await people.erase(tx, town.services.keyring, one.person_id, town.clock())
    ticket = (await taken(ratna, where)).headers["location"]
    town.clock.passes(minutes=11)
    await taken(ratna, where)
    assert (await ratna.get(ticket, params={"take": "yes"})).status_code == 404


async def test_nothing_personal_is_left_on_the_disk(town: Town) -> None:
    ratna, _ = await approved(town, SITI)
    where = await sealed(ratna)
    var = town.services.settings.var
    before = sorted(path.name for path in var.iterdir())
    await taken(ratna, where)
    await taken(ratna, where, lock="kunci lemari", lock_again="kunci lemari")
    assert sorted(path.name for path in var.iterdir()) == before


@dataclass
class Gate:
    """A database that hands out a batch's pages only once the gate is open."""

    open: asyncio.Event = field(default_factory=asyncio.Event)

    def stand_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = batch_contents.pages

        async def pages(*given: Any) -> AsyncIterator[list[batch_contents.Content]]:
            await self.open.wait()
            async for page in real(*given):
                yield page

        monkeypatch.setattr(batch_contents, "pages", pages)
        monkeypatch.setattr("bot.jobs.PATIENCE", 0.01)


async def ended(member: httpx.AsyncClient, where: str, going: str) -> httpx.Response:
    """Look again, as a browser does, until the page no longer says that something goes on."""
    async with asyncio.timeout(10):
        while going in (page := await member.get(where)).text:
            await asyncio.sleep(0.02)
    return page


async def test_a_page_shows_how_far_the_sealing_is_and_looks_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    gate = Gate()
    gate.stand_before(monkeypatch)
    look = await ratna.get(f"{HERE}/new", params=PRACTICE)
    answer = await ratna.post(HERE, data={"csrf": csrf_of(look), "seen": seen_on(look), **PRACTICE})
    where = answer.headers["location"]
    page = await ratna.get(where)
    assert (where, "sedang ditimbang" in page.text, page.headers["refresh"]) == (f"{HERE}/1", True, "2")
    assert await states(town, receipts) == ["batched", "batched"]
    assert (await send(ratna, f"{where}/go_on")).headers["location"] == where  # the same work, not a second
    gate.open.set()
    page = await ended(ratna, where, "sedang ditimbang")
    assert ("Disegel, siap diserahkan" in page.text, "refresh" in page.headers) == (True, False)
    assert [action for action, _ in await entries(town)] == ["batch.begun", "batch.sealed"]


async def test_a_page_shows_how_far_the_file_is_and_gives_it_then(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ratna, _ = await approved(town, SITI, BUDI)
    where = await sealed(ratna)
    gate = Gate()
    gate.stand_before(monkeypatch)
    ticket = (await taken(ratna, where, kind="csv")).headers["location"]
    page = await ratna.get(ticket)
    assert ("Berkasnya sedang disusun" in page.text, page.headers["refresh"]) == (True, "2")
    gate.open.set()
    file = await ended(ratna, ticket, "sedang disusun")
    assert file.headers["content-disposition"] == 'attachment; filename="batch-1.csv"'
    assert (await ratna.get(ticket)).status_code == 404


async def test_a_file_that_cannot_be_built_says_so_and_can_be_asked_for_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratna, _ = await approved(town, SITI)
    where = await sealed(ratna)
    with monkeypatch.context() as broken:
        broken.setattr("bot.batch_files.begin", lambda *_: 1 / 0)
        failed = await taken(ratna, where, kind="csv")
    assert (failed.status_code, "gagal disusun" in failed.text, "ZeroDivisionError" in failed.text) == (200, True, True)
    assert (await taken(ratna, where, kind="csv")).headers["content-type"].startswith("text/csv")


async def test_a_sealing_that_fails_can_be_gone_on_with_or_cancelled(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratna, receipts = await approved(town, SITI)
    look = await ratna.get(f"{HERE}/new", params=PRACTICE)
    with monkeypatch.context() as broken:
        broken.setattr("bot.batch_files.begin", lambda *_: 1 / 0)
        answer = await ratna.post(HERE, data={"csrf": csrf_of(look), "seen": seen_on(look), **PRACTICE})
    assert answer.headers["location"] == f"{HERE}/1"
    page = await ratna.get(f"{HERE}/1")
    assert ("Penyegelan terhenti" in page.text, "refresh" in page.headers) == (True, False)
    assert (await send(ratna, f"{HERE}/1/cancellation")).headers["location"] == f"{HERE}/1?done=cancelled"
    assert await states(town, receipts) == ["approved"]


async def test_what_a_crash_left_undone_is_gone_on_with(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that was begun and not sealed; one that was handed over with nobody told."""
    monkeypatch.setattr("bot.upkeep.RETAIN_EVERY", timedelta(days=7))  # else upkeep may tell them first
    assert want(PRACTICE) == Wanted(which="simulated")
    ratna, receipts = await approved(town, SITI, BUDI)
    choice = Choice(which="simulated")
    async with town.services.db.reading() as tx:
        seen = await choosing.mark_of(tx, choice)
    number = await work.begin(
        town.services.db, choice, seen, "", read_columns(""), work.By("ratna"), town.clock()
    )  # fmt: skip
    where = f"{HERE}/{number}"
    assert "Penyegelan terhenti" in (await ratna.get(where)).text
    assert (await taken(ratna, where)).status_code == 404
    assert (await send(ratna, f"{where}/go_on")).headers["location"] == f"{where}?done=sealed"
    async with town.services.db.writing() as tx:
        assert await batches.hand_over(tx, number, staff_id=None, now=town.clock())
    town.clock.passes(days=1)
    ratna = await town.member(login="wati")
    assert "2 orang belum dikabari" in (await ratna.get(where)).text
    await send(ratna, f"{where}/go_on")
    assert await states(town, receipts) == ["handed_over", "handed_over"]
    assert "sudah diserahkan pada 24 November 2026" in (await town.told(receipts[1]))[-1]
    assert "belum dikabari" not in (await ratna.get(where)).text


async def test_upkeep_tells_whom_a_crash_left_untold(town: Town) -> None:
    ratna, receipts = await approved(town, SITI, BUDI)
    await sealed(ratna)
    async with town.services.db.writing() as tx:
        assert await batches.half_told(tx) == []
        assert await batches.hand_over(tx, 1, staff_id=None, now=town.clock())
        assert await batches.half_told(tx) == [1]
    upkeep = asyncio.create_task(Upkeep(town.services, None).run())
    try:
        async with asyncio.timeout(10):
            while await states(town, receipts) != ["handed_over", "handed_over"]:
                await asyncio.sleep(0.05)
    finally:
        upkeep.cancel()
        await asyncio.gather(upkeep, return_exceptions=True)
    for receipt in receipts:
        assert sum("sudah diserahkan" in text for text in await town.told(receipt)) == 1


async def test_a_member_of_an_area_chooses_and_sees_only_there(town: Town) -> None:
    ratna, receipts = await approved(town, SITI, ANA)
    timur = await town.member("exporter", "timur", area="31.75")
    look = await timur.get(f"{HERE}/new", params=PRACTICE | {"area": "31.74"})
    assert ("0 orang ikut" in look.text, receipts[1] in look.text) == (True, False)
    theirs = await sealed(timur)
    assert await states(town, receipts) == ["batched", "approved"]
    others = await sealed(ratna)
    assert await states(town, receipts) == ["batched", "batched"]
    assert re.findall(r'href="(/admin/batches/[0-9]+)"', (await ratna.get(HERE)).text) == [others, theirs]
    assert re.findall(r'href="(/admin/batches/[0-9]+)"', (await timur.get(HERE)).text) == [theirs]
    for path in ("", "/manifest.json"):
        assert (await timur.get(others + path)).status_code == 404
    for act in ("go_on", "handover", "cancellation", "file"):
        assert (await send(timur, f"{others}/{act}", password=PASSWORD, sure="yes")).status_code == 404
    barat = await town.member("exporter", "barat", area="31.73")
    assert (await barat.get(theirs)).status_code == 404


async def test_a_branch_of_a_whole_kota_still_gives_a_member_of_a_kecamatan_a_batch_of_their_own(town: Town) -> None:
    await approved(town, SITI)
    duren_sawit = await town.member("exporter", "sawit", area="31.75.07")
    where = await sealed(duren_sawit, branch="Jakarta Pulo Gebang")
    page = await duren_sawit.get(where)
    assert (page.status_code, "Duren Sawit" in page.text) == (200, True)
    assert (await taken(duren_sawit, where, kind="csv")).status_code == 200


async def test_a_branch_brings_its_kota_along(town: Town) -> None:
    ratna, _ = await approved(town, SITI)
    there = await ratna.get(f"{HERE}/new", params=PRACTICE | {"branch": "Jakarta Pulo Gebang"})
    assert ("1 orang ikut" in there.text, "tinggal di Jakarta Timur, wilayah kantor" in there.text) == (True, True)
    elsewhere = await ratna.get(f"{HERE}/new", params=PRACTICE | {"branch": "Jakarta Grogol"})
    assert ("0 orang ikut" in elsewhere.text, "1</b> tinggal di wilayah lain" in elsewhere.text) == (True, True)
    where = await sealed(ratna, branch="Jakarta Pulo Gebang")
    assert "Jakarta Pulo Gebang" in (await ratna.get(where)).text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"limit": "0"}, {}),
        ({"limit": "12x"}, {}),
        ({"limit": "-1"}, {}),
        ({"since": "2026-02-30"}, {}),
        ({"branch": "<script>"}, {}),
        ({"area": "31.75' OR 1=1"}, {}),
        ({"limit": " 500 ", "since": "2026-11-01"}, {"limit": "500", "since": "2026-11-01"}),
    ],
)
async def test_a_form_filled_in_oddly_is_as_good_as_empty(given: dict[str, str], kept: dict[str, str]) -> None:
    assert want(given) == Wanted(**kept)


async def test_an_auditor_looks_and_takes_nothing(town: Town) -> None:
    ratna, _ = await approved(town, SITI)
    where = await sealed(ratna)
    auditor = await town.member("auditor", "agus")
    page = await auditor.get(where)
    assert (page.status_code, "Unduh berkas" in page.text, "/handover" in page.text) == (200, False, False)
    assert (await auditor.get(f"{HERE}/new")).status_code == 403
    assert (await taken(auditor, where)).status_code == 403
