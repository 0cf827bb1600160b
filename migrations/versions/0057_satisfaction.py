"""The mark a young person gives for the help in a case, and the day of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

RULES = {
    "satisfaction": "satisfaction BETWEEN 1 AND 10",
    "satisfaction_on": "(satisfaction IS NULL) = (satisfaction_on IS NULL)",
}


def upgrade() -> None:
    op.add_column("youth_case", sa.Column("satisfaction", sa.Integer(), nullable=True))
    op.add_column("youth_case", sa.Column("satisfaction_on", sa.Date(), nullable=True))
    for name, rule in RULES.items():
        op.execute(f"ALTER TABLE youth_case ADD CONSTRAINT ck_youth_case_{name} CHECK ({rule}) NOT VALID")
    op.execute("GRANT SELECT (satisfaction, satisfaction_on) ON youth_case TO app_figures")
    with op.get_context().autocommit_block():
        for name in RULES:
            op.execute(f"ALTER TABLE youth_case VALIDATE CONSTRAINT ck_youth_case_{name}")


def downgrade() -> None:
    op.drop_column("youth_case", "satisfaction_on")
    op.drop_column("youth_case", "satisfaction")
