"""The tables. This is the schema's source: migrations must agree with it, and a test says so on both databases.

`bytes` columns are sealed (readable only with the person's key) or keyed hashes. Times are UTC, kept as microseconds.
JSON columns are text. Queries are in the modules beside this one; nothing here behaves.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, false, text
from sqlmodel import Field

from storage import desk_models, figure_models, volunteer_models
from storage.columns import id_column
from storage.table import AUTO, Table, big, metadata, when

__all__ = ["desk_models", "figure_models", "metadata", "volunteer_models"]


class House(Table, table=True):
    """Marks of the whole house: which index key the data was stored with."""

    __tablename__ = "house"
    __table_args__ = ()
    name: str = Field(primary_key=True)
    value: bytes


class Person(Table, table=True):
    """Somebody. key: their data key, wrapped; None once they were forgotten."""

    __tablename__ = "people"
    id: int | None = Field(default=None, sa_column=id_column())
    key: bytes | None = None
    created_at: datetime = when()
    erased_at: datetime | None = when(default=None)


class Chat(Table, table=True):
    """A place where we talk with somebody. state: open, opted_out, unreachable. flow_minute … flooded_at: see Flow."""

    __tablename__ = "chats"
    id: int | None = Field(default=None, sa_column=id_column())
    channel: str
    person_id: int = big(foreign_key="people.id", index=True)
    address: bytes
    language: str = "id"
    active: str = ""
    talk: bytes | None = None
    state: str = "open"
    window_until: datetime | None = when(default=None)
    created_at: datetime = when()
    last_inbound_at: datetime = when()
    quiet_until: datetime | None = when(default=None)
    flow_minute: int = big(default=0, sa_column_kwargs={"server_default": "0"})
    flow_day: int = big(default=0, sa_column_kwargs={"server_default": "0"})
    flooded_at: datetime | None = when(default=None)


class Identity(Table, table=True):
    """A name a person goes by on a channel, as a keyed hash."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("channel", "value_hash"), Index(None, "value_hash"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    channel: str
    kind: str
    value_hash: bytes
    chat_id: int = big(foreign_key="chats.id", index=True)
    person_id: int = big(foreign_key="people.id", index=True)
    first_seen: datetime = when()
    last_seen: datetime = when()


class SessionRow(Table, table=True):
    """A place in a form. asked, done: in the clear, for the funnel; they say nothing about the person.

    touched_at: rounded up to the hour, so that its index rests while somebody answers question after question.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("chat_id", "slot"),
        Index(None, "done", "touched_at"),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    chat_id: int = big(foreign_key="chats.id")
    slot: str
    person_id: int = big(foreign_key="people.id", index=True)
    form: str
    state: bytes
    asked: str = ""
    done: str = ""
    touched_at: datetime = when()
    started_at: datetime = when()


_FLOODED = text("state = 'flooded'")


class Inbox(Table, table=True):
    """Every inbound once. state: taken, parked, flooded, ignored. error: a kind and a place, never a text.

    slot: whose form it is about (conversations/whose.py); "" the chat's own person, None where nobody can know.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "message_id"),
        Index(None, "chat_id", "id"),
        Index(
            "ix_inbox_parked", "id", sqlite_where=text("state = 'parked'"), postgresql_where=text("state = 'parked'")
        ),
        Index("ix_inbox_flooded", "chat_id", "id", sqlite_where=_FLOODED, postgresql_where=_FLOODED),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    channel: str
    message_id: str
    chat_id: int | None = big(default=None, foreign_key="chats.id")
    kind: str
    body: bytes | None = None
    arrived_at: datetime = when()
    state: str = "taken"
    error: str | None = None
    slot: str | None = None


_UNFINISHED = text("state IN ('waiting','sending','unknown')")
_HELD = text("state = 'held'")
_SENDING = text("state = 'sending'")
_GIVEN_UP = text("state IN ('failed','dropped')")


