"""Handing over young people: proposals with their answers, and what moved when somebody left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = "status IN ('proposed', 'accepted', 'declined', 'withdrawn', 'moved')"


def upgrade() -> None:
    op.create_table(
        "hand_over",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("from_user_id", sa.Uuid(), nullable=False),
        sa.Column("to_user_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("answer_note", sa.Text(), server_default="", nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_hand_over_status")),
        sa.CheckConstraint("from_user_id <> to_user_id", name=op.f("ck_hand_over_other_person")),
        sa.CheckConstraint("(status = 'proposed') = (answered_at IS NULL)", name=op.f("ck_hand_over_answered")),
        sa.CheckConstraint("(status = 'moved') = (batch_id IS NOT NULL)", name=op.f("ck_hand_over_batch")),
        sa.CheckConstraint("length(note) <= 500", name=op.f("ck_hand_over_note_length")),
        sa.CheckConstraint("length(answer_note) <= 200", name=op.f("ck_hand_over_answer_note_length")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_hand_over_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["from_user_id"], ["app_user.id"], name=op.f("fk_hand_over_from_user_id")),
        sa.ForeignKeyConstraint(["to_user_id"], ["app_user.id"], name=op.f("fk_hand_over_to_user_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["app_user.id"], name=op.f("fk_hand_over_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    waiting = sa.text("status = 'proposed'")
    op.create_index("uq_hand_over_open", "hand_over", ["person_id"], unique=True, postgresql_where=waiting)
    op.create_index("ix_hand_over_receiver", "hand_over", ["to_user_id", "status"])
    op.create_index("ix_hand_over_giver", "hand_over", ["from_user_id", "status"])
    op.create_index("ix_hand_over_person", "hand_over", ["person_id"])
    op.create_index("ix_hand_over_team", "hand_over", ["team_id", "answered_at"])
    op.create_index("ix_hand_over_answered", "hand_over", ["answered_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON hand_over TO app_web, app_worker")


def downgrade() -> None:
    op.execute("DROP TABLE hand_over")
