"""Forgetting somebody: their key is destroyed, so that no copy and no backup can be read; the rest goes too."""

from __future__ import annotations

from datetime import datetime

from storage.keys import Keyring
from storage.tx import Tx


async def erase(tx: Tx, keyring: Keyring, person_id: int, now: datetime, *, keep_chat: int | None = None) -> None:
    """Forget a person. What stays: an empty row with its times, and the proofs of consent.

    keep_chat: the chat in which they asked. Its address and last message are sealed anew under a fresh key of its own,
    so that the farewell can still be sent; they are forgotten with the chat's next upkeep.
    """
    fresh = await _moved(tx, keyring, person_id, keep_chat, now) if keep_chat is not None else None
    chats = [row[0] for row in await tx.rows("SELECT id FROM chats WHERE person_id = $1", (person_id,))]
    wrapped = await tx.rows("SELECT key FROM people WHERE id = $1", (person_id,))
    await tx.rows("UPDATE people SET key = NULL, erased_at = $1 WHERE id = $2", (now, person_id))
    if wrapped and wrapped[0][0] is not None:
        keyring.forget(bytes(wrapped[0][0]))
    await tx.rows(
        "UPDATE applications SET state = 'erased', answers = $1, nik_hash = NULL, nik4_hash = NULL, name_hash = NULL, "
        "born_hash = NULL, phone_hash = NULL, rw = NULL, flags = '[]', changed_at = $2 WHERE person_id = $3",
        (b"", now, person_id),
    )
    await tx.rows(
        "UPDATE application_versions SET answers = $1 WHERE application_id IN "
        "(SELECT id FROM applications WHERE person_id = $2)",
        (b"", person_id),
    )
    await tx.rows(
        "UPDATE decisions SET reason = NULL WHERE application_id IN (SELECT id FROM applications WHERE person_id = $1)",
        (person_id,),
    )
    await tx.rows("DELETE FROM sessions WHERE person_id = $1", (person_id,))
    for chat_id in [*chats, *([keep_chat] if fresh else [])]:
        await blank(tx, chat_id, now)
    await tx.many(
        "UPDATE chats SET address = $1, talk = NULL, active = '' WHERE id = $2", [(b"", chat_id) for chat_id in chats]
    )
    await tx.rows("DELETE FROM identities WHERE person_id = $1", (person_id,))


async def blank(tx: Tx, chat_id: int, now: datetime) -> None:
    """Take everything that was said out of a chat, but for the last answer that still waits to be sent."""
    await tx.rows("UPDATE inbox SET body = NULL WHERE chat_id = $1", (chat_id,))
    await tx.rows(
        "DELETE FROM outbox WHERE chat_id = $1 AND NOT (state = 'waiting' AND id = "
        "(SELECT MAX(id) FROM outbox WHERE chat_id = $2))",
        (chat_id, chat_id),
    )
    await tx.rows("DELETE FROM secure_forms WHERE chat_id = $1", (chat_id,))
    await tx.rows("DELETE FROM scheduled WHERE chat_id = $1", (chat_id,))
    await tx.rows(
        "UPDATE help_requests SET state = 'closed', closed_at = $1 WHERE chat_id = $2 AND state = 'open'",
        (now, chat_id),
    )


async def _moved(tx: Tx, keyring: Keyring, person_id: int, chat_id: int, now: datetime) -> int | None:
    """Give the chat in which they asked to a new, empty person, with the farewell sealed for them."""
    rows = await tx.rows(
        "SELECT c.address, c.talk, p.key FROM chats c JOIN people p ON p.id = c.person_id "
        "WHERE c.id = $1 AND c.person_id = $2",
        (chat_id, person_id),
    )
    if not rows or rows[0][2] is None:
        return None
    address, talk, wrapped = rows[0]
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
    for row_id, payload in await tx.rows(
        "SELECT id, payload FROM outbox WHERE chat_id = $1 ORDER BY id DESC LIMIT 1", (chat_id,)
    ):
        said = old.open(bytes(payload), f"outbox.payload/{person_id}")
        await tx.rows(
            "UPDATE outbox SET payload = $1 WHERE id = $2", (new.seal(said, f"outbox.payload/{new_id}"), row_id)
        )
    return new_id
