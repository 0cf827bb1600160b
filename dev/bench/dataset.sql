-- What follows from the young people in made_person: made here, because a million rows need not pass through Python.
-- :now and :network are filled in by dataset.py.

CREATE FUNCTION pg_temp.drawn(seed text, below int) RETURNS int LANGUAGE sql IMMUTABLE
    AS $$ SELECT ('x' || substr(md5(seed), 1, 7))::bit(28)::int % below $$;

CREATE FUNCTION pg_temp.made_id(seed text, at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3)
                  || '8' || substr(md5(seed), 4, 15))::uuid $$;

CREATE TEMP TABLE made_contact AS
SELECT pg_temp.made_id('contact' || p.pseudonym || n, at) AS id, p.id AS person_id, p.team_id, p.created_by AS worker_id,
       p.status, p.pseudonym, n, at,
       (ARRAY['reached', 'reached', 'brief', 'reached', 'not_reached', 'no_show'])[1 + pg_temp.drawn(p.pseudonym || 'r' || n, 6)] AS result,
       (ARRAY['street', 'phone', 'chat', 'youth_centre', 'home_visit'])[1 + pg_temp.drawn(p.pseudonym || 'c' || n, 5)] AS channel,
       (ARRAY['view', 'connection', 'help'])[1 + pg_temp.drawn(p.pseudonym || 'p' || n, 3)] AS purpose
FROM made_person p
CROSS JOIN generate_series(1, 10) AS n
CROSS JOIN LATERAL (
    SELECT coalesce(p.closed_on, :now::date) - make_interval(
        days => n * 8 + pg_temp.drawn(p.pseudonym || 'd' || n, 8), mins => pg_temp.drawn(p.pseudonym || 'm' || n, 1440)
    ) AS at
) AS moment;

INSERT INTO contact (id, team_id, worker_id, occurred_at, duration_min, channel, result, purpose, place, note,
                     confidentiality, idempotency_key, created_at, created_by, updated_at, updated_by)
SELECT id, team_id, worker_id, at, 15, channel, result, purpose, 'Sporthal De Meet',
       'Even gesproken over school en thuis. Het gaat beter dan vorige maand; volgende week samen naar de open dag. '
       || 'Gesprek ' || n || ' van de reeks.',
       CASE WHEN n % 4 = 0 THEN 'case_team' ELSE 'team' END, id, at, worker_id, at, worker_id
FROM made_contact ORDER BY at;

INSERT INTO contact_participant (contact_id, person_id, contact_team_id, person_team_id, occurred_at)
SELECT id, person_id, team_id, team_id, at FROM made_contact ORDER BY at;

UPDATE made_person p SET last_contact_at = c.at
FROM (SELECT person_id, max(at) AS at FROM made_contact WHERE result IN ('reached', 'brief') GROUP BY person_id) c
WHERE c.person_id = p.id;

INSERT INTO person SELECT * FROM made_person ORDER BY created_at;

INSERT INTO person_assignment (person_id, team_id, user_id, since, created_at, created_by)
SELECT id, team_id, created_by, (created_at AT TIME ZONE 'Europe/Amsterdam')::date, created_at, created_by
FROM made_person ORDER BY created_at;

INSERT INTO person_alias (person_id, team_id, alias)
SELECT id, team_id, 'Meet' || substr(pseudonym, 3) FROM made_person WHERE pg_temp.drawn(pseudonym || 'alias', 4) = 0;

INSERT INTO related_person (person_id, team_id, role, name, created_at)
SELECT id, team_id, 'guardian', 'Ouder van ' || given_name, created_at FROM made_person;

-- Three contacts in ten led to something that was done by the next one.
INSERT INTO follow_up (id, person_id, team_id, contact_id, assignee_id, what, due_on, status, done_at,
                       done_by_contact_id, created_at, created_by)
SELECT pg_temp.made_id('follow_up' || c.pseudonym || c.n, c.at), c.person_id, c.team_id, c.id, c.worker_id,
       'Samen bellen met school', later.at::date, 'done', later.at, later.id, c.at, c.worker_id
FROM made_contact c
JOIN made_contact later ON later.person_id = c.person_id AND later.n = c.n - 1
WHERE c.n % 3 = 0 ORDER BY c.at;

-- And every open dossier has a next step: some late, some today, most ahead.
INSERT INTO follow_up (id, person_id, team_id, contact_id, assignee_id, what, due_on, created_at, created_by)
SELECT pg_temp.made_id('step' || c.pseudonym, c.at), c.person_id, c.team_id, c.id, c.worker_id,
       'Vragen hoe de open dag was', :now::date - 4 + pg_temp.drawn(c.pseudonym || 'due', 15), c.at, c.worker_id
FROM made_contact c WHERE c.n = 1 AND c.status = 'open' ORDER BY c.at;

INSERT INTO credible_messenger (id, team_id, display_name, sort_key, status, created_at)
SELECT pg_temp.made_id('messenger' || n, :now), :network, 'Messenger ' || n, 'messenger ' || n, 'active', :now
FROM generate_series(1, 40) AS n;

INSERT INTO trajectory (id, number, person_id, team_id, coordination_team_id, status, status_since, requested_by,
                        requested_at, request_text, messenger_id, started_on, created_at)
SELECT pg_temp.made_id('trajectory' || pseudonym, created_at), 'TRJ-' || substr(pseudonym, 3), id, team_id, :network,
       'active', created_at, created_by, created_at, 'Iemand die weet hoe het is.',
       pg_temp.made_id('messenger' || 1 + pg_temp.drawn(pseudonym, 40), :now), created_at::date, created_at
FROM made_person WHERE status = 'open' AND pg_temp.drawn(pseudonym || 'trajectory', 8) = 0;

INSERT INTO access_grant (person_id, team_id, grantee_team_id, grantee_role, reason, record_id, valid_from)
SELECT person_id, team_id, :network, 'cm_coordinator', 'trajectory', id, requested_at FROM trajectory;

INSERT INTO reminder (id, rule_code, object_type, object_id, person_id, team_id, recipient_id, due_on, created_at)
SELECT pg_temp.made_id('reminder' || id, created_at), 'R04', 'follow_up', id, person_id, team_id, assignee_id, due_on,
       least(due_on::timestamptz, :now)
FROM follow_up WHERE due_on > :now::date - 60;

INSERT INTO notification (reminder_id, recipient_id, created_at, read_at)
SELECT r.id, r.recipient_id, r.created_at, f.done_at FROM reminder r JOIN follow_up f ON f.id = r.object_id
WHERE r.due_on <= :now::date;

-- And the log knows who wrote every contact.
INSERT INTO access_event (id, at, actor_id, actor_name, role, origin, action, subject_type, subject_id, person_id,
                          team_id, purpose, context)
SELECT pg_temp.made_id('event' || c.pseudonym || c.n, c.at), c.at, c.worker_id, 'Werker', 'youth_worker',
       'contacts.new', 'create', 'contact', c.id, c.person_id, c.team_id, '', 'jv_district'
FROM made_contact c ORDER BY c.at;

DROP TABLE made_contact, made_person;

VACUUM (ANALYZE);
