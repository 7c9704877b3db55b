"""ORANG SAYA: a volunteer sees a first name, a step and since when, of their own people; nobody else sees anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conversations.rules.codes import VOLUNTEER
from conversations.turn import Opened
from storage import volunteers
from tests.bot.hall import BEGIN, NIK, REST, Hall

SELF = ("dibantu", "setuju")


async def volunteer(hall: Hall, who: str) -> str:
    """Make a chat's person a volunteer; returns their code."""
    await hall.says(who, "halo")
    [(chat_id,)] = await hall.ask("SELECT MAX(id) FROM chats")
    [(person_id,)] = await hall.ask("SELECT person_id FROM chats WHERE id = $1", chat_id)
    now = datetime.now(UTC)
    async with hall.turns.db.writing() as tx:
        token = f"token-{who}"
        await volunteers.invite(
            tx, hall.turns.keyring, token, code=VOLUNTEER.make(chat_id), name="Ratna", area_code="31.75.07.1003",
            rw="5", staff_id=None, now=now, until=now + timedelta(days=1),
        )  # fmt: skip
        await volunteers.take_invitation(tx, hall.turns.keyring, token, chat_id=chat_id, person_id=person_id, now=now)
        made = await volunteers.confirm(
            tx, hall.turns.keyring, chat_id=chat_id, name="Ratna Dewi", area_code="31.75.07.1003", rw="5", now=now
        )
    assert made is not None
    return made.code


async def test_a_volunteer_sees_who_stopped_where_and_who_is_through(hall: Hall) -> None:
    code = await volunteer(hall, "ratna")
    await hall.says("budi", Opened(code), "daftar", *SELF, "1", "Budi Santoso")
    await hall.says("ratna", *BEGIN[1:], *REST)
    heard = await hall.says("ratna", "orang saya")
    assert "Budi: di pertanyaan NIK" in heard
    assert "Siti: sedang diperiksa petugas" in heard
    assert "1 pendaftaran" in heard
    for secret in (NIK, "Santoso", "Aminah", "2.000.000", "17 Agustus"):
        assert secret not in heard


async def test_who_stopped_for_days_is_named_first_for_a_visit(hall: Hall) -> None:
    code = await volunteer(hall, "ratna")
    await hall.says("budi", Opened(code), "daftar", *SELF, "1", "Budi Santoso")
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE sessions SET touched_at = touched_at - $1", (2 * 86_400_000_000,))
    heard = await hall.says("ratna", "orang saya")
    assert "Bisa dikunjungi hari ini" in heard
    assert "Budi: berhenti di pertanyaan NIK, 2 hari" in heard or "Budi: berhenti di pertanyaan NIK, 1 hari" in heard


async def test_nobody_else_sees_them_nor_a_paused_volunteer(hall: Hall) -> None:
    code = await volunteer(hall, "ratna")
    other = await volunteer(hall, "dewi")
    await hall.says("budi", Opened(code), "daftar", *SELF, "1", "Budi Santoso")
    assert "Budi" not in await hall.says("dewi", "orang saya")
    assert "Budi" not in await hall.says("budi", "orang saya")
    assert other != code
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE volunteers SET state = 'paused' WHERE code = $1", (code,))
    assert "Budi" not in await hall.says("ratna", "orang saya")
