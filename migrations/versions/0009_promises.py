"""Kinds of follow-ups: contact, call and promise; what came of a promise, and when the young person was told."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: Each new column with its type and its checks. They come with the column: no row of before can break them.
COLUMNS = {
    "kind": (
        "text DEFAULT 'contact' NOT NULL",
        {
            "kind": "kind IN ('contact', 'call', 'promise')",
            "promise_answered": "kind <> 'promise' OR status <> 'cancelled'",
            "promise_what": "kind <> 'promise' OR what <> ''",
        },
    ),
    "outcome": (
        "text",
        {
            "outcome": "outcome IN ('kept', 'partly', 'not_kept', 'withdrawn')",
            "outcome_of_promise": "kind = 'promise' OR outcome IS NULL",
        },
    ),
    "told_on": (
        "date",
        {
            "told_on": "(told_on IS NOT NULL) = (kind = 'promise' AND status = 'done')",
            "told_what": "told_on IS NULL OR outcome IS NOT NULL",
        },
    ),
}


def upgrade() -> None:
    for column, (kind, checks) in COLUMNS.items():
        listed = " ".join(f"CONSTRAINT ck_follow_up_{name} CHECK ({check})" for name, check in checks.items())
        op.execute(f"ALTER TABLE follow_up ADD COLUMN {column} {kind} {listed}")


def downgrade() -> None:
    for column in reversed(COLUMNS):
        op.drop_column("follow_up", column)
