"""What reports and requests say, and people whose form rests on another's phone, are found when their time is up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

WORDS = "state = 'settled' AND (body IS NOT NULL OR note IS NOT NULL)"


def upgrade() -> None:
    _index("ix_reports_settled_words", "reports", ["settled_at"], WORDS)
    _index("ix_data_requests_settled_words", "data_requests", ["settled_at"], WORDS)
    _index("ix_helped_begun", "helped", ["started_at", "id"], "finished_at IS NULL")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
