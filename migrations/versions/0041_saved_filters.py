"""Filters that somebody keeps for a list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_standard", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 40", name=op.f("ck_saved_filter_name_length")),
        sa.CheckConstraint("length(query) BETWEEN 1 AND 500", name=op.f("ck_saved_filter_query_length")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_saved_filter_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("user_id", "page", "name", name=op.f("uq_saved_filter_user_id_page_name")),
    )
    op.create_index(
        "uq_saved_filter_standard",
        "saved_filter",
        ["user_id", "page"],
        unique=True,
        postgresql_where=sa.text("is_standard"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON saved_filter TO app_web")
    op.execute("GRANT SELECT ON saved_filter TO app_worker")


def downgrade() -> None:
    op.execute("DROP TABLE saved_filter")
