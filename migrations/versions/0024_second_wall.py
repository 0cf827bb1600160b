"""The second wall: who acts is signed by the database, and row-level security on what young people have of their own.

The functions that look behind the wall belong to app_search, which no process can log in as.
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

#: HMAC (RFC 2104) over SHA-256 takes a key of one block, xored with two fixed bytes; stored in both forms.
KEY = """
CREATE TABLE context_key (
    singleton boolean PRIMARY KEY DEFAULT true,
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL,
    CONSTRAINT ck_context_key_singleton CHECK (singleton)
);
CREATE FUNCTION renew_context_key() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    key bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
              || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    inner_key bytea := key;
    outer_key bytea := key;
BEGIN
    FOR place IN 0..63 LOOP
        inner_key := set_byte(inner_key, place, get_byte(key, place) # 54);
        outer_key := set_byte(outer_key, place, get_byte(key, place) # 92);
    END LOOP;
    INSERT INTO context_key (inner_pad, outer_pad) VALUES (inner_key, outer_key)
    ON CONFLICT (singleton) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad;
END $$;
REVOKE EXECUTE ON FUNCTION renew_context_key() FROM PUBLIC;
SELECT renew_context_key();
"""

#: A context is `who;backend;expiry;teams;coordinated teams;counted teams;led teams;marks;hmac`; marks: s the
#: system, a somebody with an account, p the privacy officer, l who reads the ledger of reminders.
CONTEXT = """
CREATE FUNCTION acting() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    given text := current_setting('app.context', true);
    parts text[];
    body text;
BEGIN
    IF given IS NULL OR given = '' THEN
        RETURN NULL;
    END IF;
    parts := string_to_array(given, ';');
    IF cardinality(parts) <> 9 OR parts[2] <> pg_backend_pid()::text
       OR parts[3] !~ '^[0-9]{1,12}$' OR parts[3]::bigint < extract(epoch FROM clock_timestamp()) THEN
        RETURN NULL;
    END IF;
    body := array_to_string(parts[1:8], ';');
    IF parts[9] <> (SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to(body, 'UTF8'))), 'hex')
                    FROM context_key) THEN
        RETURN NULL;
    END IF;
    RETURN parts;
END $$;

