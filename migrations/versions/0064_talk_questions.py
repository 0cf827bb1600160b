"""A question about who opens the same worker's list again and again."""

from __future__ import annotations

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

KNOWN = "'outside_caseload', 'night', 'many', 'declared_relation'"


def upgrade() -> None:
    _allow(f"{KNOWN}, 'many_talks'")


def downgrade() -> None:
    op.execute("DELETE FROM access_question WHERE kind = 'many_talks'")
    _allow(KNOWN)


def _allow(kinds: str) -> None:
    op.execute(
        "-- squawk-ignore ban-drop-constraint\nALTER TABLE access_question DROP CONSTRAINT ck_access_question_kind"
    )
    op.execute(
        f"ALTER TABLE access_question ADD CONSTRAINT ck_access_question_kind CHECK (kind IN ({kinds})) NOT VALID"
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE access_question VALIDATE CONSTRAINT ck_access_question_kind")