class Outbox(Table, table=True):
    """Every outbound. state: waiting, sending, sent, delivered, read, failed, unknown, held, dropped. slot: as in Inbox."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "priority", "due_at", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index("ix_outbox_heads", "chat_id", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index("ix_outbox_sending", "lease_by", sqlite_where=_SENDING, postgresql_where=_SENDING),
        Index("ix_outbox_held", "chat_id", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_outbox_given_up", "created_at", sqlite_where=_GIVEN_UP, postgresql_where=_GIVEN_UP),
        Index(None, "chat_id", "id"),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    chat_id: int = big(foreign_key="chats.id")
    inbox_id: int | None = big(default=None, foreign_key="inbox.id", index=True)
    purpose: str
    priority: int = 0
    payload: bytes
    state: str = "waiting"
    due_at: datetime = when()
    attempts: int = 0
    lease_until: datetime | None = when(default=None)
    lease_by: str | None = None
    platform_id: str | None = None
    error: str | None = None
    billable: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = when()
    sent_at: datetime | None = when(default=None)
    slot: str | None = None


_WHOLE = text("thinned_at IS NULL")
_BORN = text("born_hash IS NOT NULL")
_MERGED = text("duplicate_of IS NOT NULL")
_ASKED = text("reviewer_id IS NOT NULL")
_IN_ORDER = ("state", "submitted_at", "id")
_TOLD_APART = ("programme", "sector", "simulated", "training")  # so that counting by them reads the index alone

FLAGGED = (
    *("unused_province", "old_province", "like_family_card", "unknown_regency", "unknown_district", "minor", "too_old"),
    *("nik_date_differs", "nik_sex_differs", "wage_earner", "sector_unknown", "second_sector_unknown", "approximate"),
    *("two_sectors", "employee_elsewhere", "possible_duplicate", "many_from_one_chat", "nik_run"),
)
"""The flags the queue looks for, each with an index of its own: one that is raised once in a million is found at once."""


def has_flag(flag: str, dialect: str) -> str:
    """The condition that an application carries a flag, written as its index is.

    PostgreSQL tells from LIKE how few carry a rare one, and would take nearly all for flagged by the other. SQLite has no
    LIKE in an index.
    """
    return f"flags LIKE '%\"{flag}\"%'" if dialect == "postgresql" else f"REPLACE(flags, '\"{flag}\"', '') <> flags"


def _flagged() -> list[Index]:
    return [
        Index(
            *(f"ix_applications_flag_{flag}", *_IN_ORDER),
            sqlite_where=text(has_flag(flag, "sqlite")),
            postgresql_where=text(has_flag(flag, "postgresql")),
        )
        for flag in FLAGGED
    ]


class Application(Table, table=True):
    """A submitted form. What the desk filters by is in the clear only where it names nobody; the rest is hashed.

    thinned_at: when retention took out all but what may be kept. reviewer_id: to whom a corrected form returns.
    duplicate_of: the application this one was merged into. referral: the volunteer's code it counts for. helped_by: the
    volunteer from whose phone it was filled in. training: made up in LATIHAN, never counted or exported.
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index("ix_applications_by_state", *_IN_ORDER, *_TOLD_APART),
        Index("ix_applications_by_kelurahan", "area_code", *_IN_ORDER, *_TOLD_APART),
        Index("ix_applications_by_kecamatan", "kecamatan_code", *_IN_ORDER, *_TOLD_APART),
        Index("ix_applications_by_kota", "kota_code", *_IN_ORDER, *_TOLD_APART),
        Index(None, "name_hash", "submitted_at", "id"),
        Index(None, "nik4_hash", "submitted_at", "id"),
        Index("ix_applications_whole", "state", "changed_at", sqlite_where=_WHOLE, postgresql_where=_WHOLE),
        Index("ix_applications_by_referral", "referral", *_IN_ORDER),
        Index("ix_applications_name_born", "name_hash", "born_hash", sqlite_where=_BORN, postgresql_where=_BORN),
        Index("ix_applications_merged", "duplicate_of", sqlite_where=_MERGED, postgresql_where=_MERGED),
        Index("ix_applications_by_reviewer", "reviewer_id", *_IN_ORDER, sqlite_where=_ASKED, postgresql_where=_ASKED),
        *_flagged(),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    receipt: str = Field(unique=True)
    chat_id: int = big(foreign_key="chats.id", index=True)
    session_id: int | None = big(default=None)
    person_id: int = big(foreign_key="people.id", index=True)
    state: str = "submitted"
    form: str
    fingerprint: str
    language: str
    channel: str
    answers: bytes
    version: int = 1
    nik_hash: bytes | None = Field(default=None, index=True)
    nik4_hash: bytes | None = None
    name_hash: bytes | None = None
    born_hash: bytes | None = None
    phone_hash: bytes | None = Field(default=None, index=True)
    area_code: str = ""
    kecamatan_code: str = Field(default="", sa_column_kwargs={"server_default": ""})
    kota_code: str = Field(default="", sa_column_kwargs={"server_default": ""})
    rw: str | None = None
    programme: str = ""
    months: int = 0
    sector: str = ""
    flags: str = "[]"
    submitted_at: datetime = when()
    changed_at: datetime = when()
    referral: str | None = None
    simulated: bool = False
    thinned_at: datetime | None = when(default=None)
    reviewer_id: int | None = big(default=None)
    duplicate_of: int | None = big(default=None)
    helped_by: int | None = big(default=None, index=True)
    training: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class ApplicationVersion(Table, table=True):
    """The answers as they were at each submission."""

    __tablename__ = "application_versions"
    __table_args__ = (UniqueConstraint("application_id", "version"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    application_id: int = big(foreign_key="applications.id")
    version: int
    answers: bytes
    at: datetime = when()
    why: str = ""


class Decision(Table, table=True):
    """What a member of staff decided, with who and when. undone_at: taken back."""

    __tablename__ = "decisions"
    id: int | None = Field(default=None, sa_column=id_column())
    application_id: int = big(foreign_key="applications.id", index=True)
    kind: str
    staff_id: int | None = big(default=None, foreign_key="staff.id")
    at: datetime = when(index=True)
    steps: str = "[]"
    reason: bytes | None = None
    undone_at: datetime | None = when(default=None)


class Consent(Table, table=True):
    """The proof of a consent: which text, what was pressed, by which identity. It outlives an erasure.

    witnessed: somebody else typed it, on whose phone the person was signed up.
    """

    __tablename__ = "consents"
    id: int | None = Field(default=None, sa_column=id_column())
    person_id: int = big(index=True)
    chat_id: int = big()
    purpose: str
    granted: bool
    text_version: str
    pressed: str
    identity_hash: bytes
    at: datetime = when(index=True)
    witnessed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Scheduled(Table, table=True):
    """Something that is to happen at a time. key: so that nothing is scheduled twice."""

    __tablename__ = "scheduled"
    __table_args__ = (Index(None, "state", "due_at"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    chat_id: int = big(foreign_key="chats.id", index=True)
    kind: str
    key: str = Field(unique=True)
    due_at: datetime = when()
    facts: str = "{}"
    state: str = "waiting"
    lease_until: datetime | None = when(default=None)


class HelpRequest(Table, table=True):
    """Somebody who should be answered by a person. state: open, answered, closed.

    hushed_until: the bot keeps quiet in this chat until then, because a person is talking. slot: whose form was open
    when they asked; "" their own or none.
    """

    __tablename__ = "help_requests"
    __table_args__ = (Index(None, "state", "opened_at"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    chat_id: int = big(foreign_key="chats.id", index=True)
    reason: str
    state: str = "open"
    opened_at: datetime = when()
    closed_at: datetime | None = when(default=None)
    staff_id: int | None = big(default=None)
    answered_at: datetime | None = when(default=None)
    hushed_until: datetime | None = when(default=None)
    slot: str = Field(default="", sa_column_kwargs={"server_default": ""})


class SecureForm(Table, table=True):
    """A single-use link to a form outside the chat, known by its token's hash."""

    __tablename__ = "secure_forms"
    id: int | None = Field(default=None, sa_column=id_column())
    token_hash: bytes = Field(unique=True)
    chat_id: int = big(foreign_key="chats.id", index=True)
    form: str
    step: str
    expires_at: datetime = when(index=True)
    used_at: datetime | None = when(default=None)


class Staff(Table, table=True):
    """Somebody who uses the admin pages. totp: sealed with the house's key; totp_step: the last moment a code was used of."""

    __tablename__ = "staff"
    id: int | None = Field(default=None, sa_column=id_column())
    login: str = Field(unique=True)
    name: str
    password_hash: str
    role: str
    totp: bytes | None = None
    totp_step: int = big(default=0, sa_column_kwargs={"server_default": "0"})
    area: str | None = None
    created_at: datetime = when()
    disabled_at: datetime | None = when(default=None)
    failures: int = 0
    locked_until: datetime | None = when(default=None)


class StaffSession(Table, table=True):
    """A login, known by its token's hash."""

    __tablename__ = "staff_sessions"
    id: int | None = Field(default=None, sa_column=id_column())
    token_hash: bytes = Field(unique=True)
    staff_id: int = big(foreign_key="staff.id", index=True)
    csrf: bytes
    created_at: datetime = when()
    last_seen: datetime = when()
    expires_at: datetime = when()
    revoked_at: datetime | None = when(default=None)


class Invitation(Table, table=True):
    """A one-time link to become staff, known by its token's hash."""

    __tablename__ = "invitations"
    id: int | None = Field(default=None, sa_column=id_column())
    token_hash: bytes = Field(unique=True)
    role: str
    area: str | None = None
    name: str | None = None
    created_at: datetime = when()
    expires_at: datetime = when()
    used_at: datetime | None = when(default=None)


class Audit(Table, table=True):
    """Who saw or did what. Each row's hash covers the one before it."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject", "id"), Index(None, "actor", "id"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    at: datetime = when()
    actor: str
    action: str
    subject: str
    facts: str = "{}"
    previous: bytes
    hash: bytes


class Lease(Table, table=True):
    """Which process does what only one may do."""

    __tablename__ = "leases"
    __table_args__ = ()
    name: str = Field(primary_key=True)
    holder: str
    until: datetime = when()
