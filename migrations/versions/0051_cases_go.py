"""Cases go with a view that is emptied in the same transaction, or six weeks after they were broken off; never else.

And who counts is told when somebody in view becomes too old for it."""

from __future__ import annotations

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

#: Each before what it refers to.
PARTS = (
    "case_decision", "case_invitee", "case_measurement", "case_action", "case_conference", "case_goal", "case_plan",
    "case_partner", "case_nomination", "case_step",
)  # fmt: skip
NEVER_BEGAN = "status = 'broken_off' AND {row}status_since <= app_now() - interval '42 days'"

ERASE = """
CREATE FUNCTION erase_cases(wanted uuid[]) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    gone uuid[];
BEGIN
    gone := ARRAY(SELECT id FROM youth_case WHERE id = ANY (wanted) AND {which} AND system_acts());
    {parts}
    DELETE FROM youth_case WHERE id = ANY (gone);
END $$;
"""
#: Looked at when the transaction ends: by then the view has been emptied, or the removal is undone.
KEEP = """
CREATE FUNCTION keep_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT (OLD.{which})
       AND NOT EXISTS (SELECT FROM youth_in_view v WHERE v.id = OLD.view_id AND v.stripped_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a case goes with its view' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
"""
#: A birth date is not for who counts: only the day that comes near, of who is almost too old to be in view (I-15).
TOO_OLD = """
CREATE FUNCTION too_old_on(person uuid) RETURNS date LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT (p.birth_date + interval '28 years')::date FROM person p
    WHERE p.id = person AND p.birth_date + interval '28 years' <= app_now() + interval '100 days' AND somebody_acts()
$$;
"""
FUNCTIONS = ("erase_cases(uuid[])", "keep_case()", "too_old_on(uuid)")


def upgrade() -> None:
    parts = "\n    ".join(f"DELETE FROM {part} WHERE case_id = ANY (gone);" for part in PARTS)
    op.execute(ERASE.format(which=NEVER_BEGAN.format(row=""), parts=parts))
    op.execute(KEEP.format(which=NEVER_BEGAN.format(row="OLD.")))
    op.execute(
        "CREATE CONSTRAINT TRIGGER keep_case AFTER DELETE ON youth_case DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION keep_case()"
    )
    op.execute(TOO_OLD)
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"ALTER FUNCTION {function} OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("GRANT EXECUTE ON FUNCTION erase_cases(uuid[]) TO app_worker")
    op.execute("GRANT EXECUTE ON FUNCTION too_old_on(uuid) TO app_figures, app_worker")
    op.execute("SET LOCAL ROLE app_owner")


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_case ON youth_case")
    op.execute("SET LOCAL ROLE app_search")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("SET LOCAL ROLE app_owner")
