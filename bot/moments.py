"""Moments: what a scheduled row becomes once its time has come. Words are not kept in it: it names where they are."""

from __future__ import annotations

import hashlib
from datetime import datetime

import orjson

from bot.services import Services
from conversations.turn import Content, SentBack, Woke
from storage import decisions, knocking, scheduled
from storage.applications import Opened
from storage.scheduled import Due
from storage.tx import Tx

SENT_BACK = "sent_back"
CALLED_OFF = "called_off"


async def send_back(tx: Tx, chat_id: int, decision_id: int, now: datetime) -> None:
    """Let the chat be asked, once this is committed, for what a decision asks again; exactly once."""
    facts = orjson.dumps({"decision": decision_id}).decode()
    key = f"{SENT_BACK}:{decision_id}"
    await scheduled.schedule(tx, chat_id=chat_id, kind=SENT_BACK, key=key, due_at=now, facts=facts)


async def call_off(tx: Tx, application: Opened, now: datetime, say: str = "correction.called_off") -> None:
    """Take back what the chat was asked last: unsaid where it was not heard yet, told to the person where it was.

    say: what they are told, "" where they hear of it otherwise.
    """
    decision_id = max(one.id for one in application.decisions if one.kind == "ask_again")
    unsaid = await knocking.unsay(tx, application.channel, inbound_id(f"{SENT_BACK}:{decision_id}"))
    facts = {"receipt": application.receipt, "say": "" if unsaid else say}
    await scheduled.schedule(
        tx, chat_id=application.chat_id, kind=CALLED_OFF, key=f"{CALLED_OFF}:{decision_id}", due_at=now,
        facts=orjson.dumps(facts).decode(),
    )  # fmt: skip


def inbound_id(key: str) -> str:
    """The id of the inbound that a moment becomes: the same for the same moment, so that it is taken once."""
    return f"woke:{hashlib.sha256(key.encode()).hexdigest()[:24]}"


async def content_of(services: Services, moment: Due) -> Content | None:
    """What reaches the chat; None where what was to be said no longer holds."""
    facts = orjson.loads(moment.facts)
    if moment.kind != SENT_BACK:
        return Woke(moment.kind, facts)
    async with services.db.reading() as tx:
        asked = await decisions.asked_again(tx, services.keyring, int(facts["decision"]))
    return SentBack(asked.receipt, asked.steps, asked.reason) if asked and asked.stands else None
