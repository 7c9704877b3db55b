"""A volunteer's people: who came by their link or is being helped on their phone, how far they are, and since when.

Only a first name, a step and a day come out of here: never a NIK, an income or a phone (UU 27/2022; domain rule).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from conversations.saved import load_answers, load_session
from storage.columns import moment
from storage.keys import Keyring
from storage.tx import Tx
from storage.volunteers import Volunteer

MOST = 30
REGISTERED = ("registered", "waiting_for_payment", "active", "late", "lapsed")  # by the agency's own lists
APPROVED = ("approved", "batched", "handed_over", *REGISTERED)  # by an officer, and what comes of it


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """Somebody whose form is open. asked: the step they stopped at. name "": they have not said it yet."""

    name: str
    asked: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SentIn:
    """Somebody whose form was sent in. name "": it is not kept any more."""

    name: str
    state: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """How many of a volunteer's people sent their form in, were approved by an officer, were registered by the agency."""

    sent: int
    approved: int
    registered: int


@dataclass(frozen=True, slots=True)
class People:
    """The newest of them, and how many altogether. recent: when each of the last days' forms was sent in."""

    on_the_way: tuple[OnTheWay, ...]
    sent_in: tuple[SentIn, ...]
    recent: tuple[datetime, ...]
    totals: Totals


async def of_volunteer(tx: Tx, keyring: Keyring, volunteer: Volunteer, since: datetime) -> People:
    """Everybody who came by this volunteer's link, or whom they help from their own phone. since: of what is recent."""
    opened = await tx.rows(
        "SELECT s.state, s.asked, s.touched_at, p.id, p.key FROM referrals r "
        "JOIN sessions s ON s.chat_id = r.chat_id AND s.slot = 'registration' JOIN people p ON p.id = s.person_id "
        "WHERE r.last_code = $1 AND s.done = '' AND p.key IS NOT NULL ORDER BY r.last_at DESC LIMIT $2",
        (volunteer.code, MOST),
    )
    helped = await tx.rows(
        "SELECT s.state, s.asked, s.touched_at, p.id, p.key FROM helped h "
        "JOIN sessions s ON s.chat_id = h.chat_id AND s.slot = h.slot JOIN people p ON p.id = s.person_id "
        "WHERE h.volunteer_id = $1 AND h.finished_at IS NULL AND p.key IS NOT NULL ORDER BY h.started_at DESC LIMIT $2",
        (volunteer.id, MOST),
    )
    sent = await tx.rows(
        "SELECT a.id, a.receipt, a.state, a.changed_at, a.answers, p.key FROM applications a "
        "JOIN people p ON p.id = a.person_id WHERE a.referral = $1 AND NOT a.training AND a.state <> 'erased' "
        "ORDER BY a.submitted_at DESC, a.id DESC LIMIT $2",
        (volunteer.code, MOST),
    )
    also = await tx.rows(
        "SELECT a.id, a.receipt, a.state, a.changed_at, a.answers, p.key FROM applications a "
        "JOIN people p ON p.id = a.person_id WHERE a.helped_by = $1 AND NOT a.training AND a.state <> 'erased' "
        "ORDER BY a.id DESC LIMIT $2",
        (volunteer.id, MOST),
    )
    both = {row[0]: row for row in (*sent, *also)}
    return People(
        tuple(_on_the_way(keyring, row) for row in (*opened, *helped)),
        tuple(_sent_in(keyring, both[number]) for number in sorted(both, reverse=True)[:MOST]),
        await recent(tx, volunteer, since),
        await totals(tx, volunteer),
    )


async def recent(tx: Tx, volunteer: Volunteer, since: datetime) -> tuple[datetime, ...]:
    """When each form was sent in since then, in no order; one that came by the link and was helped is one."""
    rows = await tx.rows(
        "SELECT submitted_at FROM (SELECT a.id, a.submitted_at FROM applications a "
        "WHERE a.referral = $1 AND NOT a.training AND a.submitted_at >= $3 "
        "UNION SELECT a.id, a.submitted_at FROM applications a "
        "WHERE a.helped_by = $2 AND NOT a.training AND a.submitted_at >= $3) AS theirs",
        (volunteer.code, volunteer.id, since),
    )
    return tuple(moment(row[0]) for row in rows)


async def totals(tx: Tx, volunteer: Volunteer) -> Totals:
    """How many there are altogether, by how far they came."""
    rows = await tx.rows(
        "SELECT state, COUNT(*) FROM (SELECT a.id, a.state FROM applications a WHERE a.referral = $1 AND NOT a.training "
        "UNION SELECT a.id, a.state FROM applications a WHERE a.helped_by = $2 AND NOT a.training) AS theirs "
        "GROUP BY state",
        (volunteer.code, volunteer.id),
    )
    by_state = {str(state): int(n) for state, n in rows}

    def of(states: tuple[str, ...]) -> int:
        return sum(by_state.get(state, 0) for state in states)

    return Totals(sum(by_state.values()), of(APPROVED), of(REGISTERED))


def _on_the_way(keyring: Keyring, row: tuple[Any, ...]) -> OnTheWay:
    state, asked, touched_at, person_id, wrapped = row
    opened = keyring.unwrap(bytes(wrapped)).open(bytes(state), f"sessions.state/{person_id}")
    session = load_session(orjson.loads(opened))
    answer = session.answers.get("full_name")
    return OnTheWay(str(session.facts.get("who") or (answer.value if answer else "")), asked, moment(touched_at))


def _sent_in(keyring: Keyring, row: tuple[Any, ...]) -> SentIn:
    _, receipt, state, changed_at, sealed, wrapped = row
    name = ""
    if wrapped is not None and sealed:
        opened = keyring.unwrap(bytes(wrapped)).open(bytes(sealed), f"applications.answers/{receipt}")
        answers = load_answers(orjson.loads(opened))
        name = str(answers["full_name"].value) if "full_name" in answers else ""
    return SentIn(name, state, moment(changed_at))
