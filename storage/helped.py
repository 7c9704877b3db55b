"""People signed up from another's phone: each has a key of their own, from the first answer on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

from conversations.saved import dump_session
from conversations.turn import Session
from conversations.whose import SEVERAL
from storage import reminders
from storage.columns import micros
from storage.keys import Keyring, PersonKey
from storage.tx import Tx

PROOFS_A_DAY = 5
_LEFT_US = "state NOT IN ('waiting','sending','unknown','held')"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Whose form it is: their person and key."""

    person_id: int
    key: PersonKey


async def open_slot(tx: Tx, keyring: Keyring, chat_id: int, slot: str, session: Session, now: datetime) -> None:
    """Give the person in a slot a key of their own, and seal what is saved of them with it.

    A form that came back for a correction keeps its person.

    Raises:
        LookupError: somebody else has this slot already. A number is never given twice: our mistake.
    """
    known = await _person_of(tx, keyring, chat_id, slot)
    if known is not None and "receipt" not in session.facts:
        raise LookupError(f"{slot} is somebody else's already")
    if known is None:
        wrapped, key = keyring.new_person()
        back = await tx.insert("people", ("key", "created_at"), [(wrapped, now)], returning="id")
        known = Applicant(int(back[0][0]), key)
        volunteer = await tx.rows(
            "SELECT id FROM volunteers WHERE chat_id = $1 AND state = 'active' ORDER BY id LIMIT 1", (chat_id,)
        )
        await tx.insert(
            "helped",
            ("chat_id", "slot", "person_id", "volunteer_id", "witnessed", "started_at"),
            [(chat_id, slot, known.person_id, volunteer[0][0] if volunteer else None, True, now)],
        )
    state = known.key.seal(orjson.dumps(dump_session(session)), f"sessions.state/{known.person_id}")
    await tx.rows(
        "UPDATE sessions SET person_id = $1, state = $2 WHERE chat_id = $3 AND slot = $4",
        (known.person_id, state, chat_id, slot),
    )


async def _person_of(tx: Tx, keyring: Keyring, chat_id: int, slot: str) -> Applicant | None:
    rows = await tx.rows(
        "SELECT p.id, p.key FROM helped h JOIN people p ON p.id = h.person_id WHERE h.chat_id = $1 AND h.slot = $2",
        (chat_id, slot),
    )
    if not rows or rows[0][1] is None:
        return None
    return Applicant(int(rows[0][0]), keyring.unwrap(bytes(rows[0][1])))


async def applicant(tx: Tx, keyring: Keyring, chat_id: int, slot: str) -> Applicant:
    """Whose form a slot holds.

    Raises:
        LookupError: nobody was helped in this slot, or they were forgotten since.
    """
    found = await _person_of(tx, keyring, chat_id, slot)
    if found is None:
        raise LookupError(f"nobody is helped in {slot}")
    return found


async def finish(tx: Tx, chat_id: int, slot: str, receipt: str, now: datetime) -> None:
    """Their form was handed in: note which it is, and for which volunteer it counts: for whoever got it done."""
    await tx.rows(
        "UPDATE helped SET application_id = (SELECT id FROM applications WHERE receipt = $1), "
        "finished_at = COALESCE(finished_at, $2) WHERE chat_id = $3 AND slot = $4",
        (receipt, now, chat_id, slot),
    )
    await tx.rows(
        "UPDATE applications SET helped_by = (SELECT volunteer_id FROM helped WHERE chat_id = $1 AND slot = $2), "
        "referral = COALESCE((SELECT v.code FROM helped h JOIN volunteers v ON v.id = h.volunteer_id "
        "WHERE h.chat_id = $1 AND h.slot = $2), referral) WHERE receipt = $3",
        (chat_id, slot, receipt),
    )


async def slot_of(tx: Tx, chat_id: int, receipt: str) -> str:
    """The slot in which somebody's form was filled in this chat; "" where it was not, or they took it over."""
    rows = await tx.rows(
        "SELECT h.slot FROM helped h JOIN applications a ON a.id = h.application_id "
        "WHERE a.receipt = $1 AND h.chat_id = $2 AND a.chat_id = $2",
        (receipt, chat_id),
    )
    return str(rows[0][0]) if rows else ""


async def slots_about(tx: Tx, application_id: int) -> tuple[str, ...]:
    """In which slots of its chat an application is talked about: a helper's other people stand in others."""
    rows = await tx.rows("SELECT slot, claimed_at FROM helped WHERE application_id = $1", (application_id,))
    if not rows:
        return ("",)
    slot, claimed_at = rows[0]
    return (str(slot),) if claimed_at is None else ("", str(slot))


