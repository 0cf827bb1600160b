"""Programmes with their lines, focus areas and journal: reference data, about nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TABLES = ("programme", "programme_line", "programme_focus_area", "programme_journal_entry")


def _own() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
    ]


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "programme",
        *_own(),
        _version(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("theme_line", sa.Text(), server_default="neighbourhoods", nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=False),
        sa.Column("age_until", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("plan_text", sa.Text(), server_default="", nullable=False),
        sa.Column("plan_url", sa.Text(), server_default="", nullable=False),
        sa.Column("alliances", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("builds_on_id", sa.Uuid(), nullable=True),
        sa.Column("why_new", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "theme_line IN ('money', 'violence', 'neighbourhoods')", name=op.f("ck_programme_theme_line")
        ),
        sa.CheckConstraint("goal IN ('fewer_entrants', 'break_careers')", name=op.f("ck_programme_goal")),
        sa.CheckConstraint(
            "evidence IN ('evidence_based', 'evidence_informed', 'promising', 'none')",
            name=op.f("ck_programme_evidence"),
        ),
        sa.CheckConstraint("context IN ('jv_district', 'voluntary_guidance')", name=op.f("ck_programme_context")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 120", name=op.f("ck_programme_name_length")),
        sa.CheckConstraint("length(aim) BETWEEN 1 AND 1000", name=op.f("ck_programme_aim_length")),
        sa.CheckConstraint("length(plan_text) <= 4000", name=op.f("ck_programme_plan_text_length")),
        sa.CheckConstraint("length(why_new) <= 1000", name=op.f("ck_programme_why_new_length")),
        sa.CheckConstraint("builds_on_id IS NOT NULL OR why_new <> ''", name=op.f("ck_programme_why_new")),
        sa.CheckConstraint("builds_on_id <> id", name=op.f("ck_programme_builds_on_another")),
        sa.CheckConstraint("age_from BETWEEN 0 AND age_until AND age_until <= 99", name=op.f("ck_programme_ages")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_programme_period")),
        _key("programme", "organisation_id", "organisation.id"),
        _key("programme", "owner_id", "app_user.id"),
        _key("programme", "builds_on_id", "programme.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("name", name=op.f("uq_programme_name")),
    )
    op.create_index("ix_programme_organisation", "programme", ["organisation_id"])
    op.create_index("ix_programme_owner", "programme", ["owner_id"])
    op.create_index("ix_programme_builds_on", "programme", ["builds_on_id"])
    _parts()
    op.execute("GRANT SELECT, INSERT, UPDATE ON programme, programme_line, programme_focus_area TO app_web, app_worker")
    op.execute("GRANT SELECT, INSERT ON programme_journal_entry TO app_web, app_worker")  # what was written stays


def _parts() -> None:
    op.create_table(
        "programme_line",
        *_own(),
        _version(),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("pmg_line", sa.Text(), nullable=True),
        sa.Column("for_people", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint(
            "pmg_line IN ('prevention_perspective', 'break_careers', 'contextual_networks')",
            name=op.f("ck_programme_line_pmg_line"),
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 120", name=op.f("ck_programme_line_name_length")),
        sa.CheckConstraint("length(about) <= 500", name=op.f("ck_programme_line_about_length")),
        _key("programme_line", "programme_id", "programme.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_line")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_programme_line_programme_id_name")),
        sa.UniqueConstraint("id", "programme_id", name=op.f("uq_programme_line_id_programme_id")),
    )
    op.create_table(
        "programme_focus_area",
        *_own(),
        _version(),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_programme_focus_area_period")),
        _key("programme_focus_area", "programme_id", "programme.id"),
        _key("programme_focus_area", "area_code", "area.code"),
        postgresql.ExcludeConstraint(
            (sa.column("programme_id"), "="),
            (sa.column("area_code"), "="),
            (sa.text("daterange(valid_from, valid_until, '[]')"), "&&"),
            name="ex_programme_focus_area_period",
            using="gist",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_focus_area")),
    )
    op.create_index("ix_programme_focus_area_programme", "programme_focus_area", ["programme_id", "valid_from"])
    op.create_index("ix_programme_focus_area_area", "programme_focus_area", ["area_code"])
    op.create_table(
        "programme_journal_entry",
        *_own(),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("saw", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), server_default="", nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(saw) BETWEEN 1 AND 2000", name=op.f("ck_programme_journal_entry_saw_length")),
        sa.CheckConstraint("length(decided) <= 1000", name=op.f("ck_programme_journal_entry_decided_length")),
        _key("programme_journal_entry", "programme_id", "programme.id"),
        _key("programme_journal_entry", "by_id", "app_user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_journal_entry")),
    )
    op.create_index("ix_programme_journal_entry_programme", "programme_journal_entry", ["programme_id", "seen_on"])
    op.create_index("ix_programme_journal_entry_by", "programme_journal_entry", ["by_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
