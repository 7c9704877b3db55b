"""Helping somebody sign up: their own key, nothing to be read again, a correction, and taking one's record over."""

from __future__ import annotations

from conversations.turn import Filled, Opened, SentBack, Tapped
from storage import applications, referrals
from tests.bot.hall import BEGIN, NIK, REST, Hall
from tests.bot.test_my_people import volunteer


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


async def test_whoever_is_helped_after_a_helper_was_forgotten_gets_a_key_of_their_own(hall: Hall) -> None:
    """Bug: the counter went with the helper's data, and the next person took the slot and key of the one before."""
    await hall.says("ana", *BEGIN, *REST)
    await hall.says("ana", "hapus data", Tapped("!", "erase_yes"))
    again = ("daftarkan orang lain", "Budi", "ya", "dibantu", "setuju", "1", "Budi Santoso", "3174051708950001")
    await hall.says("ana", *again, "17-8-1995", "laki-laki", *REST[5:])
    found = await hall.ask("SELECT receipt, person_id FROM applications ORDER BY id")
    assert len({person for _, person in found}) == len(found) == 2
    assert len(await hall.ask("SELECT id FROM helped WHERE application_id IS NOT NULL")) == 2
    async with hall.turns.db.reading() as tx:
        names = [
            opened.answers["full_name"].value
            for receipt, _ in found
            if (opened := await applications.one(tx, hall.turns.keyring, str(receipt)))
        ]
    assert names == ["Siti Aminah", "Budi Santoso"]


async def test_whom_a_volunteer_helps_counts_for_that_volunteer_though_their_own_chat_came_by_another(
    hall: Hall,
) -> None:
    ratnas = await volunteer(hall, "ratna")
    await hall.says("dewi", Opened(ratnas))
    dewis = await volunteer(hall, "dewi")
    await hall.says("dewi", *BEGIN[1:], *REST)
    async with hall.turns.db.reading() as tx:
        brought = await referrals.brought(tx, (ratnas, dewis))
    assert (brought[ratnas].applications, brought[dewis].applications) == (0, 1)
    assert "Siti" not in await hall.says("ratna", "orang saya")
    assert "Siti" in await hall.says("dewi", "orang saya")
