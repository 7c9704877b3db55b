"""Two indexes that nobody asks go: each cost a page somewhere else on the disk at every turn."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_index("ix_sessions_form_asked", "sessions")
    op.drop_index("ix_outbox_platform_id", "outbox")
