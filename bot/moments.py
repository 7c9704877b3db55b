"""Moments: what a scheduled row becomes once its time has come. Words are not kept in it: it names where they are."""

from __future__ import annotations

from datetime import datetime

import orjson

from bot.services import Services
from conversations.turn import Content, SentBack, Woke
from storage import decisions, scheduled
from storage.scheduled import Due
from storage.tx import Tx

SENT_BACK = "sent_back"


async def send_back(tx: Tx, chat_id: int, decision_id: int, now: datetime) -> None:
    """Let the chat be asked, once this is committed, for what a decision asks again; exactly once."""
    facts = orjson.dumps({"decision": decision_id}).decode()
    key = f"{SENT_BACK}:{decision_id}"
    await scheduled.schedule(tx, chat_id=chat_id, kind=SENT_BACK, key=key, due_at=now, facts=facts)


async def content_of(services: Services, moment: Due) -> Content | None:
    """What reaches the chat; None where what was to be said no longer holds."""
    facts = orjson.loads(moment.facts)
    if moment.kind != SENT_BACK:
        return Woke(moment.kind, facts)
    async with services.db.reading() as tx:
        asked = await decisions.asked_again(tx, services.keyring, int(facts["decision"]))
    return SentBack(asked.receipt, asked.steps, asked.reason) if asked and asked.stands else None
