"""Names by sound: keys by which a young person is found under another spelling.

A search reads the reach of whoever asks and compares there, so the trigram index over the whole city goes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from portal.people import names

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: In the transaction: dropping waits for nobody longer than lock_timeout, and takes a moment.
DROP_INDEX = "-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX IF EXISTS ix_person_search"

NAMES = """
SELECT p.id, p.given_name, p.family_name, p.call_name,
       array(SELECT a.alias FROM person_alias a WHERE a.person_id = p.id) AS aliases
FROM person p
"""


def upgrade() -> None:
    op.add_column(
        "person",
        sa.Column("sounds", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
    if not context.is_offline_mode():
        fill()
    op.execute(DROP_INDEX)


def fill() -> None:
    """The rows that were there already; the portal fills the others."""
    connection = op.get_bind()
    rows = [
        {"row_id": row.id, "keys": names.columns(row.given_name, row.family_name, row.call_name, row.aliases)["sounds"]}
        for row in connection.execute(sa.text(NAMES))
    ]
    if rows:
        connection.execute(sa.text("UPDATE person SET sounds = :keys WHERE id = :row_id"), rows)


def downgrade() -> None:
    op.create_index(
        "ix_person_search",
        "person",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.drop_column("person", "sounds")
