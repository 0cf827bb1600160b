"""Questions about accesses, relations that colleagues declare themselves, and roots on their way by mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


#: Whom somebody knows in private is theirs to say and to see; the system compares it with the log.
WALL = """
ALTER TABLE declared_relation ENABLE ROW LEVEL SECURITY;
ALTER TABLE declared_relation FORCE ROW LEVEL SECURITY;
CREATE POLICY floor ON declared_relation AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()));
CREATE POLICY reach ON declared_relation TO app_web, app_worker
    USING (user_id = (SELECT my_user_id())) WITH CHECK (user_id = (SELECT my_user_id()));
CREATE POLICY system ON declared_relation TO app_worker USING ((SELECT system_acts()));
CREATE TRIGGER keep_context BEFORE UPDATE ON declared_relation FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION keep_context();
"""


def upgrade() -> None:
    create_relations()
    create_questions()
    create_root_mail()
    op.execute("GRANT SELECT, INSERT, UPDATE ON declared_relation, access_question TO app_web")
    op.execute("GRANT SELECT ON declared_relation TO app_worker")
    op.execute(WALL)
    op.execute("GRANT SELECT, INSERT, UPDATE ON access_question, access_root_mail TO app_worker")
    op.execute("GRANT SELECT ON access_root_mail TO app_web")
    op.execute("GRANT INSERT ON emergency_access TO app_worker")  # loading the demo, which a command does


def create_relations() -> None:
    """Whom a colleague says to know in private."""
    op.create_table(
        "declared_relation",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= declared_at", name=op.f("ck_declared_relation_period")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_declared_relation_user_id")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_declared_relation_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_relation")),
    )
    op.create_index("ix_declared_relation_person_id", "declared_relation", ["person_id"], unique=False)
    op.create_index(
        "uq_declared_relation_open",
        "declared_relation",
        ["user_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def create_questions() -> None:
    """What the log makes somebody want to ask."""
    op.create_table(
        "access_question",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('outside_caseload', 'night', 'many', 'declared_relation')", name=op.f("ck_access_question_kind")
        ),
        sa.CheckConstraint(
            "outcome IN ('explained', 'discussed', 'reported')", name=op.f("ck_access_question_outcome")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_access_question_decided")),
        sa.CheckConstraint("length(note) <= 500", name=op.f("ck_access_question_note")),
        sa.ForeignKeyConstraint(["decided_by"], ["app_user.id"], name=op.f("fk_access_question_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_question")),
        sa.UniqueConstraint(
            "kind", "actor_id", "day", "person_id", name="uq_access_question_once", postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index(
        "ix_access_question_open",
        "access_question",
        ["last_at", "id"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
    )


def create_root_mail() -> None:
    """One mail per civil date and privacy officer."""
    op.create_table(
        "access_root_mail",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("seal_n", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed')", name=op.f("ck_access_root_mail_state")),
        sa.ForeignKeyConstraint(["recipient_id"], ["app_user.id"], name=op.f("fk_access_root_mail_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_root_mail")),
        sa.UniqueConstraint("recipient_id", "day", name=op.f("uq_access_root_mail_recipient_id_day")),
    )
    op.create_index(
        "ix_access_root_mail_pending",
        "access_root_mail",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )


def downgrade() -> None:
    op.execute("REVOKE INSERT ON emergency_access FROM app_worker")
    for table in ("access_root_mail", "access_question", "declared_relation"):
        op.execute(f"DROP TABLE {table}")
