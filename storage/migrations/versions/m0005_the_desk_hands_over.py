"""The desk hands batches over, reads the agency's answers in, and keeps what people report and ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("column_map", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digests", sa.String(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sealed_at", sa.BigInteger(), nullable=True),
        sa.Column("handed_over_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handed_over_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_batches_created_by")),
        sa.ForeignKeyConstraint(["handed_over_by"], ["staff.id"], name=op.f("fk_batches_handed_over_by")),
        sa.ForeignKeyConstraint(["sealed_by"], ["staff.id"], name=op.f("fk_batches_sealed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batches_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "result_imports",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("listed_on", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.Column("applied_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applied_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["applied_by"], ["staff.id"], name=op.f("fk_result_imports_applied_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["staff.id"], name=op.f("fk_result_imports_undone_by")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["staff.id"], name=op.f("fk_result_imports_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_imports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("result_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_result_imports_file_hash"), ["file_hash"], unique=False)

    op.create_table(
        "data_requests",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_data_requests_chat_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_data_requests_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("data_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_requests_chat_id"), ["chat_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_requests_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_requests_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "reports",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("volunteer_code", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_reports_chat_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reports_person_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_reports_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_chat_id"), ["chat_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_state_at"), ["state", "at"], unique=False)

    op.create_table(
        "batch_entries",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_batch_entries_application_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_entries_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_entries")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_batch_entries_batch_id_position")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("batch_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_entries_application_id"), ["application_id"], unique=False)
        batch_op.create_index(
            "uq_batch_entries_live",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("live"),
            postgresql_where=sa.text("live"),
        )

    op.create_table(
        "holds",
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_holds_application_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_holds_staff_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_holds")),
    )
    op.create_table(
        "memberships",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kpj", sa.LargeBinary(), nullable=True),
        sa.Column("kpj_hash", sa.LargeBinary(), nullable=True),
        sa.Column("payment_code", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("kept", sa.LargeBinary(), nullable=True),
        sa.Column("registered_on", sa.String(), nullable=True),
        sa.Column("paid_until", sa.String(), nullable=True),
        sa.Column("listed_on", sa.String(), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_memberships_application_id")),
        sa.ForeignKeyConstraint(["import_id"], ["result_imports.id"], name=op.f("fk_memberships_import_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("application_id", name=op.f("uq_memberships_application_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_kpj_hash"), ["kpj_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_state_paid_until"), ["state", "paid_until"], unique=False)

    op.create_table(
        "payment_reports",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_on", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_payment_reports_application_id")
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_payment_reports_chat_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_payment_reports_person_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_payment_reports_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_reports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("payment_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_reports_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_reports_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_payment_reports_state_reported_at"), ["state", "reported_at"], unique=False
        )

    op.create_table(
        "result_rows",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_result_rows_application_id")),
        sa.ForeignKeyConstraint(["import_id"], ["result_imports.id"], name=op.f("fk_result_rows_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_rows")),
        sa.UniqueConstraint("import_id", "position", name=op.f("uq_result_rows_import_id_position")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("result_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_result_rows_application_id"), ["application_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_result_rows_import_id_found_position"), ["import_id", "found", "position"], unique=False
        )

    op.create_table(
        "staff_messages",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["help_requests.id"], name=op.f("fk_staff_messages_request_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_messages_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_messages")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_messages_request_id"), ["request_id"], unique=False)

    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("duplicate_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )

    with op.batch_alter_table("help_requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("answered_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("hushed_until", sa.BigInteger(), nullable=True))
