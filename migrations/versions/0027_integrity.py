"""Integrity reports and the role that reads them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ROLES = (
    "'youth_worker', 'cm_coordinator', 'credible_messenger', 'jv_director', 'manager', 'trainer', 'analyst', "
    "'privacy_officer', 'administrator', 'external_partner'"
)
KINDS = "'invitation', 'password_reset', 'factors_changed', 'factors_reset', 'recovery_used'"


def upgrade() -> None:
    op.create_table(
        "integrity_report",
        sa.Column("reporter_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("kind_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), server_default="new", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'looked_at', 'asked', 'closed')", name=op.f("ck_integrity_report_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_report")),
    )
    op.create_index("ix_integrity_report_reporter", "integrity_report", ["reporter_hash"])
    op.create_index("ix_integrity_report_status", "integrity_report", ["status", "made_at"])
    op.create_table(
        "integrity_message",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("voice IN ('reporter', 'officer', 'note')", name=op.f("ck_integrity_message_voice")),
        sa.ForeignKeyConstraint(["report_id"], ["integrity_report.id"], name=op.f("fk_integrity_message_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_message")),
    )
    op.create_index("ix_integrity_message_report", "integrity_message", ["report_id"])
    op.create_table(
        "integrity_event",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("deed IN ('made', 'read', 'written', 'moved')", name=op.f("ck_integrity_event_deed")),
        sa.CheckConstraint(
            "officer_id IS NOT NULL OR deed IN ('made', 'read', 'written')", name=op.f("ck_integrity_event_officer")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["integrity_report.id"], name=op.f("fk_integrity_event_report_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["app_user.id"], name=op.f("fk_integrity_event_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_event")),
    )
    op.create_index("ix_integrity_event_report", "integrity_event", ["report_id"])
    op.create_index("ix_integrity_event_officer", "integrity_event", ["officer_id"])
    op.create_index("ix_integrity_event_at", "integrity_event", ["at"])
    _one_of("role_assignment", "role", f"{ROLES}, 'integrity_officer'")
    _one_of("account_token", "kind", f"{KINDS}, 'integrity'")
    # What was said and done stays as it is. Workers read none of it; the demo is loaded in their role.
    op.execute("GRANT INSERT ON integrity_report, integrity_message, integrity_event TO app_worker")
    op.execute("GRANT SELECT, INSERT ON integrity_report, integrity_message, integrity_event TO app_web")
    op.execute("GRANT UPDATE (status, version) ON integrity_report TO app_web")


def downgrade() -> None:
    op.execute("DELETE FROM account_token WHERE kind = 'integrity'")
    op.execute("DELETE FROM role_assignment WHERE role = 'integrity_officer'")
    _one_of("account_token", "kind", KINDS)
    _one_of("role_assignment", "role", ROLES)
    op.execute("DROP TABLE integrity_event")
    op.execute("DROP TABLE integrity_message")
    op.execute("DROP TABLE integrity_report")


def _one_of(table: str, column: str, listed: str) -> None:
    """Say anew which values a column may hold, without looking at every row."""
    name = f"ck_{table}_{column}"
    op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({listed})) NOT VALID")
