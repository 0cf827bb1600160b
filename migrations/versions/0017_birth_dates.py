"""Birth dates by index: a registration asks the whole city who was born on that day."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

#: In the transaction: the table is small enough to wait a moment for.
CREATE_INDEX = (
    "-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX ix_person_birth_date ON person (birth_date)"
)


def upgrade() -> None:
    op.execute(CREATE_INDEX)


def downgrade() -> None:
    op.execute("DROP INDEX ix_person_birth_date")
