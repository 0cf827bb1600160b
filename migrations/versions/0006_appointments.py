"""Appointments with their young people and the colleagues who go along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATUSES = "status IN ('planned', 'held', 'no_show', 'cancelled', 'moved')"


def upgrade() -> None:
    create_appointment()
    create_company()
    op.execute("GRANT SELECT, INSERT, UPDATE ON appointment TO app_web, app_worker")
    # Who comes is a set of rows, replaced when it changes.
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON appointment_participant, appointment_colleague TO app_web, app_worker"
    )


def create_appointment() -> None:
    op.create_table(
        "appointment",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="planned", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("moved_from_id", sa.Uuid(), nullable=True),
        sa.Column("moves", sa.Integer(), server_default="0", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("withdrawn", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(STATUSES, name=op.f("ck_appointment_status")),
        sa.CheckConstraint(
            "ends_at > starts_at AND ends_at <= starts_at + interval '1 day'", name=op.f("ck_appointment_length")
        ),
        sa.CheckConstraint("length(what) <= 120", name=op.f("ck_appointment_what_length")),
        sa.CheckConstraint("length(place) <= 120", name=op.f("ck_appointment_place_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_appointment_reason_length")),
        sa.CheckConstraint("(status = 'planned') = (ended_at IS NULL)", name=op.f("ck_appointment_ended_at")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_appointment_team_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_appointment_owner_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_appointment_contact_id")),
        sa.ForeignKeyConstraint(["moved_from_id"], ["appointment.id"], name=op.f("fk_appointment_moved_from_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("id", "team_id", name=op.f("uq_appointment_id_team_id")),
    )
    op.create_index("ix_appointment_owner", "appointment", ["owner_id", "starts_at"])
    op.create_index("ix_appointment_team", "appointment", ["team_id", "starts_at"])
    op.create_index(
        "ix_appointment_planned", "appointment", ["starts_at"], postgresql_where=sa.text("status = 'planned'")
    )
    op.create_index("ix_appointment_chain", "appointment", ["chain_id"])
    op.create_index(op.f("ix_appointment_contact_id"), "appointment", ["contact_id"])
    op.create_index(
        "uq_appointment_successor",
        "appointment",
        ["moved_from_id"],
        unique=True,
        postgresql_where=sa.text("moved_from_id IS NOT NULL AND NOT withdrawn"),
    )


def create_company() -> None:
    op.create_table(
        "appointment_participant",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_team_id", sa.Uuid(), nullable=False),
        sa.Column("person_team_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id", "appointment_team_id"],
            ["appointment.id", "appointment.team_id"],
            name=op.f("fk_appointment_participant_appointment_id_appointment_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "person_team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_appointment_participant_person_id_person_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("appointment_id", "person_id", name=op.f("pk_appointment_participant")),
    )
    op.create_index("ix_appointment_participant_person", "appointment_participant", ["person_id"])
    op.create_table(
        "appointment_colleague",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_colleague_appointment_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_appointment_colleague_user_id")),
        sa.PrimaryKeyConstraint("appointment_id", "user_id", name=op.f("pk_appointment_colleague")),
    )
    op.create_index("ix_appointment_colleague_user", "appointment_colleague", ["user_id"])


def downgrade() -> None:
    op.execute("DROP TABLE appointment_colleague")
    op.execute("DROP TABLE appointment_participant")
    op.execute("DROP TABLE appointment")
