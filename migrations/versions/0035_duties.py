"""Who is on duty for a team, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_duty_period")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_duty_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_duty_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        postgresql.ExcludeConstraint(
            (sa.column("user_id"), "="),
            (sa.column("team_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            name=op.f("ex_duty_overlap"),
            using="gist",
        ),
    )
    op.create_index("ix_duty_team", "duty", ["team_id", "ends_at"])
    op.create_index("ix_duty_user", "duty", ["user_id", "ends_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON duty TO app_web, app_worker")
    op.execute("GRANT SELECT ON duty TO app_figures")  # the trial of a rule may ask who was on duty


def downgrade() -> None:
    op.execute("DROP TABLE duty")
