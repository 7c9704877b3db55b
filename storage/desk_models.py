"""The desk's tables: who holds which application, batches, what the agency answered, memberships, reported payments.

`bytes` columns are sealed with the person's key or, where a file of several people is kept, with the house's; names that
end in _hash are keyed hashes. Times are UTC; days are ISO text. JSON columns are text.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.columns import id_column
from storage.table import AUTO, Table, big, when

_LIVE = text("live")
_SETTLED_WORDS = text("state = 'settled' AND (body IS NOT NULL OR note IS NOT NULL)")
_STANDING = text("lifted_at IS NULL")
_UNSETTLED = text("settled_by IS NULL")


class Hold(Table, table=True):
    """Who has an application open to decide on it, until when. One holder; it expires by itself."""

    __tablename__ = "holds"
    __table_args__ = ()
    application_id: int = big(foreign_key="applications.id", primary_key=True)
    staff_id: int = big(foreign_key="staff.id")
    until: datetime = when()


class Batch(Table, table=True):
    """Approved people handed over together. state: building, ready, handed_over, answered, cancelled.

    chosen: the filters it was chosen by (JSON). column_map: the columns as they were when it was sealed (JSON), so that
    the file is the same whenever it is built. digests, as written at sealing (JSON): sha256 by format, and counts.
    """

    __tablename__ = "batches"
    __table_args__ = (Index(None, "state", "id"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    state: str = "building"
    branch: str = ""
    area: str = ""
    chosen: str = "{}"
    column_map: str = "[]"
    size: int = 0
    digests: str = "{}"
    created_by: int | None = big(default=None, foreign_key="staff.id")
    created_at: datetime = when()
    sealed_by: int | None = big(default=None, foreign_key="staff.id")
    sealed_at: datetime | None = when(default=None)
    handed_over_by: int | None = big(default=None, foreign_key="staff.id")
    handed_over_at: datetime | None = when(default=None)
    answered_at: datetime | None = when(default=None)
    cancelled_at: datetime | None = when(default=None)


class BatchEntry(Table, table=True):
    """One application in a batch, at one version. live: not cancelled; an application is in one live batch at most."""

    __tablename__ = "batch_entries"
    __table_args__ = (
        UniqueConstraint("batch_id", "position"),
        Index("uq_batch_entries_live", "application_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "application_id"),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    batch_id: int = big(foreign_key="batches.id")
    position: int
    application_id: int = big(foreign_key="applications.id")
    version: int
    live: bool = True


class ResultImport(Table, table=True):
    """A file of the agency's answers. state: previewed, applied, undone, discarded. columns: how it was read (JSON)."""

    __tablename__ = "result_imports"
    __table_args__ = (Index(None, "file_hash"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    file_name: str
    file_hash: bytes
    state: str = "previewed"
    columns: str = "{}"
    counts: str = "{}"
    listed_on: str = ""  # the day the agency's list is of
    uploaded_by: int | None = big(default=None, foreign_key="staff.id")
    uploaded_at: datetime = when()
    applied_by: int | None = big(default=None, foreign_key="staff.id")
    applied_at: datetime | None = when(default=None)
    undone_by: int | None = big(default=None, foreign_key="staff.id")
    undone_at: datetime | None = when(default=None)


class ResultRow(Table, table=True):
    """A line of a result file. body: sealed with the house's key. found: matched, changed, same, unmatched, ambiguous,
    numeric_nik, unreadable. before: what applying it replaced, sealed with the house's key, to be undone from."""

    __tablename__ = "result_rows"
    __table_args__ = (UniqueConstraint("import_id", "position"), Index(None, "import_id", "found", "position"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    import_id: int = big(foreign_key="result_imports.id")
    position: int
    body: bytes
    found: str
    application_id: int | None = big(default=None, foreign_key="applications.id", index=True)
    before: bytes | None = None
    applied: bool = False


class Membership(Table, table=True):
    """What the agency said of one applicant, and nothing else. state: registered, active, refused, ended.

    kpj, payment_code, reason: sealed with the person's key; so is kept (JSON): what a reminder needs once the answers are
    thinned out, only for those who agreed to reminders. paid_until, registered_on, listed_on: ISO days; listed_on is
    the day of the list it was read from.
    """

    __tablename__ = "memberships"
    __table_args__ = (Index(None, "state", "paid_until"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    application_id: int = big(foreign_key="applications.id", unique=True)
    person_id: int = big(foreign_key="people.id", index=True)
    state: str
    kpj: bytes | None = None
    kpj_hash: bytes | None = Field(default=None, index=True)
    payment_code: bytes | None = None
    reason: bytes | None = None
    kept: bytes | None = None
    registered_on: str | None = None
    paid_until: str | None = None
    listed_on: str = ""
    import_id: int | None = big(default=None, foreign_key="result_imports.id", index=True)
    changed_at: datetime = when()


class PaymentReport(Table, table=True):
    """What a person says they paid. state: waiting, confirmed, contradicted, withdrawn. via: self or collector.

    paid_on: an ISO day. picture: a receipt's picture, re-encoded and sealed with the person's key; so is note.
    settled_by: None where nobody at the desk looked yet, or where the agency's list settled it.
    """

    __tablename__ = "payment_reports"
    __table_args__ = (
        Index(
            *("ix_payment_reports_unsettled", "state", "reported_at", "id"),
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    application_id: int = big(foreign_key="applications.id", index=True)
    chat_id: int = big(foreign_key="chats.id")
    person_id: int = big(foreign_key="people.id", index=True)
    paid_on: str
    months: int
    via: str = "self"
    picture: bytes | None = None
    state: str = "waiting"
    reported_at: datetime = when()
    settled_at: datetime | None = when(default=None)
    settled_by: int | None = big(default=None, foreign_key="staff.id")
    note: bytes | None = None


class StaffMessage(Table, table=True):
    """What staff wrote to somebody in answer to a help request; the text itself is the outbox's, as long as it is kept."""

    __tablename__ = "staff_messages"
    id: int | None = Field(default=None, sa_column=id_column())
    request_id: int = big(foreign_key="help_requests.id", index=True)
    staff_id: int | None = big(default=None, foreign_key="staff.id")
    outbox_id: int = big()
    at: datetime = when()


class Report(Table, table=True):
    """Something wrong that somebody tells us of: a false bot, a collector. state: open, settled. body, note: sealed."""

    __tablename__ = "reports"
    __table_args__ = (
        Index(None, "state", "at"),
        Index("ix_reports_settled_words", "settled_at", sqlite_where=_SETTLED_WORDS, postgresql_where=_SETTLED_WORDS),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    kind: str
    chat_id: int = big(foreign_key="chats.id", index=True)
    person_id: int = big(foreign_key="people.id", index=True)
    volunteer_code: str = Field(default="", index=True)
    body: bytes | None = None
    state: str = "open"
    at: datetime = when()
    settled_at: datetime | None = when(default=None)
    settled_by: int | None = big(default=None, foreign_key="staff.id")
    note: bytes | None = None


class DataRequest(Table, table=True):
    """A right somebody uses on their data: correct, restrict, erase. due_at: three times 24 hours later (UU 27/2022)."""

    __tablename__ = "data_requests"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(
            "ix_data_requests_settled_words", "settled_at", sqlite_where=_SETTLED_WORDS, postgresql_where=_SETTLED_WORDS
        ),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    kind: str
    chat_id: int = big(foreign_key="chats.id", index=True)
    person_id: int = big(index=True)
    receipt: str = ""
    body: bytes | None = None
    state: str = "open"
    at: datetime = when()
    due_at: datetime = when()
    settled_at: datetime | None = when(default=None)
    settled_by: int | None = big(default=None, foreign_key="staff.id")
    note: bytes | None = None


class Restriction(Table, table=True):
    """An application that is only stored, by its person's word (BATASI), since then. lifted_at: they took it back."""

    __tablename__ = "restrictions"
    __table_args__ = (
        Index(
            *("uq_restrictions_standing", "application_id"),
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    application_id: int = big(foreign_key="applications.id", index=True)
    since: datetime = when()
    lifted_at: datetime | None = when(default=None)


class RecoveryCode(Table, table=True):
    """A code that stands in once for a member's lost telephone, as a keyed hash."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("staff_id", "code_hash"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    staff_id: int = big(foreign_key="staff.id")
    code_hash: bytes
    used_at: datetime | None = when(default=None)


class OutlineFile(Table, table=True):
    """A file of outlines somebody brought. state: previewed, applied, discarded.

    lines: what its features are (JSON); shapes: their geometry, and sketch: a drawing of them (JSON), both "" once it
    was decided. area: its bringer's own area, to which it is kept. uploaded_by, decided_by: as the record names them.
    """

    __tablename__ = "outline_files"
    __table_args__ = (Index(None, "state", "id"), AUTO)
    id: int | None = Field(default=None, sa_column=id_column())
    state: str = "previewed"
    file_name: str = ""
    area: str = ""
    lines: str = "[]"
    shapes: str = ""
    sketch: str = ""
    apart: int = 0  # how many features had borders that did not meet
    uploaded_by: str = ""
    uploaded_at: datetime = when()
    decided_by: str = ""
    decided_at: datetime | None = when(default=None)
    kept: int = 0  # outlines that came of it
