"""What is known from the police or from care is behind the second wall for who has no team of young people.

Therefore the moment of the last contact is looked up by a function: whoever records one must not make it earlier.
"""

from __future__ import annotations

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLES = {
    "contact": "source",
    "contact_correction": "coalesce(before ->> 'source', 'street')",  # of the contact before; now it is its own
    "follow_up": "source",
}
FUNCTION = """
CREATE FUNCTION last_contact_of(person uuid, effective text[]) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.occurred_at FROM contact_participant p JOIN contact c ON c.id = p.contact_id
    WHERE p.person_id = person AND c.result = ANY (effective)
      AND ((SELECT system_acts()) OR p.person_team_id = ANY ((SELECT my_team_ids())::uuid[])
           OR p.person_id = ANY ((SELECT my_person_ids())::uuid[]))
    ORDER BY p.occurred_at DESC LIMIT 1
$$
"""
SIGNATURE = "last_contact_of(uuid, text[])"


def upgrade() -> None:
    for table, source in TABLES.items():
        op.execute(
            f"CREATE POLICY source ON {table} AS RESTRICTIVE TO app_web, app_worker USING ({source} IN ('street', 'school')"
            " OR (SELECT my_team_ids()) <> '{}' OR (SELECT system_acts()))"
        )
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute(FUNCTION)
    op.execute(f"REVOKE EXECUTE ON FUNCTION {SIGNATURE} FROM PUBLIC")
    op.execute(f"ALTER FUNCTION {SIGNATURE} OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute(f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO app_web, app_worker")
    op.execute("SET LOCAL ROLE app_owner")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP POLICY source ON {table}")
    op.execute("SET LOCAL ROLE app_search")
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    op.execute("SET LOCAL ROLE app_owner")
