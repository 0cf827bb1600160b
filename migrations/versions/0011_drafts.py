"""Drafts: what somebody typed and did not save yet, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("length(path) <= 500", name=op.f("ck_draft_path_length")),
        sa.CheckConstraint("octet_length(sealed) <= 60000", name=op.f("ck_draft_sealed_size")),
        sa.CheckConstraint("(sealed IS NULL) = (ended_at IS NOT NULL)", name=op.f("ck_draft_ended")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_draft_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index("ix_draft_open", "draft", ["user_id", "saved_at"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index("ix_draft_user", "draft", ["user_id"])
    op.create_index("ix_draft_expires_at", "draft", ["expires_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO app_web, app_worker")


def downgrade() -> None:
    op.execute("DROP TABLE draft")
