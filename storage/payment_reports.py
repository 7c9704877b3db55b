"""What people say they paid: kept apart from what the agency says, until its list or somebody at the desk settles it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from storage.columns import micros, moment, moment_or_none
from storage.keys import Keyring, PersonKey
from storage.tx import Tx

Via = Literal["self", "collector"]


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """One reported payment. paid_on: an ISO day. picture: whether a receipt's picture came with it.

    settled_by: who at the desk settled it; None while nobody has, and where the agency's list did.
    """

    id: int
    application_id: int
    receipt: str
    area_code: str
    chat_id: int
    person_id: int
    language: str
    paid_on: str
    months: int
    via: str
    picture: bool
    state: str
    reported_at: datetime
    settled_at: datetime | None
    settled_by: int | None


async def add(
    tx: Tx,
    *,
    application_id: int,
    chat_id: int,
    person_id: int,
    paid_on: str,
    months: int,
    now: datetime,
    via: Via = "self",
    picture: bytes | None = None,
    key: PersonKey | None = None,
) -> int:
    """Keep a reported payment and return its id. The same told twice is one report; a picture needs the person's key."""
    same = await tx.rows(
        "SELECT id FROM payment_reports WHERE application_id = $1 AND state = 'waiting' AND paid_on = $2 "
        "AND months = $3 AND via = $4",
        (application_id, paid_on, months, via),
    )
    sealed = key.seal(picture, f"payment_reports.picture/{person_id}") if key and picture else None
    if same:
        if sealed:
            await tx.rows("UPDATE payment_reports SET picture = $1 WHERE id = $2", (sealed, same[0][0]))
        return int(same[0][0])
    columns = ("application_id", "chat_id", "person_id", "paid_on", "months", "via", "picture", "state", "reported_at")
    row = (application_id, chat_id, person_id, paid_on, months, via, sealed, "waiting", now)
    back = await tx.insert("payment_reports", columns, [row], "", "id")
    return int(back[0][0])


async def waiting(
    tx: Tx, state: str = "waiting", *, area: str = "", after: tuple[datetime, int] | None = None, limit: int = 50
) -> list[PaymentReport]:
    """What somebody at the desk should look at, the oldest first: reports in this state that nobody settled."""
    at, row_id = (micros(after[0]), after[1]) if after else (0, 0)
    return await _reports(
        tx,
        "r.state = $1 AND r.settled_by IS NULL AND (r.reported_at, r.id) > ($2, $3) "
        f"{_within(area)}ORDER BY r.reported_at, r.id LIMIT $4",
        (state, at, row_id, limit, *((area,) if area else ())),
    )


async def one(tx: Tx, report_id: int) -> PaymentReport | None:
    """One report."""
    found = await _reports(tx, "r.id = $1", (report_id,))
    return found[0] if found else None


async def of_application(tx: Tx, application_id: int) -> list[PaymentReport]:
    """All that was reported for one application, the newest first."""
    return await _reports(tx, "r.application_id = $1 ORDER BY r.id DESC", (application_id,))


async def picture(tx: Tx, keyring: Keyring, report_id: int) -> bytes | None:
    """The receipt's picture of a report, opened; None where there is none or its person was forgotten."""
    rows = await tx.rows(
        "SELECT r.picture, r.person_id, p.key FROM payment_reports r JOIN people p ON p.id = r.person_id "
        "WHERE r.id = $1 AND r.picture IS NOT NULL AND p.key IS NOT NULL",
        (report_id,),
    )
    for sealed, person_id, wrapped in rows:
        return keyring.unwrap(bytes(wrapped)).open(bytes(sealed), f"payment_reports.picture/{person_id}")
    return None


async def settle(tx: Tx, report_id: int, *, state: str, staff_id: int | None, now: datetime, note: bytes = b"") -> bool:
    """Settle a report as confirmed, contradicted or withdrawn. staff_id: None where the agency's list says so.

    A report the list contradicted still waits for somebody at the desk; settling it again with a staff_id ends that.
    False: somebody settled it already.
    """
    done = await tx.rows(
        "UPDATE payment_reports SET state = $1, settled_at = $2, settled_by = $3, note = COALESCE($4, note) "
        "WHERE id = $5 AND settled_by IS NULL AND state IN ('waiting', 'contradicted') RETURNING id",
        (state, now, staff_id, note or None, report_id),
    )
    return bool(done)


async def count(tx: Tx, state: str = "waiting", *, most: int = 100) -> int:
    """How many wait for somebody, counted up to `most`."""
    rows = await tx.rows(
        "SELECT COUNT(*) FROM (SELECT 1 FROM payment_reports WHERE state = $1 AND settled_by IS NULL LIMIT $2) AS counted",
        (state, most),
    )
    return int(rows[0][0])


def _within(area: str) -> str:
    """Limit to a kota, kecamatan or kelurahan, whichever the code is of; it is the fifth argument."""
    return "AND $5 IN (a.kota_code, a.kecamatan_code, a.area_code) " if area else ""


async def _reports(tx: Tx, where: str, args: tuple[Any, ...]) -> list[PaymentReport]:
    rows = await tx.rows(
        "SELECT r.id, r.application_id, a.receipt, a.area_code, r.chat_id, r.person_id, c.language, r.paid_on, r.months, "
        "r.via, r.picture IS NOT NULL, r.state, r.reported_at, r.settled_at, r.settled_by FROM payment_reports r "
        f"JOIN applications a ON a.id = r.application_id JOIN chats c ON c.id = r.chat_id WHERE {where}",
        args,
    )
    return [_report(row) for row in rows]


def _report(row: tuple[Any, ...]) -> PaymentReport:
    values = (*row[:10], bool(row[10]), row[11], moment(row[12]), moment_or_none(row[13]), row[14])
    return PaymentReport(*values)
