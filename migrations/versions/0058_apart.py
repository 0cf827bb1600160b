"""Who said to know a young person in private does not see or count them, unless they still answer for them (I-24)."""

from __future__ import annotations

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

#: A worker or messenger who answers for the young person goes on until somebody took over; every look is asked about.
APART = """
CREATE FUNCTION my_apart_person_ids() RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    known uuid[] := my_known_person_ids();
    moment timestamptz := app_now();
    today date := (moment AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
    IF known = '{}' THEN
        RETURN known;
    END IF;
    RETURN ARRAY(
        SELECT k FROM unnest(known) AS k
        WHERE NOT EXISTS (
            SELECT FROM person_assignment a WHERE a.person_id = k AND a.user_id = my_user_id()
              AND a.since <= today AND (a.until IS NULL OR a.until > today))
          AND NOT EXISTS (
            SELECT FROM access_grant g WHERE g.person_id = k AND g.grantee_user_id = my_user_id()
              AND g.reason = 'trajectory' AND (g.valid_until IS NULL OR g.valid_until > moment)));
END $$;
"""
MINE = "((SELECT my_apart_person_ids())::uuid[])"
BY_PERSON = (
    "person_alias", "related_person", "youth_in_view", "youth_case", "trajectory", "enrolment", "disclosure",
    "enrolment_event", "contact_participant", "follow_up", "appointment_participant", "attachment", "hand_over",
    "person_assignment", "record_change", "reminder",
)  # fmt: skip
CONDITIONS = (
    {"person": f"id <> ALL {MINE}"}
    | dict.fromkeys(BY_PERSON, f"person_id IS NULL OR person_id <> ALL {MINE}")
    | dict.fromkeys(("contact", "contact_correction", "appointment"), f"NOT (person_ids && {MINE})")
)


def upgrade() -> None:
    op.execute(APART)
    op.execute("REVOKE EXECUTE ON FUNCTION my_apart_person_ids() FROM PUBLIC")
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("ALTER FUNCTION my_apart_person_ids() OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("GRANT EXECUTE ON FUNCTION my_apart_person_ids() TO app_web, app_worker, app_figures")
    op.execute("SET LOCAL ROLE app_owner")
    for table, condition in CONDITIONS.items():
        op.execute(
            f"CREATE POLICY apart ON {table} AS RESTRICTIVE FOR SELECT TO app_web, app_worker, app_figures"
            f" USING ({condition})"
        )
    op.execute("GRANT SELECT (team_id, declared_at) ON declared_relation TO app_figures")  # a rule asks it
    op.execute(
        "ALTER TABLE signal ADD CONSTRAINT ck_signal_group_alone"
        " CHECK (group_id IS NULL OR (person_id IS NULL AND nickname_sealed IS NULL)) NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE signal VALIDATE CONSTRAINT ck_signal_group_alone")


def downgrade() -> None:
    op.execute("REVOKE SELECT (team_id, declared_at) ON declared_relation FROM app_figures")
    op.execute("ALTER TABLE signal DROP CONSTRAINT ck_signal_group_alone")
    for table in CONDITIONS:
        op.execute(f"DROP POLICY apart ON {table}")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("DROP FUNCTION my_apart_person_ids()")
    op.execute("SET LOCAL ROLE app_owner")
