"""Floods: who writes far faster than people do is answered for a while, told once, and then no more until it is calm.

Two buckets a chat, in its own row: exact over several processes and after a restart, and no query more. What is not
answered is kept as "flooded", for the desk to take again or set aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.channels.channel import Arrived
from conversations.commands import parse
from conversations.turn import Left, Said, Tapped
from storage.flow import Flow
from storage.turns import CHAT

SECOND = 1_000_000
Answering: TypeAlias = Literal["answer", "obey", "tell", "keep"]


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many messages are answered at once, and one more each so many microseconds."""

    room: int
    every: int

    @property
    def full(self) -> int:
        return self.room * self.every


# Six short messages in a row are nothing; nobody types sixty in a minute, nor twenty a minute for long.
MINUTE = Bucket(room=60, every=3 * SECOND)
# A helper with sixty people writes some 1,500 in a day. A machine that answers ours writes slowly, and for ever.
DAY = Bucket(room=1_000, every=30 * SECOND)
CALM = 20  # a flood is over once so many messages have room again: after a minute's rest, or after ten


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is done with a message, how fast its chat writes now, and in how many minutes it is answered again."""

    answering: Answering
    flow: Flow
    minutes: int = 0


def weigh(flow: Flow, arrived: Arrived, at: int) -> Weighed:
    """Say whether an inbound that arrives now (microseconds) is answered. What we send into a chat ourselves always is.

    In a flood BERHENTI is obeyed without an answer: that right waits for nobody.
    """
    if arrived.addresses[0].kind == CHAT or isinstance(arrived.content, Left):
        return Weighed("answer", flow)
    minute, day = _level(flow.minute, MINUTE, at), _level(flow.day, DAY, at)
    wait = max(minute - (MINUTE.room - CALM) * MINUTE.every, day - (DAY.room - CALM) * DAY.every)
    fits = minute + MINUTE.every <= MINUTE.full and day + DAY.every <= DAY.full
    flooded_at = flow.flooded_at if wait > 0 else None
    answering: Answering = "answer"
    if flooded_at is not None:
        answering = "obey" if _stops(arrived) else "keep"
    elif not fits:
        answering = "obey" if _stops(arrived) else "tell"
        flooded_at = at if answering == "tell" else None
    flow = Flow(at + min(minute + MINUTE.every, MINUTE.full), at + min(day + DAY.every, DAY.full), flooded_at)
    return Weighed(answering, flow, -(-wait // (60 * SECOND)))


def _level(worked_off_at: int, bucket: Bucket, at: int) -> int:
    """How long the bucket takes to run empty. More than full is no flood: a clock was put back."""
    level = worked_off_at - at
    return level if 0 < level <= bucket.full else 0


def _stops(arrived: Arrived) -> bool:
    match arrived.content:
        case Said(text):
            command = parse(text)
            return command is not None and command.name == "stop"
        case Tapped("!", "stop"):
            return True
    return False
