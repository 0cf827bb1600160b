"""From whom a contact, and the follow-up that came out of it, is known."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("contact", "follow_up"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN source text NOT NULL DEFAULT 'street'"
            f" CONSTRAINT ck_{table}_source CHECK (source IN ('street', 'care', 'police', 'school'))"
        )
    op.execute("GRANT INSERT ON emergency_access TO app_worker")  # demo data are loaded by a part of the system


def downgrade() -> None:
    op.execute("REVOKE INSERT ON emergency_access FROM app_worker")
    for table in ("contact", "follow_up"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN source")
