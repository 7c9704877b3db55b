"""The desk's other inboxes: payments compared, wrongs dealt with, requests on data settled in time, people told."""

from __future__ import annotations

import io
import re
from typing import Literal

import httpx
import pytest
from PIL import Image

from storage import applications, audit, data_requests, payment_reports, reports
from storage.applications import Opened
from storage.keys import PersonKey
from tests.bot.town import Phone, Town, send

Kind = Literal["correct", "restrict", "erase"]


async def siti(town: Town) -> tuple[Phone, Opened, PersonKey]:
    """Somebody who signed up, and the key of their data."""
    phone = Phone(town.visitor())
    receipt = await phone.signs_up()
    async with town.services.db.reading() as tx:
        one = await applications.one(tx, town.services.keyring, receipt)
        assert one
        [(wrapped,)] = await tx.rows("SELECT key FROM people WHERE id = $1", (one.person_id,))
    return phone, one, town.services.keyring.unwrap(bytes(wrapped))


async def paid(town: Town, one: Opened, key: PersonKey, **more: object) -> int:
    async with town.services.db.writing() as tx:
        return await payment_reports.add(
            tx, application_id=one.id, chat_id=one.chat_id, person_id=one.person_id, paid_on="2026-11-20", months=3,
            now=town.clock(), key=key, **more,  # type: ignore[arg-type]
        )  # fmt: skip


async def wrong(town: Town, one: Opened, key: PersonKey, body: str = "Pak Budi Santoso minta uang tunai") -> str:
    async with town.services.db.writing() as tx:
        row = await reports.add(
            tx, kind="collector", chat_id=one.chat_id, person_id=one.person_id, key=key, body=body, now=town.clock()
        )
    return f"/admin/reports/{row}"


async def wish(town: Town, one: Opened, key: PersonKey, kind: Kind) -> str:
    async with town.services.db.writing() as tx:
        row = await data_requests.add(
            tx, kind=kind, chat_id=one.chat_id, person_id=one.person_id, key=key, now=town.clock(),
            receipt=one.receipt, body="<b>RW saya 5</b>",
        )  # fmt: skip
    return f"/admin/requests/{row}"


async def actions(town: Town, kind: str) -> list[str]:
    async with town.services.db.reading() as tx:
        return [entry.action for entry in reversed(await audit.search(tx, action=f"{kind}."))]


def done(answer: httpx.Response) -> str:
    return answer.headers["location"].rpartition("done=")[2]


# ---- payments -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "came", "said"),
    [("confirmation", "confirmed", "Kabar baik"), ("contradiction", "contradicted", "belum kami temukan")],
)
async def test_a_reported_payment_is_compared_and_the_person_is_told(
    town: Town, path: str, came: str, said: str
) -> None:
    phone, one, key = await siti(town)
    where = f"/admin/payments/{await paid(town, one, key)}/{path}"
    ratna = await town.member()
    page = await ratna.get("/admin/payments")
    assert ("3 bulan, dibayar 20 November 2026" in page.text, one.receipt in page.text) == (True, True)
    assert done(await send(ratna, where)) == came
    assert said in (await phone.hear())[-1]["text"]
    assert done(await send(ratna, where)) == "nothing"
    assert await phone.hears_nothing()
    assert "Tidak ada laporan yang menunggu" in (await ratna.get("/admin/payments")).text
    assert await actions(town, "payment") == [f"payment.{came}"]


async def test_what_the_list_contradicted_is_looked_at_without_telling_twice(town: Town) -> None:
    phone, one, key = await siti(town)
    row = await paid(town, one, key, via="collector")
    async with town.services.db.writing() as tx:
        await payment_reports.settle(tx, row, state="contradicted", staff_id=None, now=town.clock())
    ratna = await town.member("exporter")
    page = await ratna.get("/admin/payments?state=contradicted")
    assert "lewat orang lain, periksa dulu" in page.text
    assert done(await send(ratna, f"/admin/payments/{row}/contradiction")) == "seen"
    assert await phone.hears_nothing()
    assert await actions(town, "payment") == ["payment.looked_at"]


async def test_a_receipts_picture_is_seen_on_record(town: Town) -> None:
    _, one, key = await siti(town)
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, "PNG")
    row = await paid(town, one, key, picture=file.getvalue())
    ratna, auditor = await town.member(), await town.member("auditor", "dewi")
    seen = await send(ratna, f"/admin/payments/{row}/picture")
    assert (seen.content, seen.headers["content-type"]) == (file.getvalue(), "image/png")
    assert "no-store" in seen.headers["cache-control"]
    assert (await send(auditor, f"/admin/payments/{row}/picture")).status_code == 403
    assert await actions(town, "payment") == ["payment.picture_seen"]


# ---- wrongs -------------------------------------------------------------------------------------------------------


