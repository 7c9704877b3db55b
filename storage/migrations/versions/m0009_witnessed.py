"""A consent says whether a helper witnessed it; trying to take a record over is counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("consents", sa.Column("witnessed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("helped", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("helped", sa.Column("tried_on", sa.String(), server_default="", nullable=False))
