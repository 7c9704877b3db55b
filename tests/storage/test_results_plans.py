"""A list of a few lines costs a few lines, however many people there are and however long other lists were."""

from __future__ import annotations

import re
from datetime import date

import pytest

from storage import applied, cases, consents, imports, memberships, results
from storage.database import Database
from storage.keys import Keyring
from storage.memberships import Membership
from storage.results import Replaced
from tests.storage.test_plans import (
    _NOW,
    CROWD,
    _postgres_faults,
    _sqlite_faults,
    crowded,  # noqa: F401 — the crowd is this test's, too
    watched,
)
from tests.storage.world import NIK, NOW, SITI, later, submit

CROWDS_LIST = (
    "INSERT INTO result_imports (file_name, file_hash, state, columns, counts, listed_on, uploaded_at) "
    "VALUES ('crowd', {blob}, 'applied', '{{}}', '{{}}', '2026-11-01', {now})",
    "INSERT INTO result_rows (import_id, position, body, found, application_id, applied) "
    "SELECT 1, n, {blob}, 'matched', n, false FROM {crowd}",
    "INSERT INTO memberships (application_id, person_id, state, kpj_hash, listed_on, import_id, changed_at) "
    "SELECT n, n, 'active', {blob}, '2026-11-01', 1, {now} FROM {crowd}",
    "INSERT INTO payment_reports (application_id, chat_id, person_id, paid_on, months, via, state, reported_at) "
    "SELECT n, n, n, '2026-11-01', 1, 'self', 'waiting', {now} FROM {crowd}",
)


async def a_long_list(db: Database) -> None:
    """The crowd was spoken of by a list of its own."""
    sqlite = db.dialect == "sqlite"
    crowd = f"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {CROWD}) SELECT n FROM c) c"
    async with db.writing() as tx:
        for statement in CROWDS_LIST:
            await tx.rows(
                statement.format(
                    now=_NOW,
                    blob="randomblob(16)" if sqlite else "uuid_send(gen_random_uuid())",
                    crowd=crowd if sqlite else f"generate_series(1::bigint, {CROWD}) AS c(n)",
                )
            )
    if not sqlite:
        connection, driver = await db._checked_out()
        await driver.execute("VACUUM ANALYZE")
        await connection.close()


async def one_list(db: Database, keyring: Keyring) -> None:
    """A list of one line, from the file to its undoing."""
    place = await submit(db, keyring, SITI)
    async with db.writing() as tx:
        number = await results.begin(
            tx, file_name="a", file_hash=b"a", columns={}, listed_on=date(2026, 11, 23), staff_id=None, now=NOW
        )
        [siti] = (await cases.cases_by_nik(tx, keyring, [NIK]))[NIK]
        await cases.cases_by_name(tx, keyring, [cases.named(keyring, "Siti Aminah", "1995-08-17")])
        await cases.by_kpj(tx, keyring, ["26012345678"])
        await results.add_lines(tx, keyring, number, [(2, "matched", siti.id, {"cells": [NIK]})])
        await results.told_twice(tx, number)
        await results.look(tx, number)
        await results.sort_lines(tx, keyring, number, [(2, "matched", siti.id, {"cells": [NIK]})])
        await results.speaks_of(tx, number, siti.id, but=3)
        [line] = await results.lines(tx, keyring, number, found=results.APPLIES)
        await results.lines(tx, keyring, 1, found=("ambiguous", "unmatched"), limit=50)
        await results.same_file(tx, b"a", "applied")
        await results.newest(tx, limit=50)
        assert await imports.claim(tx, number, staff_id=None, now=NOW)
        await cases.cases(tx, keyring, [siti.id], "lock")
        await memberships.of_applications(tx, keyring, [siti.id])
        await memberships.for_chat(tx, keyring, place.chat_id)
        await applied.reported(tx, [siti.id])
        await applied.batches_of(tx, [siti.id])
        await consents.granted_by(tx, [place.person_id], "reminders")
        await imports.spoken_by(tx, [siti.id])
        said = Membership(siti.id, place.person_id, "registered", NOW, kpj="26012345678")
        await memberships.put(tx, keyring, said, import_id=number)
        await applied.move(tx, [(siti.id, "waiting_for_payment")], staff_id=None, now=NOW)
        [told] = await applied.enqueue(tx, [(place.chat_id, place.person_id, siti.key, b"{}")], NOW)
        await results.note_applied(
            tx, keyring, number, [Replaced(line.id, 2, siti.id, "handed_over", None, None, told, [(7, "waiting")])]
        )
        assert await imports.claim_undo(tx, number, staff_id=None, now=NOW)
        assert await imports.overtaken(tx, number) == 0
        assert len(await results.replaced(tx, keyring, number, after=-1)) == 1
        await applied.drop_unsent(tx, [told])
        await applied.put_back(tx, [(siti.id, "handed_over")], staff_id=None, now=NOW)
        await applied.put_back_reports(tx, [(7, "waiting")])
        await memberships.take_out(tx, [siti.id])
        await imports.waits_for_answer(tx, 1)
        await imports.forget_unread(tx, NOW)
        await imports.due(tx, NOW)
    await imports.let_go(db, later(days=-1))


async def test_a_short_list_reads_no_whole_table(
    crowded: Database,  # noqa: F811
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await a_long_list(crowded)
    with watched(monkeypatch) as sent:
        await one_list(crowded, keyring)
    explain = _sqlite_faults if crowded.dialect == "sqlite" else _postgres_faults
    faults: list[str] = []
    asked = 0
    for sql, args in sent.items():
        if re.match(r"(SELECT|WITH|UPDATE|DELETE) ", sql) and "advisory" not in sql:
            asked += 1
            faults += [f"{fault}\n    in {' '.join(sql.split())[:400]}" for fault in await explain(crowded, sql, args)]
    assert asked > 30
    assert not faults, "\n".join(faults)
