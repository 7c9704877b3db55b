"""Forgetting: the key and everything sealed with it are gone, the proof of consent stays, whoever comes back is new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from conversations.turn import Talk
from storage import (
    applications,
    consents,
    help_requests,
    outbox,
    people,
    saving,
    scheduled,
    secure_forms,
    transcript,
    turns,
)
from storage.columns import micros
from storage.database import Database
from storage.errors import KeyTrouble
from storage.keys import Keyring
from storage.models import metadata
from storage.people import FAREWELL, Forgotten
from storage.turns import Kept, Place
from tests.storage.test_outbox import LEASE
from tests.storage.world import BUDI, NOW, SITI, a_form, a_session, call, later, place_of, submit, talk

GOODBYE = b'{"text": "Data Kakak sudah kami hapus."}'


async def whole_life(db: Database, keyring: Keyring, who: str = SITI, receipt: str = "K7Q2M-4") -> Place:
    """Somebody with everything: draft, chat, application with a decision, consent, link, moment, call for help."""
    await talk(db, keyring, who, session=a_session())
    await submit(db, keyring, who, form=a_form(receipt))
    place = await place_of(db, keyring, who)
    async with db.writing() as tx:
        found = await applications.one(tx, keyring, receipt)
        assert found is not None
        await applications.decide(
            tx, keyring, application_id=found.id, version=1, kind="correct", staff_id=None, now=NOW,
            from_states=("submitted",), to_state="needs_correction", reason="Nama beda", steps=("full_name",),
        )  # fmt: skip
        await consents.record(
            tx, person_id=place.person_id, chat_id=place.chat_id, purpose="registration", granted=True,
            text_version="v1", pressed="agree", identity_hash=place.identity_hash, at=NOW,
        )  # fmt: skip
        await secure_forms.issue(tx, keyring, f"link-{place.chat_id}", place.chat_id, "registration", "nik", NOW)
        key = f"reminder:{place.chat_id}"
        await scheduled.schedule(tx, chat_id=place.chat_id, kind="reminder", key=key, due_at=later(days=7))
        await help_requests.open_request(tx, place.chat_id, "asked", NOW)
    return place


async def ask_to_be_forgotten(db: Database, keyring: Keyring, who: str = SITI) -> tuple[Place, Forgotten]:
    """The turn that answers HAPUS DATA: farewell and erasure in one transaction."""
    one = call(who)
    async with db.writing() as tx:
        place = (await turns.load(tx, keyring, [one], later(hours=1)))[one]
        assert place is not None
        emptied = Talk(language="id", facts={"met": True})
        kept = Kept(one, place, emptied, "tapped", b'{"tap": "!"}', later(hours=1), GOODBYE, later(hours=1))
        await saving.save(tx, [kept])
        return place, await people.erase(tx, keyring, place.person_id, later(hours=1), keep_chat=place.chat_id)


async def everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    async with db.reading() as tx:
        return {table.name: await tx.rows(f"SELECT * FROM {table.name} ORDER BY 1") for table in metadata.sorted_tables}


async def sealed_bytes(db: Database) -> set[bytes]:
    """Every value of bytes, in every table but the house's own marks."""
    tables = await everything(db)
    return {
        bytes(value)
        for name, rows in tables.items()
        if name != "house"
        for row in rows
        for value in row
        if isinstance(value, bytes | memoryview) and bytes(value)
    }


async def person(db: Database, person_id: int) -> tuple[Any, ...]:
    async with db.reading() as tx:
        return (await tx.rows("SELECT key, erased_at FROM people WHERE id = $1", (person_id,)))[0]


async def count(db: Database, table: str, where: str = "1 = 1") -> int:
    async with db.reading() as tx:
        return int((await tx.rows(f"SELECT COUNT(*) FROM {table} WHERE {where}"))[0][0])


async def test_erasing_leaves_a_tombstone_and_the_proof_of_consent(database: Database, keyring: Keyring) -> None:
    place = await whole_life(database, keyring)
    async with database.writing() as tx:
        gone = await people.erase(tx, keyring, place.person_id, later(hours=1))
    assert gone == Forgotten(applications=1, sessions=1, messages=2)
    assert await person(database, place.person_id) == (None, micros(later(hours=1)))
    for table in ("identities", "sessions", "outbox", "secure_forms", "scheduled"):
        assert await count(database, table) == 0, table
    assert await count(database, "inbox", "body IS NOT NULL") == 0
    assert await count(database, "help_requests", "state = 'open'") == 0
    assert await count(database, "consents") == 1
    async with database.reading() as tx:
        [application] = await tx.rows(
            "SELECT state, answers, nik_hash, nik4_hash, name_hash, born_hash, phone_hash, rw, "
            "programme, months, sector, flags FROM applications"
        )
        assert (bytes(application[1]), application[:1] + application[2:]) == (
            b"",
            ("erased", None, None, None, None, None, None, "", 0, "", "[]"),
        )
        assert {bytes(v) for (v,) in await tx.rows("SELECT answers FROM application_versions")} == {b""}
        assert await tx.rows("SELECT kind, reason FROM decisions") == [("correct", None)]
        [(address, talked, active)] = await tx.rows("SELECT address, talk, active FROM chats")
    assert (bytes(address), talked, active) == (b"", None, "")


