"""What is shared of a case is shared while its view goes on: an objection, a missed review or the end stops it (I-14)."""

from __future__ import annotations

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

#: A partner reads the summary again when the view goes on; a goal is shared again only after another yes.
SHARED = """
CREATE OR REPLACE FUNCTION my_shared_case_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(
        SELECT p.case_id FROM case_partner p JOIN youth_case c ON c.id = p.case_id
        JOIN youth_in_view v ON v.id = c.view_id
        WHERE p.user_id = my_user_id() AND p.until IS NULL AND v.status = 'active')
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION my_shared_case_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(SELECT case_id FROM case_partner WHERE user_id = my_user_id() AND until IS NULL)
$$;
"""
END = """
CREATE FUNCTION end_goals_of_view() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE case_goal SET shared_with = NULL, shared_on = NULL, shared_by = NULL, version = version + 1
    WHERE shared_with IS NOT NULL AND case_id IN (SELECT id FROM youth_case WHERE view_id = OLD.id);
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER end_goals_of_view AFTER UPDATE OF status ON youth_in_view FOR EACH ROW
WHEN (OLD.status = 'active' AND NEW.status <> 'active') EXECUTE FUNCTION end_goals_of_view();
"""


def upgrade() -> None:
    op.execute(END)
    op.execute(TRIGGER)
    op.execute("REVOKE EXECUTE ON FUNCTION end_goals_of_view() FROM PUBLIC")
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("ALTER FUNCTION end_goals_of_view() OWNER TO app_search")
    _as_search(SHARED)


def downgrade() -> None:
    op.execute("DROP TRIGGER end_goals_of_view ON youth_in_view")
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    _as_search(BEFORE, "DROP FUNCTION end_goals_of_view()")


def _as_search(*statements: str) -> None:
    """As the role whose functions these are; it may make none after this."""
    op.execute("SET LOCAL ROLE app_search")
    for statement in statements:
        op.execute(statement)
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
