"""Every migration, run over a database with rows in it: nothing is lost, and what is new is filled in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection

from storage import migrate as migrating
from storage.database import Database, make_engine
from storage.migrate import migrate, revision_of
from storage.models import has_flag
from tests.postgres import Postgres

At = Callable[[str], Awaitable[str]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> At:
    """A database brought to an older revision; returns its URL."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path}/old.db"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = asyncio.run(postgres.make("template0"))
        request.addfinalizer(lambda: asyncio.run(postgres.drop(url)))  # noqa: PT021 — only one of the two kinds needs it

    def upgrade(connection: Connection, revision: str) -> None:
        command.upgrade(migrating.config(connection), revision)

    async def bring_to(revision: str) -> str:
        engine = make_engine(url)
        async with engine.connect() as connection:
            await connection.exec_driver_sql("BEGIN")
            await connection.run_sync(upgrade, revision)
            await connection.exec_driver_sql("COMMIT")
        await engine.dispose()
        assert await revision_of(url) == revision
        return url

    return bring_to


async def insert(url: str, table: str, **row: Any) -> None:
    db = await Database.open(url)
    async with db.writing() as tx:
        await tx.insert(table, tuple(row), [tuple(row.values())])
    await db.close()


async def ask(url: str, sql: str) -> list[tuple[Any, ...]]:
    db = await Database.open(url)
    async with db.reading() as tx:
        found = await tx.rows(sql)
    await db.close()
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found]


async def somebody(url: str) -> None:
    """One person with a chat, a session, a message each way and an application, as the first schema knew them."""
    await insert(url, "people", key=b"k", created_at=1)
    await insert(
        url, "chats", channel="telegram", person_id=1, address=b"a", language="id", active="", state="open",
        created_at=1, last_inbound_at=1,
    )  # fmt: skip
    await insert(
        url, "sessions", chat_id=1, slot="registration", person_id=1, form="registration", state=b"s", asked="nik",
        done="", touched_at=1, started_at=1,
    )  # fmt: skip
    await insert(url, "inbox", channel="telegram", message_id="1", chat_id=1, kind="said", arrived_at=1, state="taken")
    await insert(
        url, "outbox", chat_id=1, inbox_id=1, purpose="reply", priority=0, payload=b"p", state="sending", due_at=1,
        attempts=1, lease_by="dead", platform_id="SM1", created_at=1,
    )  # fmt: skip
    await insert(
        url, "applications", receipt="R-1", chat_id=1, person_id=1, state="submitted", form="registration",
        fingerprint="f", language="id", channel="telegram", answers=b"x", version=1, nik4_hash=b"4", name_hash=b"n",
        area_code="31.74.05.1003", programme="two", months=3, sector="other", flags="[]", submitted_at=1, changed_at=1,
        simulated=False,
    )  # fmt: skip
    await insert(
        url, "consents", person_id=1, chat_id=1, purpose="data", granted=True, text_version="v1", pressed="Ya",
        identity_hash=b"i", at=1,
    )  # fmt: skip


async def test_an_application_learns_its_kecamatan_and_kota(at: At) -> None:
    url = await at("0001")
    await somebody(url)
    await migrate(url)
    assert await ask(
        url, "SELECT receipt, answers, area_code, kecamatan_code, kota_code, thinned_at, name_hash FROM applications"
    ) == [("R-1", b"x", "31.74.05.1003", "31.74.05", "31.74", None, b"n")]
    assert await ask(url, "SELECT purpose, at FROM consents") == [("data", 1)]


async def test_two_indexes_go_and_their_rows_stay(at: At) -> None:
    url = await at("0002")
    await somebody(url)
    await migrate(url)
    assert await ask(url, "SELECT form, asked FROM sessions") == [("registration", "nik")]
    assert await ask(url, "SELECT platform_id, state FROM outbox") == [("SM1", "sending")]


async def test_what_a_dead_process_was_sending_is_still_there_once_leases_are_indexed(at: At) -> None:
    url = await at("0003")
    await somebody(url)
    await migrate(url)
    assert await ask(url, "SELECT id FROM outbox WHERE state = 'sending' AND lease_by <> 'me'") == [(1,)]