async def test_nothing_that_was_sealed_or_hashed_for_them_is_left_but_the_proof(
    database: Database, keyring: Keyring
) -> None:
    place = await whole_life(database, keyring)
    before = await sealed_bytes(database)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, later(hours=1))
    assert before & await sealed_bytes(database) == {place.identity_hash}


async def test_a_copy_made_before_cannot_be_read_with_what_is_kept(database: Database, keyring: Keyring) -> None:
    place = await whole_life(database, keyring)
    async with database.reading() as tx:
        [(copied,)] = await tx.rows("SELECT answers FROM applications")
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW)
        keys = [bytes(key) for (key,) in await tx.rows("SELECT key FROM people WHERE key IS NOT NULL")]
    stranger = (await place_of(database, keyring, BUDI)).key
    for key in [stranger, *(keyring.unwrap(wrapped) for wrapped in keys)]:
        with pytest.raises(KeyTrouble):
            key.open(bytes(copied), "applications.answers/K7Q2M-4")


async def test_others_keep_everything(database: Database, keyring: Keyring) -> None:
    budi = await whole_life(database, keyring, BUDI, "R-2")
    his = {name: set(map(str, rows)) for name, rows in (await everything(database)).items()}
    siti = await whole_life(database, keyring, SITI, "R-1")
    async with database.writing() as tx:
        await people.erase(tx, keyring, siti.person_id, later(hours=1))
    after = {name: set(map(str, rows)) for name, rows in (await everything(database)).items()}
    for name, rows in his.items():
        assert rows <= after[name], name
    place = await place_of(database, keyring, BUDI)
    assert (place.person_id, place.talk.sessions["registration"].asked) == (budi.person_id, "born")
    async with database.reading() as tx:
        found = await applications.one(tx, keyring, "R-2")
        assert found is not None
        assert found.name == "Siti Aminah"
        assert len(await transcript.transcript(tx, keyring, budi.chat_id)) == 2


async def test_whoever_comes_back_is_a_new_person(database: Database, keyring: Keyring) -> None:
    place = await whole_life(database, keyring)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, later(hours=1))
    again = await place_of(database, keyring, SITI, at=later(days=2))
    assert again.person_id != place.person_id
    assert again.chat_id != place.chat_id
    assert again.talk == Talk()
    async with database.reading() as tx:
        assert await applications.states_for_chat(tx, again.chat_id) == []


async def test_a_second_erasure_changes_nothing(database: Database, keyring: Keyring) -> None:
    place = await whole_life(database, keyring)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, later(hours=1))
    before = await everything(database)
    async with database.writing() as tx:
        again = await people.erase(tx, keyring, place.person_id, later(hours=2))
    assert again == Forgotten(applications=0, sessions=0, messages=0)
    assert await everything(database) == before


# ---- the farewell -------------------------------------------------------------------------------------------------


async def test_the_farewell_still_goes_out(database: Database, keyring: Keyring) -> None:
    await whole_life(database, keyring)
    place, gone = await ask_to_be_forgotten(database, keyring)
    assert gone == Forgotten(applications=1, sessions=0, messages=3)  # the emptied talk dropped the draft itself
    async with database.writing() as tx:
        [message] = await outbox.claim(tx, keyring, "me", later(hours=1), 10, lease=LEASE)
    assert (message.address, message.payload, message.chat_id) == (SITI, GOODBYE, place.chat_id)
    assert (await person(database, place.person_id))[0] is None


async def test_nothing_else_waiting_goes_out_with_it(database: Database, keyring: Keyring) -> None:
    place = await whole_life(database, keyring)
    async with database.writing() as tx:
        await outbox.add(tx, keyring, place.chat_id, b"Kak Siti, NIK 3174...", "reminder", NOW, priority=5)
    await ask_to_be_forgotten(database, keyring)
    async with database.writing() as tx:
        claimed = await outbox.claim(tx, keyring, "me", later(days=1), 10, lease=LEASE)
    assert [message.payload for message in claimed] == [GOODBYE]


