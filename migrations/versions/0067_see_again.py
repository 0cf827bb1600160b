"""A coordinator who takes back a refusal or an end sees the young person again: that step ended the grant."""

from __future__ import annotations

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

#: As long as the trajectory stands where this step of their own brought it, a little longer than taking back may take.
SEE_AGAIN = """
CREATE POLICY taken_back ON access_grant FOR INSERT TO app_web WITH CHECK (
    grantee_role = 'cm_coordinator' AND reason = 'trajectory' AND valid_until IS NULL AND EXISTS (
        SELECT FROM trajectory t JOIN trajectory_event e ON e.trajectory_id = t.id
        WHERE t.id = access_grant.record_id AND t.person_id = access_grant.person_id
        AND t.team_id = access_grant.team_id AND t.coordination_team_id = access_grant.grantee_team_id
        AND e.by_id = (SELECT my_user_id()) AND e.event IN ('reject', 'close')
        AND e.to_status = t.status AND e.at = t.status_since
        AND e.at > (SELECT app_now()) - interval '11 minutes'))
"""


def upgrade() -> None:
    op.execute(SEE_AGAIN)


def downgrade() -> None:
    op.execute("DROP POLICY taken_back ON access_grant")
