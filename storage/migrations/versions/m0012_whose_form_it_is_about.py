"""A message knows whose form it is about, where several people are signed up from one phone; older ones do not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("slot", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("slot", sa.String(), nullable=True))
    op.add_column("help_requests", sa.Column("slot", sa.String(), server_default="", nullable=False))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("helped", sa.Column("from_chat_id", number, nullable=True))
    op.add_column("helped", sa.Column("from_slot", sa.String(), server_default="", nullable=False))