async def test_applications_and_requests_for_help_stay_when_the_desk_learns_to_hand_over(at: At) -> None:
    url = await at("0004")
    await somebody(url)
    await insert(url, "help_requests", chat_id=1, reason="asked", state="open", opened_at=1)
    await migrate(url)
    assert await ask(url, "SELECT receipt, answers, reviewer_id, duplicate_of FROM applications") == [
        ("R-1", b"x", None, None)
    ]
    assert await ask(url, "SELECT reason, state, staff_id, hushed_until FROM help_requests") == [
        ("asked", "open", None, None)
    ]
    assert await ask(url, "SELECT COUNT(*) FROM batches") == [(0,)]


async def test_an_application_is_nobodys_help_and_no_training_once_there_are_volunteers(at: At) -> None:
    url = await at("0005")
    await somebody(url)
    await migrate(url)
    assert await ask(url, "SELECT receipt, answers, helped_by FROM applications WHERE NOT training") == [
        ("R-1", b"x", None)
    ]
    assert await ask(url, "SELECT COUNT(*) FROM volunteers") == [(0,)]


async def test_who_is_on_the_staff_stays_so_when_a_second_step_is_known(at: At) -> None:
    url = await at("0006")
    await somebody(url)
    await insert(url, "staff", login="ratna", name="Ratna", password_hash="x", role="admin", created_at=1, failures=0)
    paid = {"application_id": 1, "chat_id": 1, "person_id": 1, "paid_on": "2026-11-01", "months": 1, "via": "self"}
    await insert(url, "payment_reports", **paid, state="waiting", reported_at=1)
    await migrate(url)
    assert await ask(url, "SELECT login, totp, totp_step FROM staff") == [("ratna", None, 0)]
    assert await ask(url, "SELECT months, note FROM payment_reports WHERE settled_by IS NULL") == [(1, None)]
    assert await ask(url, "SELECT COUNT(*) FROM recovery_codes") == [(0,)]


async def test_who_came_by_a_link_and_what_was_flagged_is_found_by_the_new_indexes(at: At) -> None:
    url = await at("0007")
    await somebody(url)
    db = await Database.open(url)
    async with db.writing() as tx:
        await tx.rows("UPDATE applications SET referral = 'KT-7', flags = '[\"minor\",\"approximate\"]'")
        await tx.insert("decisions", ("application_id", "kind", "at", "steps"), [(1, "approve", 5, "[]")])
        await tx.rows("UPDATE outbox SET state = 'failed', error = '63016'")
    await db.close()
    await migrate(url)
    assert await ask(url, "SELECT receipt FROM applications WHERE referral = 'KT-7' AND state = 'submitted'") == [
        ("R-1",)
    ]
    for flag, found in (("minor", [("R-1",)]), ("too_old", [])):
        carries = f"REPLACE(flags, '\"{flag}\"', '') <> flags"
        assert await ask(url, f"SELECT receipt FROM applications WHERE state = 'submitted' AND {carries}") == found
    assert await ask(url, "SELECT kind FROM decisions WHERE at >= 5") == [("approve",)]
    assert await ask(url, "SELECT error FROM outbox WHERE state IN ('failed','dropped') AND created_at >= 1") == [
        ("63016",)
    ]
    assert await ask(url, "SELECT COUNT(*) FROM daily_figures") == [(0,)]


async def test_a_consent_given_before_was_witnessed_by_nobody(at: At) -> None:
    url = await at("0008")
    await somebody(url)
    await migrate(url)
    assert [tuple(map(int, row)) for row in await ask(url, "SELECT granted, witnessed FROM consents")] == [(1, 0)]


async def test_who_looks_alike_and_who_returns_to_whom_is_found_by_the_new_indexes(at: At) -> None:
    url = await at("0009")
    await somebody(url)
    db = await Database.open(url)
    async with db.writing() as tx:
        flags = '["possible_duplicate"]'
        await tx.rows("UPDATE applications SET born_hash = $1, reviewer_id = 7, flags = $2", (b"b", flags))
    await db.close()
    await migrate(url)
    assert await ask(url, "SELECT receipt, duplicate_of FROM applications WHERE born_hash IS NOT NULL") == [
        ("R-1", None)
    ]
    assert await ask(url, "SELECT receipt FROM applications WHERE reviewer_id = 7 AND state = 'submitted'") == [
        ("R-1",)
    ]


async def test_reports_of_before_are_counted_by_volunteer(at: At) -> None:
    url = await at("0010")
    await somebody(url)
    await insert(url, "reports", kind="bot", chat_id=1, person_id=1, volunteer_code="TRN-1", state="open", at=1)
    await migrate(url)
    assert await ask(url, "SELECT COUNT(*) FROM reports WHERE volunteer_code = 'TRN-1'") == [(1,)]


