"""Signals, how they were judged, and their steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


#: Whose signals somebody judges, whom they know in private, and which signals they told of.
ASKED = """
CREATE FUNCTION my_judged_team_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(
        SELECT r.team_id FROM role_assignment r JOIN team t ON t.id = r.team_id
        WHERE r.user_id = my_user_id() AND r.role = 'jv_director' AND t.active
          AND r.valid_from <= (app_now() AT TIME ZONE 'Europe/Amsterdam')::date
          AND (r.valid_until IS NULL OR r.valid_until >= (app_now() AT TIME ZONE 'Europe/Amsterdam')::date))
$$;

CREATE FUNCTION my_known_person_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(SELECT person_id FROM declared_relation WHERE user_id = my_user_id() AND ended_at IS NULL)
$$;

CREATE FUNCTION my_signal_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT ARRAY(SELECT id FROM signal WHERE reporter_id = my_user_id()) $$;

CREATE FUNCTION signals_to_propose(person uuid) RETURNS TABLE (id uuid, number text)
LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, s.number FROM signal s
    WHERE s.person_id = person AND s.outcome = 'register_in_view' AND s.status = 'followed_up'
      AND (s.team_id = ANY ((SELECT my_team_ids())::uuid[]) OR s.person_id = ANY ((SELECT my_person_ids())::uuid[]))
    ORDER BY s.id DESC