async def forget_words(tx: Tx, person_ids: Sequence[int], unsaid: Literal["too", "stays"] = "too") -> None:
    """Take out what was said about these people on the phones they were helped from: it is under their helpers' keys.

    unsaid: what has not left us yet.
    """
    only = f" AND {_LEFT_US}" if unsaid == "stays" else ""
    for person_id in person_ids:
        for chat_id, slot, from_chat_id, from_slot in await tx.rows(
            "SELECT chat_id, slot, from_chat_id, from_slot FROM helped WHERE person_id = $1", (person_id,)
        ):
            for place in ((chat_id, slot), (from_chat_id, from_slot)):
                if place[0] is not None:
                    await tx.rows("UPDATE inbox SET body = NULL WHERE chat_id = $1 AND slot = $2", place)
                    await tx.rows(f"DELETE FROM outbox WHERE chat_id = $1 AND slot = $2{only}", place)
                    together = (place[0], SEVERAL)  # what names them beside others is on nobody's page
                    await tx.rows("UPDATE inbox SET body = NULL WHERE chat_id = $1 AND slot = $2", together)
                    await tx.rows(f"DELETE FROM outbox WHERE chat_id = $1 AND slot = $2 AND {_LEFT_US}", together)


async def forget_what_nobody_marked(tx: Tx, chat_id: int, before: datetime) -> None:
    """Take out of a chat what is older than the mark of whose it is: some of it may be about who is forgotten."""
    at = micros(before)
    await tx.rows("UPDATE inbox SET body = NULL WHERE chat_id = $1 AND slot IS NULL AND arrived_at < $2", (chat_id, at))
    await tx.rows(
        f"DELETE FROM outbox WHERE chat_id = $1 AND slot IS NULL AND created_at < $2 AND {_LEFT_US}", (chat_id, at)
    )


async def without_a_phone(tx: Tx, person_id: int) -> list[int]:
    """Who goes with somebody that is forgotten: people whose forms they had begun, and whose records they took over.

    Whoever finished and was not taken over stays: they are forgotten on their own word, not on their helper's.
    """
    rows = await tx.rows(
        "SELECT h.person_id FROM helped h JOIN chats c ON c.id = h.chat_id JOIN people p ON p.id = h.person_id "
        "WHERE c.person_id = $1 AND h.finished_at IS NULL AND p.key IS NOT NULL "
        "UNION SELECT a.person_id FROM chats c JOIN applications a ON a.chat_id = c.id "
        "JOIN helped h ON h.application_id = a.id "
        "WHERE c.person_id = $1 AND h.claimed_at IS NOT NULL AND a.person_id <> $1",
        (person_id,),
    )
    return [int(row[0]) for row in rows]


async def take_over(
    tx: Tx, keyring: Keyring, *, chat_id: int, receipt: str, born: str, nik4: str, now: datetime, today: str
) -> int | None:
    """Give a finished record to the chat of the person it is about, on proof. Returns the application's id.

    born: an ISO day. A record allows few wrong proofs a day, from whatever chat. None: no such record, a wrong proof,
    too many, or it was taken over before; which of these is never told.
    """
    lock = " FOR UPDATE OF h" if tx.dialect == "postgresql" else ""
    rows = await tx.rows(
        "SELECT h.id, h.tries, h.tried_on, a.id, a.nik4_hash, a.born_hash FROM applications a "
        f"JOIN helped h ON h.application_id = a.id WHERE a.receipt = $1 AND h.claimed_at IS NULL{lock}",
        (receipt,),
    )
    if not rows:
        return None
    row_id, tries, tried_on, application_id, nik4_hash, born_hash = rows[0]
    tries = int(tries) if tried_on == today else 0
    if tries >= PROOFS_A_DAY:
        return None
    held = (bytes(nik4_hash or b""), bytes(born_hash or b""))
    if held != (keyring.blind("nik4", nik4), keyring.blind("born", born)):
        await tx.rows("UPDATE helped SET tries = $1, tried_on = $2 WHERE id = $3", (tries + 1, today, row_id))
        return None
    await tx.rows(
        "UPDATE helped SET from_chat_id = chat_id, from_slot = slot, chat_id = $1, slot = $2, claimed_at = $3 "
        "WHERE id = $4",
        (chat_id, f"registration:t{row_id}", now, row_id),
    )
    await reminders.follow(tx, int(application_id), chat_id)
    await tx.rows("UPDATE applications SET chat_id = $1 WHERE id = $2", (chat_id, application_id))
    await tx.rows("UPDATE payment_reports SET chat_id = $1 WHERE application_id = $2", (chat_id, application_id))
    return int(application_id)