async def test_an_older_message_that_waits_is_no_farewell(database: Database, keyring: Keyring) -> None:
    place = await place_of(database, keyring, SITI)
    await talk(database, keyring, SITI, told="Kak Siti, NIK 3174...")
    await talk(database, keyring, SITI, told=None)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, NOW, keep_chat=place.chat_id)
    assert await count(database, "outbox") == 0


async def test_only_the_address_outlives_the_erasure_and_only_a_day(database: Database, keyring: Keyring) -> None:
    await whole_life(database, keyring)
    before = await sealed_bytes(database)
    place, _ = await ask_to_be_forgotten(database, keyring)
    assert before & await sealed_bytes(database) == {place.identity_hash}
    assert await people.forget_the_gone(database, keyring, later(hours=1) + FAREWELL / 2) == 0
    kept_for_now = await sealed_bytes(database)
    assert await people.forget_the_gone(database, keyring, later(hours=1) + FAREWELL) == 1
    assert kept_for_now & await sealed_bytes(database) == {place.identity_hash}
    assert await count(database, "people", "key IS NOT NULL") == 0
    assert [await count(database, table) for table in ("identities", "outbox", "sessions", "scheduled")] == [0] * 4
    assert await people.forget_the_gone(database, keyring, later(days=9)) == 0


async def test_who_writes_again_within_the_day_is_not_forgotten_anew(database: Database, keyring: Keyring) -> None:
    await whole_life(database, keyring)
    place, _ = await ask_to_be_forgotten(database, keyring)
    await talk(database, keyring, SITI, at=later(hours=2), session=a_session())
    assert await people.forget_the_gone(database, keyring, later(days=2)) == 0
    again = await place_of(database, keyring, SITI)
    assert (again.chat_id, again.person_id != place.person_id) == (place.chat_id, True)
    assert again.talk.sessions["registration"].asked == "born"


async def test_the_farewell_is_no_moment_that_wakes_the_conversation(database: Database, keyring: Keyring) -> None:
    await ask_to_be_forgotten(database, keyring)
    async with database.writing() as tx:
        assert await scheduled.claim_due(tx, later(days=9), limit=10) == []


async def test_what_is_blanked_keeps_the_answer_on_its_way(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI, told="pertama")
    last = await talk(database, keyring, SITI, told="terakhir")
    place = await place_of(database, keyring, SITI)
    async with database.writing() as tx:
        await people.blank(tx, place.chat_id, NOW)
        assert await tx.rows("SELECT id FROM outbox") == [(last,)]
    assert await count(database, "inbox", "body IS NOT NULL") == 0
    assert (await place_of(database, keyring, SITI)).person_id == place.person_id


# ---- on the disk --------------------------------------------------------------------------------------------------


def on_disk(url: str) -> bytes:
    path = Path(str(make_url(url).database))
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


async def test_the_destroyed_key_is_nowhere_in_the_file_or_its_log(sqlite_url: str, keyring: Keyring) -> None:
    db = await Database.open(sqlite_url)
    place = await whole_life(db, keyring)
    for n in range(40):
        await talk(db, keyring, f"57{n:03}")
    before = await sealed_bytes(db)
    wrapped = bytes((await person(db, place.person_id))[0])
    theirs = before - await sealed_of_others(db, place)
    assert wrapped in on_disk(sqlite_url)
    await ask_to_be_forgotten(db, keyring)
    assert await db.checkpoint() == "emptied"
    left = on_disk(sqlite_url)
    assert wrapped not in left
    assert [value for value in theirs if value in left and value != place.identity_hash] == []
    for planted in (b"Siti Aminah", b"3174055708950003", b"+6281234567890", SITI.encode()):
        assert planted not in left
    await db.close()


async def sealed_of_others(db: Database, place: Place) -> set[bytes]:
    async with db.reading() as tx:
        rows = await tx.rows(
            "SELECT p.key, c.address, c.talk, i.body, o.payload, n.value_hash FROM chats c "
            "JOIN people p ON p.id = c.person_id JOIN inbox i ON i.chat_id = c.id JOIN outbox o ON o.chat_id = c.id "
            "JOIN identities n ON n.chat_id = c.id WHERE c.id <> $1",
            (place.chat_id,),
        )
    return {bytes(value) for row in rows for value in row}


async def test_a_reader_does_not_make_the_checkpoint_wait(sqlite_url: str, keyring: Keyring) -> None:
    db = await Database.open(sqlite_url)
    async with db.reading() as tx:
        await tx.rows("SELECT COUNT(*) FROM people")
        await talk(db, keyring, SITI)
        assert await db.checkpoint() == "in use"
        await talk(db, keyring, BUDI)
    assert await db.checkpoint() == "emptied"
    assert (await place_of(db, keyring, SITI)).address == SITI
    await db.close()
