"""Applications that are only stored, by their person's word, until they take it back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

STANDING = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "restrictions",
        sa.Column("id", number, sa.Identity(always=False), nullable=False),
        sa.Column("application_id", number, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_restrictions_application_id"),
        sa.PrimaryKeyConstraint("id", name="pk_restrictions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_restrictions_application_id", "restrictions", ["application_id"])
    op.create_index(
        "uq_restrictions_standing", "restrictions", ["application_id"], unique=True,
        sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip
