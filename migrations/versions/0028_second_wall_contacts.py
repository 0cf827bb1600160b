"""The second wall around contacts, appointments, trajectories and talks.

A contact or an appointment of one team may be with young people of another, so each carries the young people and teams
in it; triggers keep those equal to the participants.
"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ASKED = """
CREATE FUNCTION my_coordinated_team_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT coalesce((acting())[5]::uuid[], '{}') $$;

CREATE FUNCTION my_led_team_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT coalesce((acting())[7]::uuid[], '{}') $$;

CREATE FUNCTION oversees_access() RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT coalesce((acting())[8] LIKE '%p%', false) $$;

CREATE FUNCTION my_messenger_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT ARRAY(SELECT id FROM credible_messenger WHERE user_id = my_user_id()) $$;

CREATE FUNCTION my_trajectory_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(
        SELECT id FROM trajectory WHERE coordination_team_id = ANY ((SELECT my_coordinated_team_ids())::uuid[])
        UNION ALL SELECT id FROM trajectory WHERE messenger_id = ANY ((SELECT my_messenger_ids())::uuid[])
        UNION ALL SELECT id FROM trajectory WHERE person_id = ANY ((SELECT my_person_ids())::uuid[])
        UNION ALL SELECT trajectory_id FROM match WHERE messenger_id = ANY ((SELECT my_messenger_ids())::uuid[])
            AND ended_at > app_now() - interval '1 minute')  -- a messenger who declines is not in it any more
$$;

CREATE FUNCTION my_talk_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(SELECT id FROM talk WHERE held_by_id = my_user_id() OR worker_id = my_user_id())
$$;

CREATE FUNCTION my_appointment_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(SELECT id FROM appointment WHERE owner_id = my_user_id()
                 UNION ALL SELECT appointment_id FROM appointment_colleague WHERE user_id = my_user_id())
$$;

CREATE FUNCTION my_worked_person_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN my_team_ids() <> '{}' THEN my_person_ids() ELSE '{}' END
$$;
"""

#: Asked for every table in every statement: checked once each, and grants by their index however few there are.
QUICKER = """
CREATE OR REPLACE FUNCTION my_user_id() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    parts text[] := acting();
BEGIN
    RETURN CASE WHEN parts[8] <> 's' THEN parts[1]::uuid END;
END $$;

CREATE OR REPLACE FUNCTION my_person_ids() RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    parts text[] := acting();
    moment timestamptz := app_now();
    today date := (moment AT TIME ZONE 'Europe/Amsterdam')::date;
    found uuid[];
BEGIN
    IF parts IS NULL OR parts[8] = 's' THEN
        RETURN '{}';
    END IF;
    found := ARRAY(
        SELECT person_id FROM access_grant
        WHERE grantee_user_id = parts[1]::uuid AND (valid_until IS NULL OR valid_until > moment));
    IF parts[4] = '{}' AND parts[5] = '{}' THEN
        RETURN found;
    END IF;
    RETURN found || ARRAY(
        SELECT g.person_id FROM access_grant g
        WHERE g.grantee_team_id = ANY (parts[4]::uuid[] || parts[5]::uuid[])
          AND (g.valid_until IS NULL OR g.valid_until > moment)
          AND EXISTS (
            SELECT FROM role_assignment r
            WHERE r.user_id = parts[1]::uuid AND r.team_id = g.grantee_team_id AND r.role = g.grantee_role
              AND r.valid_from <= today AND (r.valid_until IS NULL OR r.valid_until >= today)));
END $$;
"""

NOTING = """
CREATE FUNCTION note_contact_people() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE contact c SET person_ids = n.people, person_team_ids = n.teams
    FROM (
        SELECT k.contact_id, array_remove(array_agg(p.person_id), NULL) AS people,
               array_remove(array_agg(DISTINCT p.person_team_id), NULL) AS teams
        FROM (SELECT DISTINCT contact_id FROM changed) AS k
        LEFT JOIN contact_participant p ON p.contact_id = k.contact_id GROUP BY k.contact_id) AS n
    WHERE c.id = n.contact_id;
    UPDATE contact_correction k SET person_ids = c.person_ids, person_team_ids = c.person_team_ids
    FROM contact c
    WHERE c.id = k.contact_id AND k.contact_id IN (SELECT contact_id FROM changed);
    RETURN NULL;
END $$;

CREATE FUNCTION note_corrected_people() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    SELECT c.person_ids, c.person_team_ids INTO NEW.person_ids, NEW.person_team_ids
    FROM contact c WHERE c.id = NEW.contact_id;
    RETURN NEW;
