"""Coordinators tell too, of whom they guide; the privacy officer sees that something was told, not what."""

from __future__ import annotations

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BEFORE = "team_id = ANY ((SELECT my_team_ids())::uuid[]) OR person_id = ANY ((SELECT my_worked_person_ids())::uuid[])"
#: Who guides a trajectory: what they told themselves, and what was told to those who guide.
REACH = (
    BEFORE + " OR person_id = ANY ((SELECT my_person_ids())::uuid[])"
    " AND (by_id = (SELECT my_user_id()) AND context = 'voluntary_guidance' OR context_to = 'voluntary_guidance')"
)
WITHOUT_CONTENTS = "id, person_id, team_id, context, context_to, basis, by_id, at, informed_on"


def upgrade() -> None:
    op.execute(f"ALTER POLICY reach ON disclosure USING ({REACH})")
    op.execute(f"GRANT SELECT ({WITHOUT_CONTENTS}) ON disclosure TO app_figures")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("GRANT EXECUTE ON FUNCTION oversees_access() TO app_figures")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute(
        "CREATE POLICY counted ON disclosure FOR SELECT TO app_figures"
        " USING (team_id = ANY ((SELECT my_counted_team_ids())::uuid[]) OR (SELECT system_acts())"
        " OR (SELECT oversees_access()))"
    )


def downgrade() -> None:
    op.execute("DROP POLICY counted ON disclosure")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("REVOKE EXECUTE ON FUNCTION oversees_access() FROM app_figures")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute(f"REVOKE SELECT ({WITHOUT_CONTENTS}) ON disclosure FROM app_figures")
    op.execute(f"ALTER POLICY reach ON disclosure USING ({BEFORE})")
