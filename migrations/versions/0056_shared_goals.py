"""A goal of a case that a messenger reads along, as long as it is shared with their trajectory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

FIELDS = "shared_with, shared_on, shared_by"
#: The young person said yes to one messenger: another reads nothing of it, nor who went.
END = """
CREATE FUNCTION end_shared_goals() RETURNS trigger LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE case_goal SET shared_with = NULL, shared_on = NULL, shared_by = NULL, version = version + 1
    WHERE shared_with = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER end_shared_goals AFTER UPDATE OF messenger_id, status ON trajectory FOR EACH ROW
WHEN (OLD.messenger_id IS DISTINCT FROM NEW.messenger_id OR NEW.status IN ('ended', 'rejected', 'stopped'))
EXECUTE FUNCTION end_shared_goals();
"""


def upgrade() -> None:
    for name, kind in (("shared_with", sa.Uuid()), ("shared_on", sa.Date()), ("shared_by", sa.Uuid())):
        op.add_column("case_goal", sa.Column(name, kind, nullable=True))
    for name, rule in (
        ("ck_case_goal_shared", f"CHECK (num_nulls({FIELDS}) IN (0, 3))"),
        ("fk_case_goal_shared_with", "FOREIGN KEY (shared_with) REFERENCES trajectory (id)"),
        ("fk_case_goal_shared_by", "FOREIGN KEY (shared_by) REFERENCES app_user (id)"),
    ):
        op.execute(f"ALTER TABLE case_goal ADD CONSTRAINT {name} {rule} NOT VALID")
    for column in ("shared_with", "shared_by"):
        op.execute(
            "-- squawk-ignore require-concurrent-index-creation\n"
            f"CREATE INDEX ix_case_goal_{column} ON case_goal ({column}) WHERE {column} IS NOT NULL"
        )
    # Read and nothing else: who is in the trajectory changes no goal.
    op.execute(
        "CREATE POLICY shared ON case_goal FOR SELECT TO app_web"
        " USING (shared_with = ANY ((SELECT my_trajectory_ids())::uuid[]))"
    )
    op.execute("GRANT UPDATE (shared_with, shared_on, shared_by, version) ON case_goal TO app_search")
    op.execute("CREATE POLICY unshared ON case_goal FOR UPDATE TO app_search USING (true)")
    op.execute(END)
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("REVOKE EXECUTE ON FUNCTION end_shared_goals() FROM PUBLIC")
    op.execute("ALTER FUNCTION end_shared_goals() OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("GRANT SELECT (shared_with, shared_on) ON case_goal TO app_figures")
    with op.get_context().autocommit_block():
        for name in ("ck_case_goal_shared", "fk_case_goal_shared_with", "fk_case_goal_shared_by"):
            op.execute(f"ALTER TABLE case_goal VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    op.execute("DROP TRIGGER end_shared_goals ON trajectory")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("DROP FUNCTION end_shared_goals()")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("REVOKE UPDATE (shared_with, shared_on, shared_by, version) ON case_goal FROM app_search")
    for policy in ("shared", "unshared"):
        op.execute(f"DROP POLICY {policy} ON case_goal")
    for name in ("shared_by", "shared_on", "shared_with"):
        op.drop_column("case_goal", name)
