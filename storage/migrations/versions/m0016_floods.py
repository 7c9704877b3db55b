"""A chat knows how fast it writes, what came too fast is found, and so is what deserves a second look."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("chats", sa.Column("flow_minute", BIG, server_default="0", nullable=False))
    op.add_column("chats", sa.Column("flow_day", BIG, server_default="0", nullable=False))
    op.add_column("chats", sa.Column("flooded_at", sa.BigInteger(), nullable=True))
    flooded = sa.text("state = 'flooded'")
    op.create_index(
        "ix_inbox_flooded", "inbox", ["chat_id", "id"], sqlite_where=flooded, postgresql_where=flooded
    )  # fmt: skip
    op.add_column("volunteers", sa.Column("rushed_at", sa.BigInteger(), nullable=True))
    rushed = sa.text("rushed_at IS NOT NULL")
    op.create_index("ix_volunteers_rushed", "volunteers", ["id"], sqlite_where=rushed, postgresql_where=rushed)
    for flag in ("many_from_one_chat", "nik_run"):
        carries = sa.text(f"REPLACE(flags, '\"{flag}\"', '') <> flags")
        op.create_index(
            f"ix_applications_flag_{flag}", "applications", ["state", "submitted_at", "id"],
            sqlite_where=carries, postgresql_where=carries,
        )  # fmt: skip
