"""Emergency access: who opened which dossier for an hour, why, and what was thought of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

#: Finds one young person out of everybody, for who opens a dossier outside their reach. The caller logs the question.
TARGET = """
CREATE FUNCTION emergency_target(wanted uuid, known_as text, family text, born date)
RETURNS TABLE (person_id uuid, team_id uuid, kenmerk text, context text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, p.team_id, p.pseudonym, p.context FROM person p
    WHERE p.id = wanted
       OR p.pseudonym = upper(known_as)
       OR (p.birth_date = born AND p.birth_date_precision = 'day' AND lower(p.family_name) = lower(family)
           AND family <> '')
    ORDER BY p.id LIMIT 2
$$
"""


def upgrade() -> None:
    op.create_table(
        "emergency_access",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("kenmerk", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("need IN ('danger', 'incident', 'unreachable')", name=op.f("ck_emergency_access_need")),
        sa.CheckConstraint(
            "outcome IN ('justified', 'unjustified', 'follow_up')", name=op.f("ck_emergency_access_outcome")
        ),
        sa.CheckConstraint(
            "ends_at > started_at AND ends_at <= started_at + INTERVAL '60 minutes'",
            name=op.f("ck_emergency_access_period"),
        ),
        sa.CheckConstraint("stopped_at BETWEEN started_at AND ends_at", name=op.f("ck_emergency_access_stopped")),
        sa.CheckConstraint(
            "num_nulls(outcome, reviewed_at, reviewed_by, note_sealed) IN (0, 4)",
            name=op.f("ck_emergency_access_reviewed_as_a_whole"),
        ),
        sa.CheckConstraint("reviewed_by <> user_id", name=op.f("ck_emergency_access_other_reviewer")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_emergency_access_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_emergency_access_user_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["app_user.id"], name=op.f("fk_emergency_access_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
    )
    op.create_index("ix_emergency_access_person", "emergency_access", ["person_id", "team_id"])
    op.create_index("ix_emergency_access_user", "emergency_access", ["user_id", "started_at"])
    op.create_index("ix_emergency_access_reviewed_by", "emergency_access", ["reviewed_by"])
    op.create_index("ix_emergency_access_team", "emergency_access", ["team_id", "started_at"])
    op.create_index(
        "ix_emergency_access_open", "emergency_access", ["started_at"], postgresql_where=sa.text("outcome IS NULL")
    )
    op.execute(TARGET)
    op.execute("REVOKE ALL ON FUNCTION emergency_target(uuid, text, text, date) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION emergency_target(uuid, text, text, date) TO app_web")
    # The account of what happened is never deleted; only its end and its review are written later.
    op.execute("GRANT SELECT, INSERT ON emergency_access TO app_web")
    op.execute(
        "GRANT UPDATE (stopped_at, outcome, note_sealed, reviewed_at, reviewed_by) ON emergency_access TO app_web"
    )
    op.execute("GRANT SELECT ON emergency_access TO app_worker")


def downgrade() -> None:
    op.execute("DROP FUNCTION emergency_target(uuid, text, text, date)")
    op.execute("DELETE FROM access_grant WHERE reason = 'break_glass'")
    op.execute("DROP TABLE emergency_access")
