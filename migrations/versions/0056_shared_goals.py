"""A goal of a case that a messenger reads along, as long as it is shared with their trajectory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

FIELDS = "shared_with, shared_on, shared_by"


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
    op.execute("GRANT SELECT (shared_with, shared_on) ON case_goal TO app_figures")
    with op.get_context().autocommit_block():
        for name in ("ck_case_goal_shared", "fk_case_goal_shared_with", "fk_case_goal_shared_by"):
            op.execute(f"ALTER TABLE case_goal VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    op.execute("DROP POLICY shared ON case_goal")
    for name in ("shared_by", "shared_on", "shared_with"):
        op.drop_column("case_goal", name)
