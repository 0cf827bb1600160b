"""When a young person should never have been in view, their cases go altogether."""

from __future__ import annotations

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

#: Each before what it refers to.
PARTS = (
    "case_decision", "case_invitee", "case_measurement", "case_action", "case_conference", "case_goal", "case_plan",
    "case_partner", "case_nomination", "case_step",
)  # fmt: skip

STRIP = """
CREATE FUNCTION strip_cases(of_view uuid) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    gone uuid[];
BEGIN
    gone := ARRAY(SELECT c.id FROM youth_case c WHERE c.view_id = of_view
                  AND (c.team_id = ANY ((SELECT my_team_ids())::uuid[]) OR oversees_access() OR system_acts()));
    {parts}
    DELETE FROM youth_case WHERE id = ANY (gone);
END $$;
"""


def upgrade() -> None:
    for table in ("youth_case", *PARTS):
        op.execute(f"GRANT SELECT, DELETE ON {table} TO app_search")
        op.execute(f"CREATE POLICY stripped ON {table} FOR DELETE TO app_search USING (true)")
    op.execute(STRIP.format(parts="\n    ".join(f"DELETE FROM {part} WHERE case_id = ANY (gone);" for part in PARTS)))
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("REVOKE EXECUTE ON FUNCTION strip_cases(uuid) FROM PUBLIC")
    op.execute("ALTER FUNCTION strip_cases(uuid) OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("GRANT EXECUTE ON FUNCTION strip_cases(uuid) TO app_web, app_worker")
    op.execute("SET LOCAL ROLE app_owner")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE app_search")
    op.execute("DROP FUNCTION strip_cases(uuid)")
    op.execute("SET LOCAL ROLE app_owner")
    for table in ("youth_case", *PARTS):
        op.execute(f"DROP POLICY stripped ON {table}")
        op.execute(f"REVOKE DELETE ON {table} FROM app_search")
        if table not in ("youth_case", "case_partner"):  # which were looked up before this
            op.execute(f"REVOKE SELECT ON {table} FROM app_search")
