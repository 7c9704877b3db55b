"""Applications: a submitted form becomes a row the desk can find without opening what is sealed in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

import orjson

from conversations.fields.text import fold
from conversations.saved import dump_answers, load_answers
from conversations.turn import Answer, Json, Submitted
from storage.columns import moment, moment_or_none
from storage.errors import AlreadyThere
from storage.keys import Keyring, PersonKey
from storage.transcript import Line, transcript
from storage.tx import Tx

__all__ = ["Line", "transcript"]

PAGE = 500
CORRECTABLE = ("submitted", "in_review", "needs_correction", "approved")
Which = Literal["real", "all"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one application of a chat stands."""

    receipt: str
    state: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """What a queue shows. "" means any. area: a kota's, kecamatan's or kelurahan's code. find: a blind hash."""

    state: str = ""
    area: str = ""
    programme: str = ""
    sector: str = ""
    flag: str = ""
    find: bytes = b""
    receipt: str = ""
    simulated: str = ""


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
    columns = (
        *("receipt", "chat_id", "person_id", "state", "form", "fingerprint", "language", "channel", "answers"),
        *("version", "flags", "submitted_at", "changed_at", "referral", "simulated", *found),
    )
    row = (
        *(submitted.receipt, chat_id, person_id, "submitted", submitted.form, submitted.fingerprint, language),
        *(channel, sealed, 1, orjson.dumps(submitted.flags).decode(), now, now),
        *(_code(submitted.facts), simulated, *found.values()),
    )
    fresh = ("answers", "state", "fingerprint", "language", "flags", "changed_at", *found)
    changes = ", ".join(f"{column} = excluded.{column}" for column in fresh)
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
        await _void_approval(tx, application_id, now)


async def _void_approval(tx: Tx, application_id: int, now: datetime) -> None:
    await tx.rows(
        "UPDATE decisions SET undone_at = $1 WHERE application_id = $2 AND kind = 'approve' AND undone_at IS NULL",
        (now, application_id),
    )


def name_hash(keyring: Keyring, name: str) -> bytes:
    """Find a name by this, however it is written."""
    return keyring.blind("name", fold(name))


def nik4_hash(keyring: Keyring, last_four: str) -> bytes:
    """Find the last four digits of a NIK by this."""
    return keyring.blind("nik4", last_four)


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
        "rw": text("rw"),
        "programme": text("programme"),
        "months": int(text("months")) if text("months").isdecimal() else 0,
        "sector": text("sector") or sector,
    }


def _code(facts: Mapping[str, Json]) -> str | None:
    code = facts.get("last_code") or facts.get("first_code")
    return str(code) if code else None


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


_LISTED = tuple(field.name for field in fields(Listed))
_COLUMNS = (
    "a.id, a.receipt, a.state, a.answers, p.key, a.submitted_at, a.changed_at, a.area_code, a.rw, a.programme, "
    "a.months, a.sector, a.flags, a.channel, a.referral, a.simulated, a.version"
)


async def queue(
    tx: Tx, keyring: Keyring, filters: Filters, *, after: tuple[datetime, int] | None, limit: int
) -> list[Listed]:
    """Applications oldest first, from after (submitted_at, id) on."""
    where, args = _where(filters)
    if after:
        args += [after[0], after[1]]
        where += f" AND (a.submitted_at, a.id) > (${len(args) - 1}, ${len(args)})"
    args.append(limit)
    rows = await tx.rows(
        f"SELECT {_COLUMNS} FROM applications a JOIN people p ON p.id = a.person_id WHERE {where} "
        f"ORDER BY a.submitted_at, a.id LIMIT ${len(args)}",
        args,
    )
    return [Listed(*_listed(keyring, row)[0]) for row in rows]


async def counts(tx: Tx, filters: Filters) -> dict[str, int]:
    """How many there are in each state, whatever state the filters say."""
    where, args = _where(filters, but_not="state")
    rows = await tx.rows(f"SELECT a.state, COUNT(*) FROM applications a WHERE {where} GROUP BY a.state", args)
    return {str(state): int(count) for state, count in rows}


async def one(tx: Tx, keyring: Keyring, receipt: str) -> Opened | None:
    """One application, opened whole, with its history."""
    found = await _opened(tx, keyring, "a.receipt = $1", [receipt], "a.id", 1)
    if not found:
        return None
    application = found[0]
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


async def count_approved(tx: Tx, which: Which = "real") -> int:
    """How many approved applications an export would hold."""
    only = "" if which == "all" else " AND simulated = $2"
    args: list[Any] = ["approved"] if which == "all" else ["approved", False]
    return int((await tx.rows(f"SELECT COUNT(*) FROM applications WHERE state = $1{only}", args))[0][0])


async def export_pages(
    tx: Tx, keyring: Keyring, *, state: str = "approved", which: Which = "real"
) -> AsyncIterator[list[Opened]]:
    """Applications in one state, oldest first, in pages: memory stays flat whatever their number."""
    last = 0
    while True:
        where = "a.state = $1 AND a.id > $2" + ("" if which == "all" else " AND a.simulated = $3")
        args: list[Any] = [state, last, *([] if which == "all" else [False])]
        page = await _opened(tx, keyring, where, args, "a.id", PAGE)
        if not page:
            return
        yield page
        last = page[-1].id


