"""On PostgreSQL a flag is indexed as it is asked for now: by LIKE, from which it can tell how few carry it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

FLAGGED = (
    *("unused_province", "old_province", "like_family_card", "unknown_regency", "unknown_district", "minor", "too_old"),
    *("nik_date_differs", "nik_sex_differs", "wage_earner", "sector_unknown", "second_sector_unknown", "approximate"),
    *("two_sectors", "employee_elsewhere", "possible_duplicate", "many_from_one_chat", "nik_run"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for flag in FLAGGED:
        name = f"ix_applications_flag_{flag}"
        op.drop_index(name, "applications")
        carries = sa.text(f"flags LIKE '%\"{flag}\"%'")
        op.create_index(name, "applications", ["state", "submitted_at", "id"], postgresql_where=carries)
