"""Monitored locations and the register of youth groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monitored_location",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="monitored", nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_monitored_location_ended_on")),
        sa.CheckConstraint(
            "kind IN ('square', 'playground', 'hangout', 'school_surroundings', 'station_stop', 'garage_box', 'park', 'shopping', 'online')",
            name=op.f("ck_monitored_location_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('monitored', 'priority', 'quiet', 'ended')", name=op.f("ck_monitored_location_status")
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck_monitored_location_name_length")),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_monitored_location_area_code")),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_monitored_location_owner_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_monitored_location_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitored_location")),
    )
    op.create_index("ix_monitored_location_area_code", "monitored_location", ["area_code"])
    op.create_index("ix_monitored_location_name", "monitored_location", ["name", "id"])
    op.create_index("ix_monitored_location_owner", "monitored_location", ["owner_id"])
    op.create_index("ix_monitored_location_team", "monitored_location", ["team_id", "status"])
    op.create_table(
        "youth_group",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("area_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("size_band", sa.Text(), nullable=False),
        sa.Column("age_band", sa.Text(), nullable=False),
        sa.Column("online", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("fluid", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "age_band IN ('8_11', '12_13', '14_15', '16_17', '18_22', '23_27')", name=op.f("ck_youth_group_age_band")
        ),
        sa.CheckConstraint("size_band IN ('1_5', '6_10', '11_20', '21_up')", name=op.f("ck_youth_group_size_band")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_youth_group_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_youth_group")),
        sa.UniqueConstraint("code", name=op.f("uq_youth_group_code")),
    )
    op.create_index("ix_youth_group_team", "youth_group", ["team_id", "code"])
    op.create_table(
        "location_step",
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), server_default="", nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_location_step_note_length")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_location_step_by_id")),
        sa.ForeignKeyConstraint(["location_id"], ["monitored_location.id"], name=op.f("fk_location_step_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_step")),
    )
    op.create_index("ix_location_step_by", "location_step", ["by_id"])
    op.create_index("ix_location_step_location", "location_step", ["location_id", "at"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON monitored_location, youth_group TO app_web, app_worker")
    op.execute("GRANT SELECT, INSERT ON location_step TO app_web, app_worker")
    op.execute("GRANT SELECT ON monitored_location, youth_group TO app_figures")
    op.execute("GRANT SELECT (id, location_id, at, event, from_status, to_status) ON location_step TO app_figures")


def downgrade() -> None:
    op.drop_table("location_step")
    op.drop_table("youth_group")
    op.drop_table("monitored_location")
