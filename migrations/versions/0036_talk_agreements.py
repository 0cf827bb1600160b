"""Let the trial of the rule on agreements of talks count them: when they are due, not what they say."""

from __future__ import annotations

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

COUNTED = {
    "talk": "id, team_id, worker_id, status",
    "talk_agreement": "id, talk_id, team_id, due_on, status, created_at",
}


def upgrade() -> None:
    for table, columns in COUNTED.items():
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO app_figures")
        op.execute(
            f"CREATE POLICY counted ON {table} FOR SELECT TO app_figures"
            " USING (team_id = ANY ((SELECT my_counted_team_ids())::uuid[]) OR (SELECT system_acts()))"
        )


def downgrade() -> None:
    for table, columns in COUNTED.items():
        op.execute(f"DROP POLICY counted ON {table}")
        op.execute(f"REVOKE SELECT ({columns}) ON {table} FROM app_figures")
