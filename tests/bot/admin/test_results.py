"""The agency's lists at the desk: loaded, looked at with masked names, corrected, applied by an admin only, undone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.results import importing
from bot.results.sheet import MOST_BYTES
from locales import LANGUAGES, catalogue
from storage import audit, results
from storage.results import FOUND
from tests.bot.results.lists import HEADER, csv_list, excel_list
from tests.bot.town import BUDI, SITI, Phone, Town, csrf_of, send

HERE = "/admin/results"
SITIS, BUDIS = "3174055708950003", "3174051708950001"


def siti(status: str = "Y", remark: str = "", kpj: str = "26012345678", until: str = "") -> list[Any]:
    return [1, SITIS, "SITI AMINAH", "17-08-1995", status, remark, kpj, "", until]


def budi(nik: str | int = BUDIS, kpj: str = "26012345679") -> list[Any]:
    return [2, nik, "BUDI SANTOSO", "17-08-1995", "Y", "", kpj, "", ""]


async def load(member: httpx.AsyncClient, file: Path, listed_on: str = "2026-11-23", **form: str) -> httpx.Response:
    """Send a list with the token of the page."""
    token = csrf_of(await member.get(HERE))
    data = {"csrf": token, "listed_on": listed_on, **form}
    return await member.post(HERE, data=data, files={"file": (file.name, file.read_bytes())})


async def loaded(member: httpx.AsyncClient, file: Path, listed_on: str = "2026-11-23") -> str:
    """The address of a list that was loaded."""
    answer = await load(member, file, listed_on)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def approved(town: Town, answers: Sequence[str]) -> tuple[Phone, str]:
    phone = Phone(town.visitor())
    receipt = await phone.signs_up(answers)
    async with town.services.db.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'handed_over' WHERE receipt = $1", (receipt,))
    return phone, receipt


async def written(town: Town) -> list[str]:
    async with town.services.db.reading() as tx:
        return [entry.action for entry in reversed(await audit.search(tx, action="import."))]


async def test_a_list_is_loaded_looked_at_applied_and_undone(town: Town, tmp_path: Path) -> None:
    phone, receipt = await approved(town, SITI)
    ratna = await town.member()
    where = await loaded(ratna, excel_list(tmp_path / "hasil.xlsx", [siti(), budi()]))
    page = await ratna.get(where)
    assert ("Jawaban baru" in page.text, "Tidak dikenal" in page.text, receipt in page.text) == (True, True, True)
    assert "3174••••••••0003" in page.text
    assert not re.search(f"{SITIS}|SITI AMINAH|26012345678", page.text)

    assert (await send(ratna, f"{where}/apply")).headers["location"] == f"{where}?done=applied"
    assert "26012345678" in (await phone.hear())[-1]["text"]
    again = await ratna.get(f"{where}?done=applied")
    assert "diterapkan Ratna Dewi" in again.text
    assert (await send(ratna, f"{where}/apply")).headers["location"] == f"{where}?done=faster"
    assert (await send(ratna, f"{where}/undo")).headers["location"] == f"{where}?done=undone"
    assert await written(town) == ["import.uploaded", "import.applied", "import.undone"]
    record = await ratna.get("/admin/audit?what=import")
    assert "membatalkan hasil BPJS nomor 1" in record.text


async def test_an_application_shows_what_the_agency_said_of_it(town: Town, tmp_path: Path) -> None:
    _, receipt = await approved(town, SITI)
    ratna = await town.member()
    assert "Menurut BPJS" not in (await ratna.get(f"/admin/applications/{receipt}")).text
    where = await loaded(ratna, csv_list(tmp_path / "hasil.csv", [siti(until="31-12-2026")]))
    await send(ratna, f"{where}/apply")
    page = await ratna.get(f"/admin/applications/{receipt}")
    for said in (
        "Menurut BPJS",
        "••• 678",
        "31 Desember 2026",
        "Dari daftar tanggal 23 November 2026",
        "Aktif menurut BPJS",
    ):
        assert said in page.text, said
    assert "26012345678" not in page.text
    assert "26012345678" in (await send(ratna, f"/admin/applications/{receipt}/reveal")).text


async def test_names_are_seen_only_by_asking_and_that_is_written_down(town: Town, tmp_path: Path) -> None:
    await approved(town, SITI)
    ratna = await town.member()
    where = await loaded(ratna, csv_list(tmp_path / "hasil.csv", [siti(), budi()]))
    page = await send(ratna, f"{where}/reveal", found="matched", after="0")
    assert ("SITI AMINAH" in page.text, "BUDI" in page.text, "26012345678" in page.text) == (True, False, True)
    assert SITIS not in page.text
    assert (await written(town))[-1] == "import.revealed"


async def test_the_same_file_again_says_when_it_was_applied(town: Town, tmp_path: Path) -> None:
    await approved(town, SITI)
    ratna = await town.member()
    file = csv_list(tmp_path / "hasil.csv", [siti()])
    where = await loaded(ratna, file)
    await send(ratna, f"{where}/apply")
    answer = await load(ratna, file)
    assert answer.headers["location"] == f"{where}?done=before"
    assert "sudah diterapkan 24 Nov 2026" in (await ratna.get(answer.headers["location"])).text


async def test_a_damaged_nik_is_offered_by_name_and_taken_only_when_picked(town: Town, tmp_path: Path) -> None:
    phone, receipt = await approved(town, BUDI)
    ratna = await town.member()
    where = await loaded(ratna, excel_list(tmp_path / "hasil.xlsx", [budi(int(BUDIS))]))
    page = await ratna.get(f"{where}?found=numeric_nik")
    assert ("disimpan Excel sebagai angka" in page.text, f"Pilih {receipt}" in page.text) == (True, True)
    assert "Belum ada baris yang bisa diterapkan" in page.text
    [position] = re.findall(rf"{where}/lines/([0-9]+)/pick", page.text)
    pick = f"{where}/lines/{position}/pick"
    assert (await send(ratna, pick, receipt="TK-7Q4F-92XM-C")).headers["location"].endswith("not_picked")
    assert (await send(ratna, pick, receipt=receipt)).headers["location"].endswith("done=picked")
    assert "Bukan orang ini" in (await ratna.get(where)).text
    await send(ratna, f"{where}/apply")
    assert "26012345679" in (await phone.hear())[-1]["text"]


async def test_a_pick_is_taken_back(town: Town, tmp_path: Path) -> None:
    _, receipt = await approved(town, BUDI)
    ratna = await town.member()
    where = await loaded(ratna, excel_list(tmp_path / "hasil.xlsx", [budi(int(BUDIS))]))
    [position] = re.findall(rf"{where}/lines/([0-9]+)/pick", (await ratna.get(where)).text)
    await send(ratna, f"{where}/lines/{position}/pick", receipt=receipt)
    await send(ratna, f"{where}/lines/{position}/pick", receipt="")
    page = await ratna.get(f"{where}?found=numeric_nik")
    assert f"Pilih {receipt}" in page.text
    assert "disimpan Excel sebagai angka" in page.text


async def test_a_column_that_was_not_known_is_pointed_out_by_hand(town: Town, tmp_path: Path) -> None:
    _, receipt = await approved(town, SITI)
    ratna = await town.member()
    strange = [name if name != "NOMOR KPJ" else "ANGKA AJAIB" for name in HEADER]
    where = await loaded(ratna, csv_list(tmp_path / "hasil.csv", [siti(status="", kpj="26012345678")], strange))
    page = await ratna.get(where)
    assert ("Tidak terbaca" in page.text, "Kolom 7: ANGKA AJAIB" in page.text) == (True, True)
    columns = {"nik": "1", "name": "2", "kpj": "6", "listed_on": "2026-11-20"}
    assert (await send(ratna, f"{where}/columns", **columns)).headers["location"].endswith("done=again")
    page = await ratna.get(where)
    assert ("Jawaban baru" in page.text, receipt in page.text, "2026-11-20" in page.text) == (True, True, True)


async def test_an_exporter_brings_the_list_and_an_admin_applies_it(town: Town, tmp_path: Path) -> None:
    await approved(town, SITI)
    dewi = await town.member("exporter", "dewi")
    where = await loaded(dewi, csv_list(tmp_path / "hasil.csv", [siti()]))
    page = await dewi.get(where)
    assert ("Admin yang menerapkan" in page.text, f'action="{where}/apply"' in page.text) == (True, False)
    assert (await send(dewi, f"{where}/apply")).status_code == 403


async def test_who_is_kept_to_an_area_sees_no_list_of_the_whole_city(town: Town, tmp_path: Path) -> None:
    ratna = await town.member()
    where = await loaded(ratna, csv_list(tmp_path / "hasil.csv", [siti()]))
    dewi = await town.member("admin", "dewi", area="31.74")
    assert "seluruh kota" in (await dewi.get(HERE)).text
    assert (await dewi.get(where)).headers["location"] == HERE
    for act in ("apply", "discard", "reveal", "columns", "undo", "lines/2/pick"):
        assert (await send(dewi, f"{where}/{act}")).headers["location"] == HERE


async def test_who_waits_sees_how_far_a_long_list_was_read(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratna, dewi = await town.member(), await town.member("exporter", "dewi")
    seen: list[str] = []
    real = importing.match

    async def match(*args: Any) -> Any:
        async with town.services.db.reading() as tx:
            seen.append((await results.newest(tx, limit=1))[0].state)
        seen.append((await dewi.get(HERE)).text)
        return await real(*args)

    monkeypatch.setattr(importing, "match", match)
    where = await loaded(ratna, csv_list(tmp_path / "hasil.csv", [siti()] * 501))
    states, pages = seen[::2], seen[1::2]
    assert states == ["reading", "reading"]
    assert [("sedang dibaca" in page, "500 baris" in page, where in page) for page in pages] == [
        *((True, False, False), (True, True, False)),
    ]
    assert (await dewi.get(where)).status_code == 200


async def test_a_discarded_list_is_gone(town: Town, tmp_path: Path) -> None:
    ratna = await town.member()
    where = await loaded(ratna, csv_list(tmp_path / "hasil.csv", [siti()]))
    assert (await send(ratna, f"{where}/discard")).headers["location"] == f"{HERE}?done=discarded"
    assert "sudah dihapus" in (await ratna.get(where)).text
    async with town.services.db.reading() as tx:
        assert (await tx.rows("SELECT COUNT(*) FROM result_rows"))[0][0] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "kosong"),
        (b"\n;;;\n", "kosong"),
        (b"a;b;c\n1;2;3\n", "Judul kolomnya tidak ketemu"),
        (b"%PDF-1.7\n%\xe2\xe3", "bukan berkas Excel"),
        (b"<table><tr><td>NIK</td><td>NAMA</td></tr></table>", "bukan berkas Excel"),
        (b"PK\x03\x04 nothing", "bukan berkas Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "bukan berkas Excel"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "dikunci kata sandi"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told_with_the_way_out(
    town: Town, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "hasil.xlsx"
    file.write_bytes(content)
    ratna = await town.member()
    answer = await load(ratna, file)
    assert (answer.status_code, said in answer.text) == (422, True), answer.text[:3000]
    assert await written(town) == []


async def test_no_file_no_day_and_too_much_are_told(town: Town, tmp_path: Path) -> None:
    ratna = await town.member()
    file = csv_list(tmp_path / "hasil.csv", [siti()])
    assert "paling lambat hari ini" in (await load(ratna, file, "2026-11-25")).text
    assert "paling lambat hari ini" in (await load(ratna, file, "kemarin")).text
    token = csrf_of(await ratna.get(HERE))
    nothing = await ratna.post(HERE, data={"csrf": token, "listed_on": "2026-11-23"}, files={"file": ("", b"")})
    assert "Pilih berkasnya" in nothing.text
    large = tmp_path / "large.csv"
    large.write_bytes(b"NIK;STATUS\n" + b"1;Y\n" * (MOST_BYTES // 4))
    assert "terlalu besar" in (await load(ratna, large)).text
    large.write_bytes(b"x" * (MOST_BYTES + 200_000))
    assert (await load(ratna, large)).status_code == 413


async def test_what_a_cell_holds_does_nothing_on_the_page(town: Town, tmp_path: Path) -> None:
    hostile = [
        '<script>alert(1)</script>', "=cmd|' /C calc'!A1", "Siti\u202eanimA", "Siti\x00Aminah", "\U0001f600" * 4000,
    ]  # fmt: skip
    rows = [[n, SITIS, name, "", "Y", name, "26012345678", "", ""] for n, name in enumerate(hostile)]
    ratna = await town.member()
    where = await loaded(ratna, csv_list(tmp_path / "<b>hasil.csv", rows))
    for page in (await ratna.get(where), await send(ratna, f"{where}/reveal", after="0"), await ratna.get(HERE)):
        assert page.status_code == 200
        assert not re.search("<script>alert|<b>hasil|\u202e|\x00", page.text)
        assert len(page.text) < 60_000


async def test_a_list_sent_without_this_sessions_token_is_not_read(town: Town, tmp_path: Path) -> None:
    ratna = await town.member()
    file = csv_list(tmp_path / "hasil.csv", [siti()])
    answer = await ratna.post(HERE, data={"listed_on": "2026-11-23"}, files={"file": ("a.csv", file.read_bytes())})
    assert (answer.status_code, "tidak kami terima" in answer.text) == (403, True)
    reviewer = await town.member("reviewer", "dewi")
    refused = await reviewer.post(HERE, data={"csrf": "x"}, files={"file": ("a.csv", file.read_bytes())})
    assert (refused.status_code, "Peran ini tidak boleh" in refused.text) == (403, True)
    assert await written(town) == []


def test_every_reason_a_line_may_have_has_words() -> None:
    source = "".join(path.read_text() for path in sorted(Path("bot/results").glob("*.py")))
    whys = set(re.findall(r'why="([a-z_]+)"|Match\("[a-z_]+", (?:None|case\.id), "([a-z_]+)"', source))
    troubles = set(re.findall(r'troubles\.append\("([a-z_]+)"\)', source))
    named = {one for pair in whys for one in pair if one} | troubles | {"older", "eligible", "other_nik", "by_name"}
    named |= {f"{column}_wrong" for column in ("kpj", "payment_code", "paid_until", "registered_on")}
    for language in LANGUAGES:
        assert {f"admin.results.why.{why}" for why in named} <= set(catalogue(language))
        assert {f"admin.results.found.{found}" for found in FOUND} <= set(catalogue(language))
