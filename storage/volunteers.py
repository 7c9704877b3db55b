"""Volunteers: invited by a one-time link, confirmed from a chat, paused at once, found by their code or their chat."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.columns import moment, moment_or_none
from storage.keys import Keyring
from storage.tx import Tx

STATES = ("invited", "active", "paused", "ended")
RUSHED = "rushed"


@dataclass(frozen=True, slots=True)
class Volunteer:
    """One volunteer. name: "" once they were forgotten. rw: "" where it is not known yet."""

    id: int
    code: str
    state: str
    name: str
    area_code: str
    rw: str
    chat_id: int | None
    person_id: int | None
    invite_until: datetime | None
    invited_at: datetime
    confirmed_at: datetime | None
    changed_at: datetime
    rushed_at: datetime | None = None


_ROW = (
    "v.id, v.code, v.state, v.name, v.area_code, v.rw, v.chat_id, v.person_id, v.invite_until, v.invited_at, "
    "v.confirmed_at, v.changed_at, v.rushed_at"
)


async def invite(
    tx: Tx,
    keyring: Keyring,
    token: str,
    *,
    code: str,
    name: str,
    area_code: str,
    rw: str,
    staff_id: int | None,
    now: datetime,
    until: datetime,
) -> int:
    """Keep an invitation: a volunteer to be, with the code that will be theirs, known by the token's hash.

    Raises:
        AlreadyThere: the code was drawn before. Draw another.
    """
    columns = ("code", "state", "name", "area_code", "rw", "invite_hash", "invite_until", "invited_by")
    row = (code, "invited", _sealed(keyring, code, name), area_code, rw, _hash(token), until, staff_id)
    [(row_id,)] = await tx.insert(
        "volunteers", (*columns, "invited_at", "changed_at"), [(*row, now, now)], returning="id"
    )
    return int(row_id)


async def take_invitation(
    tx: Tx, keyring: Keyring, token: str, *, chat_id: int, person_id: int, now: datetime
) -> Volunteer | None:
    """Bind an invitation to the chat that opened it first. None: unknown, used, too old, or another chat's."""
    rows = await tx.rows(
        "UPDATE volunteers SET chat_id = $1, person_id = $2, changed_at = $3 WHERE invite_hash = $4 "
        "AND state = 'invited' AND invite_until > $3 AND (chat_id IS NULL OR chat_id = $1) RETURNING id",
        (chat_id, person_id, now, _hash(token)),
    )
    return await one(tx, keyring, int(rows[0][0])) if rows else None


async def confirm(
    tx: Tx, keyring: Keyring, *, chat_id: int, name: str, area_code: str, rw: str, now: datetime
) -> Volunteer | None:
    """Make whoever opened an invitation in this chat a volunteer. None where there is no such invitation any more."""
    rows = await tx.rows(
        "SELECT id, code FROM volunteers WHERE chat_id = $1 AND state = 'invited' ORDER BY id DESC LIMIT 1", (chat_id,)
    )
    if not rows:
        return None
    row_id, code = rows[0]
    await tx.rows(
        "UPDATE volunteers SET state = 'active', name = $1, area_code = $2, rw = $3, invite_hash = NULL, "
        "invite_until = NULL, confirmed_at = $4, changed_at = $4 WHERE id = $5",
        (_sealed(keyring, code, name), area_code, rw, now, row_id),
    )
    return await one(tx, keyring, int(row_id))


async def move_to(tx: Tx, volunteer_id: int, states: Sequence[str], to: str, now: datetime) -> bool:
    """Pause, resume or end somebody; an end takes their name along. False when they were not in one of `states`."""
    among = ", ".join(f"'{state}'" for state in states if state in STATES)
    gone = ", name = NULL, invite_hash = NULL, invite_until = NULL" if to == "ended" else ""
    moved = await tx.rows(
        f"UPDATE volunteers SET state = $1, changed_at = $2{gone} WHERE id = $3 AND state IN ({among}) RETURNING id",
        (to, now, volunteer_id),
    )
    return bool(moved)


# ---- looking ------------------------------------------------------------------------------------------------------


async def one(tx: Tx, keyring: Keyring, volunteer_id: int) -> Volunteer | None:
    return _only(keyring, await tx.rows(f"SELECT {_ROW} FROM volunteers v WHERE v.id = $1", (volunteer_id,)))


async def by_code(tx: Tx, keyring: Keyring, code: str) -> Volunteer | None:
    """Whose code this is, in whatever state they are."""
    return _only(keyring, await tx.rows(f"SELECT {_ROW} FROM volunteers v WHERE v.code = $1", (code,)))


async def by_chat(tx: Tx, keyring: Keyring, chat_id: int) -> Volunteer | None:
    """The volunteer who confirmed from this chat; one who has ended is nobody's."""
    return _only(
        keyring,
        await tx.rows(
            f"SELECT {_ROW} FROM volunteers v WHERE v.chat_id = $1 AND v.state IN ('active', 'paused') "
            "ORDER BY v.id DESC LIMIT 1",
            (chat_id,),
        ),
    )


async def listed(
    tx: Tx, keyring: Keyring, *, area: str = "", state: str = "", after: int = 0, limit: int = 100
) -> list[Volunteer]:
    """Volunteers of an area (a kota, kecamatan or kelurahan; "" for all), oldest first. after: the last id seen.

    state: also RUSHED, for those by whose code too many came, whatever their state.
    """
    clauses, args = _within(area)
    if state == RUSHED:
        clauses.append("v.rushed_at IS NOT NULL")
    elif state:
        args.append(state)
        clauses.append(f"v.state = ${len(args)}")
    args += [after, limit]
    rows = await tx.rows(
        f"SELECT {_ROW} FROM volunteers v WHERE {' AND '.join([*clauses, f'v.id > ${len(args) - 1}'])} "
        f"ORDER BY v.id LIMIT ${len(args)}",
        args,
    )
    return [_opened(keyring, row) for row in rows]


async def counts(tx: Tx, *, area: str = "") -> dict[str, int]:
    """How many volunteers an area has in each state."""
    clauses, args = _within(area)
    rows = await tx.rows(
        f"SELECT v.state, COUNT(*) FROM volunteers v WHERE {' AND '.join(clauses)} GROUP BY v.state", args
    )
    return dict.fromkeys(STATES, 0) | {state: int(number) for state, number in rows}


def _within(area: str) -> tuple[list[str], list[Any]]:
    """Codes are read as text: all that lies in an area sorts between its code with a dot and with a slash."""
    if not area:
        return ["1 = 1"], []
    return ["(v.area_code = $1 OR (v.area_code >= $2 AND v.area_code < $3))"], [area, f"{area}.", f"{area}/"]


def _only(keyring: Keyring, rows: list[tuple[Any, ...]]) -> Volunteer | None:
    return _opened(keyring, rows[0]) if rows else None


def _opened(keyring: Keyring, row: tuple[Any, ...]) -> Volunteer:
    row_id, code, state, name, area_code, rw, chat_id, person_id, until, *at = row
    shown = keyring.open_house(bytes(name), _place(code)).decode() if name else ""
    return Volunteer(
        *(row_id, code, state, shown, area_code, rw, chat_id, person_id),
        *(moment_or_none(until), moment(at[0]), moment_or_none(at[1]), moment(at[2]), moment_or_none(at[3])),
    )


def _sealed(keyring: Keyring, code: str, name: str) -> bytes | None:
    return keyring.seal_house(name.encode(), _place(code)) if name else None


def _place(code: str) -> str:
    return f"volunteers.name/{code}"


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
