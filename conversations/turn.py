"""What goes into a turn and what comes out of it: inbounds, sessions, replies, effects. Frozen values, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Rupiah(int):
    """An amount in whole rupiah; wording writes it as Rp16.800."""


class Month(date):
    """A calendar month, by its first day; wording writes it as November 2026."""

    __slots__ = ()


class Phrase(str):
    """A text key to be said in its place. One that begins with "." belongs to the step it is shown for."""

    __slots__ = ()


Fact: TypeAlias = str | int | Rupiah | date | datetime | None
"""A value put into a text. Wording formats it by its type and language; a str is shown with its markup taken out."""


# ---- what arrives -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """Text the person typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """One of our own buttons, possibly an old one. `step` is "form.step", or "!" for a command."""

    step: str
    value: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A contact card. `own` says the platform vouches that it is the sender's."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """Something without words: sticker, voice, photo, video, document, location, poll, dice, contact, album, other."""

    kind: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The chat was opened (/start), perhaps by a link that carries a code."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A private answer typed on the secure form. slot: whose form it is, where a chat holds several."""

    step: str
    text: str
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Woke:
    """A scheduled moment came: time is an inbound too."""

    reason: str
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What storage knows, asked for by a `Wants` effect of this same turn."""

    name: str
    facts: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class SentBack:
    """A reviewer asks for these steps again, with a reason in words the person reads."""

    receipt: str
    steps: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Left:
    """The person blocked the bot or left."""


Content: TypeAlias = Said | Tapped | Shared | Sent | Opened | Filled | Woke | Told | SentBack | Left


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that reached us, with everything a decision may depend on. Time, ids and capabilities are arguments.

    at: when it arrived (UTC). today: the local date then. fresh: an unused receipt number, spent only by a submission.
    form_url: an unused secure-form link, spent only by a question that needs it. can: what the channel may do
    ("take_full_id", "share_contact", "caption_files": words under a document are seen). own_phone: the sender's number
    in E.164 where the channel gives it. hushed: an officer talks in this chat. zone: in whose hours people live.
    unheard: something of ours was held until they write, and goes out before this is answered.
    """

    content: Content
    at: datetime
    today: date
    fresh: str = ""
    form_url: str = ""
    can: frozenset[str] = frozenset()
    own_phone: str | None = None
    edited: bool = False
    hushed: bool = False
    unheard: bool = False
    zone: str = "Asia/Jakarta"


# ---- what is remembered -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """value: what we understood (JSON). said: what the person typed, for the reviewer. flags: warnings raised."""

    value: Json
    said: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """An answer understood but not yet believed: the person is asked yes or no."""

    step: str
    value: Json
    code: str
    facts: Mapping[str, Json]
    said: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """An option as the person saw it: numbers and labels refer to these, whatever the form has become since."""

    step: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Session:
    """A chat's place in one form. The place itself is derived from the answers; only what was asked is remembered.

    asked: the step last asked. partial: half an answer, the field's own; heard: as the person said that half. kept:
    answers taken back but not yet replaced. facts: known without asking (referral code, receipt, …). done: "" while
    open, else how it ended: "submitted", or a Stop's name. last: the step answered last, which an edited message
    corrects.
    """

    form: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    asked: str = ""
    partial: Json = None
    heard: str = ""
    doubt: Doubt | None = None
    misses: int = 0
    kept: Mapping[str, Answer] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    done: str = ""
    last: str = ""
    touched: datetime = EPOCH


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything the conversation remembers of one chat: several sessions, one of them active ("" is the menu)."""

    language: str = "id"
    active: str = ""
    sessions: Mapping[str, Session] = field(default_factory=dict)
    offered: tuple[Offered, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=dict)


# ---- what comes out -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """A choice under a message. Its label is a text key with facts, or `label` itself where the data names it."""

    step: str
    value: str
    key: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A receipt as a file that goes along with a message. size: one of printing.SIZES."""

    receipt: str
    size: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing we say, before rendering: a text key, its facts and the options under it.

    lines: a list shown under the text, each a (text key, facts). link: the message carries the secure form's link.
    share_contact: offer the platform's contact button. private: echoes personal data, so protect it from forwarding.
    copy: a value to put on a copy button where the channel has one. progress: (this question's number, of how many).
    template: what this is for, where a channel lets only approved texts through; variables: what fills them.
    in_short: of the text only its question is said. paper: a receipt that goes along as a file.
    """

    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    lines: tuple[tuple[str, Mapping[str, Fact]], ...] = ()
    link: bool = False
    share_contact: bool = False
    private: bool = False
    copy: str = ""
    progress: tuple[int, int] | None = None
    template: str = ""
    variables: tuple[Fact, ...] = ()
    in_short: bool = False
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Consented:
    """A consent was given or refused. version: which text was on the screen; pressed: what the person did.

    slot: of somebody helped, whose consent a helper witnessed; "" for the chat's own person.
    """

    purpose: str
    granted: bool
    version: str
    pressed: str
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form is complete. A receipt seen before is a corrected form."""

    form: str
    receipt: str
    answers: Mapping[str, Answer]
    flags: tuple[str, ...]
    fingerprint: str
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """A person should be answered by a person. reason: "asked", a Stop's name, "misses"."""

    reason: str


@dataclass(frozen=True, slots=True)
class FormOffered:
    """The secure form's link was spent on this step."""

    form: str
    step: str


@dataclass(frozen=True, slots=True)
class Redact:
    """The inbound held what must not stay in the chat: delete or blank it at the platform, mask it here."""

    why: str


@dataclass(frozen=True, slots=True)
class EraseWanted:
    """The person asked us to forget them. number: the proof of it that they keep, "" for none."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class Wants:
    """The answer needs what storage knows: look it up and come back with `Told`."""

    name: str
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """Any other thing that must be remembered as a row: name says which, facts what."""

    name: str
    facts: Mapping[str, Json] = field(default_factory=dict)


Effect: TypeAlias = Consented | Submitted | HelpWanted | FormOffered | Redact | EraseWanted | Wants | Record


@dataclass(frozen=True, slots=True)
class Turn:
    """What `advance` decided: the new session, what to say, what must happen."""

    session: Session
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A rendered option: `label` as shown, `step` and `value` as they come back when tapped."""

    step: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Message:
    """What one chat is told in one turn, rendered: text with *bold* as its only markup, and choices under it."""

    text: str
    choices: tuple[Choice, ...] = ()
    share_contact: str = ""  # the button's label, "" for none
    private: bool = False
    copy: str = ""
    template: str = ""
    variables: tuple[str, ...] = ()
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What `converse` decided: the new talk, the one message to send (None: silence), and the effects.

    said_of: the slot the message is about; see whose.py.
    """

    talk: Talk
    message: Message | None
    effects: tuple[Effect, ...] = ()
    said_of: str = ""
