"""Corrections of contacts after the term: both versions, why, and who saw it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_correction",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint(
            "after <> before AND jsonb_typeof(after) = 'object'", name=op.f("ck_contact_correction_after")
        ),
        sa.CheckConstraint(
            "before <> '{}' AND jsonb_typeof(before) = 'object'", name=op.f("ck_contact_correction_before")
        ),
        sa.CheckConstraint("length(reason) BETWEEN 10 AND 500", name=op.f("ck_contact_correction_reason_length")),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by_id IS NULL)", name=op.f("ck_contact_correction_seen")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_contact_correction_by_id")),
        sa.ForeignKeyConstraint(
            ["contact_id", "team_id"],
            ["contact.id", "contact.team_id"],
            name=op.f("fk_contact_correction_contact_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["seen_by_id"], ["app_user.id"], name=op.f("fk_contact_correction_seen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_correction")),
    )
    op.create_index("ix_contact_correction_contact", "contact_correction", ["contact_id", "at"])
    op.create_index("ix_contact_correction_team_at", "contact_correction", ["team_id", "at"])
    op.execute("GRANT SELECT, INSERT ON contact_correction TO app_web, app_worker")
    # What was written stays as it is; only that somebody saw it comes later.
    op.execute("GRANT UPDATE (seen_at, seen_by_id) ON contact_correction TO app_web, app_worker")


def downgrade() -> None:
    op.execute("DROP TABLE contact_correction")
