"""What was wiped or erased leaves no reminder that tells about whom it was."""

from __future__ import annotations

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

FORGET = """
CREATE FUNCTION forget_in_reminders() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE reminder SET person_id = NULL WHERE object_id = OLD.id AND person_id IS NOT NULL;
    RETURN NULL;
END $$;
"""
#: Whoever asked for it, and in the same transaction.
WHEN = {
    table: f"AFTER DELETE ON {table} FOR EACH ROW"
    for table in ("youth_case", "case_action", "case_conference", "case_step")
} | {"youth_in_view": "AFTER UPDATE OF stripped_at ON youth_in_view FOR EACH ROW WHEN (NEW.stripped_at IS NOT NULL)"}


def upgrade() -> None:
    op.execute("GRANT SELECT (person_id, object_id), UPDATE (person_id) ON reminder TO app_search")
    op.execute("CREATE POLICY behind ON reminder FOR SELECT TO app_search USING (true)")
    op.execute(
        "CREATE POLICY forgotten ON reminder FOR UPDATE TO app_search USING (true) WITH CHECK (person_id IS NULL)"
    )
    op.execute(FORGET)
    for table, moment in WHEN.items():
        op.execute(f"CREATE TRIGGER forget_{table}_in_reminders {moment} EXECUTE FUNCTION forget_in_reminders()")
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("REVOKE EXECUTE ON FUNCTION forget_in_reminders() FROM PUBLIC")
    op.execute("ALTER FUNCTION forget_in_reminders() OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")


def downgrade() -> None:
    for table in WHEN:
        op.execute(f"DROP TRIGGER forget_{table}_in_reminders ON {table}")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("DROP FUNCTION forget_in_reminders()")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("DROP POLICY forgotten ON reminder")
    op.execute("DROP POLICY behind ON reminder")
    op.execute("REVOKE SELECT (person_id, object_id), UPDATE (person_id) ON reminder FROM app_search")
