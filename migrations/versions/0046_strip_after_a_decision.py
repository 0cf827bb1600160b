"""Cases go only after somebody who may decided that the view was wrong, not whenever their team says so."""

from __future__ import annotations

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

PARTS = (
    "case_decision", "case_invitee", "case_measurement", "case_action", "case_conference", "case_goal", "case_plan",
    "case_partner", "case_nomination", "case_step",
)  # fmt: skip

#: The step is written first, in the same transaction.
DECIDED = """EXISTS (SELECT FROM in_view_step s WHERE s.view_id = of_view AND s.event IN ('uphold', 'end'))
                  AND (c.team_id = ANY ((SELECT my_led_team_ids())::uuid[]) OR oversees_access() OR system_acts())"""
BEFORE = "(c.team_id = ANY ((SELECT my_team_ids())::uuid[]) OR oversees_access() OR system_acts())"

STRIP = """
CREATE OR REPLACE FUNCTION strip_cases(of_view uuid) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    gone uuid[];
BEGIN
    gone := ARRAY(SELECT c.id FROM youth_case c WHERE c.view_id = of_view
                  AND {condition});
    {parts}
    DELETE FROM youth_case WHERE id = ANY (gone);
END $$;
"""


def replace(condition: str) -> None:
    """Make the function anew, as its owner."""
    parts = "\n    ".join(f"DELETE FROM {part} WHERE case_id = ANY (gone);" for part in PARTS)
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute(STRIP.format(condition=condition, parts=parts))
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")


def upgrade() -> None:
    op.execute("GRANT SELECT (view_id, event) ON in_view_step TO app_search")
    replace(DECIDED)


def downgrade() -> None:
    replace(BEFORE)
    op.execute("REVOKE SELECT (view_id, event) ON in_view_step FROM app_search")
