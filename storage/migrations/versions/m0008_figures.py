"""Numbers of a day are kept added up; a rare flag, a volunteer's people and what could not be delivered are found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

IN_ORDER = ["state", "submitted_at", "id"]
TOLD_APART = ["programme", "sector", "simulated", "training"]
LED_BY = {"": "state", "area_code": "kelurahan", "kecamatan_code": "kecamatan", "kota_code": "kota"}
GIVEN_UP = sa.text("state IN ('failed','dropped')")
FLAGGED = (
    *("unused_province", "old_province", "like_family_card", "unknown_regency", "unknown_district", "minor", "too_old"),
    *("nik_date_differs", "nik_sex_differs", "wage_earner", "sector_unknown", "second_sector_unknown", "approximate"),
    *("two_sectors", "employee_elsewhere"),
)


def upgrade() -> None:
    op.create_table(
        "daily_figures",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_daily_figures"),
        sa.UniqueConstraint(
            "figure", "area", "day", "channel", "detail", name="uq_daily_figures_figure_area_day_channel_detail"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_daily_figures_figure_day", "daily_figures", ["figure", "day"])
    op.create_index("ix_decisions_at", "decisions", ["at"])
    op.create_index("ix_outbox_given_up", "outbox", ["created_at"], sqlite_where=GIVEN_UP, postgresql_where=GIVEN_UP)
    op.drop_index("ix_applications_referral", "applications")
    op.create_index("ix_applications_by_referral", "applications", ["referral", *IN_ORDER])
    for column, name in LED_BY.items():
        led = [column] if column else []
        op.drop_index("_".join(["ix_applications", *led, *IN_ORDER]), "applications")
        op.create_index(f"ix_applications_by_{name}", "applications", [*led, *IN_ORDER, *TOLD_APART])
    for flag in FLAGGED:
        carries = sa.text(f"REPLACE(flags, '\"{flag}\"', '') <> flags")
        op.create_index(
            f"ix_applications_flag_{flag}", "applications", IN_ORDER, sqlite_where=carries, postgresql_where=carries
        )
