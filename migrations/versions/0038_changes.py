"""What was changed in a dossier, from what to what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

REACH = "team_id = ANY ((SELECT my_team_ids())::uuid[]) OR person_id = ANY ((SELECT my_worked_person_ids())::uuid[])"


def upgrade() -> None:
    op.create_table(
        "record_change",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("before_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("after_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("how IN ('changed', 'added', 'removed')", name=op.f("ck_record_change_how")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_record_change_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_record_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_change")),
    )
    op.create_index("ix_record_change_person", "record_change", ["person_id", "at"])
    op.create_index("ix_record_change_team", "record_change", ["team_id", "person_id"])
    op.create_index("ix_record_change_by", "record_change", ["by_id"])
    op.execute(
        "CREATE TRIGGER keep_context BEFORE UPDATE ON record_change FOR EACH ROW"
        " WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION keep_context()"
    )
    # What happened is never written again.
    op.execute("GRANT SELECT, INSERT ON record_change TO app_web, app_worker")
    op.execute("ALTER TABLE record_change ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE record_change FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY floor ON record_change AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))"
    )
    op.execute(f"CREATE POLICY reach ON record_change TO app_web, app_worker USING ({REACH})")
    op.execute("CREATE POLICY system ON record_change TO app_worker USING ((SELECT system_acts()))")
    op.execute("CREATE POLICY behind ON record_change TO app_search USING (true)")


def downgrade() -> None:
    op.execute("DROP TABLE record_change")
