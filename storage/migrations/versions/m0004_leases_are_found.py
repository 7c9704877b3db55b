"""What a dead process was sending is found by its lease, without reading the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SENDING = sa.text("state = 'sending'")


def upgrade() -> None:
    op.create_index("ix_outbox_sending", "outbox", ["lease_by"], sqlite_where=SENDING, postgresql_where=SENDING)
