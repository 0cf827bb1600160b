"""Let a follow-up ask for a proposal to take a young person in view."""

from __future__ import annotations

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

KINDS = ("contact", "call", "promise", "propose")


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE follow_up DROP CONSTRAINT ck_follow_up_kind")
    op.execute(f"ALTER TABLE follow_up ADD CONSTRAINT ck_follow_up_kind CHECK (kind IN ({listed})) NOT VALID")


def upgrade() -> None:
    _allow(KINDS)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE follow_up VALIDATE CONSTRAINT ck_follow_up_kind")


def downgrade() -> None:
    op.execute("UPDATE follow_up SET kind = 'contact' WHERE kind = 'propose'")
    _allow(KINDS[:-1])
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE follow_up VALIDATE CONSTRAINT ck_follow_up_kind")
