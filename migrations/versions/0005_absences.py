"""Who is away, for how long, and who stands in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("replacement_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_absence_period")),
        sa.CheckConstraint("replacement_id IS DISTINCT FROM user_id", name=op.f("ck_absence_other_person")),
        sa.CheckConstraint("declined_at IS NULL OR replacement_id IS NOT NULL", name=op.f("ck_absence_declined")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_absence_user_id")),
        sa.ForeignKeyConstraint(["replacement_id"], ["app_user.id"], name=op.f("fk_absence_replacement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        postgresql.ExcludeConstraint(
            (sa.column("user_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            name=op.f("ex_absence_overlap"),
            using="gist",
        ),
    )
    op.create_index("ix_absence_user", "absence", ["user_id", "ends_at"])
    op.create_index("ix_absence_replacement", "absence", ["replacement_id", "ends_at"])
    op.create_index("ix_absence_ends", "absence", ["ends_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON absence TO app_web, app_worker")


def downgrade() -> None:
    op.execute("DROP TABLE absence")
