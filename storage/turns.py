"""The first half of a turn: lock the chats, find who is calling, and read what is known of them, set by set.

In one transaction: `load`, the decisions in between, then `storage.saving.save`. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

import orjson

from conversations.saved import load_session, load_talk
from conversations.turn import Session, Talk
from storage import outbox
from storage.errors import AlreadyThere
from storage.flow import STILL, Flow
from storage.keys import Keyring, PersonKey
from storage.tx import Tx

CHAT = "chat"  # the kind of an address that is our own chat id: forms, reminders and reviewers speak to a chat by it
Purpose: TypeAlias = Literal["reply", "notice", "reminder"]
State: TypeAlias = Literal["taken", "parked", "flooded"]


@dataclass(frozen=True, slots=True)
class Call:
    """Who is calling with what: the names they go by (kind, value; the first is answered to) and the message's id."""

    channel: str
    message_id: str
    addresses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A chat as loaded and locked. sessions: slot → (row id, the applicant's person id, their key).

    held: something of ours waits for them to write, because the platform's window is closed.
    """

    chat_id: int
    person_id: int
    channel: str
    key: PersonKey
    address: str
    state: str
    quiet_until: int | None
    identity_hash: bytes
    talk: Talk
    sessions: Mapping[str, tuple[int, int, PersonKey]] = field(default_factory=dict)
    held: bool = False
    flow: Flow = STILL


@dataclass(frozen=True, slots=True)
class Kept:
    """What one turn leaves behind. body and payload are plain bytes; they are sealed here. payload None: silence.

    heard_of, said_of: the slots body and payload are about; None where nobody can know.
    """

    call: Call
    place: Place
    talk: Talk
    kind: str
    body: bytes
    arrived_at: datetime
    payload: bytes | None
    due_at: datetime
    chat_state: str = "open"
    window_until: datetime | None = None
    state: State = "taken"
    error: str | None = None
    purpose: Purpose = "reply"
    heard_of: str | None = None
    said_of: str | None = None
    flow: Flow | None = None  # None: as it was


async def load(tx: Tx, keyring: Keyring, calls: Sequence[Call], now: datetime) -> dict[Call, Place | None]:
    """Lock and read the chats of these calls, creating those that are new. A message seen before maps to None.

    Raises:
        AlreadyThere: another process created or forgot one of these chats at the same moment; roll back and try again.
    """
    hashes = {
        (call, address): keyring.blind(f"address.{call.channel}", address[1])
        for call in calls
        for address in call.addresses
        if address[0] != CHAT
    }
    known = await _locked_chats(tx, calls, hashes)
    seen = await _seen(tx, calls)
    new = [call for call in calls if call not in known and (call.channel, call.message_id) not in seen]
    new = [call for call in new if call.addresses[0][0] != CHAT]
    if new:
        known |= await _create(tx, keyring, new, hashes, now)
    await _add_names(tx, [c for c in calls if c in known and len(c.addresses) > 1], known, hashes, now)
    places = await _read(tx, keyring, sorted(set(known.values())))
    if any(c.addresses[0][0] != CHAT and known[c] not in places for c in calls if c in known):
        raise AlreadyThere("somebody was forgotten while their message waited for the chat: they begin anew")
    return {
        call: None
        if (call.channel, call.message_id) in seen or known.get(call) not in places
        else _as_called(places[known[call]], call, hashes)
        for call in calls
    }


async def look(tx: Tx, keyring: Keyring, chat_id: int) -> Place | None:
    """Read a chat without locking it, to say what a turn in it would say. None where the person was forgotten."""
    return (await _read(tx, keyring, [chat_id])).get(chat_id)


# ---- reading ------------------------------------------------------------------------------------------------------


async def _locked_chats(
    tx: Tx, calls: Sequence[Call], hashes: Mapping[tuple[Call, tuple[str, str]], bytes]
) -> dict[Call, int]:
    """Find each call's chat, and on PostgreSQL lock the rows in id order. The read that follows sees what they hold."""
    by_hash: dict[bytes, int] = {}
    if hashes:
        values = sorted(set(hashes.values()))
        rows = await tx.rows(
            f"SELECT value_hash, chat_id FROM identities WHERE value_hash IN ({_places(len(values))})",
            values,
        )
        by_hash = {bytes(value): chat_id for value, chat_id in rows}
    found: dict[Call, int] = {}
    for call in calls:
        for address in call.addresses:
            chat = int(address[1]) if address[0] == CHAT else by_hash.get(hashes[(call, address)])
            if chat is not None:
                found[call] = chat
                break
    if found and tx.dialect == "postgresql":
        ids = sorted(set(found.values()))
        await tx.rows(
            f"SELECT id FROM chats WHERE id IN ({_places(len(ids))}) ORDER BY id FOR UPDATE",
            ids,
        )
    return found


async def _seen(tx: Tx, calls: Sequence[Call]) -> set[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    for channel in {call.channel for call in calls}:
        ids = [call.message_id for call in calls if call.channel == channel]
        rows = await tx.rows(
            f"SELECT message_id FROM inbox WHERE channel = $1 AND message_id IN ({_places(len(ids), start=2)})",
            [channel, *ids],
        )
        seen |= {(channel, message_id) for (message_id,) in rows}
    return seen


async def _read(tx: Tx, keyring: Keyring, ids: Sequence[int]) -> dict[int, Place]:
    if not ids:
        return {}
    rows = await tx.rows(
        "SELECT c.id, c.person_id, c.channel, p.key, c.address, c.language, c.talk, c.state, c.quiet_until, "
        "c.flow_minute, c.flow_day, c.flooded_at, "
        "EXISTS (SELECT 1 FROM outbox h WHERE h.chat_id = c.id AND h.state = 'held' "
        f"AND (h.error IS NULL OR h.error <> '{outbox.NIGHT}')), "
        "s.id, s.slot, s.person_id, s.state, o.key "
        "FROM chats c JOIN people p ON p.id = c.person_id "
        "LEFT JOIN sessions s ON s.chat_id = c.id LEFT JOIN people o ON o.id = s.person_id "
        f"WHERE c.id IN ({_places(len(ids))}) AND p.key IS NOT NULL",
        ids,
    )
    chats: dict[int, tuple[Any, ...]] = {}
    sessions: dict[int, dict[str, Session]] = {chat: {} for chat in ids}
    owners: dict[int, dict[str, tuple[int, int, PersonKey]]] = {chat: {} for chat in ids}
    for row in rows:
        chats[row[0]] = row
        row_id, slot, person_id, state, wrapped = row[13:]
        if row_id is not None and wrapped is not None:
            key = keyring.unwrap(bytes(wrapped))
            owners[row[0]][slot] = (row_id, person_id, key)
            sessions[row[0]][slot] = load_session(orjson.loads(key.open(bytes(state), f"sessions.state/{person_id}")))
    return {chat: _place(keyring, row, sessions[chat], owners[chat]) for chat, row in chats.items()}


def _place(
    keyring: Keyring,
    row: tuple[Any, ...],
    sessions: Mapping[str, Session],
    owners: Mapping[str, tuple[int, int, PersonKey]],
) -> Place:
    chat_id, person_id, channel, wrapped, address, language, talk, state, quiet_until, *flow, held = row[:13]
    key = keyring.unwrap(bytes(wrapped))
    saved = orjson.loads(key.open(bytes(talk), f"chats.talk/{person_id}")) if talk else {}
    return Place(
        chat_id=chat_id,
        person_id=person_id,
        channel=channel,
        key=key,
        address=key.open(bytes(address), f"chats.address/{person_id}").decode(),
        state=state,
        quiet_until=quiet_until,
        identity_hash=b"",
        talk=load_talk(saved, language, sessions),
        sessions=owners,
        held=bool(held),
        flow=Flow(*flow),
    )


def _as_called(place: Place, call: Call, hashes: Mapping[tuple[Call, tuple[str, str]], bytes]) -> Place:
    """The chat as this call names it: the address to answer to is the one the message came from."""
    first = call.addresses[0]
    if first[0] == CHAT:
        return place
    return replace(place, address=first[1], identity_hash=hashes[(call, first)])


# ---- creating -----------------------------------------------------------------------------------------------------


async def _create(
    tx: Tx,
    keyring: Keyring,
    calls: Sequence[Call],
    hashes: Mapping[tuple[Call, tuple[str, str]], bytes],
    now: datetime,
) -> dict[Call, int]:
    """Create person, chat and identities for each new caller."""
    keys = {call: keyring.new_person() for call in calls}
    people = await tx.insert(
        "people", ("key", "created_at"), [(keys[call][0], now) for call in calls], returning="id, key"
    )
    person_of = {bytes(wrapped): person_id for person_id, wrapped in people}
    persons = {call: person_of[keys[call][0]] for call in calls}
    chats = await tx.insert(
        "chats",
        ("channel", "person_id", "address", "language", "active", "state", "created_at", "last_inbound_at"),
        [
            (
                call.channel,
                persons[call],
                keys[call][1].seal(call.addresses[0][1].encode(), f"chats.address/{persons[call]}"),
                "id",
                "",
                "open",
                now,
                now,
            )
            for call in calls
        ],
        returning="id, person_id",
    )
    chat_of = {person_id: chat_id for chat_id, person_id in chats}
    made = {call: chat_of[persons[call]] for call in calls}
    rows = [
        (call.channel, kind, hashes[(call, (kind, value))], made[call], persons[call], now, now)
        for call in calls
        for kind, value in call.addresses[:1]
    ]
    back = await tx.insert("identities", _IDENTITY, rows, "(channel, value_hash) DO NOTHING", "value_hash")
    if len(back) != len(rows):
        raise AlreadyThere("two processes met the same new chat")
    return made


async def _add_names(
    tx: Tx,
    calls: Sequence[Call],
    known: Mapping[Call, int],
    hashes: Mapping[tuple[Call, tuple[str, str]], bytes],
    now: datetime,
) -> None:
    """Remember further names of a chat (a BSUID beside a phone). A name that already points elsewhere stays there."""
    if not calls:
        return
    ids = sorted({known[call] for call in calls})
    owners: dict[int, int] = dict(
        await tx.rows(f"SELECT id, person_id FROM chats WHERE id IN ({_places(len(ids))})", ids)
    )
    rows = {
        hashes[(call, (kind, value))]: (
            call.channel,
            kind,
            hashes[(call, (kind, value))],
            known[call],
            owners[known[call]],
            now,
            now,
        )
        for call in calls
        for kind, value in call.addresses
    }
    await tx.insert("identities", _IDENTITY, list(rows.values()), "(channel, value_hash) DO NOTHING")


_IDENTITY = ("channel", "kind", "value_hash", "chat_id", "person_id", "first_seen", "last_seen")


def _places(count: int, start: int = 1) -> str:
    return ",".join(f"${n}" for n in range(start, start + count))
