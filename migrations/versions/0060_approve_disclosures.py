"""What is told in another context is approved by somebody else: a director of the team, or the privacy officer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

BEFORE = (
    "team_id = ANY ((SELECT my_team_ids())::uuid[]) OR person_id = ANY ((SELECT my_worked_person_ids())::uuid[])"
    " OR person_id = ANY ((SELECT my_person_ids())::uuid[])"
    " AND (by_id = (SELECT my_user_id()) AND context = 'voluntary_guidance' OR context_to = 'voluntary_guidance')"
)
#: The privacy officer reads what waits, and what they decided themselves; never the rest.
REACH = BEFORE + " OR (SELECT oversees_access()) AND (status = 'proposed' OR decided_by = (SELECT my_user_id()))"
CHECKS = {
    "status": "status IN ('proposed', 'approved', 'refused')",
    "two_people": "decided_by <> by_id",
    "decided_at": "(decided_by IS NULL) = (decided_at IS NULL)",
    "undecided": "status <> 'proposed' OR decided_by IS NULL",
    "refused": "status <> 'refused' OR (decided_by IS NOT NULL AND decision_note <> '')",
    "decision_note_length": "length(decision_note) <= 1000",
}
DECIDED = "UPDATE (status, decided_by, decided_at, decision_note, version)"
COUNTED = "SELECT (status, decided_at, decided_by)"


def upgrade() -> None:
    # Nobody was asked about what was told before.
    op.add_column("disclosure", sa.Column("status", sa.Text(), server_default="approved", nullable=False))
    op.execute("ALTER TABLE disclosure ALTER COLUMN status SET DEFAULT 'proposed'")
    op.add_column("disclosure", sa.Column("decided_by", sa.Uuid(), nullable=True))
    op.add_column("disclosure", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("disclosure", sa.Column("decision_note", sa.Text(), server_default="", nullable=False))
    op.add_column("disclosure", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    for name, condition in CHECKS.items():
        op.execute(f"ALTER TABLE disclosure ADD CONSTRAINT ck_disclosure_{name} CHECK ({condition}) NOT VALID")
    op.execute(
        "ALTER TABLE disclosure ADD CONSTRAINT fk_disclosure_decided_by"
        " FOREIGN KEY (decided_by) REFERENCES app_user (id) NOT VALID"
    )
    op.execute(f"GRANT {DECIDED} ON disclosure TO app_web, app_worker")
    op.execute(f"GRANT {COUNTED} ON disclosure TO app_figures")
    op.execute(f"ALTER POLICY reach ON disclosure USING ({REACH})")
    with op.get_context().autocommit_block():
        for name in (*(f"ck_disclosure_{each}" for each in CHECKS), "fk_disclosure_decided_by"):
            op.execute(f"ALTER TABLE disclosure VALIDATE CONSTRAINT {name}")
        op.create_index(
            "ix_disclosure_decided_by", "disclosure", ["decided_by"], postgresql_concurrently=True, if_not_exists=True
        )
        op.create_index(
            "ix_disclosure_waiting", "disclosure", ["team_id", "at"], postgresql_where=sa.text("status = 'proposed'"),
            postgresql_concurrently=True, if_not_exists=True,
        )  # fmt: skip


def downgrade() -> None:
    op.execute(f"ALTER POLICY reach ON disclosure USING ({BEFORE})")
    op.execute(f"REVOKE {COUNTED} ON disclosure FROM app_figures")
    op.execute(f"REVOKE {DECIDED} ON disclosure FROM app_web, app_worker")
    for column in ("version", "decision_note", "decided_at", "decided_by", "status"):
        op.drop_column("disclosure", column)
