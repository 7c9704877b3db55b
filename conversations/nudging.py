"""Nudging: somebody who agreed to reminders and stopped half-way is asked once whether they want to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from conversations.talking import Decided, House, recap
from conversations.turn import Inbound, Json, Talk

NUDGE = "nudge"
SAYS: Mapping[str, str] = {"engine.recap": "nudge.draft", "engine.recap_again": "nudge.again"}
TEMPLATE = "draft_waiting"  # the approved purpose for when WhatsApp's window is closed


def nudge(house: House, talk: Talk, inbound: Inbound, facts: Mapping[str, Json]) -> Decided:
    """Say where they are and ask the open question again. Silence for who finished, wrote since or said BERHENTI."""
    slot = str(facts.get("slot", ""))
    session = talk.sessions.get(slot)
    if session is None or session.done or talk.facts.get("reminders_off"):
        return Decided(talk)
    if session.touched > datetime.fromisoformat(str(facts["since"])):
        return Decided(talk)
    asked = recap(house, replace(talk, active=slot), inbound)
    if not any(reply.key in SAYS for reply in asked.replies):
        return Decided(talk)  # nothing is open any more: the form has changed since
    untouched = replace(asked.talk.sessions[slot], touched=session.touched)  # being reminded is no word of theirs
    replies = tuple(
        replace(reply, key=SAYS[reply.key], template=TEMPLATE) if reply.key in SAYS else reply
        for reply in asked.replies
    )
    return Decided(replace(asked.talk, sessions={**asked.talk.sessions, slot: untouched}), replies, asked.effects)
