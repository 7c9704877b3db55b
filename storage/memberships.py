"""Memberships: what the agency's lists said of each applicant, and nothing else; with what a reminder needs to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

import orjson

from conversations.pricing import sector
from conversations.rules.contributions import base_for
from conversations.saved import load_answers
from conversations.turn import Answer, Json
from storage.columns import moment
from storage.keys import Keyring, PersonKey
from storage.tx import Tx

State: TypeAlias = Literal["registered", "active", "refused", "ended"]
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Membership:
    """What the agency said of one applicant. state: registered (nothing paid yet), active, refused, ended.

    listed_on: the day of the list it was read from; None where the list had none. kept: see `worth_keeping`.
    """

    application_id: int
    person_id: int
    state: State
    changed_at: datetime
    kpj: str = ""
    payment_code: str = ""
    reason: str = ""
    registered_on: date | None = None
    paid_until: date | None = None
    listed_on: date | None = None
    kept: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """One application of a chat beside what the agency said of it.

    income: the base contributions are taken from, 0 where it is gone; so are first_name, sector and programme "", and
    months 0. membership: None before the agency answered.
    """

    application_id: int
    receipt: str
    state: str
    submitted_at: datetime
    changed_at: datetime
    first_name: str
    sector: str
    programme: str
    months: int
    income: int
    membership: Membership | None


_COLUMNS = (
    "m.application_id, m.person_id, m.state, m.kpj, m.payment_code, m.reason, m.registered_on, m.paid_until, "
    "m.listed_on, m.changed_at, m.kept"
)


# ---- looking ------------------------------------------------------------------------------------------------------


async def of_application(tx: Tx, keyring: Keyring, application_id: int) -> Membership | None:
    """What the agency said of this application; None where it has not answered."""
    return (await of_applications(tx, keyring, [application_id])).get(application_id)


async def of_applications(tx: Tx, keyring: Keyring, application_ids: Sequence[int]) -> dict[int, Membership]:
    """The same for many, by application."""
    found: dict[int, Membership] = {}
    for start in range(0, len(application_ids), AT_ONCE):
        part = application_ids[start : start + AT_ONCE]
        rows = await tx.rows(
            f"SELECT {_COLUMNS}, p.key FROM memberships m JOIN people p ON p.id = m.person_id "
            f"WHERE m.application_id IN ({_places(len(part))})",
            part,
        )
        found |= {row[0]: opened(row[:11], _key(keyring, row[11])) for row in rows}
    return found


async def for_chat(tx: Tx, keyring: Keyring, chat_id: int) -> list[Applied]:
    """Every application made from this chat, oldest first, with what the agency said of it."""
    rows = await tx.rows(
        f"SELECT a.id, a.receipt, a.state, a.submitted_at, a.changed_at, a.answers, p.key, {_COLUMNS} "
        "FROM applications a JOIN people p ON p.id = a.person_id LEFT JOIN memberships m ON m.application_id = a.id "
        "WHERE a.chat_id = $1 ORDER BY a.id",
        (chat_id,),
    )
    return [_applied(keyring, row) for row in rows]


def _applied(keyring: Keyring, row: tuple[Any, ...]) -> Applied:
    application_id, receipt, state, submitted_at, changed_at, answers, wrapped, *rest = row
    key = _key(keyring, wrapped)
    membership = opened(tuple(rest), key) if rest[0] is not None else None
    known: Mapping[str, Json] = membership.kept if membership else {}
    if key is not None and answers:
        known = worth_keeping(load_answers(orjson.loads(key.open(bytes(answers), f"applications.answers/{receipt}"))))
    return Applied(
        application_id=application_id,
        receipt=receipt,
        state=state,
        submitted_at=moment(submitted_at),
        changed_at=moment(changed_at),
        first_name=str(known.get("first_name", "")),
        sector=str(known.get("sector", "")),
        programme=str(known.get("programme", "")),
        months=_number(known.get("months")),
        income=_number(known.get("income")),
        membership=membership,
    )


def opened(row: tuple[Any, ...], key: PersonKey | None) -> Membership:
    """A row of the memberships table, opened. Without a key (a person forgotten) what was sealed is empty."""
    application_id, person_id, state, kpj, payment_code, reason, registered_on, paid_until, listed_on, at, kept = row

    def read(sealed: bytes | None, column: str) -> str:
        return key.open(bytes(sealed), _place(column, application_id)).decode() if sealed and key else ""

    return Membership(
        application_id=application_id,
        person_id=person_id,
        state=state,
        kpj=read(kpj, "kpj"),
        payment_code=read(payment_code, "payment_code"),
        reason=read(reason, "reason"),
        registered_on=_day(registered_on),
        paid_until=_day(paid_until),
        listed_on=_day(listed_on),
        changed_at=moment(at),
        kept=orjson.loads(read(kept, "kept") or "{}"),
    )


def worth_keeping(answers: Mapping[str, Answer]) -> dict[str, Json]:
    """What a reminder needs once the answers are thinned out: a first name, and what the price follows from."""
    values = {step: answer.value for step, answer in answers.items()}
    income, months = values.get("income"), str(values.get("months", ""))
    known: dict[str, Json] = {
        "first_name": next(iter(str(values.get("full_name") or "").split()), ""),
        "sector": sector(values) if "occupation" in values else "",
        "programme": str(values.get("programme") or ""),
        "months": int(months) if months.isdecimal() else 0,
        "income": base_for(income) if isinstance(income, int) and income > 0 else 0,
    }
    return {name: value for name, value in known.items() if value}


# ---- writing ------------------------------------------------------------------------------------------------------


async def put(tx: Tx, keyring: Keyring, membership: Membership, *, import_id: int | None = None) -> bool:
    """Keep what the agency said, in place of what it said before. False where the person was forgotten."""
    return await put_all(tx, keyring, [membership], import_id=import_id) == 1


async def put_all(tx: Tx, keyring: Keyring, memberships: Iterable[Membership], *, import_id: int | None = None) -> int:
    """Keep many. Returns how many; those of forgotten people are left out."""
    told = list(memberships)
    keys = await _keys(tx, keyring, sorted({one.person_id for one in told}))
    rows = [_row(keyring, one, keys[one.person_id], import_id) for one in told if one.person_id in keys]
    fresh = ", ".join(f"{column} = excluded.{column}" for column in _WRITTEN[1:])
    await tx.insert("memberships", _WRITTEN, rows, f"(application_id) DO UPDATE SET {fresh}")
    return len(rows)


async def keep(tx: Tx, keyring: Keyring, application_id: int, known: Mapping[str, Json]) -> None:
    """Keep what reminders need, and leave everything else as the list said it."""
    rows = await tx.rows(
        "SELECT p.key FROM memberships m JOIN people p ON p.id = m.person_id "
        "WHERE m.application_id = $1 AND p.key IS NOT NULL",
        (application_id,),
    )
    for (wrapped,) in rows:
        sealed = keyring.unwrap(bytes(wrapped)).seal(orjson.dumps(dict(known)), _place("kept", application_id))
        await tx.rows("UPDATE memberships SET kept = $1 WHERE application_id = $2", (sealed, application_id))


async def take_out(tx: Tx, application_ids: Sequence[int]) -> None:
    """Forget that the agency said anything of these: the list it was read from was the wrong one."""
    await tx.many("DELETE FROM memberships WHERE application_id = $1", [(one,) for one in application_ids])


_WRITTEN = (
    *("application_id", "person_id", "state", "kpj", "kpj_hash", "payment_code", "reason", "kept", "registered_on"),
    *("paid_until", "listed_on", "import_id", "changed_at"),
)


def _row(keyring: Keyring, one: Membership, key: PersonKey, import_id: int | None) -> tuple[Any, ...]:
    def seal(text: str, column: str) -> bytes | None:
        return key.seal(text.encode(), _place(column, one.application_id)) if text else None

    return (
        *(one.application_id, one.person_id, one.state, seal(one.kpj, "kpj")),
        keyring.blind("kpj", one.kpj) if one.kpj else None,
        *(seal(one.payment_code, "payment_code"), seal(one.reason, "reason")),
        seal(orjson.dumps(dict(one.kept)).decode() if one.kept else "", "kept"),
        *(one.registered_on.isoformat() if one.registered_on else None,),
        *(one.paid_until.isoformat() if one.paid_until else None,),
        *(one.listed_on.isoformat() if one.listed_on else "", import_id, one.changed_at),
    )


async def _keys(tx: Tx, keyring: Keyring, person_ids: Sequence[int]) -> dict[int, PersonKey]:
    keys: dict[int, PersonKey] = {}
    for start in range(0, len(person_ids), AT_ONCE):
        part = person_ids[start : start + AT_ONCE]
        rows = await tx.rows(f"SELECT id, key FROM people WHERE key IS NOT NULL AND id IN ({_places(len(part))})", part)
        keys |= {person_id: keyring.unwrap(bytes(wrapped)) for person_id, wrapped in rows}
    return keys


def dump(one: Membership) -> dict[str, Json]:
    """A membership as JSON, to be put back if the list it was replaced by was the wrong one."""
    return {
        **{name: str(getattr(one, name)) for name in ("state", "kpj", "payment_code", "reason")},
        **{name: day.isoformat() if (day := getattr(one, name)) else None for name in _DAYS},
        "changed_at": one.changed_at.isoformat(),
        "kept": dict(one.kept),
    }


def load(saved: Mapping[str, Any], application_id: int, person_id: int) -> Membership:
    """A membership from JSON."""
    return Membership(
        application_id=application_id,
        person_id=person_id,
        state=saved["state"],
        changed_at=datetime.fromisoformat(saved["changed_at"]),
        kpj=saved["kpj"],
        payment_code=saved["payment_code"],
        reason=saved["reason"],
        registered_on=_day(saved["registered_on"]),
        paid_until=_day(saved["paid_until"]),
        listed_on=_day(saved["listed_on"]),
        kept=saved["kept"],
    )


_DAYS = ("registered_on", "paid_until", "listed_on")

# ---- small things -------------------------------------------------------------------------------------------------


def _key(keyring: Keyring, wrapped: bytes | None) -> PersonKey | None:
    return keyring.unwrap(bytes(wrapped)) if wrapped is not None else None


def _place(column: str, application_id: int) -> str:
    return f"memberships.{column}/{application_id}"


def _places(count: int) -> str:
    return ",".join(f"${n}" for n in range(1, count + 1))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(value: Json) -> int:
    return value if isinstance(value, int) else 0
