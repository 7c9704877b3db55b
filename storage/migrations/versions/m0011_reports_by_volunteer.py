"""Reports of wrongs are counted by the volunteer they are about."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_reports_volunteer_code", "reports", ["volunteer_code"])
