"""Who decides that a view was wrong also closes the dossier, when nothing else keeps it open; never anything wider."""

from __future__ import annotations

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

#: The step is written first, by whoever asks; closing waits for who adds work, and the other way round.
CLOSE = """
CREATE FUNCTION close_wrongly_in_view(of_view uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    whom uuid;
BEGIN
    SELECT v.person_id INTO whom FROM youth_in_view v
    WHERE v.id = of_view AND v.status <> 'ended'
      AND EXISTS (SELECT FROM in_view_step s
                  WHERE s.view_id = of_view AND s.event IN ('uphold', 'end') AND s.by_id = my_user_id())
      AND (v.team_id = ANY ((SELECT my_led_team_ids())::uuid[]) OR oversees_access());
    PERFORM FROM person p WHERE p.id = whom FOR NO KEY UPDATE;
    UPDATE person p
    SET status = 'closed', closed_on = (app_now() AT TIME ZONE 'Europe/Amsterdam')::date, version = p.version + 1,
        updated_at = app_now(), updated_by = my_user_id()
    WHERE p.id = whom AND p.status = 'open'
      AND NOT EXISTS (SELECT FROM youth_in_view v
                      WHERE v.person_id = whom AND v.id <> of_view AND v.status <> 'ended')
      AND NOT EXISTS (SELECT FROM youth_case c
                      WHERE c.person_id = whom AND c.status NOT IN ('closed', 'archived', 'broken_off'))
      AND NOT EXISTS (SELECT FROM trajectory t
                      WHERE t.person_id = whom AND t.status NOT IN ('ended', 'rejected', 'stopped'))
      AND NOT EXISTS (SELECT FROM enrolment e WHERE e.person_id = whom AND e.status IN ('proposed', 'enrolled'))
      AND NOT EXISTS (SELECT FROM follow_up f WHERE f.person_id = whom AND f.status = 'open')
      AND NOT EXISTS (SELECT FROM appointment_participant w JOIN appointment a ON a.id = w.appointment_id
                      WHERE w.person_id = whom AND a.status = 'planned')
      AND NOT EXISTS (SELECT FROM signal s
                      WHERE s.person_id = whom AND s.status IN ('to_triage', 'in_triage', 'waiting_info'));
    RETURN FOUND;
END $$;
"""
CHANGED = "UPDATE (status, closed_on, updated_at, updated_by)"


def upgrade() -> None:
    op.execute(CLOSE)
    op.execute("REVOKE EXECUTE ON FUNCTION close_wrongly_in_view(uuid) FROM PUBLIC")
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("ALTER FUNCTION close_wrongly_in_view(uuid) OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("GRANT EXECUTE ON FUNCTION close_wrongly_in_view(uuid) TO app_web, app_worker")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("GRANT SELECT (by_id) ON in_view_step TO app_search")
    op.execute(f"GRANT {CHANGED} ON person TO app_search")


def downgrade() -> None:
    op.execute(f"REVOKE {CHANGED} ON person FROM app_search")
    op.execute("REVOKE SELECT (by_id) ON in_view_step FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("DROP FUNCTION close_wrongly_in_view(uuid)")
    op.execute("SET LOCAL ROLE app_owner")
