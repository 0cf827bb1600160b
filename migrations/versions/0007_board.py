"""The coordinator's board: steps that can be taken back, and since when another messenger is looked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNDOES = "fk_trajectory_event_undoes_id"


def upgrade() -> None:
    op.add_column("trajectory", sa.Column("searching_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("trajectory_event", sa.Column("undoes_id", sa.Uuid(), nullable=True))
    op.add_column("trajectory_event", sa.Column("before", postgresql.JSONB(astext_type=Text()), nullable=True))
    op.execute(
        f"ALTER TABLE trajectory_event ADD CONSTRAINT {UNDOES}"
        " FOREIGN KEY (undoes_id) REFERENCES trajectory_event (id) NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE trajectory_event VALIDATE CONSTRAINT {UNDOES}")
        op.create_index("ix_trajectory_event_by", "trajectory_event", ["by_id", "at"], postgresql_concurrently=True)
        op.create_index(
            "uq_trajectory_event_undoes", "trajectory_event", ["undoes_id"], unique=True, postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index("ix_trajectory_event_by", "trajectory_event")
    op.drop_column("trajectory_event", "before")
    op.drop_column("trajectory_event", "undoes_id")
    op.drop_column("trajectory", "searching_since")
