"""Volunteers, who came by them, whom they helped, what areas aim at, their outlines, and news to people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("texts", sa.String(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_broadcasts_created_by")),
        sa.ForeignKeyConstraint(["started_by"], ["staff.id"], name=op.f("fk_broadcasts_started_by")),
        sa.ForeignKeyConstraint(["stopped_by"], ["staff.id"], name=op.f("fk_broadcasts_stopped_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broadcasts_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "outlines",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("rw", sa.String(), nullable=False),
        sa.Column("geojson", sa.String(), nullable=False),
        sa.Column("imported_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["imported_by"], ["staff.id"], name=op.f("fk_outlines_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlines")),
        sa.UniqueConstraint("area_code", "rw", name=op.f("uq_outlines_area_code_rw")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "targets",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("rw", sa.String(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_targets_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint("area_code", "rw", name=op.f("uq_targets_area_code_rw")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "broadcast_messages",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("broadcast_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.id"], name=op.f("fk_broadcast_messages_broadcast_id")),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_broadcast_messages_chat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_messages")),
        sa.UniqueConstraint("broadcast_id", "chat_id", name=op.f("uq_broadcast_messages_broadcast_id_chat_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("broadcast_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broadcast_messages_broadcast_id_at"), ["broadcast_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_broadcast_messages_chat_id"), ["chat_id"], unique=False)

    op.create_table(
        "referrals",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_code", sa.String(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_code", sa.String(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_referrals_chat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_referrals_chat_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_referrals_first_code_first_at_chat_id"), ["first_code", "first_at", "chat_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_referrals_last_code_last_at_chat_id"), ["last_code", "last_at", "chat_id"], unique=False
        )

    op.create_table(
        "volunteers",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("rw", sa.String(), nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("invite_hash", sa.LargeBinary(), nullable=True),
        sa.Column("invite_until", sa.BigInteger(), nullable=True),
        sa.Column("invited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("invited_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_volunteers_chat_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["staff.id"], name=op.f("fk_volunteers_invited_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_volunteers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteers")),
        sa.UniqueConstraint("code", name=op.f("uq_volunteers_code")),
        sa.UniqueConstraint("invite_hash", name=op.f("uq_volunteers_invite_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("volunteers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_volunteers_area_code_state_id"), ["area_code", "state", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_volunteers_chat_id"), ["chat_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_volunteers_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_volunteers_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "helped",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("witnessed", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_helped_application_id")),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_helped_chat_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_helped_person_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_helped_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helped")),
        sa.UniqueConstraint("application_id", name=op.f("uq_helped_application_id")),
        sa.UniqueConstraint("chat_id", "slot", name=op.f("uq_helped_chat_id_slot")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("helped", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_helped_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_helped_volunteer_id_started_at"), ["volunteer_id", "started_at"], unique=False
        )

    # Not in a batch: it would build the table anew on SQLite, which takes its AUTOINCREMENT and minutes at three million.
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("applications", sa.Column("helped_by", big, nullable=True))
    op.add_column("applications", sa.Column("training", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_applications_helped_by", "applications", ["helped_by"])
