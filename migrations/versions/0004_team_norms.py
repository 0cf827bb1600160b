"""Norms of a team with the day from which they hold, the contact norm among them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE team ADD COLUMN contact_norm_days integer DEFAULT 30 NOT NULL"
        " CONSTRAINT ck_team_contact_norm_days CHECK (contact_norm_days BETWEEN 1 AND 365)"
    )
    op.create_table(
        "team_norm",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("caseload_norm", sa.Integer(), nullable=False),
        sa.Column("contact_norm_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("caseload_norm BETWEEN 1 AND 100", name=op.f("ck_team_norm_caseload_norm")),
        sa.CheckConstraint("contact_norm_days BETWEEN 1 AND 365", name=op.f("ck_team_norm_contact_norm_days")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_norm_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_norm")),
        sa.UniqueConstraint("team_id", "valid_from", name=op.f("uq_team_norm_team_id_valid_from")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON team_norm TO app_web, app_worker")


def downgrade() -> None:
    op.execute("DROP TABLE team_norm")
    op.execute("ALTER TABLE team DROP COLUMN contact_norm_days")
