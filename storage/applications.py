"""Applications: a submitted form becomes a row that is corrected and looked for. Opened in opened.py, found in queue.py,
decided on in decisions.py; all are offered here under one name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from conversations.fields.text import fold
from conversations.saved import dump_answers
from conversations.turn import Json, Submitted
from storage import duplicates, referrals, unusual
from storage.columns import moment
from storage.decisions import approve, decide, undo_approval, void
from storage.errors import AlreadyThere
from storage.keys import Keyring, PersonKey
from storage.opened import Decided, Listed, Opened, one
from storage.queue import COUNTED_UP_TO, STATES, Filters, counts, name_hash, nik4_hash, queue
from storage.transcript import Line, transcript
from storage.tx import Tx

__all__ = [
    "COUNTED_UP_TO",
    "STATES",
    "Decided",
    "Filters",
    "Line",
    "Listed",
    "Opened",
    "Standing",
    "approve",
    "counts",
    "decide",
    "name_hash",
    "nik4_hash",
    "one",
    "queue",
    "state_of",
    "states_for_chat",
    "submit",
    "transcript",
    "undo_approval",
]

CORRECTABLE = ("submitted", "in_review", "needs_correction", "approved")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one application of a chat stands."""

    receipt: str
    state: str
    changed_at: datetime


# ---- submitting ---------------------------------------------------------------------------------------------------


async def submit(
    tx: Tx,
    keyring: Keyring,
    *,
    chat_id: int,
    person_id: int,
    key: PersonKey,
    channel: str,
    language: str,
    submitted: Submitted,
    now: datetime,
    simulated: bool,
) -> None:
    """Keep a completed form. A receipt seen before is a corrected form: a new version, back in the queue.

    Once it was handed over a correction changes nothing but is kept as a version, for an officer to see.

    Raises:
        AlreadyThere: the receipt is somebody else's. Receipts are random: the turn taken again draws another.
    """
    answers = orjson.dumps(dump_answers(submitted.answers))
    sealed = key.seal(answers, f"applications.answers/{submitted.receipt}")
    values = {step: answer.value for step, answer in submitted.answers.items()}
    found = _findable(keyring, values, submitted)
    came = await referrals.of_chat(tx, chat_id)
    columns = (
        *("receipt", "chat_id", "person_id", "state", "form", "fingerprint", "language", "channel", "answers"),
        *("version", "flags", "submitted_at", "changed_at", "referral", "simulated", *found),
    )
    row = (
        *(submitted.receipt, chat_id, person_id, "submitted", submitted.form, submitted.fingerprint, language),
        *(channel, sealed, 1, orjson.dumps(submitted.flags).decode(), now, now),
        *(came.last_code if came else None, simulated, *found.values()),
    )
    fresh = ("answers", "state", "fingerprint", "language", "flags", "changed_at", *found)
    changes = ", ".join(f"{column} = excluded.{column}" for column in fresh)
    formerly = await _formerly_alike(tx, submitted.receipt)
    open_states = ", ".join(f"'{state}'" for state in CORRECTABLE)
    back = await tx.insert(
        "applications",
        columns,
        [row],
        f"(receipt) DO UPDATE SET {changes}, version = applications.version + 1 "
        f"WHERE applications.chat_id = excluded.chat_id AND applications.state IN ({open_states})",
        "id, version",
    )
    why = "submitted" if back and back[0][1] == 1 else "corrected"
    if not back:
        back = await tx.rows(
            "UPDATE applications SET version = version + 1 WHERE receipt = $1 AND chat_id = $2 AND state <> 'erased' "
            "RETURNING id, version",
            (submitted.receipt, chat_id),
        )
        why = "too_late"
    if not back:
        raise AlreadyThere("a receipt was drawn that somebody has already")
    application_id, version = back[0]
    place = f"application_versions.answers/{submitted.receipt}/{version}"
    await tx.insert(
        "application_versions",
        ("application_id", "version", "answers", "at", "why"),
        [(application_id, version, key.seal(answers, place), now, why)],
    )
    if why == "corrected":
        await void(tx, application_id, "approve", now)
    if why != "too_late":
        await duplicates.flag(tx, application_id, formerly)
        await unusual.flag(tx, keyring, application_id, str(values.get("nik") or ""))


async def _formerly_alike(tx: Tx, receipt: str) -> list[int]:
    """What an application looked like before it is corrected: another NIK may be nobody else's."""
    rows = await tx.rows("SELECT id FROM applications WHERE receipt = $1", (receipt,))
    return [one.id for one in await duplicates.alike(tx, rows[0][0])] if rows else []


def _findable(keyring: Keyring, values: Mapping[str, Json], submitted: Submitted) -> dict[str, Any]:
    """What the desk finds and filters by: hashes of what names a person, and what names nobody in the clear."""

    def text(step: str) -> str:
        value = values.get(step)
        return str(value) if value is not None else ""

    def blind(kind: str, value: str) -> bytes | None:
        return keyring.blind(kind, value) if value else None

    occupation = values.get("occupation")
    sector = str(occupation.get("sector") or "") if isinstance(occupation, dict) else ""
    nik = text("nik")
    return {
        "nik_hash": blind("nik", nik),
        "nik4_hash": blind("nik4", nik[-4:]),
        "name_hash": blind("name", fold(text("full_name"))),
        "born_hash": blind("born", text("born")),
        "phone_hash": blind("phone", text("phone")),
        "area_code": text("kelurahan"),
        "kecamatan_code": text("kelurahan")[:8],
        "kota_code": text("kelurahan")[:5],
        "rw": text("rw"),
        "programme": text("programme"),
        "months": int(text("months")) if text("months").isdecimal() else 0,
        "sector": text("sector") or sector,
    }


# ---- looking ------------------------------------------------------------------------------------------------------


async def states_for_chat(tx: Tx, chat_id: int) -> list[Standing]:
    """Where every application made from this chat stands, newest last."""
    rows = await tx.rows(
        "SELECT receipt, state, changed_at FROM applications WHERE chat_id = $1 ORDER BY id", (chat_id,)
    )
    return [Standing(receipt, state, moment(at)) for receipt, state, at in rows]


async def state_of(tx: Tx, receipt: str) -> str | None:
    """The state of one application, and nothing else."""
    rows = await tx.rows("SELECT state FROM applications WHERE receipt = $1", (receipt,))
    return str(rows[0][0]) if rows else None
