"""Staff prove themselves in a second step; what people reported or asked for is settled with a note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

UNSETTLED = sa.text("settled_by IS NULL")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_codes_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("staff_id", "code_hash", name=op.f("uq_recovery_codes_staff_id_code_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("totp_step", BIG, server_default="0", nullable=False))
    for table in ("payment_reports", "reports", "data_requests"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("note", sa.LargeBinary(), nullable=True))
    op.drop_index("ix_payment_reports_state_reported_at", "payment_reports")
    op.create_index(
        "ix_payment_reports_unsettled",
        "payment_reports",
        ["state", "reported_at", "id"],
        sqlite_where=UNSETTLED,
        postgresql_where=UNSETTLED,
    )
