"""Attachments of views and cases, which go when the view is emptied and when the case goes."""

from __future__ import annotations

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

ERASE = """
CREATE FUNCTION erase_attachments() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM attachment WHERE owner_kind = TG_TABLE_NAME AND owner_id = OLD.id;
    RETURN NULL;
END $$;
"""
#: Whoever asked for it, and in the same transaction.
WHEN = {
    "youth_case": "AFTER DELETE ON youth_case FOR EACH ROW",
    "youth_in_view": "AFTER UPDATE OF stripped_at ON youth_in_view FOR EACH ROW WHEN (NEW.stripped_at IS NOT NULL)",
}


def kinds(codes: str) -> None:
    """Whose attachments there may be; those that are there already are looked at later, without a heavy lock."""
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE attachment DROP CONSTRAINT ck_attachment_owner_kind")
    rule = f"CHECK (owner_kind IN ({codes}))"
    op.execute(f"ALTER TABLE attachment ADD CONSTRAINT ck_attachment_owner_kind {rule} NOT VALID")


def upgrade() -> None:
    kinds("'person', 'trajectory', 'youth_in_view', 'youth_case'")
    op.execute("GRANT SELECT, DELETE ON attachment TO app_search")
    op.execute("CREATE POLICY erased ON attachment FOR DELETE TO app_search USING (true)")
    op.execute(ERASE)
    for table, moment in WHEN.items():
        op.execute(f"CREATE TRIGGER erase_attachments_of_{table} {moment} EXECUTE FUNCTION erase_attachments()")
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("REVOKE EXECUTE ON FUNCTION erase_attachments() FROM PUBLIC")
    op.execute("ALTER FUNCTION erase_attachments() OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE attachment VALIDATE CONSTRAINT ck_attachment_owner_kind")


def downgrade() -> None:
    for table in WHEN:
        op.execute(f"DROP TRIGGER erase_attachments_of_{table} ON {table}")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("DROP FUNCTION erase_attachments()")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("ALTER TABLE attachment NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM attachment WHERE owner_kind IN ('youth_in_view', 'youth_case')")
    op.execute("ALTER TABLE attachment FORCE ROW LEVEL SECURITY")
    op.execute("DROP POLICY erased ON attachment")
    op.execute("REVOKE SELECT, DELETE ON attachment FROM app_search")
    kinds("'person', 'trajectory'")
