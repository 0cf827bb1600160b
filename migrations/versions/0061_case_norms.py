"""Norms of cases beside those of the team: days without contact per level, and cases that one person has in hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

#: What held for everybody until now, and how far each can be set.
NORMS = {"in_between_norm_days": (14, 365), "city_norm_days": (7, 365), "case_norm": (10, 100)}


def upgrade() -> None:
    for name, (standard, most) in NORMS.items():
        op.add_column("team_norm", sa.Column(name, sa.Integer(), server_default=sa.text(str(standard)), nullable=False))
        op.execute(
            f"ALTER TABLE team_norm ADD CONSTRAINT ck_team_norm_{name} CHECK ({name} BETWEEN 1 AND {most}) NOT VALID"
        )
    with op.get_context().autocommit_block():
        for name in NORMS:
            op.execute(f"ALTER TABLE team_norm VALIDATE CONSTRAINT ck_team_norm_{name}")


def downgrade() -> None:
    for name in NORMS:
        op.drop_column("team_norm", name)