END $$;

CREATE FUNCTION note_appointment_people() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE appointment a SET
        person_ids = ARRAY(SELECT p.person_id FROM appointment_participant p WHERE p.appointment_id = a.id),
        person_team_ids = ARRAY(
            SELECT DISTINCT p.person_team_id FROM appointment_participant p WHERE p.appointment_id = a.id),
        colleague_ids = ARRAY(SELECT g.user_id FROM appointment_colleague g WHERE g.appointment_id = a.id)
    WHERE a.id IN (SELECT appointment_id FROM changed);
    RETURN NULL;
END $$;
"""

FUNCTIONS = (
    "my_coordinated_team_ids()", "my_led_team_ids()", "oversees_access()", "my_messenger_ids()", "my_trajectory_ids()", "my_talk_ids()",
    "my_worked_person_ids()", "my_appointment_ids()",
)  # fmt: skip
TRIGGERS = ("note_contact_people()", "note_corrected_people()", "note_appointment_people()")
#: Which table's changes are noted by which function.
NOTED = {
    "contact_participant": "note_contact_people",
    "appointment_participant": "note_appointment_people",
    "appointment_colleague": "note_appointment_people",
}
LISTS = {
    "contact": ("person_ids", "person_team_ids"),
    "contact_correction": ("person_ids", "person_team_ids"),
    "appointment": ("person_ids", "person_team_ids", "colleague_ids"),
}

TEAMS, ME = "((SELECT my_team_ids())::uuid[])", "(SELECT my_user_id())"
PEOPLE, WORKED = "((SELECT my_person_ids())::uuid[])", "((SELECT my_worked_person_ids())::uuid[])"
OF_TRAJECTORY = f"team_id = ANY {TEAMS} OR trajectory_id = ANY ((SELECT my_trajectory_ids())::uuid[])"
OF_TALK = "talk_id = ANY ((SELECT my_talk_ids())::uuid[])"
#: A confidence to a worker stays with the workers, also when the young person was opened to somebody else.
OF_CONTACT = (
    f"team_id = ANY {TEAMS} OR worker_id = {ME} OR person_team_ids && {TEAMS} OR person_ids && {PEOPLE}"
    " AND (confidentiality IN ('case_team', 'shared_covenant') OR (SELECT my_team_ids()) <> '{}'"
    " OR trajectory_id = ANY ((SELECT my_trajectory_ids())::uuid[]))"
)
#: What a worker plans can tell what the street must not know, so not for who has no team of young people.
OF_APPOINTMENT = (
    f"team_id = ANY {TEAMS} OR owner_id = {ME} OR {ME} = ANY (colleague_ids)"
    f" OR person_team_ids && {TEAMS} OR person_ids && {WORKED}"
)
TEAM_OR_PERSON = f"team_id = ANY {TEAMS} OR person_id = ANY {PEOPLE}"
#: The same holds for a next step; whoever may reach the young person may agree one.
PLANNED = f"team_id = ANY {TEAMS} OR person_id = ANY {WORKED} OR (person_id = ANY {PEOPLE} AND assignee_id = {ME})"
#: Per table which rows are in reach, and which may be written when that is more.
REACH = {
    "contact": OF_CONTACT,
    "contact_participant": f"contact_team_id = ANY {TEAMS} OR person_team_id = ANY {TEAMS} OR person_id = ANY {PEOPLE}",
    "contact_correction": f"team_id = ANY {TEAMS} OR by_id = {ME} OR person_team_ids && {TEAMS}"
    f" OR person_ids && {PEOPLE}",
    "appointment": OF_APPOINTMENT,
    "appointment_participant": f"appointment_team_id = ANY {TEAMS} OR person_team_id = ANY {TEAMS}"
    f" OR person_id = ANY {WORKED} OR appointment_id = ANY ((SELECT my_appointment_ids())::uuid[])",
    "trajectory": f"team_id = ANY {TEAMS} OR coordination_team_id = ANY ((SELECT my_coordinated_team_ids())::uuid[])"
    " OR id = ANY ((SELECT my_trajectory_ids())::uuid[])",
    "match": f"{OF_TRAJECTORY} OR messenger_id = ANY ((SELECT my_messenger_ids())::uuid[])",
    "trajectory_event": OF_TRAJECTORY,
    "talk": f"held_by_id = {ME} OR worker_id = {ME} OR team_id = ANY ((SELECT my_led_team_ids())::uuid[])",
    "emergency_access": f"user_id = {ME} OR team_id = ANY ((SELECT my_led_team_ids())::uuid[])"
    " OR (SELECT oversees_access())",
    "talk_note": OF_TALK,
    "talk_agreement": OF_TALK,
}
#: What figures are made of, by their team; the columns were granted in 0024.
COUNTED = {
    "contact": "team_id",
    "contact_participant": "person_team_id",
    "trajectory": "team_id",
    "match": "team_id",
    "trajectory_event": "team_id",
    "contact_correction": "team_id",
    "appointment": "team_id",
    "appointment_participant": "person_team_id",
    "emergency_access": "team_id",
}


def upgrade() -> None:
    op.execute(ASKED)
    op.execute(NOTING)
    for table, columns in LISTS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} uuid[] NOT NULL DEFAULT '{{}}'")
    fill()
    for table, function in NOTED.items():
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER note_people_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    op.execute(
        "CREATE TRIGGER note_people BEFORE INSERT ON contact_correction FOR EACH ROW"
        " EXECUTE FUNCTION note_corrected_people()"
    )
    hand_over_functions()
    for table, reach in REACH.items():
        wall(table, reach)
    op.execute(f"ALTER POLICY reach ON follow_up USING ({PLANNED}) WITH CHECK ({TEAM_OR_PERSON})")
    for table, team in COUNTED.items():
        op.execute(
            f"CREATE POLICY counted ON {table} FOR SELECT TO app_figures"
            f" USING ({team} = ANY ((SELECT my_counted_team_ids())::uuid[]) OR (SELECT system_acts()))"
        )


def fill() -> None:
    """Note who is in what there is already."""
    op.execute(
        "UPDATE contact c SET person_ids = n.people, person_team_ids = n.teams FROM (SELECT contact_id,"
        " array_agg(person_id) AS people, array_agg(DISTINCT person_team_id) AS teams FROM contact_participant"
        " GROUP BY contact_id) AS n WHERE c.id = n.contact_id"
    )
    op.execute(
        "UPDATE contact_correction k SET person_ids = c.person_ids, person_team_ids = c.person_team_ids"
        " FROM contact c WHERE c.id = k.contact_id"
    )
    op.execute(
        "UPDATE appointment a SET"
        " person_ids = ARRAY(SELECT person_id FROM appointment_participant p WHERE p.appointment_id = a.id),"
        " person_team_ids = ARRAY(SELECT DISTINCT person_team_id FROM appointment_participant p"
        " WHERE p.appointment_id = a.id),"
        " colleague_ids = ARRAY(SELECT user_id FROM appointment_colleague g WHERE g.appointment_id = a.id)"
    )


def hand_over_functions() -> None:
    """Give the functions to the role that looks behind the wall."""
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute(QUICKER)
    op.execute("SET LOCAL ROLE app_owner")
    for function in (*FUNCTIONS, *TRIGGERS):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"ALTER FUNCTION {function} OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute(f"GRANT EXECUTE ON FUNCTION {', '.join(FUNCTIONS)} TO app_web, app_worker")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute(
        "GRANT SELECT ON credible_messenger, match, contact, contact_participant, contact_correction, appointment_colleague"
        " TO app_search"
    )
    for table, columns in LISTS.items():
        op.execute(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO app_search")


def wall(table: str, reach: str) -> None:
    """Row-level security on a table, in the form of 0024; the functions may note who is in a row."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY floor ON {table} AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))")
    op.execute(f"CREATE POLICY reach ON {table} TO app_web, app_worker USING ({reach})")
    op.execute(f"CREATE POLICY system ON {table} TO app_worker USING ((SELECT system_acts()))")
    op.execute(f"CREATE POLICY behind ON {table} TO app_search USING (true)")


def downgrade() -> None:
    op.execute(f"ALTER POLICY reach ON follow_up USING ({TEAM_OR_PERSON}) WITH CHECK ({TEAM_OR_PERSON})")
    for table in COUNTED:
        op.execute(f"DROP POLICY counted ON {table}")
    for table in REACH:
        for policy in ("floor", "reach", "system", "behind"):
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP TRIGGER note_people ON contact_correction")
    for table in NOTED:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER note_people_{event} ON {table}")
    for table, columns in LISTS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.execute("REVOKE SELECT ON credible_messenger, match, contact, contact_participant, contact_correction,"
               " appointment_colleague FROM app_search")  # fmt: skip
    op.execute("SET LOCAL ROLE app_search")
    for function in (*FUNCTIONS, *TRIGGERS):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("SET LOCAL ROLE app_owner")
