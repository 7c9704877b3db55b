"""CETAK and BACAKAN over a real database: whose receipts a chat may have, for how long, and what is sent along."""

from __future__ import annotations

from datetime import timedelta

from conversations.printing import KEPT
from conversations.turn import Tapped
from tests.bot.hall import BEGIN, NIK, REST, Hall

TAKE_OVER = ("17-8-1995", "0003")


async def age(hall: Hall, days: float) -> None:
    """Let days pass for who was helped."""
    by = round(timedelta(days=days).total_seconds() * 1_000_000)
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE helped SET finished_at = finished_at - $1", (by,))


async def receipt_of(hall: Hall) -> str:
    return str((await hall.ask("SELECT receipt FROM applications ORDER BY id DESC LIMIT 1"))[0][0])


async def test_a_helper_gets_the_paper_of_whom_they_helped_and_nothing_else_of_them(hall: Hall) -> None:
    last = await hall.says("ana", *BEGIN, *REST)
    receipt = await receipt_of(hall)
    assert f"print:{receipt}" in last
    for asked in ("cetak", Tapped("!", f"print:{receipt}/58mm"), "bacakan"):
        heard = await hall.says("ana", asked)
        assert "Siti" in heard
        for secret in (NIK, "Aminah", "2.000.000", "Agustus", "Klender"):
            assert secret not in heard
    assert f'"paper":["{receipt}","picture"]' in await hall.says("ana", "cetak")
    assert f'"paper":["{receipt}","58mm"]' in await hall.says("ana", Tapped("!", f"print:{receipt}/58mm"))


async def test_a_receipt_of_somebody_helped_can_be_asked_for_during_a_week(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    receipt = await receipt_of(hall)
    await age(hall, KEPT.days - 0.1)
    assert '"paper"' in await hall.says("ana", "cetak")
    await age(hall, 0.2)
    for asked in ("cetak", "bacakan", Tapped("!", f"print:{receipt}/a6"), Tapped("!", f"aloud:{receipt}")):
        heard = await hall.says("ana", asked)
        assert "Siti" not in heard
        assert '"paper"' not in heard


async def test_nobody_prints_what_was_sent_in_from_another_chat(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    receipt = await receipt_of(hall)
    there = await hall.says("budi", "halo", Tapped("!", f"print:{receipt}/a6"))
    nowhere = await hall.says("budi", Tapped("!", "print:TK-0000-0000-0/a6"))
    assert "tidak bisa diminta" in there
    assert there == nowhere, "a receipt that is somebody else's and one that is nobody's sound alike"


async def test_who_took_their_record_over_prints_it_and_the_helper_does_not_any_more(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    receipt = await receipt_of(hall)
    await hall.says("siti", "data ini milik saya", receipt, *TAKE_OVER)
    await age(hall, 100)
    assert f'"paper":["{receipt}","picture"]' in await hall.says("siti", "cetak")
    assert "tidak bisa diminta" in await hall.says("ana", Tapped("!", f"print:{receipt}"))


async def test_ones_own_receipt_can_be_asked_for_at_any_time_until_one_is_forgotten(hall: Hall) -> None:
    own = ("dibantu", "setuju", "1", "Siti Aminah", *REST[2:])
    await hall.says("siti", "daftar", *own)
    receipt = await receipt_of(hall)
    heard = await hall.says("siti", "cetak")
    assert f'"paper":["{receipt}","picture"]' in heard
    assert "sampai" not in heard
    await hall.says("siti", "hapus data", Tapped("!", "erase_yes"))
    assert '"paper"' not in await hall.says("siti", "cetak")


async def test_of_several_people_it_is_asked_whose_and_two_of_a_name_are_told_apart(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    await hall.says("ana", *BEGIN[1:], "1", "Siti Aminah", "3174055708950004", *REST[3:])
    receipts = [str(row[0]) for row in await hall.ask("SELECT receipt FROM applications ORDER BY id")]
    heard = await hall.says("ana", "cetak")
    assert "Tanda terima siapa" in heard
    for receipt in receipts:
        assert f"Siti {receipt[-6:]}" in heard
    assert f'"paper":["{receipts[0]}","picture"]' in await hall.says("ana", f"siti {receipts[0][-6:].lower()}")
