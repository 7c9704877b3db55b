"""The days people read are their own: after five in the afternoon in London it is tomorrow in Jakarta."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.columns import micros
from tests.bot.hall import BEGIN, REST, Hall

AFTER_MIDNIGHT_THERE = datetime(2026, 3, 4, 18, 30, tzinfo=UTC)  # half past one on 5 March in Jakarta


async def test_status_and_data_name_the_day_as_it_was_there(hall: Hall) -> None:
    await hall.says("siti", "daftar", "dibantu", "setuju", *REST)
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE applications SET changed_at = $1", (micros(AFTER_MIDNIGHT_THERE),))
        await tx.rows("UPDATE consents SET at = $1", (micros(AFTER_MIDNIGHT_THERE),))
    assert "5 Maret 2026" in await hall.says("siti", "status")
    assert "5 Maret 2026" in await hall.says("siti", "data saya")
    assert "5 Maret 2026" in await hall.says("siti", "data saya", "selengkapnya")


async def test_a_draft_that_waits_is_named_by_status_with_the_day_it_rests_since(hall: Hall) -> None:
    await hall.says("siti", "halo", "daftar", "dibantu", "setuju", "1", "Siti Aminah", "menu")
    told = await hall.says("siti", "status")
    assert "DAFTAR" not in told
    assert "pertanyaan 3 dari 15" in told
    await hall.says("siti", *BEGIN, "menu")
    assert "Pendaftaran *Siti* belum selesai" in await hall.says("siti", "status")
