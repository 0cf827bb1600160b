"""A messenger whose yes is the last one gets to know who it is: that answer makes the grant."""

from __future__ import annotations

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

#: Of the own trajectory, while both said yes and nothing more; the walls of both tables hold here too.
AGREED = """
CREATE POLICY agreed ON access_grant FOR INSERT TO app_web WITH CHECK (
    grantee_user_id = (SELECT my_user_id()) AND reason = 'trajectory' AND EXISTS (
        SELECT FROM trajectory t JOIN match m ON m.trajectory_id = t.id AND m.messenger_id = t.messenger_id
        WHERE t.id = access_grant.record_id AND t.person_id = access_grant.person_id AND t.status = 'match_proposed'
        AND t.messenger_id = ANY ((SELECT my_messenger_ids())::uuid[])
        AND m.status = 'accepted' AND m.youth_ok_at IS NOT NULL AND m.messenger_ok_at IS NOT NULL))
"""


def upgrade() -> None:
    op.execute(AGREED)


def downgrade() -> None:
    op.execute("DROP POLICY agreed ON access_grant")
