"""What a turn leaves behind, as rows: one that was answered, one that crashed, one of a flood."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog

from bot import floods
from bot.channels.channel import Arrived, Outgoing
from bot.payload import pack
from conversations.conversation import House
from conversations.guard import mask
from conversations.turn import (
    Filled,
    Left,
    Message,
    Opened,
    Redact,
    Said,
    Sent,
    SentBack,
    Shared,
    Spoken,
    Tapped,
)
from conversations.whose import heard_of
from storage.columns import micros
from storage.flow import Flow
from storage.turns import Call, Kept, Place, Purpose

log = structlog.get_logger()

WINDOW = timedelta(hours=24)
CORRECTION = "data_needed_again"  # the approved purpose for when WhatsApp's window is closed


def taken(call: Call, arrived: Arrived, place: Place, spoken: Spoken, flow: Flow, now: datetime) -> Kept:
    """A turn that was decided."""
    redact = any(isinstance(e, Redact) for e in spoken.effects)
    chat_state = "opted_out" if isinstance(arrived.content, Left) else "open"
    return Kept(
        call=call,
        place=place,
        talk=spoken.talk,
        kind=_kind(arrived),
        body=_body(arrived, redact),
        arrived_at=arrived.at,
        payload=_payload(arrived, spoken.message, redact),
        due_at=now,
        chat_state=chat_state if _by_person(arrived) else place.state,
        window_until=now + WINDOW if arrived.channel == "whatsapp" and _by_person(arrived) else None,
        purpose=_purpose(arrived),
        heard_of=heard_of(place.talk, spoken.talk, arrived.content, spoken.said_of),
        said_of=spoken.said_of,
        flow=flow,
    )


def parked(house: House, call: Call, arrived: Arrived, place: Place, error: Exception, now: datetime) -> Kept:
    """A turn that crashed: its message is kept for admins, and the person gets an apology."""
    log.error("turn_parked", channel=arrived.channel, error=where(error))
    apology = Outgoing(house.words[place.talk.language].text("turn.apology"), acknowledge=arrived.handle)
    return Kept(
        call=call,
        place=place,
        talk=place.talk,
        kind=_kind(arrived),
        body=_body(arrived, redact=False),
        arrived_at=arrived.at,
        payload=pack(apology),
        due_at=now,
        state="parked",
        error=where(error),
        flow=floods.weigh(place.flow, arrived, micros(now)).flow,
    )


def flooded(house: House, call: Call, arrived: Arrived, place: Place, weighed: floods.Weighed, now: datetime) -> Kept:
    """A message of a flood: kept as it came. Its first is told when to go on, but where an officer talks."""
    hushed = place.quiet_until is not None and place.quiet_until > micros(now)
    told = weighed.answering == "tell" and not hushed
    if weighed.answering == "tell":
        log.warning("flood_began", channel=arrived.channel)
    slower = Outgoing(house.words[place.talk.language].text("turn.slower", {"minutes": weighed.minutes}))
    return Kept(
        call=call,
        place=place,
        talk=place.talk,
        kind=_kind(arrived),
        body=_body(arrived, redact=False),
        arrived_at=arrived.at,
        payload=pack(slower) if told else None,
        due_at=now,
        window_until=now + WINDOW if arrived.channel == "whatsapp" else None,
        state="flooded",
        flow=weighed.flow,
    )


def _kind(arrived: Arrived) -> str:
    return type(arrived.content).__name__.lower()


def _payload(arrived: Arrived, message: Message | None, redact: bool) -> bytes | None:
    """What to send: the message, and what is to be done to the one it answers."""
    touched = isinstance(arrived.content, Tapped | Shared)
    if message is None and not redact and not touched:
        return None
    return pack(
        Outgoing(
            text=message.text if message else "",
            choices=message.choices if message else (),
            share_contact=message.share_contact if message else "",
            private=message.private if message else False,
            copy=message.copy if message else "",
            paper=message.paper if message else None,
            redact=arrived.handle if redact else {},
            acknowledge=arrived.handle if touched else {},
            **_template(arrived, message),
        )
    )


def _by_person(arrived: Arrived) -> bool:
    """Say whether the person themselves did this, rather than the clock or a reviewer."""
    return isinstance(arrived.content, Said | Tapped | Shared | Sent | Opened | Filled | Left)


def _template(arrived: Arrived, message: Message | None) -> dict[str, Any]:
    """What may be said in the message's place where the window is closed."""
    if isinstance(arrived.content, SentBack):
        return {"template": CORRECTION, "variables": (arrived.content.receipt,)}
    return {"template": message.template, "variables": message.variables} if message else {}


def _purpose(arrived: Arrived) -> Purpose:
    """A reply to the person, an officer's word to them, or a reminder."""
    if _by_person(arrived):
        return "reply"
    return "notice" if isinstance(arrived.content, SentBack) else "reminder"


def _body(arrived: Arrived, redact: bool) -> bytes:
    """What the transcript keeps of an inbound, with what must not stay masked."""
    match arrived.content:
        case Said(text):
            body = {"text": mask(text) if redact else text}
        case Tapped(step, value):
            body = {"tap": step, "value": value}
        case Filled(step, text):
            body = {"filled": step, "text": mask(text)}
        case Sent(kind):
            body = {"kind": kind}
        case Opened(code):
            body = {"opened": code}
        case Shared(phone, _):
            body = {"text": phone, "kind": "contact"}
        case other:
            body = {"kind": type(other).__name__.lower()}
    return orjson.dumps(body)


def where(error: Exception) -> str:
    """Name an error by its kind and place, never by its message, which could hold what the person typed."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} in {place}"
