"""Reminder rules as versioned data, and reminders that were put off once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder_rule_version",
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_reminder_rule_version_n")),
        sa.CheckConstraint(
            "kind IN ('normal', 'acute', 'legal', 'in_app')", name=op.f("ck_reminder_rule_version_kind")
        ),
        sa.CheckConstraint("jsonb_typeof(terms) = 'object'", name=op.f("ck_reminder_rule_version_terms")),
        sa.CheckConstraint("length(reason) BETWEEN 5 AND 500", name=op.f("ck_reminder_rule_version_reason_length")),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_reminder_rule_version_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule_version")),
        sa.UniqueConstraint("rule_code", "n", name=op.f("uq_reminder_rule_version_rule_code_n")),
    )
    op.create_table(
        "snooze",
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["recipient_id"], ["app_user.id"], name=op.f("fk_snooze_recipient_id")),
        sa.PrimaryKeyConstraint("recipient_id", "rule_code", "object_id", "due_on", name=op.f("pk_snooze")),
    )
    # What holds is what was written last: nothing is changed or taken back.
    op.execute("GRANT SELECT, INSERT ON reminder_rule_version, snooze TO app_web")
    op.execute("GRANT SELECT ON reminder_rule_version, snooze TO app_worker")


def downgrade() -> None:
    op.execute("DROP TABLE snooze")
    op.execute("DROP TABLE reminder_rule_version")
