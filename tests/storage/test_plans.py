"""Everything the product asks stays flat: no statement reads a whole table, however many people there are.

A crowd is put into every table. Then the whole of storage is used once and every statement it sends is explained:
SQLite must search by an index and never scan; PostgreSQL is asked how many rows it really touched.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson
import pytest

from storage import (
    applications,
    audit,
    batches,
    chats,
    choosing,
    consents,
    data_requests,
    drafts,
    figures,
    floods,
    help_requests,
    helped,
    my_people,
    outbox,
    papers,
    parked,
    payment_reports,
    people,
    quiet,
    referrals,
    reports,
    restrictions,
    retention,
    rushes,
    saving,
    scheduled,
    secure_forms,
    staff,
    thinning,
    turns,
    volunteers,
    waiting,
)
from storage.applications import Filters
from storage.choosing import Choice
from storage.columns import micros
from storage.database import Database
from storage.keys import Keyring
from storage.outbox import Settled
from storage.tx import PostgresTx, SqliteTx, Tx
from storage.volunteers import Volunteer
from tests.storage.test_outbox import LEASE
from tests.storage.test_turns import kept
from tests.storage.world import ANA, BUDI, NOW, SITI, a_form, a_session, call, later, place_of, submit, talk

CROWD = 12_000
TOUCHED = 1_500  # rows a statement may touch; its page is at most 500
SMALL = (
    "house",
    "leases",
    "staff",
    "staff_sessions",
    "invitations",
    "page",
    "counted",
    "waiting",
    "parked",
    "result_imports",
    "chosen",
    "theirs",  # one volunteer's people
    "flood",
    "f",
    "came",
)

TINY = ("ix_outbox_sending", "ix_inbox_parked")  # what is in flight, and what a person has to look at

_NOW, _SOON = micros(NOW), micros(later(days=1))
FILL = (
    "INSERT INTO people (created_at, erased_at) SELECT {now}, {now} FROM {crowd}",
    "INSERT INTO chats (channel, person_id, address, language, active, state, created_at, last_inbound_at) "
    "SELECT 'telegram', n, {blob}, 'id', '', 'open', {now}, {now} FROM {crowd}",
    "INSERT INTO identities (channel, kind, value_hash, chat_id, person_id, first_seen, last_seen) "
    "SELECT 'telegram', 'id', {blob}, n, n, {now}, {now} FROM {crowd}",
    "INSERT INTO sessions (chat_id, slot, person_id, form, state, asked, done, touched_at, started_at) "
    "SELECT n, 'registration', n, 'registration', {blob}, 'nik', CASE WHEN n % 2 = 0 THEN 'submitted' ELSE '' END, "
    "{now} - n % 400 * 3600000000, {now} FROM {crowd}",
    "INSERT INTO inbox (channel, message_id, chat_id, kind, arrived_at, state) "
    "SELECT 'telegram', 'crowd' || n, n, 'said', {now}, 'taken' FROM {crowd}",
    "INSERT INTO inbox (channel, message_id, chat_id, kind, arrived_at, state) "
    "SELECT 'telegram', 'flood' || n, n / 4 + 1, 'said', {now}, 'flooded' FROM {crowd}",
    "INSERT INTO volunteers (code, state, area_code, rw, invited_at, changed_at) "
    "SELECT 'KT-' || n, 'active', '31.71.01.1001', '5', {now}, {now} FROM {crowd}",
    "INSERT INTO referrals (chat_id, first_code, first_at, last_code, last_at) "
    "SELECT n, 'KT-1', {now} - n * 200000, 'KT-1', {now} - n * 200000 FROM {crowd}",
    "INSERT INTO outbox (chat_id, inbox_id, purpose, priority, payload, state, due_at, attempts, created_at) "
    "SELECT n, n, 'reply', 0, {blob}, 'sent', {now}, 1, {now} FROM {crowd}",
    "INSERT INTO outbox (chat_id, purpose, priority, payload, state, due_at, attempts, created_at) "
    "SELECT n, 'broadcast', 9, {blob}, 'waiting', {soon} + n, 0, {now} FROM {crowd}",
    "INSERT INTO outbox (chat_id, purpose, priority, payload, state, due_at, attempts, created_at) "
    "SELECT n, 'notice', 1, {blob}, 'waiting', {soon} + n, 3, {now} FROM {crowd}",
    "INSERT INTO applications (receipt, chat_id, person_id, state, form, fingerprint, language, channel, answers, "
    "version, nik_hash, nik4_hash, name_hash, area_code, kecamatan_code, kota_code, programme, months, sector, flags, "
    "referral, "
    "submitted_at, changed_at, simulated) SELECT 'C-' || n, n, n, CASE WHEN n % 4 = 0 THEN 'submitted' ELSE "
    "'registered' END, 'registration', 'f', 'id', 'telegram', {blob}, 1, {blob}, {blob}, {blob}, '31.71.01.1001', "
    "'31.71.01', '31.71', 'two', 3, 'transport', CASE WHEN n % 3 = 0 THEN '[\"approximate\"]' WHEN n % 4000 = 1 THEN "
    "'[\"too_old\"]' ELSE '[]' END, 'KT-' || n % 9, {now} - n, {now}, false FROM {crowd}",
    "INSERT INTO application_versions (application_id, version, answers, at, why) "
    "SELECT n, 1, {blob}, {now}, 'submitted' FROM {crowd}",
    "INSERT INTO decisions (application_id, kind, at, steps) SELECT n, 'approve', {now}, '[]' FROM {crowd}",
    "INSERT INTO scheduled (chat_id, kind, key, due_at, facts, state) "
    "SELECT n, 'reminder', 'crowd' || n, {soon} + n, '{{}}', 'waiting' FROM {crowd}",
    "INSERT INTO consents (person_id, chat_id, purpose, granted, text_version, pressed, identity_hash, at) "
    "SELECT n, n, 'data', true, 'v1', 'Ya', {blob}, {now} FROM {crowd}",
    "INSERT INTO batches (state, branch, area, chosen, column_map, size, digests, created_at) "
    "SELECT 'answered', '', '31.71', '{{}}', '[]', 1, '{{}}', {now} FROM {crowd}",
    "INSERT INTO batch_entries (batch_id, position, application_id, version, live) "
    "SELECT n, 1, n, 1, true FROM {crowd}",
    "INSERT INTO help_requests (chat_id, reason, state, opened_at) SELECT n, 'asked', 'open', {now} - n FROM {crowd}",
    "INSERT INTO payment_reports (application_id, chat_id, person_id, paid_on, months, via, state, reported_at) "
    "SELECT n, n, n, '2026-11-01', 1, 'self', CASE WHEN n % 2 = 0 THEN 'waiting' ELSE 'confirmed' END, {now} - n "
    "FROM {crowd}",
    "INSERT INTO reports (kind, chat_id, person_id, volunteer_code, state, at) "
    "SELECT 'bot', n, n, '', CASE WHEN n % 2 = 0 THEN 'open' ELSE 'settled' END, {now} - n FROM {crowd}",
    "INSERT INTO data_requests (kind, chat_id, person_id, receipt, state, at, due_at) "
    "SELECT 'erase', n, n, '', CASE WHEN n % 2 = 0 THEN 'open' ELSE 'settled' END, {now}, {soon} + n FROM {crowd}",
    "INSERT INTO secure_forms (token_hash, chat_id, form, step, expires_at) "
    "SELECT {blob}, n, 'registration', 'nik', {soon} FROM {crowd}",
    "INSERT INTO audit (at, actor, action, subject, facts, previous, hash) "
    "SELECT {now}, 'crowd', 'a', 'crowd:' || n, '{{}}', {blob}, {blob} FROM {crowd}",
)


@pytest.fixture
async def crowded(database: Database) -> Database:
    """A database full of other people, all of them forgotten so that nobody needs their keys."""
    if database.dialect == "sqlite":
        crowd = f"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {CROWD}) SELECT n FROM c) c"
        blob = "randomblob(16)"
    else:
        crowd = f"generate_series(1::bigint, {CROWD}) AS c(n)"
        blob = "uuid_send(gen_random_uuid())"
    async with database.writing() as tx:
        if database.dialect == "postgresql":
            await tx.rows("SET LOCAL session_replication_role = replica")  # the crowd's references need no checking
        for statement in FILL:
            await tx.rows(statement.format(now=_NOW, soon=_SOON, crowd=crowd, blob=blob))
    if database.dialect == "postgresql":
        connection, driver = await database._checked_out()
        await driver.execute("VACUUM ANALYZE")
        await connection.close()
    return database


Statement = tuple[str, tuple[Any, ...]]


@contextlib.contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write down every statement sent meanwhile, the first of each text with its values."""
    sent: dict[str, tuple[Any, ...]] = {}
    with monkeypatch.context() as patch:
        for kind in (SqliteTx, PostgresTx):
            patch.setattr(kind, "rows", _noting(sent, kind.rows))
            patch.setattr(kind, "many", _noting_many(sent, kind.many))
        yield sent


