"""A small fixed world for storage tests: Siti, Budi and Ana, their chats and what they were told."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from conversations.turn import Answer, Session, Submitted, Talk
from storage import applications, saving, turns
from storage.database import Database
from storage.keys import Keyring
from storage.turns import Call, Kept, Place

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SITI, BUDI, ANA = "555001", "555002", "555003"
NIK = "3174055708950003"
PHONE = "+6281234567890"
NAMES = {SITI: "Siti Aminah", BUDI: "Budi Santoso", ANA: "Ana"}
SAID = "nik saya 3174055708950003"
TOLD = "NIK-nya 3174055708950003, Kak Siti Aminah?"

_message_ids = itertools.count(1)


def later(**more: float) -> datetime:
    return NOW + timedelta(**more)


def call(who: str, channel: str = "telegram", *, also: tuple[tuple[str, str], ...] = ()) -> Call:
    """Somebody sends a new message."""
    return Call(channel, f"m{next(_message_ids)}", (("id", who), *also))


async def place_of(db: Database, keyring: Keyring, who: str, channel: str = "telegram", at: datetime = NOW) -> Place:
    """The chat of somebody, made when they are new; nothing is said."""
    one = call(who, channel)
    async with db.writing() as tx:
        place = (await turns.load(tx, keyring, [one], at))[one]
    assert place is not None
    return place


async def talk(
    db: Database,
    keyring: Keyring,
    who: str,
    *,
    channel: str = "telegram",
    said: str = SAID,
    told: str | None = TOLD,
    at: datetime = NOW,
    session: Session | None = None,
    window: datetime | None = None,
) -> int:
    """One turn: somebody says something and is told something. Returns the outbox id, 0 for silence."""
    one = call(who, channel)
    async with db.writing() as tx:
        place = (await turns.load(tx, keyring, [one], at))[one]
        assert place is not None
        saved = Talk(sessions={**place.talk.sessions, **({session.form: session} if session else {})})
        kept = Kept(
            call=one,
            place=place,
            talk=saved,
            kind="said",
            body=said.encode(),
            arrived_at=at,
            payload=told.encode() if told is not None else None,
            due_at=at,
            window_until=window,
        )
        return (await saving.save(tx, [kept])).get(one, 0)


def answers(**changes: object) -> dict[str, Answer]:
    """What Siti answered on the whole form, with changes."""
    values: dict[str, object] = {
        "full_name": "Siti Aminah",
        "nik": NIK,
        "born": date(1995, 8, 17).isoformat(),
        "phone": PHONE,
        "kelurahan": "31.74.05.1003",
        "rw": "7",
        "programme": "two",
        "months": "3",
        "occupation": {"code": "ojol", "sector": "transport"},
        **changes,
    }
    return {step: Answer(value, said=str(value)) for step, value in values.items()}  # type: ignore[arg-type]


def a_session(**changes: object) -> Session:
    """Siti's draft, as far as her NIK."""
    drafted = answers()
    session = Session(
        "registration",
        answers={step: drafted[step] for step in ("full_name", "nik")},
        asked="born",
        touched=NOW,
    )
    return replace(session, **changes)  # type: ignore[arg-type]


def a_form(receipt: str = "K7Q2M-4", **changes: object) -> Submitted:
    return Submitted("registration", receipt, answers(**changes), ("old_province",), "f1", {"first_code": "rw07"})


async def submit(
    db: Database,
    keyring: Keyring,
    who: str = SITI,
    *,
    form: Submitted | None = None,
    channel: str = "telegram",
    at: datetime = NOW,
    simulated: bool = False,
) -> Place:
    """Somebody submits the form. Returns their chat."""
    place = await place_of(db, keyring, who, channel, at)
    async with db.writing() as tx:
        await applications.submit(
            tx,
            keyring,
            chat_id=place.chat_id,
            person_id=place.person_id,
            key=place.key,
            channel=channel,
            language="id",
            submitted=form or a_form(),
            now=at,
            simulated=simulated,
        )
    return place