$$;
"""
FUNCTIONS = ("my_judged_team_ids()", "my_known_person_ids()", "my_signal_ids()", "signals_to_propose(uuid)")

OF_TEAM = "team_id = ANY ((SELECT my_judged_team_ids())::uuid[])"
#: Why it was decided so is for who judges; a reporter has the signal, the questions and the answers.
REACH = {
    "signal": f"reporter_id = (SELECT my_user_id()) OR {OF_TEAM}",
    "signal_step": f"{OF_TEAM} OR signal_id = ANY ((SELECT my_signal_ids())::uuid[])",
    "signal_assessment": OF_TEAM,
}
APART = "person_id IS NULL OR person_id <> ALL ((SELECT my_known_person_ids())::uuid[])"
KEPT = {"signal": "context", "signal_step": "signal_id", "signal_assessment": "signal_id"}
COUNTED = {
    "signal": "id, team_id, reporter_id, reporter_organisation_id, received_at, kind, subject_kind, area_code, urgency,"
    " status, status_since, remind_at, triage_due_at, outcome, decided_at, feedback_at, person_id",
    "signal_step": "id, signal_id, team_id, at, by_id, event",
}


def upgrade() -> None:
    op.create_table(
        "signal",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), server_default="jv_district", nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("reporter_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("nickname_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("stub_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.Column("interpretation", sa.Text(), server_default="", nullable=False),
        sa.Column("urgency", sa.Text(), server_default="normal", nullable=False),
        sa.Column("first_hand", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("under_twelve", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("victim_perspective", sa.Text(), server_default="not_applicable", nullable=False),
        sa.Column("status", sa.Text(), server_default="new", nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("triage_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feedback", sa.Text(), nullable=True),
        sa.Column("feedback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("same_as_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "context IN ('jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', 'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability')",
            name=op.f("ck_signal_context"),
        ),
        sa.CheckConstraint(
            "facts <> '' OR subject_kind <> 'person' OR status = 'stripped'", name=op.f("ck_signal_facts")
        ),
        sa.CheckConstraint(
            "feedback IS NULL OR feedback IN ('picked_up', 'already_known', 'passed_on', 'nothing_now', 'will_call')",
            name=op.f("ck_signal_feedback"),
        ),
        sa.CheckConstraint(
            "kind IN ('nuisance', 'school_absence', 'weapon', 'recruitment', 'criminal_exploitation', 'drug_dealing', 'substance_use', 'violence', 'group_conflict', 'explosives', 'online_incitement', 'sudden_money', 'debt_pressure', 'home_situation', 'victimisation', 'unrest_after_incident', 'positive', 'other')",
            name=op.f("ck_signal_kind"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('no_action', 'monitor_location', 'advise_reporter', 'one_contact', 'register_in_view', 'add_to_case', 'group_step1', 'care_report', 'emergency', 'refer')",
            name=op.f("ck_signal_outcome"),
        ),
        sa.CheckConstraint(
            "status <> 'stripped' OR (person_id IS NULL AND nickname_sealed IS NULL AND facts = '' AND interpretation = '')",
            name=op.f("ck_signal_stripped"),
        ),
        sa.CheckConstraint(
            "status IN ('new', 'to_triage', 'in_triage', 'waiting_info', 'followed_up', 'no_action', 'emergency', 'closed', 'stripped', 'void')",
            name=op.f("ck_signal_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('followed_up', 'no_action', 'emergency', 'closed') OR decided_at IS NOT NULL",
            name=op.f("ck_signal_decided_at"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('followed_up', 'no_action', 'emergency', 'closed') OR kind NOT IN ('criminal_exploitation', 'explosives') OR victim_perspective <> 'not_applicable'",
            name=op.f("ck_signal_victim"),
        ),
        sa.CheckConstraint(
            "subject_kind = 'person' OR (person_id IS NULL AND nickname_sealed IS NULL)", name=op.f("ck_signal_subject")
        ),
        sa.CheckConstraint(
            "subject_kind IN ('person', 'group', 'location', 'phenomenon')", name=op.f("ck_signal_subject_kind")
        ),
        sa.CheckConstraint("urgency IN ('normal', 'soon', 'acute')", name=op.f("ck_signal_urgency")),
        sa.CheckConstraint(
            "victim_perspective IN ('not_applicable', 'considered_no', 'considered_yes')",
            name=op.f("ck_signal_victim_perspective"),
        ),
        sa.CheckConstraint("(feedback IS NULL) = (feedback_at IS NULL)", name=op.f("ck_signal_feedback_at")),
        sa.CheckConstraint("(nickname_sealed IS NULL) = (stub_until IS NULL)", name=op.f("ck_signal_stub")),
        sa.CheckConstraint("length(facts) <= 1500", name=op.f("ck_signal_facts_length")),
        sa.CheckConstraint("length(interpretation) <= 1500", name=op.f("ck_signal_interpretation_length")),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_signal_area_code")),
        sa.ForeignKeyConstraint(["group_id"], ["youth_group.id"], name=op.f("fk_signal_group_id")),
        sa.ForeignKeyConstraint(["location_id"], ["monitored_location.id"], name=op.f("fk_signal_location_id")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_signal_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["app_user.id"], name=op.f("fk_signal_reporter_id")),
        sa.ForeignKeyConstraint(
            ["reporter_organisation_id"], ["organisation.id"], name=op.f("fk_signal_reporter_organisation_id")
        ),
        sa.ForeignKeyConstraint(["same_as_id"], ["signal.id"], name=op.f("fk_signal_same_as_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["app_user.id"], name=op.f("fk_signal_taken_by_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_signal_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("id", "team_id", name=op.f("uq_signal_id_team_id")),
        sa.UniqueConstraint("number", name=op.f("uq_signal_number")),
        sa.UniqueConstraint("reporter_id", "key", name=op.f("uq_signal_reporter_id_key")),
    )
    op.create_index("ix_signal_area", "signal", ["area_code", "kind", "received_at"])
    op.create_index("ix_signal_group", "signal", ["group_id"])
    op.create_index("ix_signal_location", "signal", ["location_id"])
    op.create_index("ix_signal_person", "signal", ["person_id"])
    op.create_index("ix_signal_reporter", "signal", ["reporter_id", "received_at"])
    op.create_index("ix_signal_same_as", "signal", ["same_as_id"])
    op.create_index("ix_signal_stub", "signal", ["stub_until"])
    op.create_index("ix_signal_team", "signal", ["team_id", "status", "triage_due_at"])
    op.create_table(
        "signal_assessment",
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("assessor_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("interest", sa.Text(), server_default="", nullable=False),
        sa.Column("motivation", sa.Text(), server_default="", nullable=False),
        sa.Column("guardian_note", sa.Text(), server_default="", nullable=False),
        sa.Column("approval_note", sa.Text(), server_default="", nullable=False),
        sa.Column("follow_up_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=True),
        sa.Column("follow_up_label", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('no_action', 'monitor_location', 'advise_reporter', 'one_contact', 'register_in_view', 'add_to_case', 'group_step1', 'care_report', 'emergency', 'refer')",
            name=op.f("ck_signal_assessment_outcome"),
        ),
        sa.CheckConstraint("length(approval_note) <= 1000", name=op.f("ck_signal_assessment_approval_note_length")),
        sa.CheckConstraint("length(follow_up_label) <= 200", name=op.f("ck_signal_assessment_follow_up_label_length")),
        sa.CheckConstraint("length(guardian_note) <= 1000", name=op.f("ck_signal_assessment_guardian_note_length")),
        sa.CheckConstraint("length(interest) <= 1000", name=op.f("ck_signal_assessment_interest_length")),
        sa.CheckConstraint("length(motivation) <= 1000", name=op.f("ck_signal_assessment_motivation_length")),
        sa.ForeignKeyConstraint(["assessor_id"], ["app_user.id"], name=op.f("fk_signal_assessment_assessor_id")),
        sa.ForeignKeyConstraint(
            ["signal_id", "team_id"],
            ["signal.id", "signal.team_id"],
            name=op.f("fk_signal_assessment_signal_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_assessment")),
        sa.UniqueConstraint("signal_id", name=op.f("uq_signal_assessment_signal_id")),
    )
    op.create_index("ix_signal_assessment_team", "signal_assessment", ["team_id"])
    op.create_table(
        "signal_step",
        sa.Column("signal_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), server_default="", nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_signal_step_note_length")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_signal_step_by_id")),
        sa.ForeignKeyConstraint(
            ["signal_id", "team_id"],
            ["signal.id", "signal.team_id"],
            name=op.f("fk_signal_step_signal_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_step")),
    )
    op.create_index("ix_signal_step_by", "signal_step", ["by_id", "at"])
    op.create_index("ix_signal_step_signal", "signal_step", ["signal_id", "at"])
    op.execute("CREATE SEQUENCE sig_number_seq")
    op.execute("GRANT USAGE ON SEQUENCE sig_number_seq TO app_web, app_worker")
    op.execute("GRANT SELECT, INSERT, UPDATE ON signal, signal_assessment TO app_web, app_worker")
    op.execute("GRANT SELECT, INSERT ON signal_step TO app_web, app_worker")
    op.execute("GRANT UPDATE (note) ON signal_step TO app_worker")  # what is over its term
    op.execute(ASKED)
    hand_over_functions()
    for table, reach in REACH.items():
        wall(table, reach)
    for table, column in KEPT.items():
        op.execute(
            f"CREATE TRIGGER keep_context BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION keep_context()"
        )
    # Not even counted by who knows the young person in private.
    op.execute(f"CREATE POLICY apart ON signal AS RESTRICTIVE TO app_web, app_worker, app_figures USING ({APART})")
    for table, columns in COUNTED.items():
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO app_figures")
        op.execute(
            f"CREATE POLICY counted ON {table} FOR SELECT TO app_figures"
            " USING (team_id = ANY ((SELECT my_counted_team_ids())::uuid[]) OR (SELECT system_acts()))"
        )
    # Reminder rules ask it; without a policy for this role no row is there.
    op.execute("GRANT SELECT (user_id, person_id, ended_at) ON declared_relation TO app_figures")


def hand_over_functions() -> None:
    """Give the functions to the role that looks behind the wall."""
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"ALTER FUNCTION {function} OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute(f"GRANT EXECUTE ON FUNCTION {', '.join(FUNCTIONS)} TO app_web, app_worker")
    op.execute("GRANT EXECUTE ON FUNCTION my_known_person_ids() TO app_figures")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("GRANT SELECT ON declared_relation, signal TO app_search")
    op.execute("CREATE POLICY behind ON declared_relation FOR SELECT TO app_search USING (true)")


def wall(table: str, reach: str) -> None:
    """Row-level security on a table, in the form of 0024."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY floor ON {table} AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))")
    op.execute(f"CREATE POLICY reach ON {table} TO app_web, app_worker USING ({reach})")
    op.execute(f"CREATE POLICY system ON {table} TO app_worker USING ((SELECT system_acts()))")
    op.execute(f"CREATE POLICY behind ON {table} FOR SELECT TO app_search USING (true)")


def downgrade() -> None:
    op.execute("REVOKE SELECT (user_id, person_id, ended_at) ON declared_relation FROM app_figures")
    op.execute("DROP POLICY behind ON declared_relation")
    op.execute("REVOKE SELECT ON declared_relation FROM app_search")
    for table in ("signal_step", "signal_assessment", "signal"):
        op.execute(f"DROP TABLE {table}")
    op.execute("SET LOCAL ROLE app_search")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("DROP SEQUENCE sig_number_seq")