async def test_a_reports_words_are_shown_on_record_and_settling_thanks_whoever_told_us(town: Town) -> None:
    phone, one, key = await siti(town)
    where = await wrong(town, one, key)
    ratna = await town.member()
    assert where in (await ratna.get("/admin/reports")).text
    assert "Budi Santoso" not in (await ratna.get(where)).text
    assert "Pak Budi Santoso minta uang tunai" in (await send(ratna, f"{where}/reveal")).text
    assert done(await send(ratna, f"{where}/settlement", note="sudah ditegur")) == "settled"
    assert "sudah kami tindak lanjuti" in (await phone.hear())[-1]["text"]
    assert done(await send(ratna, f"{where}/settlement")) == "nothing"
    assert await phone.hears_nothing()
    assert where in (await ratna.get("/admin/reports?state=settled")).text
    assert "sudah ditegur" in (await send(ratna, f"{where}/reveal")).text
    assert await actions(town, "report") == ["report.revealed", "report.settled", "report.revealed"]


async def test_an_auditor_sees_that_there_is_a_report_and_not_its_words(town: Town) -> None:
    _, one, key = await siti(town)
    where = await wrong(town, one, key)
    auditor = await town.member("auditor")
    assert "action=" not in (await auditor.get(where)).text.split("<main")[1]
    assert (await send(auditor, f"{where}/reveal")).status_code == 403


# ---- requests on data ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "said"), [("correct", "perbaikan data"), ("restrict", "sudah kami batasi"), ("erase", "hapus data")]
)
async def test_a_request_is_settled_with_a_note_and_the_person_is_told(town: Town, kind: Kind, said: str) -> None:
    phone, one, key = await siti(town)
    where = await wish(town, one, key, kind)
    ratna = await town.member()
    assert "RW saya 5" not in (await ratna.get(where)).text
    assert "&lt;b&gt;RW saya 5" in (await send(ratna, f"{where}/reveal")).text
    assert (await send(ratna, f"{where}/settlement", note="  ")).status_code == 422
    assert await phone.hears_nothing()
    assert done(await send(ratna, f"{where}/settlement", note="RW diganti menjadi 5")) == "settled"
    assert said in (await phone.hear())[-1]["text"]
    assert done(await send(ratna, f"{where}/settlement", note="lagi")) == "nothing"
    assert await actions(town, "request") == ["request.revealed", "request.settled"]


async def test_after_three_days_a_request_is_overdue_in_words_and_in_colour(town: Town) -> None:
    _, one, key = await siti(town)
    where = await wish(town, one, key, "correct")
    ratna = await town.member()
    assert "Lewat waktu" not in (await ratna.get("/admin/requests")).text
    town.clock.passes(hours=73)
    fresh = await town.member(login="dewi")
    page = await fresh.get("/admin/requests")
    assert ("Lewat waktu: 1" in page.text, 'class="card item late"' in page.text) == (True, True)
    assert ("lewat waktu 1 jam" in page.text, "lewat waktu 1 jam" in (await fresh.get(where)).text) == (True, True)


async def test_an_admin_erases_on_request_and_the_person_is_told_first(town: Town) -> None:
    phone, one, key = await siti(town)
    where = await wish(town, one, key, "erase")
    ratna = await town.member()
    assert (await send(ratna, f"{where}/erasure")).status_code == 422
    assert done(await send(ratna, f"{where}/erasure", sure="yes")) == "erased"
    [farewell] = await phone.hear()
    assert "Data Kakak sudah dihapus" in farewell["text"]
    proof = re.search(r"TK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", farewell["text"])
    assert proof
    async with town.services.db.reading() as tx:
        assert await applications.state_of(tx, one.receipt) == "erased"
        assert await tx.rows("SELECT body FROM data_requests") == [(None,)]
        assert len(await audit.about(tx, f"erasure:{proof[0]}", limit=5)) == 1
    assert done(await send(ratna, f"{where}/erasure", sure="yes")) == "nothing"
    assert await actions(town, "request") == ["request.erased"]


async def test_only_an_admin_erases_and_only_where_it_was_asked_for(town: Town) -> None:
    _, one, key = await siti(town)
    where = await wish(town, one, key, "correct")
    ratna, auditor = await town.member(), await town.member("auditor", "dewi")
    assert "/erasure" not in (await ratna.get(where)).text
    assert (await send(ratna, f"{where}/erasure", sure="yes")).status_code == 404
    assert (await send(auditor, f"{where}/erasure", sure="yes")).status_code == 403
    async with town.services.db.reading() as tx:
        assert await applications.state_of(tx, one.receipt) == "submitted"


# ---- the navigation -----------------------------------------------------------------------------------------------


async def test_the_navigation_counts_what_waits_for_whoever_may_see_it(town: Town) -> None:
    phone, one, key = await siti(town)
    await paid(town, one, key)
    await wrong(town, one, key)
    await wish(town, one, key, "erase")
    await phone.says("bantuan")
    ratna, exporter = await town.member(), await town.member("exporter", "dewi")
    page = (await ratna.get("/admin/sessions")).text
    assert re.search(r'>Kotak masuk\s*<span class="number">4</span>', page)
    assert re.search(r'>Antrean\s*<span class="number">1</span>', page)
    theirs = (await exporter.get("/admin/payments")).text
    assert re.search(r'>Kotak masuk\s*<span class="number">1</span>', theirs)
    tabs = re.findall(r'href="/admin/(help|payments|reports|requests)"', theirs.split("<main")[1])
    assert tabs == ["payments"]
