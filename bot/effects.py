"""Effects: what must happen besides the reply, written in the turn's own transaction. One case each."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.data_rights import prove_erasure
from bot.records import RECORDS
from conversations.turn import (
    Consented,
    Effect,
    EraseWanted,
    FormOffered,
    HelpWanted,
    Inbound,
    Record,
    Redact,
    Submitted,
    Wants,
)
from conversations.whose import SEVERAL
from storage import applications, consents, help_requests, helped, people, secure_forms
from storage.keys import Keyring
from storage.turns import Kept
from storage.tx import Tx

SIMULATED = ("web", "terminal")  # channels whose people are made up


async def apply(tx: Tx, keyring: Keyring, kept: Kept, inbound: Inbound, effect: Effect, now: datetime) -> None:
    """Make one effect of a turn happen."""
    place = kept.place
    match effect:
        case Submitted():
            slot = str(effect.facts.get("slot", ""))
            whose = await helped.applicant(tx, keyring, place.chat_id, slot) if slot else place
            await applications.submit(
                tx,
                keyring,
                chat_id=place.chat_id,
                person_id=whose.person_id,
                key=whose.key,
                channel=place.channel,
                language=kept.talk.language,
                submitted=effect,
                now=inbound.at,
                simulated=place.channel in SIMULATED,
            )
            if slot:
                await helped.finish(tx, place.chat_id, slot, effect.receipt, now)
        case Consented(purpose, granted, version, pressed, slot):
            whose = await helped.applicant(tx, keyring, place.chat_id, slot) if slot else place
            await consents.record(
                tx,
                person_id=whose.person_id,
                chat_id=place.chat_id,
                purpose=purpose,
                granted=granted,
                text_version=version,
                pressed=pressed,
                identity_hash=place.identity_hash,
                at=inbound.at,
                witnessed=bool(slot),
            )
        case HelpWanted(reason):
            about = kept.heard_of if kept.heard_of and kept.heard_of != SEVERAL else ""
            await help_requests.open_request(tx, place.chat_id, reason, now, slot=about)
        case FormOffered(form, step):
            token = inbound.form_url.rpartition("/")[2]
            await secure_forms.issue(tx, keyring, token, place.chat_id, form, step, now)
        case EraseWanted(number):
            gone = await people.erase(tx, keyring, place.person_id, now, keep_chat=place.chat_id)
            if number:
                await prove_erasure(tx, number, gone.applications, now)
        case Record(name, facts):
            await RECORDS[name](tx, keyring, kept, facts, now)
        case Redact():
            pass  # the turn masked the text; delivery takes it out of the chat
        case Wants(name):
            raise AssertionError(f"{name} was wanted after the turn was decided")
        case _:
            assert_never(effect)
