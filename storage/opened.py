"""Applications opened: the sealed answers beside what is in the clear, for those who may read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import orjson

from conversations.saved import load_answers
from conversations.turn import Answer
from storage.columns import moment, moment_or_none
from storage.keys import Keyring
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the queue. name is opened from the answers; "" where the person was forgotten."""

    id: int
    receipt: str
    state: str
    name: str
    submitted_at: datetime
    changed_at: datetime
    area_code: str
    rw: str
    programme: str
    months: int
    sector: str
    flags: tuple[str, ...]
    channel: str
    referral: str
    simulated: bool
    version: int


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, with who and when. staff: their name."""

    id: int
    kind: str
    staff: str
    at: datetime
    steps: tuple[str, ...]
    reason: str
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opened(Listed):
    """One application, opened whole."""

    chat_id: int
    person_id: int
    form: str
    fingerprint: str
    language: str
    answers: Mapping[str, Answer]
    decisions: tuple[Decided, ...] = ()
    versions: tuple[tuple[int, datetime, str], ...] = ()


_LISTED = tuple(field.name for field in fields(Listed))
COLUMNS = (
    "a.id, a.receipt, a.state, a.answers, p.key, a.submitted_at, a.changed_at, a.area_code, a.rw, a.programme, "
    "a.months, a.sector, a.flags, a.channel, a.referral, a.simulated, a.version"
)
"""What `listed` reads, from applications a and people p."""


async def one(tx: Tx, keyring: Keyring, receipt: str) -> Opened | None:
    """One application, opened whole, with its history."""
    application = await _opened(tx, keyring, receipt)
    if application is None:
        return None
    decided = await tx.rows(
        "SELECT d.id, d.kind, COALESCE(s.name, ''), d.at, d.steps, d.reason, d.undone_at, p.key FROM decisions d "
        "LEFT JOIN staff s ON s.id = d.staff_id JOIN applications a ON a.id = d.application_id "
        "JOIN people p ON p.id = a.person_id WHERE d.application_id = $1 ORDER BY d.id",
        (application.id,),
    )
    versions = await tx.rows(
        "SELECT version, at, why FROM application_versions WHERE application_id = $1 ORDER BY version",
        (application.id,),
    )
    return _with_history(keyring, application, decided, versions)


def _with_history(keyring: Keyring, application: Opened, decided: list[Any], versions: list[Any]) -> Opened:
    def reason(sealed: bytes | None, wrapped: bytes | None) -> str:
        if sealed is None or wrapped is None:
            return ""
        return keyring.unwrap(bytes(wrapped)).open(bytes(sealed), f"decisions.reason/{application.receipt}").decode()

    return replace(
        application,
        decisions=tuple(
            Decided(i, kind, name, moment(at), tuple(orjson.loads(steps)), reason(why, key), moment_or_none(undone))
            for i, kind, name, at, steps, why, undone, key in decided
        ),
        versions=tuple((version, moment(at), why) for version, at, why in versions),
    )


async def _opened(tx: Tx, keyring: Keyring, receipt: str) -> Opened | None:
    rows = await tx.rows(
        f"SELECT {COLUMNS}, a.chat_id, a.person_id, a.form, a.fingerprint, a.language FROM applications a "
        "JOIN people p ON p.id = a.person_id WHERE a.receipt = $1",
        (receipt,),
    )
    if not rows:
        return None
    line, answers = listed(keyring, rows[0][:17])
    chat_id, person_id, form, fingerprint, language = rows[0][17:]
    return Opened(
        **{name: getattr(line, name) for name in _LISTED},
        chat_id=chat_id,
        person_id=person_id,
        form=form,
        fingerprint=fingerprint,
        language=language,
        answers=answers,
    )


def listed(keyring: Keyring, row: tuple[Any, ...]) -> tuple[Listed, Mapping[str, Answer]]:
    """A row of COLUMNS, opened."""
    row_id, receipt, state, sealed, wrapped, submitted_at, changed_at, *rest = row
    area, rw, programme, months, sector, flags, channel, referral, simulated, version = rest
    answers: Mapping[str, Answer] = {}
    if wrapped is not None and sealed:
        opened = keyring.unwrap(bytes(wrapped)).open(bytes(sealed), f"applications.answers/{receipt}")
        answers = load_answers(orjson.loads(opened))
    name = str(answers["full_name"].value) if "full_name" in answers else ""
    line = Listed(
        *(row_id, receipt, state, name, moment(submitted_at), moment(changed_at), area, rw or "", programme, months),
        *(sector, tuple(orjson.loads(flags)), channel, referral or "", bool(simulated), version),
    )
    return line, answers