async def test_who_wrote_before_floods_were_known_is_answered_and_what_was_flagged_is_found(at: At) -> None:
    url = await at("0015")
    await somebody(url)
    await insert(url, "volunteers", code="TRN-1", state="active", area_code="", rw="", invited_at=1, changed_at=1)
    db = await Database.open(url)
    async with db.writing() as tx:
        await tx.rows("UPDATE applications SET flags = $1", ('["nik_run"]',))
    await db.close()
    await migrate(url)
    assert await ask(url, "SELECT flow_minute, flow_day, flooded_at FROM chats") == [(0, 0, None)]
    assert await ask(url, "SELECT id FROM inbox WHERE state = 'flooded' AND chat_id = 1") == []
    assert await ask(url, "SELECT code, rushed_at FROM volunteers") == [("TRN-1", None)]
    for flag, found in (("nik_run", [("R-1",)]), ("many_from_one_chat", [])):
        carries = f"REPLACE(flags, '\"{flag}\"', '') <> flags"
        assert await ask(url, f"SELECT receipt FROM applications WHERE state = 'submitted' AND {carries}") == found


async def test_what_was_flagged_before_is_found_by_the_indexes_of_now(at: At) -> None:
    url = await at("0016")
    await somebody(url)
    db = await Database.open(url)
    async with db.writing() as tx:
        await tx.rows("UPDATE applications SET flags = $1", ('["minor","nik_run"]',))
    await db.close()
    await migrate(url)
    dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
    for flag, found in (("nik_run", [("R-1",)]), ("minor", [("R-1",)]), ("too_old", [])):
        carries = has_flag(flag, dialect)
        assert await ask(url, f"SELECT receipt FROM applications WHERE state = 'submitted' AND {carries}") == found


async def test_outlines_of_before_stay_and_files_can_be_looked_at(at: At) -> None:
    url = await at("0012")
    await insert(url, "outlines", area_code="31.71", rw="", geojson="{}", imported_at=1)
    await migrate(url)
    assert await ask(url, "SELECT area_code, geojson FROM outlines") == [("31.71", "{}")]
    assert await ask(url, "SELECT COUNT(*) FROM outline_files WHERE state = 'previewed'") == [(0,)]


def test_every_migration_has_a_test_here() -> None:
    scripts = migrating.ScriptDirectory.from_config(migrating.config()).walk_revisions()
    tested = Path(__file__).read_text()
    assert [s.revision for s in scripts if s.down_revision and f'at("{s.down_revision}")' not in tested] == []


async def test_messages_of_before_are_of_nobody_known(at: At) -> None:
    url = await at("0011")
    await somebody(url)
    await insert(url, "inbox", channel="web", message_id="m1", chat_id=1, kind="said", arrived_at=1, state="taken")
    await insert(url, "help_requests", chat_id=1, reason="asked", state="open", opened_at=1)
    await insert(url, "helped", chat_id=1, slot="registration:2", witnessed=True, started_at=1)
    await migrate(url)
    assert await ask(url, "SELECT slot FROM inbox WHERE message_id = 'm1'") == [(None,)]
    assert await ask(url, "SELECT slot FROM help_requests") == [("",)]
    assert await ask(url, "SELECT from_chat_id, from_slot FROM helped") == [(None, "")]


async def test_words_of_before_have_a_clock(at: At) -> None:
    url = await at("0013")
    await somebody(url)
    told = {"kind": "bot", "volunteer_code": "", "state": "settled", "at": 1, "settled_at": 1, "body": b"x"}
    await insert(url, "reports", chat_id=1, person_id=1, **told)
    await insert(url, "helped", chat_id=1, slot="registration:2", witnessed=True, started_at=1)
    await migrate(url)
    words = "state = 'settled' AND (body IS NOT NULL OR note IS NOT NULL)"
    assert await ask(url, f"SELECT COUNT(*) FROM reports WHERE {words} AND settled_at < 2") == [(1,)]
    assert await ask(url, "SELECT slot FROM helped WHERE finished_at IS NULL") == [("registration:2",)]


async def test_nobody_of_before_is_restricted(at: At) -> None:
    url = await at("0014")
    await somebody(url)
    await migrate(url)
    assert await ask(url, "SELECT COUNT(*) FROM applications") == [(1,)]
    assert await ask(url, "SELECT COUNT(*) FROM restrictions") == [(0,)]
