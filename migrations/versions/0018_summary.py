"""The summary of the city: figures made once a day by a task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_figure_run")),
    )
    op.create_table(
        "figure_value",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("numbers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["day"], ["figure_run.day"], name=op.f("fk_figure_value_day"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_figure_value_team_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["app_user.id"], name=op.f("fk_figure_value_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_value")),
        sa.UniqueConstraint(
            "day", "period", "statement", "team_id", "worker_id",
            name=op.f("uq_figure_value_day_period_statement_team_id_worker_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_figure_value_team_id"), "figure_value", ["team_id"])
    op.create_index(op.f("ix_figure_value_worker_id"), "figure_value", ["worker_id"])
    op.execute("GRANT SELECT, INSERT, DELETE ON figure_run, figure_value TO app_web, app_worker")


def downgrade() -> None:
    op.execute("DROP TABLE figure_value, figure_run")