async def _opened(tx: Tx, keyring: Keyring, where: str, args: list[Any], order: str, limit: int) -> list[Opened]:
    rows = await tx.rows(
        f"SELECT {_COLUMNS}, a.chat_id, a.person_id, a.form, a.fingerprint, a.language FROM applications a "
        f"JOIN people p ON p.id = a.person_id WHERE {where} ORDER BY {order} LIMIT {limit}",
        args,
    )
    found = []
    for row in rows:
        listed, answers = _listed(keyring, row[:17])
        chat_id, person_id, form, fingerprint, language = row[17:]
        found.append(
            Opened(
                **dict(zip(_LISTED, listed, strict=True)),
                chat_id=chat_id,
                person_id=person_id,
                form=form,
                fingerprint=fingerprint,
                language=language,
                answers=answers,
            )
        )
    return found


def _listed(keyring: Keyring, row: tuple[Any, ...]) -> tuple[tuple[Any, ...], Mapping[str, Answer]]:
    row_id, receipt, state, sealed, wrapped, submitted_at, changed_at, *rest = row
    area, rw, programme, months, sector, flags, channel, referral, simulated, version = rest
    answers: Mapping[str, Answer] = {}
    if wrapped is not None and sealed:
        opened = keyring.unwrap(bytes(wrapped)).open(bytes(sealed), f"applications.answers/{receipt}")
        answers = load_answers(orjson.loads(opened))
    name = str(answers["full_name"].value) if "full_name" in answers else ""
    listed = (
        *(row_id, receipt, state, name, moment(submitted_at), moment(changed_at), area, rw or "", programme, months),
        *(sector, tuple(orjson.loads(flags)), channel, referral or "", bool(simulated), version),
    )
    return listed, answers


def _where(filters: Filters, but_not: str = "") -> tuple[str, list[Any]]:
    """Put the filters into words of SQL; every value is bound."""
    clauses, args = ["1 = 1"], []
    for column in ("state", "programme", "sector", "receipt"):
        value = getattr(filters, column)
        if value and column != but_not:
            args.append(value)
            clauses.append(f"a.{column} = ${len(args)}")
    if filters.area:  # a range, so that the index serves it: every code below 31.74 begins with "31.74."
        args += [filters.area, f"{filters.area}.", f"{filters.area}/"]
        place = len(args)
        clauses.append(f"(a.area_code = ${place - 2} OR (a.area_code >= ${place - 1} AND a.area_code < ${place}))")
    if filters.flag:
        args.append(f'"{filters.flag}"')
        clauses.append(f"REPLACE(a.flags, ${len(args)}, '') <> a.flags")
    if filters.find:
        args += [filters.find, filters.find]
        clauses.append(f"(a.name_hash = ${len(args) - 1} OR a.nik4_hash = ${len(args)})")
    if filters.simulated:
        args.append(filters.simulated == "yes")
        clauses.append(f"a.simulated = ${len(args)}")
    return " AND ".join(clauses), args


# ---- deciding -----------------------------------------------------------------------------------------------------


async def decide(
    tx: Tx,
    keyring: Keyring | None = None,
    *,
    application_id: int,
    kind: str,
    staff_id: int | None,
    now: datetime,
    from_states: tuple[str, ...],
    to_state: str,
    reason: str = "",
    steps: tuple[str, ...] = (),
) -> bool:
    """Move an application and write down who decided it. False when somebody else was faster."""
    places = ",".join(f"${n}" for n in range(4, 4 + len(from_states)))
    moved = await tx.rows(
        f"UPDATE applications SET state = $1, changed_at = $2 WHERE id = $3 AND state IN ({places}) "
        "RETURNING person_id, receipt",
        (to_state, now, application_id, *from_states),
    )
    if not moved:
        return False
    sealed = None
    if reason and keyring is not None:
        person_id, receipt = moved[0]
        wrapped = (await tx.rows("SELECT key FROM people WHERE id = $1", (person_id,)))[0][0]
        if wrapped is not None:
            sealed = keyring.unwrap(bytes(wrapped)).seal(reason.encode(), f"decisions.reason/{receipt}")
    await tx.insert(
        "decisions",
        ("application_id", "kind", "staff_id", "at", "steps", "reason"),
        [(application_id, kind, staff_id, now, orjson.dumps(steps).decode(), sealed)],
    )
    return True


async def approve(tx: Tx, *, application_id: int, staff_id: int, now: datetime) -> bool:
    """Approve. False when it is no longer waiting."""
    return await decide(
        tx,
        application_id=application_id,
        kind="approve",
        staff_id=staff_id,
        now=now,
        from_states=("submitted", "in_review"),
        to_state="approved",
    )


async def undo_approval(tx: Tx, *, application_id: int, staff_id: int, now: datetime) -> bool:
    """Take an approval back while nothing was handed over. The decision stays, marked as undone."""
    moved = await decide(
        tx,
        application_id=application_id,
        kind="undo_approval",
        staff_id=staff_id,
        now=now,
        from_states=("approved",),
        to_state="submitted",
    )
    if moved:
        await _void_approval(tx, application_id, now)
    return moved
