"""Forgetting somebody: their key is destroyed, so that no copy can be read; the rest goes too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson

from storage import duplicates, helped
from storage.database import Database
from storage.keys import Keyring
from storage.tx import Tx

FAREWELL = timedelta(days=1)  # how long an address is kept to say goodbye to


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much went."""

    applications: int
    sessions: int
    messages: int


async def erase(tx: Tx, keyring: Keyring, person_id: int, now: datetime, *, keep_chat: int | None = None) -> Forgotten:
    """Forget a person. What stays: an empty row with its times, and the proofs of consent.

    keep_chat: the chat in which they asked. Its address and last message are sealed anew under a fresh key of its own,
    so that the farewell can still be sent; `forget_the_gone` forgets those a day later.
    """
    others = await helped.without_a_phone(tx, person_id)
    moved = []
    if keep_chat is not None:
        moved = await tx.rows("SELECT id FROM chats WHERE id = $1 AND person_id = $2", (keep_chat, person_id))
    messages = 0
    for (chat_id,) in moved:
        messages = await _blank(tx, chat_id, now, but=await _newest_answer(tx, chat_id))
        await tx.rows("DELETE FROM referrals WHERE chat_id = $1", (chat_id,))
        await _move(tx, keyring, person_id, chat_id, now)
    await helped.forget_words(tx, (*others, person_id))
    for somebody in (*others, person_id):
        for (wrapped,) in await tx.rows("SELECT key FROM people WHERE id = $1 AND key IS NOT NULL", (somebody,)):
            keyring.forget(bytes(wrapped))
        gone = await empty(tx, somebody, now)
    return replace(gone, messages=gone.messages + messages)


async def empty(tx: Tx, person_id: int, now: datetime) -> Forgotten:
    """Destroy a person's key and take out all that was theirs; `erase` also drops the key from memory."""
    lock = " FOR UPDATE" if tx.dialect == "postgresql" else ""
    chats = await tx.rows(f"SELECT id FROM chats WHERE person_id = $1 ORDER BY id{lock}", (person_id,))
    messages = 0
    for (chat_id,) in chats:
        messages += await _blank(tx, chat_id, now, but=0)
        await tx.rows("UPDATE chats SET address = $1, talk = NULL, active = '' WHERE id = $2", (b"", chat_id))
        await tx.rows("DELETE FROM referrals WHERE chat_id = $1", (chat_id,))
    await tx.rows("UPDATE people SET key = NULL, erased_at = COALESCE(erased_at, $1) WHERE id = $2", (now, person_id))
    await tx.rows("DELETE FROM identities WHERE person_id = $1", (person_id,))
    sessions = await tx.rows("DELETE FROM sessions WHERE person_id = $1 RETURNING id", (person_id,))
    applications = await _empty_applications(tx, person_id, now)
    await _empty_what_followed(tx, person_id)
    return Forgotten(applications, len(sessions), messages)


async def blank(tx: Tx, chat_id: int, now: datetime) -> None:
    """Take everything that was said out of a chat, but for the answer to its newest message, which waits to be sent."""
    await _blank(tx, chat_id, now, but=await _newest_answer(tx, chat_id))


async def forget_the_gone(db: Database, keyring: Keyring, now: datetime) -> int:
    """Forget the addresses kept for a farewell, a day after it, unless they wrote again. Returns how many went."""
    async with db.writing() as tx:
        lock = " FOR UPDATE OF c" if tx.dialect == "postgresql" else ""
        due = await tx.rows(
            "SELECT s.id, c.person_id, s.facts, (SELECT MAX(i.id) FROM inbox i WHERE i.chat_id = c.id) FROM scheduled s "
            f"JOIN chats c ON c.id = s.chat_id WHERE s.state = 'gone' AND s.due_at <= $1 ORDER BY s.due_at LIMIT 100{lock}",
            (now,),
        )
        await tx.many("DELETE FROM scheduled WHERE id = $1", [(row_id,) for row_id, *_ in due])
        gone = [person_id for _, person_id, facts, newest in due if orjson.loads(facts)["newest"] == newest]
        for person_id in gone:
            await erase(tx, keyring, person_id, now)
    return len(gone)


async def _newest_answer(tx: Tx, chat_id: int) -> int:
    """The message that answers what they just said, while it waits to be sent; 0 for none."""
    rows = await tx.rows(
        "SELECT id FROM outbox WHERE state = 'waiting' AND inbox_id = (SELECT MAX(id) FROM inbox WHERE chat_id = $1) "
        "ORDER BY id DESC",
        (chat_id,),
    )
    return int(rows[0][0]) if rows else 0


