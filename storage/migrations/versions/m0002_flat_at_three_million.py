"""Applications know their kecamatan and kota, and what the desk asks is indexed in the order it is shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

THINNABLE = sa.text("thinned_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("applications") as applications:
        applications.add_column(sa.Column("kecamatan_code", sa.String(), nullable=False, server_default=""))
        applications.add_column(sa.Column("kota_code", sa.String(), nullable=False, server_default=""))
        applications.add_column(sa.Column("thinned_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE applications SET kecamatan_code = SUBSTR(area_code, 1, 8), kota_code = SUBSTR(area_code, 1, 5)")
    op.drop_index("ix_applications_name_hash", "applications")
    op.drop_index("ix_applications_nik4_hash", "applications")
    for column in ("name_hash", "nik4_hash"):
        op.create_index(f"ix_applications_{column}_submitted_at_id", "applications", [column, "submitted_at", "id"])
    for column in ("kecamatan_code", "kota_code"):
        name = f"ix_applications_{column}_state_submitted_at_id"
        op.create_index(name, "applications", [column, "state", "submitted_at", "id"])
    op.create_index(
        "ix_applications_whole", "applications", ["state", "changed_at"], sqlite_where=THINNABLE, postgresql_where=THINNABLE
    )  # fmt: skip
    op.create_index("ix_consents_at", "consents", ["at"])
