"""Who is in which programme, what was told in another context, and the line of a trajectory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

TEAMS, WORKED = "((SELECT my_team_ids())::uuid[])", "((SELECT my_worked_person_ids())::uuid[])"
PEOPLE = "((SELECT my_person_ids())::uuid[])"
#: Beyond the workers and directors only what is voluntary is told, to who guides a trajectory.
REACH = {
    "enrolment": f"team_id = ANY {TEAMS} OR person_id = ANY {WORKED}"
    f" OR context = 'voluntary_guidance' AND person_id = ANY {PEOPLE}",
    "enrolment_event": f"team_id = ANY {TEAMS} OR person_id = ANY {WORKED}"
    f" OR context = 'voluntary_guidance' AND person_id = ANY {PEOPLE}",
    "disclosure": f"team_id = ANY {TEAMS} OR person_id = ANY {WORKED}",
}
KEPT = {"enrolment": "context", "enrolment_event": "context", "disclosure": "context"}
CODES = (
    "'jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', "
    "'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability'"
)
COUNTED = (
    "id, person_id, team_id, programme_id, line_id, context, status, status_since, proposed_by, since, until, ended_on, end_reason,"
    " created_at, updated_at"
)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id", "team_id"],
        ["person.id", "person.team_id"],
        onupdate="CASCADE",
        name=op.f(f"fk_{table}_person_id_team_id"),
    )


def upgrade() -> None:
    _disclosure()
    _enrolment()
    _event()
    for table, reach in REACH.items():
        _wall(table, reach)
    for table, column in KEPT.items():
        op.execute(
            f"CREATE TRIGGER keep_context BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION keep_context()"
        )
    op.execute("CREATE SEQUENCE ins_number_seq")
    op.execute("GRANT USAGE ON SEQUENCE ins_number_seq TO app_web, app_worker")
    op.execute("GRANT SELECT, INSERT, UPDATE ON enrolment TO app_web, app_worker")
    op.execute("GRANT SELECT, INSERT ON enrolment_event, disclosure TO app_web, app_worker")
    op.execute("GRANT SELECT ON enrolment, enrolment_event, disclosure TO app_search")
    op.execute(f"GRANT SELECT ({COUNTED}) ON enrolment TO app_figures")
    op.execute(
        "CREATE POLICY counted ON enrolment FOR SELECT TO app_figures"
        " USING (team_id = ANY ((SELECT my_counted_team_ids())::uuid[]) OR (SELECT system_acts()))"
    )
    _line_of_trajectory()


def _disclosure() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), server_default="jv_district", nullable=False),
        sa.Column("context_to", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("informed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(f"context IN ({CODES})", name=op.f("ck_disclosure_context")),
        sa.CheckConstraint(f"context_to IN ({CODES})", name=op.f("ck_disclosure_context_to")),
        sa.CheckConstraint("basis IN ('agreed', 'public_task', 'covenant')", name=op.f("ck_disclosure_basis")),
        sa.CheckConstraint("context_to <> context", name=op.f("ck_disclosure_another_context")),
        sa.CheckConstraint("length(purpose) BETWEEN 1 AND 200", name=op.f("ck_disclosure_purpose_length")),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 1000", name=op.f("ck_disclosure_reason_length")),
        _person("disclosure"),
        _key("disclosure", "by_id", "app_user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index("ix_disclosure_person", "disclosure", ["person_id", "at"])
    op.create_index("ix_disclosure_by", "disclosure", ["by_id"])


def _enrolment() -> None:
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), server_default="jv_district", nullable=False),
        sa.Column("status", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("youth_agreed_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("disclosure_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("status IN ('proposed', 'enrolled', 'ended', 'declined')", name=op.f("ck_enrolment_status")),
        sa.CheckConstraint("context IN ('jv_district', 'voluntary_guidance')", name=op.f("ck_enrolment_context")),
        sa.CheckConstraint(
            "end_reason IN ('goals_reached', 'own_wish', 'other_help', 'moved', 'not_fitting', 'other', 'period_over')",
            name=op.f("ck_enrolment_end_reason"),
        ),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 1000", name=op.f("ck_enrolment_reason_length")),
        sa.CheckConstraint("until >= since", name=op.f("ck_enrolment_period")),
        sa.CheckConstraint("ended_on >= since", name=op.f("ck_enrolment_ended_on")),
        sa.CheckConstraint(
            "status <> 'ended' OR (ended_on IS NOT NULL AND end_reason IS NOT NULL)", name=op.f("ck_enrolment_ended")
        ),
        sa.CheckConstraint(
            "context <> 'voluntary_guidance' OR status <> 'enrolled' OR youth_agreed_on IS NOT NULL",
            name=op.f("ck_enrolment_own_will"),
        ),
        _person("enrolment"),
        sa.ForeignKeyConstraint(
            ["line_id", "programme_id"],
            ["programme_line.id", "programme_line.programme_id"],
            name=op.f("fk_enrolment_line_id_programme_id"),
        ),
        _key("enrolment", "proposed_by", "app_user.id"),
        _key("enrolment", "disclosure_id", "disclosure.id"),
        postgresql.ExcludeConstraint(
            (sa.column("person_id"), "="),
            (sa.column("programme_id"), "="),
            (sa.text("daterange(since, COALESCE(ended_on, until), '[]')"), "&&"),
            where=sa.text("status <> 'declined'"),
            name="ex_enrolment_period",
            using="gist",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("number", name=op.f("uq_enrolment_number")),
        sa.UniqueConstraint("id", "team_id", name=op.f("uq_enrolment_id_team_id")),
    )
    op.create_index("ix_enrolment_person", "enrolment", ["person_id", "team_id"])
    op.create_index("ix_enrolment_team", "enrolment", ["team_id", "status"])
    op.create_index("ix_enrolment_line", "enrolment", ["line_id", "programme_id"])
    op.create_index("ix_enrolment_programme", "enrolment", ["programme_id", "status"])
    op.create_index("ix_enrolment_until", "enrolment", ["until"], postgresql_where=sa.text("status = 'enrolled'"))
    op.create_index("ix_enrolment_disclosure", "enrolment", ["disclosure_id"])
    op.create_index("ix_enrolment_proposed_by", "enrolment", ["proposed_by"])


def _event() -> None:
    op.create_table(
        "enrolment_event",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), server_default="jv_district", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), server_default="", nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("context IN ('jv_district', 'voluntary_guidance')", name=op.f("ck_enrolment_event_context")),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_enrolment_event_note_length")),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "team_id"],
            ["enrolment.id", "enrolment.team_id"],
            onupdate="CASCADE",
            name=op.f("fk_enrolment_event_enrolment_id_team_id"),
        ),
        _person("enrolment_event"),
        _key("enrolment_event", "by_id", "app_user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_event")),
    )
    op.create_index("ix_enrolment_event_enrolment", "enrolment_event", ["enrolment_id", "at"])
    op.create_index("ix_enrolment_event_person", "enrolment_event", ["person_id"])
    op.create_index("ix_enrolment_event_by", "enrolment_event", ["by_id"])


def _line_of_trajectory() -> None:
    op.add_column("trajectory", sa.Column("programme_line_id", sa.Uuid(), nullable=True))
    op.execute(
        "ALTER TABLE trajectory ADD CONSTRAINT fk_trajectory_programme_line_id FOREIGN KEY (programme_line_id)"
        " REFERENCES programme_line (id) NOT VALID"
    )
    op.execute("GRANT SELECT (programme_line_id) ON trajectory TO app_figures")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE trajectory VALIDATE CONSTRAINT fk_trajectory_programme_line_id")
        op.create_index(
            "ix_trajectory_programme_line",
            "trajectory",
            ["programme_line_id"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def _wall(table: str, reach: str) -> None:
    """Row-level security on a table, in the form of 0024."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY floor ON {table} AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))")
    op.execute(f"CREATE POLICY reach ON {table} TO app_web, app_worker USING ({reach})")
    op.execute(f"CREATE POLICY system ON {table} TO app_worker USING ((SELECT system_acts()))")
    op.execute(f"CREATE POLICY behind ON {table} TO app_search USING (true)")


def downgrade() -> None:
    op.drop_index("ix_trajectory_programme_line", "trajectory")
    op.drop_column("trajectory", "programme_line_id")
    for table in ("enrolment_event", "enrolment", "disclosure"):
        op.drop_table(table)
    op.execute("DROP SEQUENCE ins_number_seq")
