"""The partners' directory, and an end to every account of an external partner."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KINDS = (
    "'district_team', 'safety_house', 'police', 'public_health', 'social_team', 'school', 'care', 'youth_work',"
    " 'sport', 'housing', 'citizens', 'alliance', 'other'"
)
POSTS = "'liaison', 'school_liaison', 'action_team', 'officer', 'area_broker', 'counsellor', 'coach', 'board', 'other'"


def _own() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "partner",
        *_own(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_partner_kind")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 120", name=op.f("ck_partner_name_length")),
        sa.CheckConstraint("length(about) <= 500", name=op.f("ck_partner_about_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("name", name=op.f("uq_partner_name")),
    )
    op.create_table(
        "partner_contact",
        *_own(),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f"post IN ({POSTS})", name=op.f("ck_partner_contact_post")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 120", name=op.f("ck_partner_contact_name_length")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_partner_contact_period")),
        sa.CheckConstraint("phone <> '' OR email <> ''", name=op.f("ck_partner_contact_reachable")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_contact_partner_id")),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_partner_contact_area_code")),
        sa.ForeignKeyConstraint(["checked_by"], ["app_user.id"], name=op.f("fk_partner_contact_checked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_contact")),
    )
    op.create_index("ix_partner_contact_partner", "partner_contact", ["partner_id"])
    op.create_index("ix_partner_contact_area", "partner_contact", ["area_code"])
    op.create_index("ix_partner_contact_checked_by", "partner_contact", ["checked_by"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON partner, partner_contact TO app_web, app_worker")
    # Roles given before this had no end; they keep it until somebody gives them one.
    op.execute(
        "ALTER TABLE role_assignment ADD CONSTRAINT ck_role_assignment_guest CHECK"
        " (role <> 'external_partner' OR valid_until <= valid_from + 366 AND valid_until IS NOT NULL) NOT VALID"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE role_assignment DROP CONSTRAINT ck_role_assignment_guest")
    op.drop_table("partner_contact")
    op.drop_table("partner")
