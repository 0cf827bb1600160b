"""What hangs on a case, a view or a trajectory is apart as that is (I-24); and a notice goes to an address of before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

#: The records of whom somebody knows in private and does not answer for; by the table they are in.
APART = """
CREATE FUNCTION {name} RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    known uuid[] := my_apart_person_ids();
BEGIN
    IF known = '{{}}' THEN
        RETURN known;
    END IF;
    RETURN ARRAY(SELECT id FROM {table} WHERE person_id = ANY (known));
END $$;
"""
FUNCTIONS = {
    "my_apart_case_ids()": "youth_case", "my_apart_view_ids()": "youth_in_view", "my_apart_trajectory_ids()": "trajectory",
}  # fmt: skip
OF_CASE = (
    "case_step", "case_partner", "case_plan", "case_goal", "case_conference", "case_action", "case_measurement",
    "case_invitee", "case_decision", "case_nomination",
)  # fmt: skip
OF_VIEW = ("in_view_step", "in_view_review", "in_view_letter", "in_view_statement")
OF_TRAJECTORY = ("match", "trajectory_event")
PARTS = (
    dict.fromkeys(OF_CASE, "case_id <> ALL ((SELECT my_apart_case_ids())::uuid[])")
    | dict.fromkeys(OF_VIEW, "view_id <> ALL ((SELECT my_apart_view_ids())::uuid[])")
    | dict.fromkeys(OF_TRAJECTORY, "trajectory_id <> ALL ((SELECT my_apart_trajectory_ids())::uuid[])")
)
KINDS = "'invitation', 'password_reset', 'factors_changed', 'factors_reset', 'recovery_used', 'integrity'"


def upgrade() -> None:
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    for name, table in FUNCTIONS.items():
        op.execute(APART.format(name=name, table=table))
        op.execute(f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"ALTER FUNCTION {name} OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute(f"GRANT EXECUTE ON FUNCTION {', '.join(FUNCTIONS)} TO app_web, app_worker, app_figures")
    op.execute("SET LOCAL ROLE app_owner")
    for table, condition in PARTS.items():
        op.execute(
            f"CREATE POLICY apart ON {table} AS RESTRICTIVE FOR SELECT TO app_web, app_worker, app_figures"
            f" USING ({condition})"
        )
    op.add_column("account_token", sa.Column("address", sa.Text(), nullable=True))
    _kinds(f"{KINDS}, 'address_changed'")


def downgrade() -> None:
    op.execute("DELETE FROM account_token WHERE kind = 'address_changed'")
    _kinds(KINDS)
    op.drop_column("account_token", "address")
    for table in PARTS:
        op.execute(f"DROP POLICY apart ON {table}")
    op.execute("SET LOCAL ROLE app_search")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    op.execute("SET LOCAL ROLE app_owner")


def _kinds(listed: str) -> None:
    """Say which kinds of mail there are, without holding up who is signing in."""
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE account_token DROP CONSTRAINT ck_account_token_kind")
    op.execute(f"ALTER TABLE account_token ADD CONSTRAINT ck_account_token_kind CHECK (kind IN ({listed})) NOT VALID")
