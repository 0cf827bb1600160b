"""SMS beside mail, and how each colleague wants to be reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: The next statement makes it again, wider.
WIDER = "-- squawk-ignore ban-drop-constraint\nALTER TABLE dispatch DROP CONSTRAINT ck_dispatch_channel"
#: In the same transaction as the column, which is empty.
INDEX = (
    "-- squawk-ignore require-concurrent-index-creation\n"
    "CREATE INDEX ix_reminder_sms_dispatch_id ON reminder (sms_dispatch_id)"
)


def upgrade() -> None:
    op.create_table(
        "delivery_wish",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("mail_acute", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("sms_normal", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sms_acute", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("sms_legal", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("quiet_free_days", sa.Boolean(), nullable=True),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL) AND (quiet_from IS NULL) = (quiet_free_days IS NULL)",
            name=op.f("ck_delivery_wish_quiet"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_delivery_wish_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_delivery_wish")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON delivery_wish TO app_web")
    op.execute("GRANT SELECT ON delivery_wish TO app_worker")
    op.execute(WIDER)
    op.execute("ALTER TABLE dispatch ADD CONSTRAINT ck_dispatch_channel CHECK (channel IN ('email', 'sms')) NOT VALID")
    op.execute("ALTER TABLE reminder ADD COLUMN sms_dispatch_id uuid")
    op.execute(
        "ALTER TABLE reminder ADD CONSTRAINT fk_reminder_sms_dispatch_id"
        " FOREIGN KEY (sms_dispatch_id) REFERENCES dispatch (id) NOT VALID"
    )
    op.execute(INDEX)


def downgrade() -> None:
    op.execute("ALTER TABLE reminder DROP COLUMN sms_dispatch_id")
    op.execute("DELETE FROM attempt USING dispatch d WHERE d.id = dispatch_id AND d.channel = 'sms'")
    op.execute("DELETE FROM dispatch WHERE channel = 'sms'")
    op.execute("ALTER TABLE dispatch DROP CONSTRAINT ck_dispatch_channel")
    op.execute("ALTER TABLE dispatch ADD CONSTRAINT ck_dispatch_channel CHECK (channel IN ('email'))")
    op.execute("DROP TABLE delivery_wish")
