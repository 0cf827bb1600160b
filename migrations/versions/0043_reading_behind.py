"""What looks behind the wall reads there; it writes only who is in a contact, a correction or an appointment."""

from __future__ import annotations

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

READ = (
    "appointment", "appointment_participant", "attachment", "contact", "contact_correction", "contact_participant",
    "emergency_access", "match", "record_change", "talk", "talk_agreement", "talk_note", "trajectory", "trajectory_event",
)  # fmt: skip
#: Columns of which app_search may update, in the triggers of 0028.
NOTED = ("appointment", "contact", "contact_correction")


def upgrade() -> None:
    for table in READ:
        op.execute(f"DROP POLICY behind ON {table}")
        op.execute(f"CREATE POLICY behind ON {table} FOR SELECT TO app_search USING (true)")
    for table in NOTED:
        op.execute(f"CREATE POLICY noted ON {table} FOR UPDATE TO app_search USING (true) WITH CHECK (true)")


def downgrade() -> None:
    for table in NOTED:
        op.execute(f"DROP POLICY noted ON {table}")
    for table in READ:
        op.execute(f"DROP POLICY behind ON {table}")
        op.execute(f"CREATE POLICY behind ON {table} TO app_search USING (true)")
