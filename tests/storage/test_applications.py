"""Applications: submitted once, corrected as versions, found without being opened, decided by one person at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from storage import applications, people, staff
from storage.applications import Filters, Listed
from storage.columns import moment
from storage.database import Database
from storage.errors import AlreadyThere
from storage.keys import Keyring
from tests.storage.world import ANA, BUDI, NIK, NOW, PHONE, SITI, a_form, answers, later, submit

EVERYTHING = Filters()


async def queue(db: Database, keyring: Keyring, filters: Filters = EVERYTHING) -> list[Listed]:
    async with db.reading() as tx:
        return await applications.queue(tx, keyring, filters, after=None, limit=100)


async def receipts(db: Database, keyring: Keyring, filters: Filters = EVERYTHING) -> list[str]:
    return [listed.receipt for listed in await queue(db, keyring, filters)]


async def one(db: Database, keyring: Keyring, receipt: str = "K7Q2M-4") -> applications.Opened:
    async with db.reading() as tx:
        found = await applications.one(tx, keyring, receipt)
    assert found is not None
    return found


async def officer(db: Database, login: str = "ana") -> int:
    async with db.writing() as tx:
        await staff.invite(tx, login, role="admin", now=NOW, expires_at=later(days=1))
        member = await staff.join(tx, login, login=login, name=login.title(), password_hash="x", now=NOW)
    assert member is not None
    return member.id


# ---- submitting ---------------------------------------------------------------------------------------------------


async def test_a_submitted_form_opens_as_it_was_answered(database: Database, keyring: Keyring) -> None:
    place = await submit(database, keyring)
    application = await one(database, keyring)
    assert application.answers == answers()
    assert (application.name, application.state, application.version) == ("Siti Aminah", "submitted", 1)
    assert (application.area_code, application.rw, application.programme, application.months) == (
        "31.74.05.1003",
        "7",
        "two",
        3,
    )
    assert (application.sector, application.flags, application.referral) == ("transport", ("old_province",), "")
    assert (application.form, application.fingerprint, application.language, application.channel) == (
        "registration",
        "f1",
        "id",
        "telegram",
    )
    assert (application.chat_id, application.person_id, application.submitted_at) == (
        place.chat_id,
        place.person_id,
        NOW,
    )
    assert application.simulated is False
    assert application.versions == ((1, NOW, "submitted"),)


async def test_a_form_with_little_in_it_is_kept_too(database: Database, keyring: Keyring) -> None:
    sparse = replace(a_form("K7Q2M-5"), answers={}, flags=(), facts={})
    await submit(database, keyring, form=sparse)
    application = await one(database, keyring, "K7Q2M-5")
    assert (application.name, application.answers, application.months, application.sector, application.referral) == (
        "",
        {},
        0,
        "",
        "",
    )
    async with database.reading() as tx:
        [hashes] = await tx.rows("SELECT nik_hash, nik4_hash, name_hash, phone_hash, born_hash FROM applications")
    assert set(hashes) <= {None, keyring.blind("nik4", "")}


async def test_a_corrected_form_is_a_new_version_back_in_the_queue(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    first = await one(database, keyring)
    by = await officer(database)
    async with database.writing() as tx:
        assert await applications.approve(
            tx, application_id=first.id, version=first.version, staff_id=by, now=later(hours=1)
        )
    await submit(database, keyring, form=a_form(full_name="Siti Aminah Putri", months="6"), at=later(hours=2))
    application = await one(database, keyring)
    assert (application.id, application.state, application.version, application.name) == (
        first.id,
        "submitted",
        2,
        "Siti Aminah Putri",
    )
    assert (application.submitted_at, application.changed_at) == (NOW, later(hours=2))
    assert application.versions == ((1, NOW, "submitted"), (2, later(hours=2), "corrected"))
    assert [(d.kind, d.undone_at) for d in application.decisions] == [("approve", later(hours=2))]
    by_name = applications.name_hash(keyring, "siti aminah putri")
    assert await receipts(database, keyring, Filters(find=by_name)) == ["K7Q2M-4"]
    assert await receipts(database, keyring, Filters(find=applications.name_hash(keyring, "Siti Aminah"))) == []


@pytest.mark.parametrize("state", ["batched", "handed_over", "registered", "refused", "withdrawn"])
async def test_a_correction_that_comes_too_late_is_kept_but_changes_nothing(
    database: Database, keyring: Keyring, state: str
) -> None:
    await submit(database, keyring)
    async with database.writing() as tx:
        await tx.rows("UPDATE applications SET state = $1", (state,))
    await submit(database, keyring, form=a_form(full_name="Budi Santoso"), at=later(hours=2))
    application = await one(database, keyring)
    assert (application.state, application.name, application.version) == (state, "Siti Aminah", 2)
    assert application.versions[-1] == (2, later(hours=2), "too_late")


async def test_somebody_elses_receipt_is_refused_so_that_another_is_drawn(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring, SITI)
    with pytest.raises(AlreadyThere):
        await submit(database, keyring, BUDI, form=a_form(full_name="Budi Santoso"))
    assert (await one(database, keyring)).name == "Siti Aminah"


async def test_two_corrections_at_once_are_two_versions(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    await asyncio.gather(*[submit(database, keyring, form=a_form(months=str(n)), at=later(hours=n)) for n in (1, 3, 6)])
    application = await one(database, keyring)
    assert [version for version, *_ in application.versions] == [1, 2, 3, 4]
    assert application.version == 4


async def test_what_names_a_person_is_nowhere_in_the_clear(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    async with database.reading() as tx:
        rows = await tx.rows("SELECT * FROM applications") + await tx.rows("SELECT * FROM application_versions")
    flat = b"|".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for row in rows for v in row)
    for secret in (NIK, NIK[-4:] + "|", PHONE, "Siti", "Aminah", "1995-08-17"):
        assert secret.encode() not in flat


# ---- finding ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def three(database: Database, keyring: Keyring) -> None:
    """Siti, Budi and Ana submitted, in that order; Ana in the simulator."""
    await submit(database, keyring, SITI, form=a_form("R-1"), at=NOW)
    await submit(
        database,
        keyring,
        BUDI,
        form=a_form(
            *("R-2",), full_name="Budi Santoso", nik="3173011234560004", kelurahan="31.73.01.1002", programme="three",
            occupation={"code": "trader", "sector": "other"}, rw="12", phone=None,
        ),
        at=later(minutes=1),
    )  # fmt: skip
    await submit(
        database, keyring, ANA, channel="web", form=replace(a_form("R-3", full_name="Ana"), flags=()),
        at=later(minutes=2), simulated=True,
    )  # fmt: skip


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ["R-1", "R-2", "R-3"]),
        (Filters(state="submitted"), ["R-1", "R-2", "R-3"]),
        (Filters(state="approved"), []),
        (Filters(area="31.74"), ["R-1", "R-3"]),
        (Filters(area="31.74.05"), ["R-1", "R-3"]),
        (Filters(area="31.74.05.1003"), ["R-1", "R-3"]),
        (Filters(area="31.7"), []),
        (Filters(area="31.74.0"), []),
        (Filters(area="31.73", state="submitted"), ["R-2"]),
        (Filters(programme="three"), ["R-2"]),
        (Filters(sector="transport"), ["R-1", "R-3"]),
        (Filters(flag="old_province"), ["R-1", "R-2"]),
        (Filters(flag="old"), []),
        (Filters(flag="old%"), []),
        (Filters(receipt="R-2"), ["R-2"]),
        (Filters(simulated="yes"), ["R-3"]),
        (Filters(simulated="no"), ["R-1", "R-2"]),
        (Filters(simulated="no", area="31.74", sector="transport", state="submitted"), ["R-1"]),
        (Filters(area="' OR 1=1 --"), []),
    ],
)
async def test_the_queue_shows_what_was_asked_for(
    database: Database, keyring: Keyring, filters: Filters, found: list[str]
) -> None:
    assert await receipts(database, keyring, filters) == found


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("typed", ["Budi Santoso", "budi  santoso", "BUDI SANTOSO", "Budi Santoso "])
async def test_a_name_is_found_however_it_is_written(database: Database, keyring: Keyring, typed: str) -> None:
    assert await receipts(database, keyring, Filters(find=applications.name_hash(keyring, typed))) == ["R-2"]


@pytest.mark.usefixtures("three")
async def test_the_last_four_digits_of_a_nik_find_it(database: Database, keyring: Keyring) -> None:
    assert await receipts(database, keyring, Filters(find=applications.nik4_hash(keyring, "0004"))) == ["R-2"]
    assert await receipts(database, keyring, Filters(find=applications.nik4_hash(keyring, "0003"))) == ["R-1", "R-3"]
    assert await receipts(database, keyring, Filters(find=applications.nik4_hash(keyring, "9999"))) == []


@pytest.mark.usefixtures("three")
async def test_states_are_counted_under_the_other_filters(database: Database, keyring: Keyring) -> None:
    first = (await queue(database, keyring))[0]
    async with database.writing() as tx:
        await applications.approve(
            tx, application_id=first.id, version=first.version, staff_id=await _officer_id(tx), now=NOW
        )
        assert await applications.counts(tx, Filters(state="refused")) == {"approved": 1, "submitted": 2}
        assert await applications.counts(tx, Filters(area="31.73")) == {"submitted": 1}


async def _officer_id(tx: staff.Tx) -> int:
    await staff.invite(tx, "t", role="admin", now=NOW, expires_at=later(days=1))
    member = await staff.join(tx, "t", login="ana", name="Ana", password_hash="x", now=NOW)
    assert member is not None
    return member.id


async def test_pages_of_the_queue_neither_skip_nor_repeat(database: Database, keyring: Keyring) -> None:
    for n in range(23):
        await submit(database, keyring, f"5601{n:02}", form=a_form(f"P-{n:02}"), at=later(minutes=n // 4))
    seen: list[str] = []
    after = None
    while True:
        async with database.reading() as tx:
            page = await applications.queue(tx, keyring, Filters(state="submitted"), after=after, limit=5)
        if not page:
            break
        seen += [listed.receipt for listed in page]
        after = (page[-1].submitted_at, page[-1].id)
    assert seen == [f"P-{n:02}" for n in range(23)]


async def test_a_chat_knows_where_its_applications_stand(database: Database, keyring: Keyring) -> None:
    place = await submit(database, keyring, form=a_form("R-1"))
    await submit(database, keyring, form=a_form("R-2"), at=later(days=1))
    await submit(database, keyring, BUDI, form=a_form("R-3"))
    async with database.reading() as tx:
        standing = await applications.states_for_chat(tx, place.chat_id)
        assert await applications.state_of(tx, "R-1") == "submitted"
        assert await applications.state_of(tx, "R-9") is None
    assert [(s.receipt, s.state, s.changed_at) for s in standing] == [
        ("R-1", "submitted", NOW),
        ("R-2", "submitted", later(days=1)),
    ]


async def test_nobody_has_a_receipt_that_was_never_given(database: Database, keyring: Keyring) -> None:
    async with database.reading() as tx:
        assert await applications.one(tx, keyring, "R-9") is None


# ---- deciding -----------------------------------------------------------------------------------------------------


async def test_an_approval_is_a_row_with_who_and_when(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    by = await officer(database)
    application = await one(database, keyring)
    async with database.writing() as tx:
        assert await applications.approve(
            tx, application_id=application.id, version=application.version, staff_id=by, now=later(hours=1)
        )
    after = await one(database, keyring)
    assert (after.state, after.changed_at) == ("approved", later(hours=1))
    assert [(d.kind, d.staff, d.at, d.undone_at) for d in after.decisions] == [("approve", "Ana", later(hours=1), None)]


async def test_who_comes_second_is_told_so(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    by = [await officer(database, login) for login in ("ana", "budi")]
    application = await one(database, keyring)

    async def approve(staff_id: int) -> bool:
        async with database.writing() as tx:
            return await applications.approve(
                tx, application_id=application.id, version=application.version, staff_id=staff_id, now=NOW
            )

    assert sorted(await asyncio.gather(*[approve(staff_id) for staff_id in by])) == [False, True]
    assert len((await one(database, keyring)).decisions) == 1


async def test_answers_corrected_meanwhile_are_not_approved_unseen(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    by = await officer(database)
    seen = await one(database, keyring)
    await submit(database, keyring, form=a_form(full_name="Siti Aminah Putri"), at=later(hours=1))
    async with database.writing() as tx:
        assert not await applications.approve(
            tx, application_id=seen.id, version=seen.version, staff_id=by, now=later(hours=2)
        )
    now_there = await one(database, keyring)
    assert (now_there.state, now_there.decisions) == ("submitted", ())
    async with database.writing() as tx:
        assert await applications.approve(tx, application_id=seen.id, version=2, staff_id=by, now=later(hours=3))


async def test_an_approval_taken_back_stays_visible(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    by = await officer(database)
    application = await one(database, keyring)
    async with database.writing() as tx:
        assert not await applications.undo_approval(
            tx, application_id=application.id, version=application.version, staff_id=by, now=NOW
        )
        await applications.approve(
            tx, application_id=application.id, version=application.version, staff_id=by, now=later(hours=1)
        )
        assert await applications.undo_approval(
            tx, application_id=application.id, version=application.version, staff_id=by, now=later(hours=2)
        )
        await applications.approve(
            tx, application_id=application.id, version=application.version, staff_id=by, now=later(hours=3)
        )
    after = await one(database, keyring)
    assert after.state == "approved"
    assert [(d.kind, d.undone_at) for d in after.decisions] == [
        ("approve", later(hours=2)),
        ("undo_approval", None),
        ("approve", None),
    ]


async def test_a_request_to_correct_keeps_its_steps_and_its_reason_sealed(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring)
    by = await officer(database)
    application = await one(database, keyring)
    async with database.writing() as tx:
        assert await applications.decide(
            tx, keyring, application_id=application.id, kind="correct", staff_id=by, now=NOW,
            from_states=("submitted",), to_state="needs_correction", version=application.version,
            reason="Nama Kak Siti tidak sama dengan KTP", steps=("full_name", "born"),
        )  # fmt: skip
        [(reason,)] = await tx.rows("SELECT reason FROM decisions")
    assert b"Siti" not in bytes(reason)
    after = await one(database, keyring)
    [decided] = after.decisions
    assert (decided.reason, decided.steps) == ("Nama Kak Siti tidak sama dengan KTP", ("full_name", "born"))
    assert after.state == "needs_correction"


async def test_a_forgotten_person_is_a_line_without_a_name(database: Database, keyring: Keyring) -> None:
    place = await submit(database, keyring)
    async with database.writing() as tx:
        await people.erase(tx, keyring, place.person_id, later(days=1))
    application = await one(database, keyring)
    assert (application.state, application.name, application.answers, application.flags, application.rw) == (
        "erased",
        "",
        {},
        (),
        "",
    )
    with pytest.raises(AlreadyThere):
        await submit(database, keyring, form=a_form(), at=later(days=2))


async def test_times_come_back_as_they_went_in(database: Database, keyring: Keyring) -> None:
    at = NOW.replace(microsecond=987_654)
    await submit(database, keyring, at=at)
    async with database.reading() as tx:
        [(stored,)] = await tx.rows("SELECT submitted_at FROM applications")
    assert moment(stored) == at == (await one(database, keyring)).submitted_at
