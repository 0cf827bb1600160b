"""Attachments: files with a record about a young person, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

CODES = (
    "'jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', "
    "'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability'"
)
#: Who is of the team, who works with the young person, and for a trajectory whoever is in it.
REACH = (
    "team_id = ANY ((SELECT my_team_ids())::uuid[]) OR person_id = ANY ((SELECT my_worked_person_ids())::uuid[])"
    " OR (owner_kind = 'trajectory' AND owner_id = ANY ((SELECT my_trajectory_ids())::uuid[]))"
)


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), server_default="jv_district", nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by", sa.Uuid(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("owner_kind IN ('person', 'trajectory')", name=op.f("ck_attachment_owner_kind")),
        sa.CheckConstraint("kind IN ('pdf', 'docx', 'xlsx', 'txt')", name=op.f("ck_attachment_kind")),
        sa.CheckConstraint(f"context IN ({CODES})", name=op.f("ck_attachment_context")),
        sa.CheckConstraint(
            "num_nulls(hidden_at, hidden_by, hidden_reason) IN (0, 3)", name=op.f("ck_attachment_hidden_as_a_whole")
        ),
        sa.CheckConstraint("length(hidden_reason) BETWEEN 1 AND 200", name=op.f("ck_attachment_hidden_reason_length")),
        sa.CheckConstraint("size BETWEEN 1 AND 5000000", name=op.f("ck_attachment_size")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_attachment_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["hidden_by"], ["app_user.id"], name=op.f("fk_attachment_hidden_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_owner", "attachment", ["owner_kind", "owner_id"])
    op.create_index("ix_attachment_person", "attachment", ["person_id", "team_id"])
    op.create_index("ix_attachment_team", "attachment", ["team_id", "person_id"])
    op.create_index(
        "ix_attachment_hidden_by", "attachment", ["hidden_by"], postgresql_where=sa.text("hidden_by IS NOT NULL")
    )
    op.execute(
        "CREATE TRIGGER keep_context BEFORE UPDATE ON attachment FOR EACH ROW"
        " WHEN (OLD.context IS DISTINCT FROM NEW.context) EXECUTE FUNCTION keep_context()"
    )
    # A file is never changed and only destruction takes it away; the web may say that it is hidden.
    op.execute("GRANT SELECT, INSERT ON attachment TO app_web")
    op.execute("GRANT UPDATE (hidden_at, hidden_by, hidden_reason, updated_at, updated_by) ON attachment TO app_web")
    op.execute("GRANT SELECT ON attachment TO app_worker")
    wall("attachment", REACH)


def wall(table: str, reach: str) -> None:
    """Row-level security in the form of 0024."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY floor ON {table} AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))")
    op.execute(f"CREATE POLICY reach ON {table} TO app_web, app_worker USING ({reach})")
    op.execute(f"CREATE POLICY system ON {table} TO app_worker USING ((SELECT system_acts()))")
    op.execute(f"CREATE POLICY behind ON {table} TO app_search USING (true)")


def downgrade() -> None:
    op.execute("DROP TABLE attachment")