def _noting(sent: dict[str, Any], rows: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def noted(self: Tx, sql: str, args: Sequence[Any] = ()) -> Any:
        sent.setdefault(sql, tuple(args))
        return await rows(self, sql, args)

    return noted


def _noting_many(sent: dict[str, Any], many: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def noted(self: Tx, sql: str, args: Any) -> Any:
        listed = list(args)
        if listed:
            sent.setdefault(sql, tuple(listed[0]))
        return await many(self, sql, listed)

    return noted


async def live(db: Database, keyring: Keyring) -> None:
    """Use everything the program asks storage for, once."""
    await talk(db, keyring, SITI, session=a_session())
    await submit(db, keyring, SITI)
    await submit(db, keyring, SITI, form=a_form(months="6"))
    await talk(db, keyring, BUDI, channel="whatsapp", window=later(days=1))
    await turning(db, keyring)
    await sending(db, keyring)
    await desk(db, keyring)
    await upkeep(db, keyring)


async def turning(db: Database, keyring: Keyring) -> None:
    calls = [call(f"{500_000 + n}", also=(("bsuid", f"b{n}"),)) for n in range(64)]
    place = await place_of(db, keyring, SITI)
    async with db.writing() as tx:
        await turns.load(tx, keyring, calls, NOW)
    calls = [call(f"{500_000 + n}", also=(("bsuid", f"b{n}"),)) for n in range(64)]
    async with db.writing() as tx:
        places = await turns.load(tx, keyring, calls, NOW)
        await saving.save(tx, [kept(one, where) for one, where in places.items() if where])
        await saving.park(tx, "telegram", "unreadable", None, None, NOW, "x")
        await consents.record(
            tx, person_id=place.person_id, chat_id=place.chat_id, purpose="data", granted=True, text_version="v1",
            pressed="Ya", identity_hash=b"x", at=NOW,
        )  # fmt: skip
        await consents.granted(tx, place.person_id, "data")
        await secure_forms.issue(tx, keyring, "t", place.chat_id, "registration", "nik", NOW)
        await secure_forms.look_up(tx, keyring, "t", NOW)
        await secure_forms.spend(tx, keyring, "t", NOW)
        await help_requests.close_request(tx, await help_requests.open_request(tx, place.chat_id, "asked", NOW), NOW)
        await scheduled.schedule(tx, chat_id=place.chat_id, kind="reminder", key="k", due_at=NOW)
        await scheduled.cancel(tx, place.chat_id, "resume")
        await applications.states_for_chat(tx, place.chat_id)


async def sending(db: Database, keyring: Keyring) -> None:
    place = await place_of(db, keyring, SITI)
    async with db.writing() as tx:
        await outbox.lead(tx, "me", NOW)
        await outbox.take_over(tx, "me")
        await outbox.add(tx, keyring, place.chat_id, b"x", "notice", NOW)
        claimed = await outbox.claim(tx, keyring, "me", NOW, 64, lease=LEASE)
        settled = [Settled(m.id, m.chat_id, "waiting", due_at=later(seconds=30)) for m in claimed]
        await outbox.settle(tx, [Settled(claimed[0].id, claimed[0].chat_id, "failed", chat_state="opted_out")], "me")
        await outbox.settle(tx, settled[1:], "me")
        await outbox.note_status(tx, claimed[0].id, "p", "failed", "63016", "open")
        await outbox.release(tx, [place.chat_id], NOW)
        await outbox.count_waiting(tx)
        await outbox.find_chat(tx, keyring, "telegram", SITI)
        await outbox.told_since(tx, keyring, place.chat_id, 0)
        await outbox.step_down(tx, "me")


async def desk(db: Database, keyring: Keyring) -> None:
    place = await place_of(db, keyring, SITI)
    async with db.writing() as tx:
        await staff.invite(tx, "t", role="admin", now=NOW, expires_at=later(days=1))
        member = await staff.join(tx, "t", login="ana", name="Ana", password_hash="h", now=NOW)
        assert member is not None
        found = await applications.one(tx, keyring, "K7Q2M-4")
        assert found is not None
        await applications.approve(tx, application_id=found.id, version=found.version, staff_id=member.id, now=NOW)
        await applications.undo_approval(
            tx, application_id=found.id, version=found.version, staff_id=member.id, now=NOW
        )
        await applications.state_of(tx, "K7Q2M-4")
        await applications.transcript(tx, keyring, place.chat_id)
        for filters in (
            *(Filters(state=state, area=area) for state in ("submitted", "") for area in ("31.74", "31.71.01")),
            *(Filters(), Filters(state="registered"), Filters(area="31.71.01.1001"), Filters(area="31.99")),
            *(Filters(find=applications.name_hash(keyring, "Siti Aminah")), Filters(receipt="K7Q2M-4")),
            Filters(find=applications.nik4_hash(keyring, "0003"), state="submitted", area="31.74"),
            *(
                Filters(flag=flag, state=state)
                for flag in ("too_old", "approximate", "minor")
                for state in ("submitted", "")
            ),
            *(Filters(flag="too_old", state="registered", area=area) for area in ("31.71", "31.71.01.1001")),
            *(Filters(volunteer="KT-1", state="submitted"), Filters(volunteer="KT-1", area="31.71", flag="too_old")),
            Filters(flag="approximate", area="31.71.01", state="submitted"),
        ):
            await applications.queue(tx, keyring, filters, after=None, limit=26)
            await applications.queue(tx, keyring, filters, after=(NOW, CROWD // 2), limit=26)
            await applications.counts(tx, filters)
        await handing_over(tx, keyring, found.id, member.id)
        await audit.append(tx, actor="ana", action="application.revealed", subject="s:1", facts={}, at=NOW)
        await audit.about(tx, "s:1", limit=50)
        await audit.search(tx, actor="ana")
        await audit.search(tx, limit=50)
        await parked.waiting(tx, keyring)
        await flooded(tx, keyring, place.chat_id)
        await inboxes(tx, keyring, place, found.id, member.id)
        await numbers(tx, keyring)


async def flooded(tx: Tx, keyring: Keyring, chat_id: int) -> None:
    """Floods of a quarter of the crowd, and a code by which all of it came at once."""
    await floods.waiting(tx, after=5, limit=21)
    await floods.to_take(tx, keyring, 7, limit=100)
    await floods.set_aside(tx, 7, CROWD * 3)
    await referrals.note(tx, chat_id, "KT-1", later(seconds=1))
    await rushes.seen(tx, "KT-1", NOW)
    await volunteers.listed(tx, keyring, state=volunteers.RUSHED, limit=51)
    await rushes.settle(tx, 1)


async def handing_over(tx: Tx, keyring: Keyring, application_id: int, staff_id: int) -> None:
    """A batch of one, looked for and made among the crowd's, and what is asked about it."""
    await tx.rows("UPDATE applications SET state = 'approved' WHERE id = $1", (application_id,))
    for choice in (Choice(area="31.74"), Choice(within="31.71.01", since=NOW), Choice(limit=500)):
        seen = await choosing.mark_of(tx, choice)
        await choosing.left_out(tx, choice)
        await choosing.first_lines(tx, keyring, choice)
    number = await batches.start(tx, choice, seen, branch="", column_map=[], staff_id=staff_id, now=NOW)
    await batches.seal(tx, number, digests={}, counts={}, staff_id=staff_id, now=NOW)
    await batches.one(tx, number)
    await batches.newest(tx, before=number)
    await batches.newest(tx, limit=26)
    await batches.entries(tx, number)
    await batches.of_applications(tx, range(1, 400))
    await batches.half_told(tx)
    await batches.hand_over(tx, number, staff_id=staff_id, now=NOW)
    await batches.move(tx, number, NOW)
    await batches.to_be_moved(tx, number)
    await batches.mark_answered(tx, number, NOW)


async def inboxes(tx: Tx, keyring: Keyring, place: turns.Place, application_id: int, staff_id: int) -> None:
    """Requests for a person and what else comes in, each among the crowd's."""
    asked = await help_requests.open_request(tx, place.chat_id, "asked", NOW)
    held = await help_requests.hold(tx, asked)
    assert held
    row = await outbox.add(tx, keyring, place.chat_id, b"x", "staff", NOW)
    await help_requests.answer(tx, held, staff_id=staff_id, outbox_id=row, now=NOW)
    for state in ("open", "answered", "closed"):
        await help_requests.waiting(tx, state)
        await help_requests.waiting(tx, state, after=(NOW, CROWD // 2))
        await help_requests.count(tx, state)
    await help_requests.end_quiet(tx, place.chat_id)
    await help_requests.lapse(tx, later(days=1))
    await chats.chat(tx, keyring, place.chat_id)
    await chats.told_of_themselves(tx, keyring, place.chat_id, ("full_name",))
    who = {"chat_id": place.chat_id, "person_id": place.person_id, "key": place.key, "now": NOW}
    paid = await payment_reports.add(tx, application_id=application_id, paid_on="2026-11-20", months=1, **who)
    for state in ("waiting", "contradicted"):
        await payment_reports.waiting(tx, state, after=(NOW, CROWD // 2))
        await payment_reports.count(tx, state)
    await payment_reports.of_application(tx, application_id)
    await payment_reports.settle(tx, paid, state="confirmed", staff_id=staff_id, now=NOW)
    told = await reports.add(tx, kind="bot", body="x", **who)
    await reports.waiting(tx, after=(NOW, CROWD // 2))
    await reports.one(tx, keyring, told)
    await reports.settle(tx, told, staff_id=staff_id, now=NOW)
    wish = await data_requests.add(tx, kind="erase", **who)
    await data_requests.waiting(tx, after=(NOW, CROWD // 2))
    await data_requests.open_for_chat(tx, place.chat_id)
    await data_requests.count_overdue(tx, NOW)
    await data_requests.settle(tx, wish, staff_id=staff_id, now=NOW)
    ratna = Volunteer(7, "KT-1", "active", "Ratna", "31.71", "5", None, None, None, NOW, NOW, NOW)
    await my_people.recent(tx, ratna, NOW)
    await my_people.totals(tx, ratna)
    await papers.one(tx, keyring, "K7Q2M-4")
    await papers.of_chat(tx, keyring, place.chat_id, NOW, most=8)
    await restrictions.restrict(tx, place.chat_id, place.person_id, NOW)
    await restrictions.standing(tx, [application_id])
    await restrictions.lift(tx, place.chat_id, place.person_id, NOW)
    await helped.slots_about(tx, application_id)
    for area in (None, "31.71", "31.71.01", "31.71.01.1001", "31.99"):
        await waiting.waiting(tx, ("queue", "help", "payments", "reports", "requests", "parked"), area)


async def numbers(tx: Tx, keyring: Keyring) -> None:
    """What the dashboard asks, and what upkeep counts for it: an hour of the crowd's is all of the crowd."""
    since, day = later(days=-28), NOW.date().isoformat()
    await figures.count_signups(tx, later(hours=1), later(hours=2))
    await figures.count_decided(tx, later(hours=1), later(hours=2))
    await figures.count_stood(tx, later(hours=1), later(hours=2), ("", "submitted", "minor"))
    await figures.keep(tx, "signups", day, {figures.Key("", "telegram"): 1})
    await figures.add(tx, "billed", day, "whatsapp", 1)
    await figures.by_day(tx, "signups", since.date().isoformat(), day, ("telegram", "whatsapp"), "31.71")
    await figures.by_detail(tx, "decided", since.date().isoformat(), day, ("telegram", "whatsapp"))
    await figures.by_channel(tx, "billed", day, day)
    await figures.stood(tx, since.date().isoformat(), day)
    await figures.waiting(tx, (since, later(seconds=-1)), "real")
    await figures.waiting(tx, (since, NOW), "real", "31.71.01")
    await figures.given_up(tx, since)
    await figures.held(tx)
    page = await drafts.resting(tx, keyring, "registration", "nik", ("telegram",), later(hours=1), after=None, limit=25)
    await drafts.nudge(tx, keyring, page.drafts[0].id if page.drafts else 1, "nik", NOW)


async def upkeep(db: Database, keyring: Keyring) -> None:
    place = await place_of(db, keyring, BUDI, "whatsapp")
    async with db.writing() as tx:
        for due in await scheduled.claim_due(tx, NOW, limit=100):
            await scheduled.done(tx, due.id)
        await people.erase(tx, keyring, place.person_id, NOW, keep_chat=place.chat_id)
        ana = await place_of_within(tx, keyring)
        await people.erase(tx, keyring, ana.person_id, NOW)
        await retention.due(tx, NOW)
        await retention.let_drafts_go(tx, keyring, place.chat_id, NOW)
        page = await quiet._page(tx, CROWD + 5, later(days=31))
        await quiet.strangers(tx, page.chats, later(days=31), "to count")
        await quiet.with_nothing_whole(tx, page.chats)
        await quiet.forget_messages(tx, page.chats, NOW)
    await thinning.thin(db, NOW)
    await people.forget_the_gone(db, keyring, later(days=2))


async def place_of_within(tx: Tx, keyring: Keyring) -> turns.Place:
    one = call(ANA)
    place = (await turns.load(tx, keyring, [one], NOW))[one]
    assert place is not None
    return place


async def test_nothing_the_product_asks_reads_a_whole_table(
    crowded: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.queue.COUNTED_UP_TO", 100)
    monkeypatch.setattr("storage.outbox.COUNTED_UP_TO", 100)
    for limit in ("figures.COUNTED_UP_TO", "figures.FAILURES_LOOKED_AT", "drafts.LOOKED_AT", "queue.RARE"):
        monkeypatch.setattr(f"storage.{limit}", 20)
    with watched(monkeypatch) as sent:
        await live(crowded, keyring)
    explain = _sqlite_faults if crowded.dialect == "sqlite" else _postgres_faults
    faults: list[str] = []
    asked = 0
    for sql, args in sent.items():
        if not re.match(r"(SELECT|WITH|UPDATE|DELETE) ", sql) or "advisory" in sql:
            continue
        asked += 1
        faults += [f"{fault}\n    in {' '.join(sql.split())[:400]}" for fault in await explain(crowded, sql, args)]
    assert asked > 90
    assert not faults, "\n".join(faults)


async def test_the_crowd_would_be_noticed(crowded: Database) -> None:
    """The test above can fail: a question without an index is reported on both databases."""
    explain = _sqlite_faults if crowded.dialect == "sqlite" else _postgres_faults
    assert await explain(crowded, "SELECT id FROM chats WHERE language = $1", ("xx",))
    assert await explain(crowded, "SELECT id FROM applications ORDER BY changed_at LIMIT $1", (10,))
    assert not await explain(crowded, "SELECT id FROM chats WHERE id = $1", (7,))


async def _sqlite_faults(db: Database, sql: str, args: Sequence[Any]) -> list[str]:
    """Scans of a table or of a whole index. Statistics are never gathered: the plan may not depend on them."""
    async with db.reading() as tx:
        plan = [str(row[3]) for row in await tx.rows(f"EXPLAIN QUERY PLAN {sql}", args)]
    faults = []
    for step in plan:
        scanned = re.match(r"SCAN (\w+)", step)
        if scanned and not scanned[1].startswith("arm") and scanned[1] not in SMALL and not _bounded(sql, step):
            faults.append(step)
        if "TEMP B-TREE FOR ORDER BY" in step and "arm0" not in sql and " IN ($" not in sql:
            faults.append(step)
    return faults


def _bounded(sql: str, step: str) -> bool:
    """A walk along an index that stops after its LIMIT with nothing left to filter, or a look through a tiny one."""
    return any(index in step for index in TINY) or bool(
        re.search(r"ORDER BY (\w\.)?id( DESC)? LIMIT", sql)
        or ("ix_outbox_held" in step and re.search(r"ORDER BY chat_id LIMIT \d+", sql))
        or ("ix_outbox_heads" in step and re.search(r"ORDER BY chat_id, id LIMIT \d+", sql))
    )


async def _postgres_faults(db: Database, sql: str, args: Sequence[Any]) -> list[str]:
    """Runs the statement, undone afterwards, and adds up the rows its scans touched in tables the crowd is in."""

    class Undo(Exception):
        pass

    plan: dict[str, Any] = {}

    async def explain() -> None:
        async with db.writing() as tx:
            await tx.rows("SET LOCAL random_page_cost = 1.1")  # a solid disk
            [(told,)] = await tx.rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", args)
            plan.update((told if isinstance(told, list) else orjson.loads(told))[0]["Plan"])
            raise Undo

    with contextlib.suppress(Undo):
        await explain()
    touched = 0
    faults = []
    nodes = [plan]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        table = node.get("Relation Name")
        if table is None or table in SMALL or "Scan" not in node["Node Type"]:
            continue
        rows = (
            node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        )
        touched += int(rows * node["Actual Loops"])
        if node["Node Type"] == "Seq Scan" and touched > TOUCHED:
            faults.append(f"reads all of {table}")
    return [*faults, f"touches {touched} rows"] if touched > TOUCHED else faults


async def test_sixty_four_turns_cost_as_many_statements_as_one(database: Database, keyring: Keyring) -> None:
    counted: list[int] = []
    for size in (1, 64):
        with pytest.MonkeyPatch.context() as patch, watched(patch) as sent:
            calls = [call(f"{600_000 + size * 100 + n}") for n in range(size)]
            async with database.writing() as tx:
                places = await turns.load(tx, keyring, calls, NOW)
                await saving.save(tx, [kept(one, where) for one, where in places.items() if where])
        counted.append(len(sent))
    assert counted[0] == counted[1]
