"""Kinds of follow-ups: contact, call and promise; what came of a promise, and when the young person was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CHECKS = {
    "kind": "kind IN ('contact', 'call', 'promise')",
    "outcome": "outcome IN ('kept', 'partly', 'not_kept', 'withdrawn')",
    "outcome_of_promise": "kind = 'promise' OR outcome IS NULL",
    "promise_answered": "kind <> 'promise' OR status <> 'cancelled'",
    "told_on": "(told_on IS NOT NULL) = (kind = 'promise' AND status = 'done')",
    "told_what": "told_on IS NULL OR outcome IS NOT NULL",
    "promise_what": "kind <> 'promise' OR what <> ''",
}


def upgrade() -> None:
    op.add_column("follow_up", sa.Column("kind", sa.Text(), server_default="contact", nullable=False))
    op.add_column("follow_up", sa.Column("outcome", sa.Text(), nullable=True))
    op.add_column("follow_up", sa.Column("told_on", sa.Date(), nullable=True))
    for name, condition in CHECKS.items():
        op.execute(f"ALTER TABLE follow_up ADD CONSTRAINT ck_follow_up_{name} CHECK ({condition}) NOT VALID")
    for name in CHECKS:
        op.execute(f"ALTER TABLE follow_up VALIDATE CONSTRAINT ck_follow_up_{name}")


def downgrade() -> None:
    for column in ("told_on", "outcome", "kind"):
        op.drop_column("follow_up", column)
