"""What a channel is: it verifies, it parses, it renders, it sends. It translates and never decides.

One taxonomy of outcomes serves all channels: a send either returns `Delivered` or raises `Undelivered`, which carries
the decision. Delivery acts on it; a channel only names it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeAlias

from conversations.turn import Choice, Content, Paper


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may hold on this channel. `choices` over the limit are numbered in the text instead."""

    text: int
    buttons: int
    label: int
    rows: int = 0
    callback: int = 64


@dataclass(frozen=True, slots=True)
class Address:
    """One name a person goes by on a channel. The first address of an arrival is the one to answer to."""

    kind: str  # "id", "phone", "bsuid", "web", "tty"
    value: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """One inbound, parsed. `message_id` is unique on the channel; `at` is UTC by our clock.

    handle: what the platform needs to delete this very message ("message"), to answer a tap ("callback") and to spend
    the buttons of the message of ours it hung under ("question"). own_phone: E.164, where the
    channel vouches for it. language: the platform's hint for a first greeting.
    """

    channel: str
    message_id: str
    addresses: tuple[Address, ...]
    content: Content
    at: datetime
    handle: Mapping[str, str] = field(default_factory=dict)
    own_phone: str | None = None
    language: str = ""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to answer: a service notice, another bot, a live location moving. why: for the metrics."""

    why: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What the platform sent could not be read: park it under this id, acknowledge it, let the rest pass."""

    channel: str
    message_id: str
    why: str


@dataclass(frozen=True, slots=True)
class InGroup:
    """Somebody spoke to the bot in a group. message_id is the same for every message of that group, so that whoever
    admits it once answers once; `address` is the group, to be told "chat pribadi, ya"."""

    channel: str
    message_id: str
    address: str
    at: datetime
    language: str = ""


Parsed: TypeAlias = Arrived | Ignored | Unreadable | InGroup


@dataclass(frozen=True, slots=True)
class File:
    """A file as it goes with one message. address: where a platform may fetch it for an hour; content: its bytes."""

    name: str
    media_type: str
    address: str
    content: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One outbound as it waits in the outbox: what to say, and what to do to the message it answers.

    text: rendered, with *bold* as its only markup. redact/freeze: handles of the inbound to delete and of our earlier
    message whose buttons are spent. template: the approved purpose for a closed window, with its variables. paper: the
    receipt that goes along; file: the same, made by delivery just before it is sent and kept nowhere.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    share_contact: str = ""
    private: bool = False
    copy: str = ""
    redact: Mapping[str, str] = field(default_factory=dict)
    acknowledge: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    variables: tuple[str, ...] = ()
    paper: Paper | None = None
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform took it. platform_id finds it again in status callbacks."""

    platform_id: str
    billable: int = 0


class Outcome(Enum):
    """Why a message was not delivered, as a decision."""

    RETRY_AFTER = "retry_after"  # this chat or the whole channel is too fast, or the platform is down: try again
    UNKNOWN = "unknown"  # sent, but no answer came: wait for the callback before any resend
    WINDOW_CLOSED = "window_closed"  # outside WhatsApp's 24 hours: template or hold
    OPTED_OUT = "opted_out"  # blocked or stopped: never again until they write
    UNREACHABLE = "unreachable"  # no such recipient
    OUR_FAULT = "our_fault"  # a bug of ours: give up, alert
    REFUSED = "refused"  # the platform declines this message: never resend at once
    MISCONFIGURED = "misconfigured"  # token or sender wrong: stop the channel, alert, lose nothing


class Undelivered(Exception):
    """A message the platform did not take. Holds no personal data: only the outcome, a code and when to retry.

    whole_channel: the limit or fault concerns every chat, not this one.
    """

    def __init__(self, outcome: Outcome, code: str, *, retry_after: float = 0.0, whole_channel: bool = False) -> None:
        super().__init__(f"{outcome.value}: {code}")
        self.outcome = outcome
        self.code = code
        self.retry_after = retry_after
        self.whole_channel = whole_channel


class Channel(Protocol):
    """One platform. `can` lists capabilities the conversation may ask about; rates are messages a second."""

    name: str
    can: frozenset[str]
    limits: Limits
    rate: float
    rate_per_chat: float

    async def send(self, address: str, message: Outgoing, outbox_id: int) -> Delivered:
        """Send one message to one address.

        Raises:
            Undelivered: with the decision.
        """
        ...

    async def open(self) -> None:
        """Connect, register commands and webhooks. Must survive a platform that is down."""
        ...

    async def close(self) -> None: ...
