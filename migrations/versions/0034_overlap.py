"""A hand-over with an overlap: both work on for a while, and the giver reads a while longer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

CHECKS = {
    "together_days": "together_days BETWEEN 0 AND 56",
    "reads_days": "reads_days BETWEEN 0 AND 91",
    "reads_after": "reads_until >= together_until",
    "dates_when_accepted": "(status = 'accepted') OR num_nulls(together_until, reads_until) = 2",
}
REASONS = "'trajectory', 'replacement', 'transfer', 'former', 'break_glass'"


def upgrade() -> None:
    for column in ("together_days", "reads_days"):
        op.add_column("hand_over", sa.Column(column, sa.Integer(), server_default="0", nullable=False))
    for column in ("together_until", "reads_until"):
        op.add_column("hand_over", sa.Column(column, sa.Date(), nullable=True))
    op.add_column("hand_over", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    for name, rule in CHECKS.items():
        add_check("hand_over", f"ck_hand_over_{name}", rule)
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        "CREATE INDEX ix_hand_over_together ON hand_over (together_until)"
        " WHERE together_until IS NOT NULL AND ended_at IS NULL"
    )
    reasons(REASONS)
    with op.get_context().autocommit_block():
        for name in CHECKS:
            op.execute(f"ALTER TABLE hand_over VALIDATE CONSTRAINT ck_hand_over_{name}")
        op.execute("ALTER TABLE access_grant VALIDATE CONSTRAINT ck_access_grant_reason")


def add_check(table: str, name: str, rule: str) -> None:
    """Rows that are there already are looked at later, without a heavy lock."""
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID")


def reasons(allowed: str) -> None:
    """Which reasons a grant may have."""
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE access_grant DROP CONSTRAINT ck_access_grant_reason")
    add_check("access_grant", "ck_access_grant_reason", f"reason IN ({allowed})")


def downgrade() -> None:
    op.execute("DELETE FROM access_grant WHERE reason = 'former'")
    reasons(REASONS.replace("'former', ", ""))
    op.drop_index("ix_hand_over_together", table_name="hand_over")
    for name in CHECKS:
        op.drop_constraint(f"ck_hand_over_{name}", "hand_over")
    for column in ("together_days", "reads_days", "together_until", "reads_until", "ended_at"):
        op.drop_column("hand_over", column)
