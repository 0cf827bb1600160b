"""The second wall around reminders: those of others are nobody's, and the ledger reads codes and counts of them."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE FUNCTION reads_ledger() RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$ SELECT coalesce((acting())[8] LIKE '%l%', false) $$
"""
TABLES = ("reminder", "notification")
OWN = "recipient_id = (SELECT my_user_id())"
#: What the ledger shows and the trial of a rule counts: nobody's young person, no record.
COUNTED = (
    "id, rule_code, recipient_id, stage, due_on, created_at, cancelled_at, cancel_reason, dispatch_id, sms_dispatch_id"
)


def upgrade() -> None:
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute(FUNCTION)
    op.execute("REVOKE EXECUTE ON FUNCTION reads_ledger() FROM PUBLIC")
    op.execute("ALTER FUNCTION reads_ledger() OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("GRANT EXECUTE ON FUNCTION reads_ledger() TO app_figures")
    op.execute("SET LOCAL ROLE app_owner")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY floor ON {table} AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))"
        )
        op.execute(f"CREATE POLICY reach ON {table} TO app_web, app_worker USING ({OWN})")
        op.execute(f"CREATE POLICY system ON {table} TO app_worker USING ((SELECT system_acts()))")
    op.execute(
        "CREATE POLICY counted ON reminder FOR SELECT TO app_figures"
        " USING ((SELECT reads_ledger()) OR (SELECT system_acts()))"
    )
    op.execute("REVOKE SELECT ON reminder FROM app_figures")
    op.execute(f"GRANT SELECT ({COUNTED}) ON reminder TO app_figures")


def downgrade() -> None:
    op.execute(f"REVOKE SELECT ({COUNTED}) ON reminder FROM app_figures")
    op.execute("GRANT SELECT ON reminder TO app_figures")
    op.execute("DROP POLICY counted ON reminder")
    for table in TABLES:
        for policy in ("floor", "reach", "system"):
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("DROP FUNCTION reads_ledger()")
    op.execute("SET LOCAL ROLE app_owner")
