"""Caseload talks: planned, opened for a day under one purpose, with notes of both and agreements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "talk",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("held_by_id", sa.Uuid(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default="planned", nullable=False),
        sa.Column("occasion", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), server_default="{}", nullable=False),
        *kept(),
        sa.CheckConstraint("status IN ('planned', 'open', 'held', 'cancelled')", name=op.f("ck_talk_status")),
        sa.CheckConstraint(
            "occasion IS NULL OR occasion IN ('regular', 'workload', 'change')", name=op.f("ck_talk_occasion")
        ),
        sa.CheckConstraint("worker_id <> held_by_id", name=op.f("ck_talk_two_people")),
        sa.CheckConstraint(
            "(status IN ('open', 'held')) ="
            " (opened_at IS NOT NULL AND open_until IS NOT NULL AND since_on IS NOT NULL AND occasion IS NOT NULL)",
            name=op.f("ck_talk_opened"),
        ),
        sa.CheckConstraint("open_until > opened_at", name=op.f("ck_talk_open_until")),
        sa.CheckConstraint("jsonb_typeof(figures) = 'object'", name=op.f("ck_talk_figures")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_talk_team_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["app_user.id"], name=op.f("fk_talk_worker_id")),
        sa.ForeignKeyConstraint(["held_by_id"], ["app_user.id"], name=op.f("fk_talk_held_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
        sa.UniqueConstraint("id", "team_id", name=op.f("uq_talk_id_team_id")),
    )
    for status in ("planned", "open"):
        only = sa.text(f"status = '{status}'")
        op.create_index(f"uq_talk_{status}", "talk", ["team_id", "worker_id"], unique=True, postgresql_where=only)
    op.create_index("ix_talk_worker", "talk", ["worker_id", "planned_on"])
    op.create_index("ix_talk_holder", "talk", ["held_by_id", "planned_on"])
    op.create_table(
        "talk_note",
        sa.Column("talk_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("length(body) BETWEEN 1 AND 2000", name=op.f("ck_talk_note_body_length")),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_talk_note_author_id")),
        of_talk("talk_note"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_note")),
    )
    op.create_index("ix_talk_note_talk", "talk_note", ["talk_id", "at"])
    op.create_table(
        "talk_agreement",
        sa.Column("talk_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *kept(),
        sa.CheckConstraint("status IN ('open', 'done', 'dropped')", name=op.f("ck_talk_agreement_status")),
        sa.CheckConstraint("length(what) BETWEEN 1 AND 200", name=op.f("ck_talk_agreement_what_length")),
        sa.CheckConstraint("(status = 'open') = (ended_at IS NULL)", name=op.f("ck_talk_agreement_ended_at")),
        of_talk("talk_agreement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_agreement")),
    )
    op.create_index("ix_talk_agreement_talk", "talk_agreement", ["talk_id", "due_on"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON talk, talk_agreement TO app_web, app_worker")
    op.execute("GRANT SELECT, INSERT ON talk_note TO app_web, app_worker")  # what was written stays


def kept() -> list[sa.Column]:
    """Key, version, and who made and changed the row."""
    return [
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    ]


def of_talk(table: str) -> sa.ForeignKeyConstraint:
    """To the talk, with its team."""
    name = op.f(f"fk_{table}_talk_id_team_id")
    return sa.ForeignKeyConstraint(["talk_id", "team_id"], ["talk.id", "talk.team_id"], name=name, onupdate="CASCADE")


def downgrade() -> None:
    for table in ("talk_agreement", "talk_note", "talk"):
        op.execute(f"DROP TABLE {table}")
