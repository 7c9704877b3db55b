"""Applications that look alike are found by index, and so are those that return to their reviewer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ORDER = ["state", "submitted_at", "id"]


def upgrade() -> None:
    _index("ix_applications_name_born", ["name_hash", "born_hash"], "born_hash IS NOT NULL")
    _index("ix_applications_merged", ["duplicate_of"], "duplicate_of IS NOT NULL")
    _index("ix_applications_by_reviewer", ["reviewer_id", *ORDER], "reviewer_id IS NOT NULL")
    _index(
        "ix_applications_flag_possible_duplicate", ORDER, "REPLACE(flags, '\"possible_duplicate\"', '') <> flags"
    )  # fmt: skip


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "applications", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