CREATE FUNCTION sign_context(body text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT set_config('app.context', body || ';' || encode(
        sha256(outer_pad || sha256(inner_pad || convert_to(body, 'UTF8'))), 'hex'), true)
    FROM context_key;
$$;

CREATE FUNCTION act_as(whom uuid, seconds int) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    today date := (app_now() AT TIME ZONE 'Europe/Amsterdam')::date;
    held text[];
    teams uuid[];
    coordinated uuid[];
    counted uuid[];
    led uuid[];
    opened uuid[];
BEGIN
    SELECT array_agg(DISTINCT r.role), array_agg(r.team_id) FILTER (WHERE r.role IN ('youth_worker', 'jv_director')),
           array_agg(r.team_id) FILTER (WHERE r.role = 'cm_coordinator'),
           array_agg(r.team_id) FILTER (WHERE r.role IN ('jv_director', 'manager'))
    INTO held, teams, coordinated, led
    FROM role_assignment r JOIN team t ON t.id = r.team_id
    WHERE r.user_id = whom AND r.valid_from <= today AND (r.valid_until IS NULL OR r.valid_until >= today) AND t.active;
    counted := led;
    IF held && ARRAY['analyst', 'administrator'] THEN
        SELECT array_agg(id) INTO counted FROM team;
    END IF;
    IF 'manager' = ANY (held) THEN
        SELECT array_agg(team_id) INTO opened
        FROM talk WHERE held_by_id = whom AND status = 'open' AND open_until > app_now() AND team_id = ANY (led);
    END IF;
    PERFORM sign_context(concat_ws(';', whom, pg_backend_pid(),
        ceil(extract(epoch FROM clock_timestamp()))::bigint + seconds,
        coalesce(teams, '{}') || coalesce(opened, '{}'), coalesce(coordinated, '{}'), coalesce(counted, '{}'), coalesce(led, '{}'),
        concat('a', CASE WHEN held && ARRAY['privacy_officer'] THEN 'p' END,
               CASE WHEN held && ARRAY['privacy_officer', 'administrator'] THEN 'l' END)));
END $$;

CREATE FUNCTION act_by_session(secret_hash bytea, seen_after timestamptz)
RETURNS TABLE (session_id uuid, user_id uuid, last_seen_at timestamptz, confirmed_at timestamptz) LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    SELECT s.id, s.user_id, s.last_seen_at, s.confirmed_at INTO session_id, user_id, last_seen_at, confirmed_at
    FROM user_session s JOIN app_user u ON u.id = s.user_id
    WHERE s.token_hash = secret_hash AND s.ended_at IS NULL AND s.expires_at > app_now()
      AND s.last_seen_at > seen_after AND u.deactivated_at IS NULL;
    IF FOUND THEN
        PERFORM act_as(user_id, 120);
        RETURN NEXT;
    END IF;
END $$;

CREATE FUNCTION act_by_feed(secret_hash bytea) RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    feed record;
BEGIN
    SELECT f.id, f.user_id INTO feed FROM calendar_feed f JOIN app_user u ON u.id = f.user_id
    WHERE f.token_hash = secret_hash AND f.ended_at IS NULL AND u.deactivated_at IS NULL;
    IF FOUND THEN
        PERFORM act_as(feed.user_id, 120);
    END IF;
    RETURN feed.id;
END $$;

CREATE FUNCTION act_on_behalf_of(whom uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT act_as(whom, 3600);
$$;

CREATE FUNCTION act_as_system(part text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT sign_context(concat_ws(';', 'system:' || translate(part, ';', ''), pg_backend_pid(),
        ceil(extract(epoch FROM clock_timestamp()))::bigint + 3600, '{}', '{}', '{}', '{}', 's'));
$$;

CREATE FUNCTION act_on_work_of(colleague uuid) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    parts text[] := acting();
    today date := (app_now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
    IF parts IS NULL OR parts[8] LIKE '%s%' OR NOT EXISTS (
        SELECT FROM role_assignment r WHERE r.user_id = parts[1]::uuid AND r.role = 'administrator'
        AND r.valid_from <= today AND (r.valid_until IS NULL OR r.valid_until >= today)) THEN
        RETURN;
    END IF;
    parts[4] := (SELECT array_agg(DISTINCT team_id) FROM (
        SELECT team_id FROM role_assignment WHERE user_id = colleague
        UNION SELECT team_id FROM person_assignment WHERE user_id = colleague
        UNION SELECT team_id FROM follow_up WHERE assignee_id = colleague
        UNION SELECT team_id FROM hand_over WHERE to_user_id = colleague
        UNION SELECT p.person_team_id FROM appointment a JOIN appointment_participant p ON p.appointment_id = a.id
              WHERE a.owner_id = colleague
        UNION SELECT team_id FROM appointment WHERE owner_id = colleague) AS work)::text;
    PERFORM sign_context(array_to_string(parts[1:8], ';', '{}'));
END $$;
"""

#: What policies ask, each once per statement: `(SELECT …)` makes it so.
ASKED = """
CREATE FUNCTION somebody_acts() RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT acting() IS NOT NULL $$;

CREATE FUNCTION system_acts() RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT coalesce((acting())[8] = 's', false) $$;

CREATE FUNCTION my_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN a.parts[8] <> 's' THEN a.parts[1]::uuid END FROM (SELECT acting() AS parts) AS a
$$;

CREATE FUNCTION my_team_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT coalesce((acting())[4]::uuid[], '{}') $$;

CREATE FUNCTION my_counted_team_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT coalesce((acting())[6]::uuid[], '{}') $$;

CREATE FUNCTION my_person_ids() RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    me uuid := my_user_id();
    moment timestamptz := app_now();
    today date := (moment AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
    IF me IS NULL THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT g.person_id FROM access_grant g
        WHERE g.grantee_user_id = me AND (g.valid_until IS NULL OR g.valid_until > moment)
        UNION
        SELECT g.person_id FROM role_assignment r
        JOIN access_grant g ON g.grantee_team_id = r.team_id AND g.grantee_role = r.role
        WHERE r.user_id = me AND r.valid_from <= today AND (r.valid_until IS NULL OR r.valid_until >= today)
          AND (g.valid_until IS NULL OR g.valid_until > moment));
END $$;
"""

#: What may be known beyond the wall, and no more than that.
NARROW = """
CREATE FUNCTION stadsdeel_of(person uuid) RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT a.stadsdeel_code FROM person p JOIN area a ON a.code = p.area_code WHERE p.id = person AND somebody_acts()
$$;

CREATE FUNCTION kenmerk_of(person uuid) RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT p.pseudonym FROM person p WHERE p.id = person AND ((acting())[8] ~ '[ps]'
        OR p.team_id = ANY ((SELECT my_team_ids())::uuid[]) OR p.id = ANY ((SELECT my_person_ids())::uuid[]))
$$;

CREATE FUNCTION lookalikes(dates date[], born date, year_only date, words text[], sounds_of text[], first_names int[])
RETURNS TABLE (id uuid, team_id uuid, name text)
LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH born_then AS MATERIALIZED (
        SELECT p.id, p.team_id, p.search_text, p.sounds FROM person p
        WHERE (SELECT somebody_acts())
          AND ((p.birth_date = ANY (dates) AND p.birth_date_precision = 'day')
            OR (p.birth_date = born AND p.birth_date_precision = 'month')
            OR (p.birth_date = year_only AND p.birth_date_precision = 'year'))
    ), wanted AS (
        SELECT w.word, w.keys, w.name FROM unnest(words, sounds_of, first_names) AS w (word, keys, name)
    )
    SELECT b.id, b.team_id, t.name FROM born_then b JOIN team t ON t.id = b.team_id
    WHERE EXISTS (
        SELECT FROM (SELECT DISTINCT name FROM wanted) AS n
        WHERE NOT EXISTS (
            SELECT FROM wanted w WHERE w.name = n.name AND NOT coalesce(
                b.search_text ~ ('\\m' || w.word) OR b.sounds && string_to_array(w.keys, ' ')
                OR (length(w.word) > 2 AND b.search_text %>> w.word), false)))
$$;

CREATE FUNCTION places_taken(messengers uuid[]) RETURNS TABLE (messenger_id uuid, status text, count bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.messenger_id, t.status, count(*) FROM trajectory t
    WHERE t.messenger_id = ANY (messengers) AND somebody_acts() GROUP BY t.messenger_id, t.status
$$;
"""

#: As 0022 made it: what looks up a young person anywhere now looks behind the wall, and belongs to who may.
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
EMERGENCY = "emergency_target(uuid, text, text, date)"
INTERNAL = ("acting()", "sign_context(text)", "act_as(uuid, int)")
FOR_WEB = (EMERGENCY, "act_by_session(bytea, timestamptz)", "act_by_feed(bytea)", "act_on_work_of(uuid)")
FOR_WORKER = ("act_on_behalf_of(uuid)", "act_as_system(text)", "act_on_work_of(uuid)")
FOR_BOTH = (
    "somebody_acts()", "system_acts()", "my_user_id()", "my_team_ids()", "my_person_ids()", "my_counted_team_ids()",
    "stadsdeel_of(uuid)", "kenmerk_of(uuid)", "lookalikes(date[], date, date, text[], text[], int[])",
    "places_taken(uuid[])",
)  # fmt: skip
FOR_FIGURES = ("my_counted_team_ids()", "system_acts()")

#: What the functions look up.
BEHIND = (
    "context_key", "role_assignment", "team", "app_user", "user_session", "calendar_feed", "area", "app_clock",
    "person", "person_assignment", "access_grant", "hand_over", "follow_up", "talk", "appointment",
    "appointment_participant", "trajectory",
)  # fmt: skip

TEAM_OR_PERSON = "team_id = ANY ((SELECT my_team_ids())::uuid[]) OR {person} = ANY ((SELECT my_person_ids())::uuid[])"
#: Per table who of the web processes may see and change which rows.
REACH = {
    "person": TEAM_OR_PERSON.format(person="id"),
    "person_alias": TEAM_OR_PERSON.format(person="person_id"),
    "related_person": TEAM_OR_PERSON.format(person="person_id"),
    "person_assignment": TEAM_OR_PERSON.format(person="person_id"),
    "follow_up": TEAM_OR_PERSON.format(person="person_id"),
    "hand_over": TEAM_OR_PERSON.format(person="person_id")
    + " OR from_user_id = (SELECT my_user_id()) OR to_user_id = (SELECT my_user_id())",
    "access_grant": TEAM_OR_PERSON.format(person="person_id") + " OR grantee_user_id = (SELECT my_user_id())",
}
#: What figures are made of: no names, no notes.
COUNTED = {
    "person": "id, team_id, status, closed_on, created_at, created_by, last_contact_at, context, updated_at",
    "person_assignment": "id, person_id, team_id, user_id, since, until, is_primary, created_at, updated_at",
    "follow_up": "id, person_id, team_id, kind, status, due_on, assignee_id, done_at, outcome, told_on, contact_id, "
    "done_by_contact_id, created_at, created_by, updated_at, updated_by",
    "access_grant": "id, person_id, team_id, grantee_user_id, grantee_team_id, grantee_role, reason, record_id, valid_from,"
    " valid_until",
    "hand_over": "id, person_id, team_id, from_user_id, to_user_id, proposed_by, proposed_at, status, answered_at, batch_id, created_at, updated_at",
}
#: And of tables that need no wall for it, or have none yet.
ALSO_COUNTED = {
    "contact": "described, id, team_id, worker_id, occurred_at, result, channel, purpose, headcount, trajectory_id, created_at, confidentiality, context, duration_min, created_by, updated_at",
    "contact_participant": "contact_id, person_id, contact_team_id, person_team_id, occurred_at",
    "trajectory": "id, kind, person_id, team_id, coordination_team_id, status, status_since, requested_by, requested_at,"
    " searching_since, messenger_id, started_on, planned_end_on, ended_on, context, created_at, updated_at, end_reason",
    "match": "id, trajectory_id, team_id, messenger_id, status, proposed_by, proposed_at, youth_ok_at, messenger_ok_at,"
    " ended_at, created_at, updated_at",
    "trajectory_event": "id, trajectory_id, team_id, at, by_id, event, from_status, to_status, undoes_id",
    "credible_messenger": "id, team_id, user_id, status, max_individual, available_from, available_until",
    "contact_correction": "id, contact_id, team_id, at, by_id, seen_at, seen_by_id",
    "appointment": "id, team_id, owner_id, starts_at, ends_at, status, ended_at, contact_id, chain_id, moved_from_id, moves,"
    " withdrawn, created_at, created_by, updated_at",
    "appointment_participant": "*",
    "appointment_colleague": "*",
    "draft": "id, user_id, saved_at, ended_at, expires_at, created_at, form",
    "emergency_access": "id, person_id, team_id, user_id, need, started_at, ends_at, stopped_at, outcome, reviewed_at,"
    " reviewed_by",
    "dispatch": "*",
    "reminder": "*",
    "team": "*",
    "team_norm": "*",
    "app_clock": "*",
    "absence": "*",
    "role_assignment": "*",
    "app_user": "id, organisation_id, deactivated_at, mail_reminders",
}


#: Nobody opens a young person to themselves, except for an hour.
GIVEN = (
    REACH["access_grant"] + " AND reason = 'break_glass' AND valid_until <= (SELECT app_now()) + interval '61 minutes'"
)


def upgrade() -> None:
    # Virtual: nothing is rewritten.
    op.execute(
        "-- squawk-ignore adding-field-with-default\nALTER TABLE contact ADD COLUMN described boolean GENERATED ALWAYS AS (note <> '') VIRTUAL"
    )
    op.execute(KEY)
    op.execute(CONTEXT)
    op.execute(ASKED)
    op.execute(NARROW)
    hand_over_functions()
    for table, reach in REACH.items():
        wall(table, reach, GIVEN if table == "access_grant" else reach)
    for table, columns in COUNTED.items():
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO app_figures")
        op.execute(
            f"CREATE POLICY counted ON {table} FOR SELECT TO app_figures"
            " USING (team_id = ANY ((SELECT my_counted_team_ids())::uuid[]) OR (SELECT system_acts()))"
        )
    for table, columns in ALSO_COUNTED.items():
        op.execute(f"GRANT SELECT {'' if columns == '*' else f'({columns})'} ON {table} TO app_figures")
    op.execute("GRANT SELECT, INSERT ON figure_value TO app_figures")  # the summary of the day
    op.execute("GRANT INSERT, UPDATE ON delivery_wish TO app_worker")  # loading the demo, which a command does
    for table, secret in (("user_session", "token_hash"), ("calendar_feed", "token_hash")):
        hide(table, secret)


def hand_over_functions() -> None:
    """Give the functions to the role that looks behind the wall, and to each process those it needs."""
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    everything = {*INTERNAL, *FOR_WEB, *FOR_WORKER, *FOR_BOTH}
    for function in sorted(everything):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"ALTER FUNCTION {function} OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    for functions, whom in ((FOR_WEB, "app_web"), (FOR_WORKER, "app_worker"), (FOR_BOTH, "app_web, app_worker"),
                            (FOR_FIGURES, "app_figures")):  # fmt: skip
        op.execute(f"GRANT EXECUTE ON FUNCTION {', '.join(functions)} TO {whom}")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute(f"GRANT SELECT ON {', '.join(BEHIND)} TO app_search")


def wall(table: str, reach: str, written: str) -> None:
    """Row-level security on a table: somebody acts, and then the own teams and who was granted."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY floor ON {table} AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))")
    op.execute(f"CREATE POLICY reach ON {table} TO app_web, app_worker USING ({reach}) WITH CHECK ({written})")
    op.execute(f"CREATE POLICY system ON {table} TO app_worker USING ((SELECT system_acts()))")
    op.execute(f"CREATE POLICY behind ON {table} FOR SELECT TO app_search USING (true)")


def hide(table: str, secret: str) -> None:
    """The hash of a secret is looked up by a function; nobody reads it, or they could act as its owner."""
    op.execute(f"REVOKE SELECT ON {table} FROM app_web, app_worker")
    op.execute(
        f"DO $$ BEGIN EXECUTE (SELECT format('GRANT SELECT (%s) ON {table} TO app_web, app_worker',"
        f" string_agg(quote_ident(column_name), ', ')) FROM information_schema.columns"
        f" WHERE table_schema = 'public' AND table_name = '{table}' AND column_name <> '{secret}'); END $$"
    )


def downgrade() -> None:
    for table in REACH:
        for policy in ("floor", "reach", "system", "behind"):
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in COUNTED:
        op.execute(f"DROP POLICY counted ON {table}")
    for table in (*COUNTED, *ALSO_COUNTED, "figure_value"):
        op.execute(f"REVOKE ALL ON {table} FROM app_figures")
    for table in ("user_session", "calendar_feed"):
        op.execute(f"GRANT SELECT ON {table} TO app_web, app_worker")
    op.execute(f"REVOKE SELECT ON {', '.join(BEHIND)} FROM app_search")
    op.execute("REVOKE INSERT, UPDATE ON delivery_wish FROM app_worker")
    op.execute("SET LOCAL ROLE app_search")
    for function in {*INTERNAL, *FOR_WEB, *FOR_WORKER, *FOR_BOTH}:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute(TARGET)
    op.execute(f"REVOKE ALL ON FUNCTION {EMERGENCY} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {EMERGENCY} TO app_web")
    op.execute("ALTER TABLE contact DROP COLUMN described")
    op.execute("DROP FUNCTION renew_context_key()")
    op.execute("DROP TABLE context_key")
