"""How many young people were present at a contact, the named ones among them."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE contact ADD COLUMN headcount integer"
        " CONSTRAINT ck_contact_headcount CHECK (headcount BETWEEN 1 AND 999)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE contact DROP COLUMN headcount")
