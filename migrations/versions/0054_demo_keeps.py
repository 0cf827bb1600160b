"""The process that loads the demo leaves files and kept filters as well."""

from __future__ import annotations

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT INSERT ON attachment, saved_filter TO app_worker")


def downgrade() -> None:
    op.execute("REVOKE INSERT ON attachment, saved_filter FROM app_worker")
