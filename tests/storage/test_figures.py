"""Daily figures: counted as the rows say, by every level of an area, kept once and never twice."""

from __future__ import annotations

from datetime import timedelta

from conversations.talking import TRAINING
from storage import applications, drafts, figures
from storage.database import Database
from storage.figures import Key
from storage.keys import Keyring
from tests.storage.world import ANA, BUDI, NOW, SITI, a_form, a_session, later, submit, talk

DAY = NOW.date().isoformat()
ENDS = ("", "submitted", "minor")


async def decides(db: Database, receipt: str, kind: str, hours: float) -> None:
    async with db.writing() as tx:
        [(row_id, version, state)] = await tx.rows(
            "SELECT id, version, state FROM applications WHERE receipt = $1", (receipt,)
        )
        assert await applications.decide(
            tx, application_id=row_id, kind=kind, staff_id=None, now=later(hours=hours), from_states=(state,),
            to_state="approved" if kind == "approve" else "submitted", version=version,
        )  # fmt: skip


async def test_a_sign_up_counts_everywhere_and_in_each_area_it_lies_in(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring, SITI, form=a_form("K-1"))
    await submit(database, keyring, BUDI, form=a_form("K-2"), channel="whatsapp", at=later(minutes=5))
    await submit(database, keyring, ANA, form=a_form("K-3"), at=later(days=1))
    async with database.writing() as tx:
        counted = await figures.count_signups(tx, NOW, later(days=1))
    for area in ("", "31.74", "31.74.05", "31.74.05.1003"):
        assert {key.channel: n for key, n in counted.items() if key.area == area} == {"telegram": 1, "whatsapp": 1}
    assert len(counted) == 8


async def test_practice_is_no_sign_up(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring, SITI)
    async with database.writing() as tx:
        await tx.rows("UPDATE applications SET training = $1", (True,))
        assert await figures.count_signups(tx, NOW, later(days=1)) == {}


async def test_only_the_first_decision_says_how_long_somebody_waited(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring, SITI, form=a_form("K-1"))
    await submit(database, keyring, BUDI, form=a_form("K-2"))
    await decides(database, "K-1", "approve", 3.5)
    await decides(database, "K-1", "undo_approval", 6)
    await decides(database, "K-2", "approve", 30)
    async with database.reading() as tx:
        counted = await figures.count_decided(tx, NOW, later(days=2))
        second_day = await figures.count_decided(tx, later(days=1), later(days=2))
    assert {key.detail: n for key, n in counted.items() if key.area == "31.74"} == {"00003": 1, "00030": 1}
    assert {key.detail for key in second_day} == {"00030"}


async def test_where_people_stand_is_counted_in_the_hour_of_their_last_word(
    database: Database, keyring: Keyring
) -> None:
    await talk(database, keyring, SITI, session=a_session())
    await talk(database, keyring, BUDI, session=a_session(asked="nik", touched=later(minutes=20)))
    await talk(database, keyring, ANA, session=a_session(done="minor", asked="born", touched=later(hours=3)))
    async with database.reading() as tx:
        first = await figures.count_stood(tx, NOW - timedelta(hours=1), NOW, ENDS)
        rest = await figures.count_stood(tx, NOW, later(hours=6), ENDS)
    assert first == {Key("", "telegram", "registration born "): 1}
    assert rest == {
        Key("", "telegram", "registration nik "): 1,
        Key("", "telegram", "registration born minor"): 1,
    }


async def test_practice_stands_nowhere_and_is_no_draft_that_rests(database: Database, keyring: Keyring) -> None:
    await talk(database, keyring, SITI, session=a_session())
    await talk(database, keyring, BUDI, session=a_session())
    async with database.writing() as tx:
        await tx.rows("UPDATE sessions SET slot = $1 WHERE chat_id = (SELECT MAX(id) FROM chats)", (TRAINING,))
    async with database.reading() as tx:
        counted = await figures.count_stood(tx, NOW - timedelta(hours=1), NOW, ENDS)
        resting = await drafts.resting(tx, keyring, "registration", "born", (), later(hours=2), after=None, limit=9)
    assert counted == {Key("", "telegram", "registration born "): 1}
    assert len(resting.drafts) == 1


async def test_a_day_counted_again_replaces_what_was_kept(database: Database) -> None:
    async with database.writing() as tx:
        await figures.keep(tx, "signups", DAY, {Key("", "telegram"): 3, Key("31.74", "telegram"): 3})
        await figures.keep(tx, "signups", DAY, {Key("", "telegram"): 4, Key("31.75", "telegram"): 4})
        await figures.keep(tx, "signups", "2026-11-23", {Key("", "web"): 9})
        assert not await figures.differs(tx, "signups", DAY, {Key("", "telegram"): 4, Key("31.75", "telegram"): 4})
        assert await figures.differs(tx, "signups", DAY, {Key("", "telegram"): 4})
        real = ("telegram", "whatsapp")
        assert await figures.by_day(tx, "signups", "2026-11-01", DAY, real) == {DAY: 4}
        assert await figures.by_day(tx, "signups", "2026-11-01", DAY, ("web",)) == {"2026-11-23": 9}
        assert await figures.by_day(tx, "signups", "2026-11-01", DAY, real, "31.74") == {}


async def test_what_is_billed_adds_up_as_it_happens(database: Database) -> None:
    async with database.writing() as tx:
        for n in (2, 5):
            await figures.add(tx, "billed", DAY, "whatsapp", n)
        await figures.add(tx, "billed", "2026-10-31", "whatsapp", 50)
        assert await figures.by_channel(tx, "billed", "2026-11-01", "2026-11-30") == {"whatsapp": 7}


async def test_who_waits_is_counted_by_age_and_place(database: Database, keyring: Keyring) -> None:
    await submit(database, keyring, SITI, form=a_form("K-1"))
    await submit(database, keyring, BUDI, form=a_form("K-2"), at=later(days=2))
    await submit(database, keyring, ANA, form=a_form("K-3"), channel="web", at=later(days=2), simulated=True)
    edges = (NOW - timedelta(days=9), later(days=1), later(days=3))
    async with database.reading() as tx:
        assert await figures.waiting(tx, edges, "real") == [1, 1]
        assert await figures.waiting(tx, edges, "made_up") == [0, 1]
        assert await figures.waiting(tx, edges, "real", "31.74.05") == [1, 1]
        assert await figures.waiting(tx, edges, "real", "31.71") == [0, 0]
    await decides(database, "K-1", "approve", 72)
    async with database.reading() as tx:
        assert await figures.waiting(tx, edges, "real") == [0, 1]


async def test_what_could_not_be_delivered_is_told_by_its_reason(database: Database, keyring: Keyring) -> None:
    for who, state, error in ((SITI, "failed", "63016"), (BUDI, "failed", "63016"), (ANA, "held", "window_closed")):
        row_id = await talk(database, keyring, who)
        async with database.writing() as tx:
            await tx.rows("UPDATE outbox SET state = $1, error = $2 WHERE id = $3", (state, error, row_id))
    async with database.reading() as tx:
        assert await figures.given_up(tx, NOW - timedelta(days=30)) == {"63016": 2}
        assert await figures.given_up(tx, later(days=1)) == {}
        assert await figures.held(tx) == 1
