"""What helps to find a messenger: languages and interests, of the messenger and as the request asks for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("credible_messenger", "trajectory")
ALLOWED = {
    "languages": ("ar", "ber", "en", "pap", "pl", "hns", "es", "srn", "ti", "tr", "tw"),
    "interests": (
        "boxing", "football", "fitness", "music", "dance", "gaming", "cooking", "creative", "technique", "business",
    ),
}  # fmt: skip


def upgrade() -> None:
    for table in TABLES:
        for column, values in ALLOWED.items():
            op.add_column(table, sa.Column(column, postgresql.ARRAY(Text()), server_default="{}", nullable=False))
            listed = ", ".join(f"'{value}'" for value in values)
            op.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{column} CHECK ({column} <@ ARRAY[{listed}]) NOT VALID"
            )
    with op.get_context().autocommit_block():
        for table in TABLES:
            for column in ALLOWED:
                op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{column}")


def downgrade() -> None:
    for table in TABLES:
        for column in ALLOWED:
            op.drop_column(table, column)
