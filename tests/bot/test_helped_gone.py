"""What was said of somebody on another's phone goes by their own clock, however long their helper's chat lives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conversations.turn import SentBack, Tapped
from storage import reports, retention, transcript
from storage.reports import Report
from tests.bot.hall import BEGIN, REST, Hall

OWN = (
    *("daftar", "dibantu", "setuju", "1", "Sri Wahyuni", "3174055806900007", "18-6-1990", "perempuan", "Klender"),
    *("rw 5", "lewati", "lewati", "pedagang sayur", "lewati", "2 juta", "2 program", "3 bulan", "ya", "kirim"),
)
WULAN = ("daftarkan orang lain", "Wulan", "ya", "dibantu", "setuju", "1", "Wulan Lestari")


async def retain(hall: Hall, **later: float) -> dict[str, int]:
    """Whatever is due so much later, foretold and then gone."""
    at = datetime.now(UTC) + timedelta(**later)
    async with hall.turns.db.reading() as tx:
        foretold = await retention.due(tx, at)
    gone = await retention.retain(hall.turns.db, hall.turns.keyring, at)
    assert gone == foretold
    return gone


async def said(hall: Hall, chat: int = 1) -> str:
    """All that can be read of a chat by whoever may read everything."""
    async with hall.turns.db.reading() as tx:
        lines = await transcript.transcript(tx, hall.turns.keyring, chat)
    return b"\n".join(line.body for line in lines).decode()


async def test_who_rests_on_a_helpers_phone_is_forgotten_after_thirty_days_and_the_helper_is_not(hall: Hall) -> None:
    await hall.says("ana", *OWN)
    await hall.says("ana", *WULAN)
    [(wulan,)] = await hall.ask("SELECT person_id FROM helped")
    assert (await retain(hall, days=29))["helped"] == 0
    assert "Lestari" in await said(hall)
    await hall.says("ana", "ganti")
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE outbox SET state = 'sent'")
    assert (await retain(hall, days=31))["helped"] == 1
    assert await hall.ask("SELECT key FROM people WHERE id = $1", wulan) == [(None,)]
    assert await hall.ask("SELECT COUNT(*) FROM helped") == [(0,)]
    assert "Wulan" not in await said(hall)
    assert "Wahyuni" in await said(hall)
    assert (await retain(hall, days=31))["helped"] == 0


async def test_an_answer_of_yesterday_keeps_a_helped_draft(hall: Hall) -> None:
    await hall.says("ana", *WULAN)
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE helped SET started_at = started_at - $1", (40 * 86_400_000_000,))
    assert (await retain(hall, days=1))["helped"] == 0
    assert "NIK" in await hall.says("ana", "lanjut")


async def test_a_correction_that_is_never_answered_forgets_nobody(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    [(receipt,)] = await hall.ask("SELECT receipt FROM applications")
    await hall.says("ana", SentBack(str(receipt), ("rw",), "RW belum sama"))
    assert (await retain(hall, days=31))["helped"] == 0
    assert await hall.ask("SELECT state FROM applications") == [("submitted",)]
    assert "RW" in await hall.says("ana", SentBack(str(receipt), ("rw",), "RW belum sama"))


async def test_what_was_said_of_who_is_done_with_goes_though_the_helpers_own_form_is_whole(hall: Hall) -> None:
    await hall.says("ana", *OWN)
    await hall.says("ana", *BEGIN[1:], *REST)
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'refused' WHERE id = (SELECT MAX(id) FROM applications)")
        await tx.rows("UPDATE outbox SET state = 'sent'")
    assert "3174••••••••0003" in await said(hall)
    assert (await retain(hall, days=31))["ended"] == 1
    assert "3174••••••••0003" not in await said(hall)
    assert "Wahyuni" in await said(hall)


async def test_who_took_their_record_over_and_is_forgotten_is_gone_from_the_helpers_chat_too(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    [(receipt,)] = await hall.ask("SELECT receipt FROM applications")
    await hall.says("siti", "data ini milik saya", str(receipt), "17-8-1995", "0003")
    assert "3174••••••••0003" in await said(hall)
    await hall.says("siti", "hapus data", Tapped("!", "erase_yes"))
    assert "3174••••••••0003" not in await said(hall)
    assert await hall.ask("SELECT state FROM applications") == [("erased",)]


async def told(hall: Hall) -> Report:
    [(number,)] = await hall.ask("SELECT id FROM reports")
    async with hall.turns.db.reading() as tx:
        found = await reports.one(tx, hall.turns.keyring, int(str(number)))
    assert found is not None
    return found


async def test_what_a_report_says_goes_thirty_days_after_it_was_settled(hall: Hall) -> None:
    await hall.says("ana", *OWN)
    await hall.says("ana", "lapor", "2", "orang itu minta uang di pangkalan")
    assert "pangkalan" in (await told(hall)).body
    [(number,)] = await hall.ask("SELECT id FROM reports")
    async with hall.turns.db.writing() as tx:
        await reports.settle(tx, int(str(number)), staff_id=None, now=datetime.now(UTC))
    assert (await retain(hall, days=29))["reports"] == 0
    assert (await retain(hall, days=31))["reports"] == 1
    after = await told(hall)
    assert (after.body, after.note, after.state, after.kind) == ("", "", "settled", (await told(hall)).kind)


async def test_a_report_nobody_settled_says_nothing_after_half_a_year(hall: Hall) -> None:
    await hall.says("ana", *OWN)
    await hall.says("ana", "lapor", "2", "orang itu minta uang di pangkalan")
    assert (await retain(hall, days=179))["reports"] == 0
    assert (await retain(hall, days=181))["reports"] == 1
    assert (await told(hall)).body == ""


async def test_a_request_on_data_keeps_its_words_until_it_was_settled(hall: Hall) -> None:
    await hall.says("ana", *OWN)
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE applications SET state = 'handed_over'")
    await hall.says("ana", "perbaiki 2", "nama belakang kurang huruf H")
    assert (await retain(hall, days=400))["data_requests"] == 0
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE data_requests SET state = 'settled', settled_at = $1", (datetime.now(UTC),))
    assert (await retain(hall, days=31))["data_requests"] == 1
    assert await hall.ask("SELECT body, note FROM data_requests") == [(None, None)]
