"""What somebody wants of the help: hints put away, shortcuts on or off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("app_user", sa.Column("shortcuts", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column(
        "app_user",
        sa.Column("hints_seen", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("app_user", "hints_seen")
    op.drop_column("app_user", "shortcuts")
