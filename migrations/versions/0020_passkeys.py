"""Passkeys and recovery codes beside the codes of an app, and when a session last gave a second factor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LINKS = "'invitation', 'password_reset'"
NOTICES = "'factors_changed', 'factors_reset', 'recovery_used'"


def upgrade() -> None:
    op.add_column("user_session", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "passkey",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_passkey_name_length")),
        sa.CheckConstraint("sign_count >= 0", name=op.f("ck_passkey_sign_count")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_passkey_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index("ix_passkey_user", "passkey", ["user_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("use IN ('add', 'sign_in', 'confirm')", name=op.f("ck_passkey_challenge_use")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_passkey_challenge_user_id")),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_passkey_challenge")),
    )
    op.create_index("ix_passkey_challenge_user", "passkey_challenge", ["user_id", "expires_at"])
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_recovery_code_user_id_code_hash")),
    )
    _kinds(f"{LINKS}, {NOTICES}")
    # Workers mail; they have nothing to do with factors.
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON passkey, recovery_code TO app_web")
    op.execute("GRANT SELECT, INSERT, DELETE ON passkey_challenge TO app_web")


def downgrade() -> None:
    op.execute(f"DELETE FROM account_token WHERE kind IN ({NOTICES})")
    _kinds(LINKS)
    op.execute("DROP TABLE recovery_code")
    op.execute("DROP TABLE passkey_challenge")
    op.execute("DROP TABLE passkey")
    op.execute("ALTER TABLE user_session DROP COLUMN confirmed_at")


def _kinds(listed: str) -> None:
    """Say which kinds of mail there are, without holding up who is signing in."""
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE account_token DROP CONSTRAINT ck_account_token_kind")
    op.execute(f"ALTER TABLE account_token ADD CONSTRAINT ck_account_token_kind CHECK (kind IN ({listed})) NOT VALID")
