"""Cases: plan, goals, actions, measurements, conferences and nominations of a young person in view."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

#: Every table of a case, each after what it refers to.
PARTS = (
    "case_step", "case_partner", "case_plan", "case_goal", "case_conference", "case_action", "case_measurement",
    "case_invitee", "case_decision", "case_nomination",
)  # fmt: skip
#: What was said stays as it was said.
ADDED = ("case_step", "case_measurement", "case_decision")

ASKED = """
CREATE FUNCTION my_case_ids() RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    parts text[] := acting();
BEGIN
    IF parts IS NULL OR parts[8] = 's' OR (parts[4] = '{}' AND parts[5] = '{}') THEN
        RETURN '{}';  -- who has no team of workers or coordinators knows a young person through a trajectory only
    END IF;
    RETURN ARRAY(SELECT id FROM youth_case WHERE person_id = ANY ((SELECT my_person_ids())::uuid[]));
END $$;

CREATE FUNCTION my_shared_case_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(SELECT case_id FROM case_partner WHERE user_id = my_user_id() AND until IS NULL)
$$;
"""
FUNCTIONS = ("my_case_ids()", "my_shared_case_ids()")

TEAMS = "((SELECT my_team_ids())::uuid[])"
OF_CASE = f"team_id = ANY {TEAMS} OR case_id = ANY ((SELECT my_case_ids())::uuid[])"
SHARED = "ANY ((SELECT my_shared_case_ids())::uuid[])"
REACH = dict.fromkeys(PARTS, OF_CASE) | {
    "youth_case": f"team_id = ANY {TEAMS} OR id = ANY ((SELECT my_case_ids())::uuid[]) OR id = {SHARED}",
    "case_partner": f"{OF_CASE} OR user_id = (SELECT my_user_id())",
    "case_conference": f"{OF_CASE} OR case_id = {SHARED}",
    # A manager reads along without knowing whose it is.
    "case_nomination": f"{OF_CASE} OR team_id = ANY ((SELECT my_led_team_ids())::uuid[])",
}
#: What figures are made of: no names, no words.
COUNTED = {
    "youth_case": "id, number, person_id, team_id, view_id, context, level, status, status_since, opened_on, director_id,"
    " plan_due_on, measure_due_on, paused_until, closed_on, created_at, updated_at",
    "case_step": "id, case_id, team_id, at, by_id, event, from_status, to_status",
    "case_action": "id, case_id, team_id, owner_id, due_on, status",
    "case_invitee": "id, case_id, team_id, conference_id, user_id",
    "case_partner": "id, case_id, team_id, since, until",
    "case_goal": "id, case_id, team_id, domain, status, attainment, due_on, closed_on",
    "case_measurement": "id, case_id, team_id, goal_id, domain, moment, rater, level, measured_on",
    "case_conference": "id, case_id, team_id, starts_at, status, held_on",
    "case_nomination": "id, case_id, team_id, level, status, nominated_by, nominated_at, answered_on",
}


def upgrade() -> None:
    op.execute("CREATE SEQUENCE cas_number_seq")
    op.execute("GRANT USAGE ON SEQUENCE cas_number_seq TO app_web, app_worker")
    tables()
    kept = dict.fromkeys(PARTS, "case_id") | {"youth_case": "context", "case_nomination": "context"}
    for table, column in kept.items():
        op.execute(
            f"CREATE TRIGGER keep_context BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION keep_context()"
        )
    for table in ("youth_case", *PARTS):
        rights = "SELECT, INSERT" if table in ADDED else "SELECT, INSERT, UPDATE"
        op.execute(f"GRANT {rights} ON {table} TO app_web, app_worker")
    functions()
    for table, reach in REACH.items():
        wall(table, reach)
    for table, columns in COUNTED.items():
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO app_figures")
        op.execute(
            f"CREATE POLICY counted ON {table} FOR SELECT TO app_figures"
            " USING (team_id = ANY ((SELECT my_counted_team_ids())::uuid[]) OR (SELECT system_acts()))"
        )


def functions() -> None:
    """Give the functions to the role that looks behind the wall."""
    op.execute("GRANT SELECT ON youth_case, case_partner TO app_search")
    op.execute(ASKED)
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"ALTER FUNCTION {function} OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute(f"GRANT EXECUTE ON FUNCTION {', '.join(FUNCTIONS)} TO app_web, app_worker")
    op.execute("SET LOCAL ROLE app_owner")


def wall(table: str, reach: str) -> None:
    """Row-level security on a table, in the form of 0024."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY floor ON {table} AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))")
    op.execute(f"CREATE POLICY reach ON {table} TO app_web, app_worker USING ({reach})")
    op.execute(f"CREATE POLICY system ON {table} TO app_worker USING ((SELECT system_acts()))")
    op.execute(f"CREATE POLICY behind ON {table} FOR SELECT TO app_search USING (true)")


