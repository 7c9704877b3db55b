"""ORANG SAYA: a volunteer sees a first name, a step and since when, of their own people; nobody else sees anything."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import orjson

from bot.channels.channel import Address, Arrived
from conversations.rules.codes import VOLUNTEER
from conversations.turn import Opened, Said
from storage import volunteers
from tests.bot.hall import BEGIN, NIK, REST, Hall

JAKARTA = ZoneInfo("Asia/Jakarta")
WEEKDAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
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
    assert "*Tujuh hari ini*: 1 pendaftaran terkirim." in heard
    assert "Semuanya terkirim: 1. Lolos pemeriksaan petugas: 0. Tercatat di BPJS Ketenagakerjaan: 0." in heard
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


async def test_days_change_at_midnight_in_jakarta_and_not_in_greenwich(hall: Hall) -> None:
    """Bug: between midnight and seven in the morning whoever had just stopped had stopped "1 hari"."""
    code = await volunteer(hall, "ratna")
    await hall.says("budi", Opened(code), "daftar", *SELF, "1", "Budi Santoso")
    one, three = datetime(2026, 11, 23, 18, tzinfo=UTC), datetime(2026, 11, 23, 20, tzinfo=UTC)  # the 24th there
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE sessions SET touched_at = $1", (one,))
    asked = Arrived("terminal", "at three", (Address("tty", "ratna"),), Said("orang saya"), three)
    assert await hall.turns.take(asked) == "taken"
    assert "Budi: di pertanyaan NIK" in await hall.heard("ratna")


async def test_nobody_else_sees_them_nor_a_paused_volunteer(hall: Hall) -> None:
    code = await volunteer(hall, "ratna")
    other = await volunteer(hall, "dewi")
    await hall.says("budi", Opened(code), "daftar", *SELF, "1", "Budi Santoso")
    assert "Budi" not in await hall.says("dewi", "orang saya")
    assert "Budi" not in await hall.says("budi", "orang saya")
    assert other != code
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE volunteers SET state = 'paused' WHERE code = $1", (code,))
    told = await hall.says("ratna", "orang saya")
    assert "Budi" not in told
    assert "sedang dijeda" in told


async def test_sign_ups_are_told_by_day_where_people_live_and_by_how_far_they_came(hall: Hall) -> None:
    code = await volunteer(hall, "ratna")
    for number in range(4):
        await hall.says(f"p{number}", Opened(code), "daftar", *SELF, "1", "Siti Aminah", *REST[2:])
    await hall.says("ratna", *BEGIN[1:], *REST)
    here = datetime.now(JAKARTA)
    midnight = datetime.combine(here.date(), time(), JAKARTA)
    before = [
        here,
        midnight - timedelta(minutes=1),
        midnight - timedelta(days=6),
        midnight - timedelta(days=6, minutes=1),
    ]
    states = ["approved", "registered", "lapsed", "refused"]
    async with hall.turns.db.writing() as tx:
        numbers = [row[0] for row in await tx.rows("SELECT id FROM applications ORDER BY id")]
        for number, at, state in zip(numbers, before, states, strict=False):
            await tx.rows("UPDATE applications SET submitted_at = $1, state = $2 WHERE id = $3", (at, state, number))
    heard = await hall.says("ratna", "orang saya")
    assert "*Tujuh hari ini*: 4 pendaftaran terkirim." in heard
    days = {here.date() - timedelta(days=n) for n in range(7)}
    told = [line for line in orjson.loads(heard)["text"].split("\n") if line[:3] in WEEKDAYS]
    assert len(told) == len(days)
    assert told[-1] == f"{WEEKDAYS[here.weekday()]} {here.day}  ▇▇ 2", "today: one by the link, one helped"
    assert told[-2].endswith("▇ 1")
    assert told[0].endswith("▇ 1")
    assert all(line.endswith("–") for line in told[1:-2])
    assert "Semuanya terkirim: 5. Lolos pemeriksaan petugas: 3. Tercatat di BPJS Ketenagakerjaan: 2." in heard


async def test_who_came_by_the_link_and_was_helped_counts_once(hall: Hall) -> None:
    code = await volunteer(hall, "ratna")
    await hall.says("ratna", *BEGIN[1:], *REST)
    async with hall.turns.db.writing() as tx:
        await tx.rows("UPDATE applications SET referral = $1", (code,))
    heard = await hall.says("ratna", "orang saya")
    assert "*Tujuh hari ini*: 1 pendaftaran" in heard
    assert "Semuanya terkirim: 1." in heard
