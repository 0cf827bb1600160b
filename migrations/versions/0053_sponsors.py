"""Somebody answers for each external partner with an account."""

from __future__ import annotations

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE role_assignment ADD COLUMN sponsor_id uuid")
    op.execute(
        "ALTER TABLE role_assignment ADD CONSTRAINT fk_role_assignment_sponsor_id FOREIGN KEY (sponsor_id)"
        " REFERENCES app_user (id) NOT VALID"
    )
    op.execute("GRANT SELECT (sponsor_id) ON role_assignment TO app_figures")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE role_assignment VALIDATE CONSTRAINT fk_role_assignment_sponsor_id")
        op.create_index(
            "ix_role_assignment_sponsor",
            "role_assignment",
            ["sponsor_id"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    op.drop_index("ix_role_assignment_sponsor", "role_assignment")
    op.execute("ALTER TABLE role_assignment DROP COLUMN sponsor_id")