def downgrade() -> None:
    for table in REACH:
        op.execute(f"DROP POLICY IF EXISTS reach ON {table}")
    for table in reversed(("youth_case", *PARTS)):
        op.drop_table(table)
    op.execute("SET LOCAL ROLE app_search")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("DROP SEQUENCE cas_number_seq")


def tables() -> None:
    """The tables with their keys, checks and indexes."""
    op.create_table(
        "youth_case",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), server_default="jv_district", nullable=False),
        sa.Column("level", sa.Text(), server_default="district", nullable=False),
        sa.Column("status", sa.Text(), server_default="intake", nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("director_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("intake", sa.Text(), server_default="", nullable=False),
        sa.Column("research_consent_on", sa.Date(), nullable=True),
        sa.Column("plan_due_on", sa.Date(), nullable=True),
        sa.Column("measure_due_on", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("closing_summary", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(status = 'paused') = (paused_until IS NOT NULL)", name=op.f("ck_youth_case_paused_until")),
        sa.CheckConstraint(
            "(status IN ('closed', 'archived')) = (closed_on IS NOT NULL)", name=op.f("ck_youth_case_closed_on")
        ),
        sa.CheckConstraint(
            "context IN ('jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', 'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability')",
            name=op.f("ck_youth_case_context"),
        ),
        sa.CheckConstraint("level <> 'in_between' OR intake <> ''", name=op.f("ck_youth_case_intake")),
        sa.CheckConstraint("level IN ('district', 'in_between', 'city')", name=op.f("ck_youth_case_level")),
        sa.CheckConstraint(
            "status IN ('intake', 'broken_off') OR director_id IS NOT NULL", name=op.f("ck_youth_case_director")
        ),
        sa.CheckConstraint(
            "status IN ('intake', 'planning', 'running', 'paused', 'closing', 'closed', 'archived', 'broken_off')",
            name=op.f("ck_youth_case_status"),
        ),
        sa.CheckConstraint("length(closing_summary) <= 2000", name=op.f("ck_youth_case_closing_summary_length")),
        sa.CheckConstraint("length(intake) <= 2000", name=op.f("ck_youth_case_intake_length")),
        sa.CheckConstraint("length(reason) BETWEEN 40 AND 2000", name=op.f("ck_youth_case_reason_length")),
        sa.ForeignKeyConstraint(["director_id"], ["app_user.id"], name=op.f("fk_youth_case_director_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["app_user.id"], name=op.f("fk_youth_case_opened_by")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_youth_case_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["view_id"], ["youth_in_view.id"], name=op.f("fk_youth_case_view_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_youth_case")),
        sa.UniqueConstraint("id", "team_id", name=op.f("uq_youth_case_id_team_id")),
        sa.UniqueConstraint("number", name=op.f("uq_youth_case_number")),
    )
    op.create_index("ix_youth_case_director", "youth_case", ["director_id", "status"], unique=False)
    op.create_index("ix_youth_case_person", "youth_case", ["person_id"], unique=False)
    op.create_index("ix_youth_case_team", "youth_case", ["team_id", "status"], unique=False)
    op.create_index("ix_youth_case_view", "youth_case", ["view_id"], unique=False)
    op.create_index(
        "uq_youth_case_open",
        "youth_case",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('closed', 'archived', 'broken_off')"),
    )
    op.create_table(
        "case_step",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), server_default="", nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_case_step_note_length")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_case_step_by_id")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_step_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_step")),
    )
    op.create_index("ix_case_step_case", "case_step", ["case_id", "at"], unique=False)
    op.create_table(
        "case_partner",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("agreed", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("length(agreed) <= 500", name=op.f("ck_case_partner_agreed_length")),
        sa.CheckConstraint("length(name) BETWEEN 2 AND 120", name=op.f("ck_case_partner_name_length")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_case_partner_period")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_partner_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_case_partner_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_partner")),
    )
    op.create_index("ix_case_partner_case", "case_partner", ["case_id"], unique=False)
    op.create_index(
        "ix_case_partner_user", "case_partner", ["user_id"], unique=False, postgresql_where=sa.text("until IS NULL")
    )
    op.create_table(
        "case_plan",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("youth_voice", sa.Text(), server_default="", nullable=False),
        sa.Column("guardian_voice", sa.Text(), server_default="", nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "status = 'draft' OR (agreed_on IS NOT NULL AND youth_voice <> '')", name=op.f("ck_case_plan_youth_voice")
        ),
        sa.CheckConstraint("status IN ('draft', 'agreed', 'replaced')", name=op.f("ck_case_plan_status")),
        sa.CheckConstraint(
            "valid_until > valid_from AND valid_until <= valid_from + interval '6 months'",
            name=op.f("ck_case_plan_six_months"),
        ),
        sa.CheckConstraint("length(guardian_voice) <= 2000", name=op.f("ck_case_plan_guardian_voice_length")),
        sa.CheckConstraint("length(youth_voice) <= 2000", name=op.f("ck_case_plan_youth_voice_length")),
        sa.CheckConstraint("version_no >= 1", name=op.f("ck_case_plan_version_no")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_plan_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_plan")),
        sa.UniqueConstraint("case_id", "version_no", name=op.f("uq_case_plan_case_id_version_no")),
    )
    op.create_index(
        "uq_case_plan_agreed", "case_plan", ["case_id"], unique=True, postgresql_where=sa.text("status = 'agreed'")
    )
    op.create_index(
        "uq_case_plan_draft", "case_plan", ["case_id"], unique=True, postgresql_where=sa.text("status = 'draft'")
    )
    op.create_table(
        "case_goal",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("attainment", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (attainment IS NOT NULL AND closed_on IS NOT NULL)", name=op.f("ck_case_goal_closed")
        ),
        sa.CheckConstraint(
            "domain IN ('finance', 'work_education', 'time_use', 'housing', 'home_relations', 'mental_health', 'physical_health', 'substance_use', 'basic_adl', 'instrumental_adl', 'social_network', 'participation', 'justice')",
            name=op.f("ck_case_goal_domain"),
        ),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_case_goal_status")),
        sa.CheckConstraint("attainment BETWEEN -2 AND 2", name=op.f("ck_case_goal_attainment")),
        sa.CheckConstraint("length(body) BETWEEN 5 AND 500", name=op.f("ck_case_goal_body_length")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_goal_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_case_goal_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_goal")),
        sa.UniqueConstraint("id", "case_id", name=op.f("uq_case_goal_id_case_id")),
    )
    op.create_index("ix_case_goal_owner_id", "case_goal", ["owner_id"], unique=False)
    op.create_index(
        "uq_case_goal_domain",
        "case_goal",
        ["case_id", "domain"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "case_conference",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="planned", nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(status = 'held') = (held_on IS NOT NULL)", name=op.f("ck_case_conference_held_on")),
        sa.CheckConstraint("status IN ('planned', 'held', 'cancelled')", name=op.f("ck_case_conference_status")),
        sa.CheckConstraint("length(minutes) <= 4000", name=op.f("ck_case_conference_minutes_length")),
        sa.CheckConstraint("length(place) <= 120", name=op.f("ck_case_conference_place_length")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_conference_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_conference")),
        sa.UniqueConstraint("id", "case_id", name=op.f("uq_case_conference_id_case_id")),
    )
    op.create_index("ix_case_conference_case", "case_conference", ["case_id", "starts_at"], unique=False)
    op.create_index(
        "uq_case_conference_planned",
        "case_conference",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("status = 'planned'"),
    )
    op.create_table(
        "case_action",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=True),
        sa.Column("conference_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_name", sa.Text(), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(owner_id IS NULL) = (owner_name <> '')", name=op.f("ck_case_action_one_owner")),
        sa.CheckConstraint("(status = 'open') = (ended_on IS NULL)", name=op.f("ck_case_action_ended_on")),
        sa.CheckConstraint("status <> 'dropped' OR result <> ''", name=op.f("ck_case_action_dropped_why")),
        sa.CheckConstraint("status IN ('open', 'done', 'dropped')", name=op.f("ck_case_action_status")),
        sa.CheckConstraint("length(owner_name) <= 120", name=op.f("ck_case_action_owner_name_length")),
        sa.CheckConstraint("length(result) <= 500", name=op.f("ck_case_action_result_length")),
        sa.CheckConstraint("length(what) BETWEEN 3 AND 200", name=op.f("ck_case_action_what_length")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_action_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["conference_id", "case_id"],
            ["case_conference.id", "case_conference.case_id"],
            name=op.f("fk_case_action_conference_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["goal_id", "case_id"], ["case_goal.id", "case_goal.case_id"], name=op.f("fk_case_action_goal_id_case_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_case_action_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_action")),
    )
    op.create_index("ix_case_action_case", "case_action", ["case_id", "status"], unique=False)
    op.create_index("ix_case_action_conference", "case_action", ["conference_id"], unique=False)
    op.create_index("ix_case_action_goal", "case_action", ["goal_id"], unique=False)
    op.create_index(
        "ix_case_action_owner",
        "case_action",
        ["owner_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "case_measurement",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("rater", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("assisted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint(
            "domain IN ('finance', 'work_education', 'time_use', 'housing', 'home_relations', 'mental_health', 'physical_health', 'substance_use', 'basic_adl', 'instrumental_adl', 'social_network', 'participation', 'justice')",
            name=op.f("ck_case_measurement_domain"),
        ),
        sa.CheckConstraint(
            "moment IN ('start', 'interim', 'end', 'follow_up')", name=op.f("ck_case_measurement_moment")
        ),
        sa.CheckConstraint("rater = 'worker' OR assisted", name=op.f("ck_case_measurement_assisted")),
        sa.CheckConstraint("rater IN ('worker', 'youth')", name=op.f("ck_case_measurement_rater")),
        sa.CheckConstraint("length(note) <= 500", name=op.f("ck_case_measurement_note_length")),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_case_measurement_level")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_case_measurement_by_id")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_measurement_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["goal_id", "case_id"],
            ["case_goal.id", "case_goal.case_id"],
            name=op.f("fk_case_measurement_goal_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_measurement")),
    )
    op.create_index("ix_case_measurement_case", "case_measurement", ["case_id", "measured_on"], unique=False)
    op.create_index(
        "uq_case_measurement_once", "case_measurement", ["goal_id", "rater", "moment", "measured_on"], unique=True
    )
    op.create_table(
        "case_invitee",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("conference_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("present", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) = (name <> '')", name=op.f("ck_case_invitee_one_who")),
        sa.CheckConstraint("length(name) <= 120", name=op.f("ck_case_invitee_name_length")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_invitee_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["conference_id", "case_id"],
            ["case_conference.id", "case_conference.case_id"],
            name=op.f("fk_case_invitee_conference_id_case_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_case_invitee_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_invitee")),
    )
    op.create_index("ix_case_invitee_case", "case_invitee", ["case_id"], unique=False)
    op.create_index("ix_case_invitee_user", "case_invitee", ["user_id"], unique=False)
    op.create_index("uq_case_invitee_user", "case_invitee", ["conference_id", "user_id"], unique=True)
    op.create_table(
        "case_decision",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("conference_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("length(body) BETWEEN 3 AND 1000", name=op.f("ck_case_decision_body_length")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_case_decision_by_id")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_decision_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["conference_id", "case_id"],
            ["case_conference.id", "case_conference.case_id"],
            name=op.f("fk_case_decision_conference_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_decision")),
    )
    op.create_index("ix_case_decision_case", "case_decision", ["case_id"], unique=False)
    op.create_index("ix_case_decision_conference", "case_decision", ["conference_id", "at"], unique=False)
    op.create_table(
        "case_nomination",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), server_default="acvz_referral", nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("nominated_by", sa.Uuid(), nullable=False),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("interest", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("alternatives", sa.Text(), nullable=False),
        sa.Column("proportionality", sa.Text(), nullable=False),
        sa.Column("youth_informed_on", sa.Date(), nullable=False),
        sa.Column("second_reader_id", sa.Uuid(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Text(), server_default="", nullable=False),
        sa.Column("answer_note", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'proposed') = (second_reader_id IS NULL)", name=op.f("ck_case_nomination_second_reader")
        ),
        sa.CheckConstraint(
            "context IN ('jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', 'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability')",
            name=op.f("ck_case_nomination_context"),
        ),
        sa.CheckConstraint("level <> 'district'", name=op.f("ck_case_nomination_upward")),
        sa.CheckConstraint("level IN ('district', 'in_between', 'city')", name=op.f("ck_case_nomination_level")),
        sa.CheckConstraint(
            "status <> 'accepted' OR (answered_on IS NOT NULL AND answered_by <> '')",
            name=op.f("ck_case_nomination_answered"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'seconded', 'accepted', 'refused')", name=op.f("ck_case_nomination_status")
        ),
        sa.CheckConstraint(
            "length(alternatives) BETWEEN 10 AND 2000", name=op.f("ck_case_nomination_alternatives_length")
        ),
        sa.CheckConstraint("length(answer_note) <= 1000", name=op.f("ck_case_nomination_answer_note_length")),
        sa.CheckConstraint("length(interest) BETWEEN 10 AND 2000", name=op.f("ck_case_nomination_interest_length")),
        sa.CheckConstraint(
            "length(proportionality) BETWEEN 10 AND 2000", name=op.f("ck_case_nomination_proportionality_length")
        ),
        sa.CheckConstraint("length(reasons) BETWEEN 40 AND 2000", name=op.f("ck_case_nomination_reasons_length")),
        sa.CheckConstraint("second_reader_id <> nominated_by", name=op.f("ck_case_nomination_two_people")),
        sa.ForeignKeyConstraint(
            ["case_id", "team_id"],
            ["youth_case.id", "youth_case.team_id"],
            name=op.f("fk_case_nomination_case_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["nominated_by"], ["app_user.id"], name=op.f("fk_case_nomination_nominated_by")),
        sa.ForeignKeyConstraint(
            ["second_reader_id"], ["app_user.id"], name=op.f("fk_case_nomination_second_reader_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_nomination")),
    )
    op.create_index("ix_case_nomination_team", "case_nomination", ["team_id", "status"], unique=False)
    op.create_index(
        "uq_case_nomination_open",
        "case_nomination",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('proposed', 'seconded')"),
    )
