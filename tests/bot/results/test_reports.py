"""Reported payments and batches: the agency's list has the last word on both."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.results.applying import settle_reports
from storage import batches, consents, payment_reports, people
from storage.applied import Reported
from storage.memberships import Membership, State
from tests.bot.results.lists import BUDI, NOW, SITI, Office, csv_list, row


def said(until: date | None, state: State = "active") -> Membership:
    return Membership(1, 1, state, NOW, paid_until=until)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("paid_on", "months", "until", "listed_on", "how"),
    [
        ("2026-11-20", 1, "2026-11-30", "2026-11-23", "confirmed"),
        ("2026-11-20", 1, "2026-12-20", "2026-11-23", "confirmed"),
        ("2026-11-20", 3, "2027-01-31", "2026-11-23", "confirmed"),
        ("2026-11-20", 3, "2026-12-31", "2026-11-23", "contradicted"),
        ("2026-11-20", 1, None, "2026-11-23", "contradicted"),
        ("2026-11-20", 1, None, "2026-11-20", ""),
        ("2026-11-20", 1, "2026-10-31", "2026-11-19", ""),
        ("2026-12-20", 2, "2027-01-31", "2026-12-20", "confirmed"),
    ],
)
def test_a_list_confirms_contradicts_or_cannot_know(
    paid_on: str, months: int, until: str | None, listed_on: str, how: str
) -> None:
    report = Reported(7, 1, day(paid_on), months, "waiting")
    settled = settle_reports([report], said(day(until) if until else None), day(listed_on))
    assert [one.how for one in settled] == ([how] if how else [])


def test_a_report_that_was_contradicted_is_confirmed_later_but_never_contradicted_twice() -> None:
    report = Reported(7, 1, day("2026-11-20"), 1, "contradicted")
    assert settle_reports([report], said(None, "registered"), day("2026-11-25")) == []
    assert [one.how for one in settle_reports([report], said(day("2026-11-30")), day("2026-11-25"))] == ["confirmed"]


def test_a_refusal_confirms_no_payment() -> None:
    report = Reported(7, 1, day("2026-11-20"), 1, "waiting")
    settled = settle_reports([report], said(day("2026-11-30"), "refused"), day("2026-11-25"))
    assert [one.how for one in settled] == ["contradicted"]


async def reports(office: Office, receipt: str, paid_on: str = "2026-11-20", months: int = 1) -> int:
    """Somebody says they paid."""
    async with office.db.writing() as tx:
        [(who, chat_id, person_id)] = await tx.rows(
            "SELECT id, chat_id, person_id FROM applications WHERE receipt = $1", (receipt,)
        )
        return await payment_reports.add(
            tx, application_id=who, chat_id=chat_id, person_id=person_id, paid_on=paid_on, months=months, now=office.now
        )


async def standing(office: Office, report_id: int) -> str:
    async with office.db.reading() as tx:
        one = await payment_reports.one(tx, report_id)
    assert one is not None
    return one.state


async def test_a_list_with_the_payment_confirms_it_and_one_without_alerts_both_sides(
    office: Office, tmp_path: Path
) -> None:
    await office.signs_up(SITI, "R-1")
    await office.signs_up(BUDI, "R-2")
    await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI), row(BUDI)]), date(2026, 11, 1))
    paid, unpaid = await reports(office, "R-1"), await reports(office, "R-2")
    await office.reads_and_applies(csv_list(tmp_path / "b.csv", [row(SITI, until="30-11-2026"), row(BUDI)]))
    assert (await standing(office, paid), await standing(office, unpaid)) == ("confirmed", "contradicted")
    assert "30 November 2026" in (await office.told("R-1"))[-1]
    assert "belum ada di daftar BPJS tanggal 23 November 2026" in (await office.told("R-2"))[-1]
    async with office.db.reading() as tx:
        assert [one.id for one in await payment_reports.waiting(tx, "contradicted")] == [unpaid]


async def test_undoing_lets_a_settled_report_wait_again(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI)]), date(2026, 11, 1))
    paid = await reports(office, "R-1")
    second = await office.reads_and_applies(csv_list(tmp_path / "b.csv", [row(SITI, until="30-11-2026")]))
    await office.undoes(second)
    assert await standing(office, paid) == "waiting"
    third = await office.reads_and_applies(
        csv_list(tmp_path / "c.csv", [row(SITI, remark="AKTIF")]), date(2026, 11, 22)
    )
    assert await standing(office, paid) == "contradicted"
    await office.undoes(third)
    assert await standing(office, paid) == "waiting"


async def batch_of(office: Office, *receipts: str) -> int:
    """A batch that was handed over, with these people."""
    async with office.db.writing() as tx:
        [(batch_id,)] = await tx.insert(
            "batches",
            ("state", "branch", "area", "chosen", "column_map", "size", "digests", "created_at"),
            [("handed_over", "", "", "{}", "[]", len(receipts), "{}", office.now)],
            returning="id",
        )
        for position, receipt in enumerate(receipts, start=1):
            await tx.rows(
                "INSERT INTO batch_entries (batch_id, position, application_id, version, live) "
                "SELECT $1, $2, id, version, TRUE FROM applications WHERE receipt = $3",
                (batch_id, position, receipt),
            )
    return int(batch_id)


async def test_a_batch_is_answered_once_everybody_in_it_is_and_waits_again_when_that_is_undone(
    office: Office, tmp_path: Path
) -> None:
    await office.signs_up(SITI, "R-1")
    await office.signs_up(BUDI, "R-2")
    batch_id = await batch_of(office, "R-1", "R-2")

    async def state() -> str:
        async with office.db.reading() as tx:
            one = await batches.one(tx, batch_id)
        assert one is not None
        return one.state

    await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI)]))
    assert await state() == "handed_over"
    second = await office.reads_and_applies(csv_list(tmp_path / "b.csv", [row(BUDI, "T", "USIA")]))
    assert await state() == "answered"
    await office.undoes(second)
    assert await state() == "handed_over"


# ---- between looking and applying -----------------------------------------------------------------------------------


async def test_who_was_forgotten_meanwhile_is_passed_over(office: Office, tmp_path: Path) -> None:
    place = await office.signs_up(SITI, "R-1")
    await office.signs_up(BUDI, "R-2")
    taken = await office.takes_in(csv_list(tmp_path / "a.csv", [row(SITI), row(BUDI)]))
    async with office.db.writing() as tx:
        await people.erase(tx, office.keyring, place.person_id, office.now)
    assert await office.applies(taken.import_id) == {"changed": 1, "told": 1, "kept": 1}
    assert (await office.state("R-1"), await office.state("R-2")) == ("erased", "waiting_for_payment")
    async with office.db.reading() as tx:
        [(body,)] = await tx.rows("SELECT body FROM result_rows ORDER BY position LIMIT 1")
    assert bytes(body) == b""


async def test_who_was_forgotten_since_is_not_put_back(office: Office, tmp_path: Path) -> None:
    place = await office.signs_up(SITI, "R-1")
    await office.signs_up(BUDI, "R-2")
    applied = await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI), row(BUDI)]))
    async with office.db.writing() as tx:
        await people.erase(tx, office.keyring, place.person_id, office.now)
    assert await office.undoes(applied) == {"put_back": 1}
    assert (await office.state("R-1"), await office.state("R-2")) == ("erased", "handed_over")


async def test_a_newer_list_applied_meanwhile_has_the_last_word(office: Office, tmp_path: Path) -> None:
    await office.signs_up(SITI, "R-1")
    older = await office.takes_in(csv_list(tmp_path / "old.csv", [row(SITI)]), date(2026, 11, 1))
    await office.reads_and_applies(csv_list(tmp_path / "new.csv", [row(SITI, until="31-12-2026")]))
    assert await office.applies(older.import_id) == {}
    assert await office.state("R-1") == "active"


async def test_only_who_agreed_to_reminders_is_remembered_beyond_the_form(office: Office, tmp_path: Path) -> None:
    siti = await office.signs_up(SITI, "R-1")
    await office.signs_up(BUDI, "R-2")
    async with office.db.writing() as tx:
        for granted in (False, True):
            await consents.record(
                tx, person_id=siti.person_id, chat_id=siti.chat_id, purpose="reminders", granted=granted,
                text_version="1", pressed="ya", identity_hash=b"x", at=office.now,
            )  # fmt: skip
    await office.reads_and_applies(csv_list(tmp_path / "a.csv", [row(SITI), row(BUDI)]))
    one, other = await office.membership("R-1"), await office.membership("R-2")
    assert one is not None
    assert other is not None
    assert (one.kept["first_name"], one.kept["income"], other.kept) == ("Siti", 2_950_000, {})
