"""The volunteers' tables: who they are, who came by them, whom they helped, what an area aims at, and news to people.

A volunteer's name is sealed with the house's key, at `volunteers.name/{code}`: the desk and the pages must read it before
there is a person. Codes, areas and RW are in the clear; they name nobody. Times are UTC. JSON columns are text.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.columns import id_column
from storage.table import AUTO, Table, big, when

_BEGUN = text("finished_at IS NULL")
_RUSHED = text("rushed_at IS NOT NULL")


class Volunteer(Table, table=True):
    """Somebody who brings people in. state: invited, active, paused, ended.

    code: on their link and poster, never given to anybody else, also after the end. invite_hash: of the one-time
    invitation; None once it was used. chat_id, person_id: from where they confirmed; None before, and once forgotten.
    rushed_at: when too many came by their code, until somebody has looked.
    """

    __tablename__ = "volunteers"
    __table_args__ = (
        Index(None, "area_code", "state", "id"),
        Index(None, "state", "id"),
        Index("ix_volunteers_rushed", "id", sqlite_where=_RUSHED, postgresql_where=_RUSHED),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    code: str = Field(unique=True)
    state: str = "invited"
    name: bytes | None = None
    area_code: str = ""
    rw: str = ""
    chat_id: int | None = big(default=None, foreign_key="chats.id", index=True)
    person_id: int | None = big(default=None, foreign_key="people.id", index=True)
    invite_hash: bytes | None = Field(default=None, unique=True)
    invite_until: datetime | None = when(default=None)
    invited_by: int | None = big(default=None, foreign_key="staff.id")
    invited_at: datetime = when()
    confirmed_at: datetime | None = when(default=None)
    changed_at: datetime = when()
    rushed_at: datetime | None = when(default=None)


class Referral(Table, table=True):
    """By which link a chat came: the first one stays, the last one changes. A chat without any has no row."""

    __tablename__ = "referrals"
    __table_args__ = (
        Index(None, "first_code", "first_at", "chat_id"),
        Index(None, "last_code", "last_at", "chat_id"),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    chat_id: int = big(foreign_key="chats.id", unique=True)
    first_code: str
    first_at: datetime = when()
    last_code: str
    last_at: datetime = when()


class Helped(Table, table=True):
    """One person signed up from another's phone. chat_id: the helper's; slot: the session's name there.

    person_id: the person helped, who has a key of their own. volunteer_id: None where a neighbour or a daughter helped.
    witnessed: the helper said that the person is there and agrees. claimed_at: they took their record over; the row is
    then of their own chat, and from_chat_id and from_slot say where they were helped. tries: how often that failed on
    the day tried_on (ISO).
    """

    __tablename__ = "helped"
    __table_args__ = (
        UniqueConstraint("chat_id", "slot"),
        Index(None, "volunteer_id", "started_at"),
        Index("ix_helped_begun", "started_at", "id", sqlite_where=_BEGUN, postgresql_where=_BEGUN),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    chat_id: int = big(foreign_key="chats.id")
    slot: str
    person_id: int | None = big(default=None, foreign_key="people.id", index=True)
    application_id: int | None = big(default=None, foreign_key="applications.id", unique=True)
    volunteer_id: int | None = big(default=None, foreign_key="volunteers.id")
    witnessed: bool = False
    started_at: datetime = when()
    finished_at: datetime | None = when(default=None)
    claimed_at: datetime | None = when(default=None)
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    tried_on: str = Field(default="", sa_column_kwargs={"server_default": ""})
    from_chat_id: int | None = big(default=None)
    from_slot: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Target(Table, table=True):
    """How many people an area aims at. rw: "" for the whole area."""

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("area_code", "rw"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    area_code: str
    rw: str = ""
    target: int
    set_by: int | None = big(default=None, foreign_key="staff.id")
    set_at: datetime = when()


class AreaOutline(Table, table=True):
    """An area's shape, where somebody imported it. geojson: one geometry. rw: "" for the whole area."""

    __tablename__ = "outlines"
    __table_args__ = (UniqueConstraint("area_code", "rw"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    area_code: str
    rw: str = ""
    geojson: str
    imported_by: int | None = big(default=None, foreign_key="staff.id")
    imported_at: datetime = when()


class Broadcast(Table, table=True):
    """News to people who agreed to hear it. state: draft, running, stopped, done.

    audience: whom it is for (JSON). texts: what is said, by language (JSON). cap: at most so many a day, 0 for no cap.
    cursor: the last chat it was looked at for; a restart goes on behind it.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (Index(None, "state", "id"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    state: str = "draft"
    audience: str = "{}"
    texts: str = "{}"
    cap: int = 0
    cursor: int = big(default=0)
    counted: int = 0  # how many the dry run found
    area: str = ""  # its writer's own area, to which it is kept
    created_by: int | None = big(default=None, foreign_key="staff.id")
    created_at: datetime = when()
    started_by: int | None = big(default=None, foreign_key="staff.id")
    started_at: datetime | None = when(default=None)
    stopped_by: int | None = big(default=None, foreign_key="staff.id")
    stopped_at: datetime | None = when(default=None)
    done_at: datetime | None = when(default=None)


class BroadcastMessage(Table, table=True):
    """One chat that was told: once for each broadcast, whatever happens in between. outbox_id: the message's row."""

    __tablename__ = "broadcast_messages"
    __table_args__ = (UniqueConstraint("broadcast_id", "chat_id"), Index(None, "broadcast_id", "at"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    broadcast_id: int = big(foreign_key="broadcasts.id")
    chat_id: int = big(foreign_key="chats.id", index=True)
    outbox_id: int | None = big(default=None)
    at: datetime = when()