async def _blank(tx: Tx, chat_id: int, now: datetime, *, but: int) -> int:
    said = await tx.rows(
        "UPDATE inbox SET body = NULL, state = CASE state WHEN 'flooded' THEN 'ignored' ELSE state END "
        "WHERE chat_id = $1 AND body IS NOT NULL RETURNING id",
        (chat_id,),
    )
    told = await tx.rows("DELETE FROM outbox WHERE chat_id = $1 AND id <> $2 RETURNING id", (chat_id, but))
    await tx.rows("DELETE FROM secure_forms WHERE chat_id = $1", (chat_id,))
    await tx.rows("DELETE FROM scheduled WHERE chat_id = $1", (chat_id,))
    await tx.rows(
        "UPDATE help_requests SET state = 'closed', closed_at = $1, hushed_until = NULL "
        "WHERE chat_id = $2 AND state <> 'closed'",
        (now, chat_id),
    )
    await tx.rows("UPDATE chats SET quiet_until = NULL WHERE id = $1 AND quiet_until IS NOT NULL", (chat_id,))
    return len(said) + len(told)


async def _empty_applications(tx: Tx, person_id: int, now: datetime) -> int:
    theirs = await tx.rows("SELECT id FROM applications WHERE person_id = $1 AND state <> 'erased'", (person_id,))
    alike = {other.id for (row_id,) in theirs for other in await duplicates.alike(tx, row_id)}
    emptied = await tx.rows(
        "UPDATE applications SET state = 'erased', answers = $1, nik_hash = NULL, nik4_hash = NULL, name_hash = NULL, "
        "born_hash = NULL, phone_hash = NULL, rw = NULL, programme = '', months = 0, sector = '', flags = '[]', "
        "changed_at = $2 WHERE person_id = $3 AND state <> 'erased' RETURNING id",
        (b"", now, person_id),
    )
    for statement in (
        "UPDATE application_versions SET answers = $1 WHERE application_id = $2",
        "UPDATE decisions SET reason = $1 WHERE application_id = $2",
        "UPDATE result_rows SET body = $1, before = NULL WHERE application_id = $2",
    ):
        await tx.many(statement, [(None if "reason" in statement else b"", row_id) for (row_id,) in emptied])
    for other in sorted(alike - {row_id for (row_id,) in theirs}):
        await duplicates.flag(tx, other)  # who looked like them may look like nobody now
    return len(emptied)


async def _empty_what_followed(tx: Tx, person_id: int) -> None:
    """What the agency said and what they told us: sealed with a key that is gone, so it is only weight."""
    for statement in (
        "UPDATE memberships SET kpj = NULL, kpj_hash = NULL, payment_code = NULL, reason = NULL, kept = NULL "
        "WHERE person_id = $1",
        "DELETE FROM payment_reports WHERE person_id = $1",
        "UPDATE reports SET body = NULL, note = NULL WHERE person_id = $1",
        "UPDATE data_requests SET body = NULL, note = NULL WHERE person_id = $1",
        "UPDATE volunteers SET state = 'ended', name = NULL, invite_hash = NULL, chat_id = NULL, person_id = NULL "
        "WHERE person_id = $1",
    ):
        await tx.rows(statement, (person_id,))


async def _move(tx: Tx, keyring: Keyring, person_id: int, chat_id: int, now: datetime) -> None:
    """Give the chat in which they asked to a new, empty person, with the farewell sealed for them."""
    rows = await tx.rows(
        "SELECT c.address, c.talk, p.key FROM chats c JOIN people p ON p.id = c.person_id WHERE c.id = $1", (chat_id,)
    )
    address, talk, wrapped = rows[0]
    if wrapped is None:
        return
    old = keyring.unwrap(bytes(wrapped))
    new_wrapped, new = keyring.new_person()
    new_id = int((await tx.insert("people", ("key", "created_at"), [(new_wrapped, now)], returning="id"))[0][0])
    opened = old.open(bytes(address), f"chats.address/{person_id}")
    talked = old.open(bytes(talk), f"chats.talk/{person_id}") if talk else b"{}"
    await tx.rows(
        "UPDATE chats SET person_id = $1, address = $2, talk = $3, active = '' WHERE id = $4",
        (new_id, new.seal(opened, f"chats.address/{new_id}"), new.seal(talked, f"chats.talk/{new_id}"), chat_id),
    )
    await tx.rows("UPDATE identities SET person_id = $1 WHERE chat_id = $2", (new_id, chat_id))
    for row_id, payload in await tx.rows("SELECT id, payload FROM outbox WHERE chat_id = $1", (chat_id,)):
        said = old.open(bytes(payload), f"outbox.payload/{person_id}")
        await tx.rows(
            "UPDATE outbox SET payload = $1 WHERE id = $2", (new.seal(said, f"outbox.payload/{new_id}"), row_id)
        )
    [(newest,)] = await tx.rows("SELECT MAX(id) FROM inbox WHERE chat_id = $1", (chat_id,))
    await tx.insert(
        "scheduled",
        ("chat_id", "kind", "key", "due_at", "facts", "state"),
        [(chat_id, "gone", f"gone:{new_id}", now + FAREWELL, orjson.dumps({"newest": newest}).decode(), "gone")],
    )
