"""Helping somebody sign up: their own key, nothing to be read again, a correction, and taking one's record over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.channel import Address, Arrived
from bot.channels.terminal import Terminal
from bot.house import build_house
from bot.settings import Settings
from bot.turns import Turns
from conversations.turn import Content, Filled, Said, SentBack, Tapped
from storage import applications, outbox
from storage.database import Database
from storage.opening import open_keyring

NIK = "3174055708950003"
BEGIN = ("halo", "daftarkan orang lain", "Siti", "ya", "dibantu", "setuju")
REST = (
    *("1", "Siti Aminah", NIK, "17-8-1995", "perempuan", "Klender", "rw 5", "lewati", "lewati", "pedagang sayur"),
    *("lewati", "2 juta", "2 program", "3 bulan", "ya", "kirim"),
)


class Hall:
    """Chats that talk to the real turns over a real database."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.number = 0

    async def says(self, who: str, *contents: str | Content) -> str:
        for content in contents:
            self.number += 1
            said = Said(content) if isinstance(content, str) else content
            at = datetime.now(UTC)
            taken = await self.turns.take(Arrived("terminal", f"m{self.number}", (Address("tty", who),), said, at))
            assert taken == "taken"
        return await self.heard(who)

    async def heard(self, who: str) -> str:
        async with self.turns.db.reading() as tx:
            chat = await outbox.find_chat(tx, self.turns.keyring, "terminal", who)
            assert chat is not None
            told = await outbox.told_since(tx, self.turns.keyring, chat, 0)
        return told[-1][1].decode()

    async def ask(self, sql: str, *args: object) -> list[tuple[object, ...]]:
        async with self.turns.db.reading() as tx:
            return await tx.rows(sql, args)


@pytest.fixture
async def hall(database_url: str, tmp_path: Path) -> AsyncIterator[Hall]:
    db = await Database.open(database_url)
    keyring = await open_keyring(db, "", tmp_path / "keys")
    turns = Turns(db, keyring, build_house(), {"terminal": Terminal()}, Settings(), lambda: datetime.now(UTC))
    yield Hall(turns)
    await db.close()


async def test_whoever_is_helped_has_a_key_of_their_own_and_cannot_be_read_again(hall: Hall) -> None:
    await hall.says("ana", *BEGIN)
    helper, slot_person = (
        await hall.ask("SELECT c.person_id, s.person_id FROM chats c JOIN sessions s ON s.chat_id = c.id")
    )[0]
    assert helper != slot_person
    assert (await hall.ask("SELECT person_id, witnessed FROM consents WHERE purpose = 'data'")) == [(slot_person, 1)]
    last = await hall.says("ana", *REST)
    assert "Tulis nomor ini untuk *Siti*" in last
    assert await hall.ask("SELECT slot FROM sessions") == []
    [(receipt, owner)] = await hall.ask("SELECT receipt, person_id FROM applications")
    assert owner == slot_person
    async with hall.turns.db.reading() as tx:
        opened = await applications.one(tx, hall.turns.keyring, str(receipt))
    assert opened is not None
    assert opened.answers["nik"].value == NIK
    assert NIK not in await hall.says("ana", "data saya")
    assert "Siti Aminah" not in await hall.says("ana", "data saya")


async def test_a_late_tap_or_form_of_one_person_never_answers_for_another(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, "1", "Siti Aminah")
    await hall.says("ana", "daftarkan orang lain", "Budi", "ya", "dibantu", "setuju", "1", "Budi Santoso")
    heard = await hall.says("ana", Filled("nik", NIK, "registration:2"))
    assert "*Siti*" in heard
    assert "tanggal lahir" in heard
    heard = await hall.says("ana", "ganti")
    assert "*Budi*" in heard
    assert "NIK" in heard
    heard = await hall.says("ana", Tapped("registration:2.situation", "employee"))
    assert "*Siti*" in heard, "the button belongs to Siti's message"


async def test_a_correction_brings_back_only_that_form_and_one_answer_returns_it(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    [(receipt,)] = await hall.ask("SELECT receipt FROM applications")
    heard = await hall.says("ana", SentBack(str(receipt), ("rw",), "RW belum sama dengan KTP"))
    assert "*Siti*" in heard
    assert "RW belum sama" in heard
    assert "Siti Aminah" not in heard
    heard = await hall.says("ana", "rw 7")
    assert "Perbaikannya sudah terkirim" in heard
    assert await hall.ask("SELECT version, state FROM applications") == [(2, "submitted")]
    assert await hall.ask("SELECT slot FROM sessions") == []
    async with hall.turns.db.reading() as tx:
        opened = await applications.one(tx, hall.turns.keyring, str(receipt))
    assert opened is not None
    assert (opened.answers["rw"].value, opened.answers["nik"].value) == (7, NIK)


async def test_a_record_is_taken_over_by_proof_and_news_goes_to_the_new_chat(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    [(receipt,)] = await hall.ask("SELECT receipt FROM applications")
    wrong = await hall.says("siti", "data ini milik saya", str(receipt), "17-8-1995", "0004")
    unknown = await hall.says("siti", "data ini milik saya", "TK-0000-0000-0", "17-8-1995", "0003")
    assert "cocok" in wrong
    assert wrong == unknown, "a wrong proof and an unknown number sound alike"
    assert "Selesai, *Siti*" in await hall.says("siti", "data ini milik saya", str(receipt), "17-8-1995", "0003")
    heard = await hall.says("siti", SentBack(str(receipt), ("rw",), "RW belum sama"))
    assert "RW" in heard
    assert "Perbaikannya sudah terkirim" in await hall.says("siti", "rw 9")
    assert "cocok" in await hall.says("budi", "data ini milik saya", str(receipt), "17-8-1995", "0003")


async def test_a_record_allows_five_wrong_proofs_a_day_from_whatever_chat(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    [(receipt,)] = await hall.ask("SELECT receipt FROM applications")
    for number in range(5):
        await hall.says(f"thief{number}", "data ini milik saya", str(receipt), "17-8-1995", f"999{number}")
    assert "cocok" in await hall.says("siti", "data ini milik saya", str(receipt), "17-8-1995", "0003")
    assert await hall.ask("SELECT claimed_at FROM helped") == [(None,)]


async def test_forgetting_a_helper_forgets_half_done_people_and_leaves_the_finished(hall: Hall) -> None:
    await hall.says("ana", *BEGIN, *REST)
    await hall.says("ana", "daftarkan orang lain", "Budi", "ya", "dibantu", "setuju", "1", "Budi Santoso")
    await hall.says("ana", "hapus data", Tapped("!", "erase_yes"))
    [(receipt, state)] = await hall.ask("SELECT receipt, state FROM applications")
    assert state == "submitted"
    async with hall.turns.db.reading() as tx:
        opened = await applications.one(tx, hall.turns.keyring, str(receipt))
    assert opened is not None
    assert opened.answers["full_name"].value == "Siti Aminah"
    assert await hall.ask("SELECT COUNT(*) FROM sessions") == [(0,)]
