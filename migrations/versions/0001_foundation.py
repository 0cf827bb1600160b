"""The foundation: clock, areas, accounts, access log, people, contacts, messengers, trajectories, reminders.

Tables belong to app_owner; the processes get only what they need, table by table. Personal data carry team_id through
composite keys, states are text with CHECK, so that row-level security can be added without touching a row.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AREA_COLUMNS = ("code", "name", "kind", "parent_code", "stadsdeel_code", "register_id", "valid_from")
AREAS = Path(__file__).parents[1] / "data" / "areas_2022.csv"

#: What the web and worker processes may do. Absent: nothing. Deleting is the exception (domain I-20).
READ = ("area", "app_clock")
CHANGE = (
    "access_grant", "account_token", "app_user", "attempt", "contact", "credible_messenger", "dispatch", "follow_up",
    "heartbeat", "match", "notification", "organisation", "person", "person_assignment", "reminder", "role_assignment",
    "team", "trajectory", "user_session",
)  # fmt: skip
REPLACE = ("contact_participant", "messenger_area", "person_alias", "related_person", "team_area")  # rows of a set
APPEND = ("access_event", "sign_in_attempt", "trajectory_event")

CLOCK = """
CREATE TABLE app_clock (
    singleton boolean DEFAULT true CONSTRAINT pk_app_clock PRIMARY KEY,
    shift interval NOT NULL DEFAULT '0',
    frozen_at timestamptz,
    CONSTRAINT ck_app_clock_singleton CHECK (singleton)
);
INSERT INTO app_clock DEFAULT VALUES;
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = public, pg_temp
    AS 'SELECT coalesce(frozen_at, now() + shift) FROM app_clock';
CREATE FUNCTION app_clock_set(new_shift interval, new_frozen_at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS 'UPDATE app_clock SET shift = new_shift, frozen_at = new_frozen_at';
REVOKE EXECUTE ON FUNCTION app_clock_set(interval, timestamptz) FROM PUBLIC;
"""

INSERT_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER access_event_insert_only BEFORE UPDATE OR DELETE ON access_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_event_no_truncate BEFORE TRUNCATE ON access_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.execute(CLOCK)  # first, because moments default to app_now()
    create_tables()
    op.execute(INSERT_ONLY)
    op.execute("CREATE SEQUENCE trj_number_seq")
    load_areas()
    grant_rights()


def create_tables() -> None:
    """Every table with its constraints and indexes."""
    op.create_table(
        "access_event",
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.Text(), server_default="", nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), server_default="ok", nullable=False),
        sa.Column("subject_type", sa.Text(), server_default="", nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("context", sa.Text(), server_default="", nullable=False),
        sa.Column("break_glass", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("request_id", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint(
            "action IN ('read', 'list', 'search', 'create', 'update', 'export', 'denied', 'sign_in', 'sign_in_failed', 'sign_out', 'administer', 'notify')",
            name=op.f("ck_access_event_action"),
        ),
        sa.CheckConstraint("result IN ('ok', 'denied')", name=op.f("ck_access_event_result")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_event")),
    )
    op.create_index("ix_access_event_actor", "access_event", ["actor_id", "at"], unique=False)
    op.create_index(op.f("ix_access_event_person_id"), "access_event", ["person_id"], unique=False)
    op.create_index("ix_access_event_subject", "access_event", ["subject_type", "subject_id", "at"], unique=False)
    op.create_table(
        "area",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("stadsdeel_code", sa.Text(), nullable=False),
        sa.Column("register_id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('stadsdeel', 'gebied', 'wijk')", name=op.f("ck_area_kind")),
        sa.ForeignKeyConstraint(["parent_code"], ["area.code"], name=op.f("fk_area_parent_code")),
        sa.ForeignKeyConstraint(["stadsdeel_code"], ["area.code"], name=op.f("fk_area_stadsdeel_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_area")),
    )
    op.create_index(op.f("ix_area_parent_code"), "area", ["parent_code"], unique=False)
    op.create_index(op.f("ix_area_stadsdeel_code"), "area", ["stadsdeel_code"], unique=False)
    op.create_table(
        "heartbeat",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("real_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ticks", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "organisation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('municipality', 'youth_work', 'cm_network', 'other')", name=op.f("ck_organisation_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("login_hash", sa.LargeBinary(), nullable=False),
        sa.Column("origin_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('started', 'ok', 'wrong', 'blocked', 'second_factor_wrong')",
            name=op.f("ck_sign_in_attempt_outcome"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_login", "sign_in_attempt", ["login_hash", "at"], unique=False)
    op.create_index("ix_sign_in_attempt_origin", "sign_in_attempt", ["origin_hash", "at"], unique=False)
    op.create_table(
        "app_user",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("language", sa.Text(), server_default="nl", nullable=False),
        sa.Column("theme", sa.Text(), server_default="", nullable=False),
        sa.Column("mail_reminders", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("language IN ('nl', 'en')", name=op.f("ck_app_user_language")),
        sa.CheckConstraint("theme IN ('', 'light', 'dark')", name=op.f("ck_app_user_theme")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 120", name=op.f("ck_app_user_name_length")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_app_user_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
    )
    op.create_index(op.f("ix_app_user_organisation_id"), "app_user", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_app_user_sort_key"), "app_user", ["sort_key"], unique=False)
    op.create_index("uq_app_user_email", "app_user", [sa.literal_column("lower(email)")], unique=True)
    op.create_index("uq_app_user_login", "app_user", [sa.literal_column("lower(login)")], unique=True)
    op.create_table(
        "team",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("caseload_norm", sa.Integer(), server_default="12", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("kind IN ('district', 'city')", name=op.f("ck_team_kind")),
        sa.CheckConstraint("caseload_norm BETWEEN 1 AND 100", name=op.f("ck_team_norm")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_team_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_index(op.f("ix_team_organisation_id"), "team", ["organisation_id"], unique=False)
    op.create_table(
        "account_token",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("try_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("kind IN ('invitation', 'password_reset')", name=op.f("ck_account_token_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_account_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_token_token_hash")),
    )
    op.create_index(
        "ix_account_token_unsent",
        "account_token",
        ["requested_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND used_at IS NULL"),
    )
    op.create_index("ix_account_token_user", "account_token", ["user_id", "kind"], unique=False)
    op.create_table(
        "credible_messenger",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="candidate", nullable=False),
        sa.Column("max_individual", sa.Integer(), server_default="4", nullable=False),
        sa.Column("certified_on", sa.Date(), nullable=True),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("available_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "status IN ('candidate', 'in_training', 'certified', 'active', 'paused', 'ended')",
            name=op.f("ck_credible_messenger_status"),
        ),
        sa.CheckConstraint(
            "length(display_name) BETWEEN 1 AND 120", name=op.f("ck_credible_messenger_display_name_length")
        ),
        sa.CheckConstraint("max_individual BETWEEN 0 AND 8", name=op.f("ck_credible_messenger_max_individual")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_credible_messenger_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_credible_messenger_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credible_messenger")),
    )
    op.create_index("ix_credible_messenger_team", "credible_messenger", ["team_id", "status", "sort_key"], unique=False)
    op.create_index(
        "uq_credible_messenger_user",
        "credible_messenger",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_table(
        "dispatch",
        sa.Column("occurrence_key", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), server_default="email", nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("slot_on", sa.Date(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("(state = 'claimed') = (lease_token IS NOT NULL)", name=op.f("ck_dispatch_lease")),
        sa.CheckConstraint("channel IN ('email')", name=op.f("ck_dispatch_channel")),
        sa.CheckConstraint(
            "state IN ('pending', 'claimed', 'sent', 'uncertain', 'dead', 'cancelled')", name=op.f("ck_dispatch_state")
        ),
        sa.ForeignKeyConstraint(["recipient_id"], ["app_user.id"], name=op.f("fk_dispatch_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("occurrence_key", name=op.f("uq_dispatch_occurrence_key")),
    )
    op.create_index(
        "ix_dispatch_open",
        "dispatch",
        ["not_before", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'claimed')"),
    )
    op.create_index("ix_dispatch_recipient", "dispatch", ["recipient_id", "created_at"], unique=False)
    op.create_index("ix_dispatch_state", "dispatch", ["state", "created_at"], unique=False)
    op.create_table(
        "person",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), server_default="jv_district", nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), server_default="", nullable=False),
        sa.Column("call_name", sa.Text(), server_default="", nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("birth_date_precision", sa.Text(), server_default="day", nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True),
        sa.Column("preferred_language", sa.Text(), server_default="", nullable=False),
        sa.Column("plain_language", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("birth_date >= DATE '1990-01-01'", name=op.f("ck_person_birth_date")),
        sa.CheckConstraint(
            "birth_date_precision IN ('day', 'month', 'year')", name=op.f("ck_person_birth_date_precision")
        ),
        sa.CheckConstraint(
            "context IN ('jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', 'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability')",
            name=op.f("ck_person_context"),
        ),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_person_status")),
        sa.CheckConstraint("length(call_name) <= 80", name=op.f("ck_person_call_name_length")),
        sa.CheckConstraint("length(family_name) <= 80", name=op.f("ck_person_family_name_length")),
        sa.CheckConstraint("length(given_name) BETWEEN 1 AND 80", name=op.f("ck_person_given_name_length")),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_person_area_code")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_person_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("id", "team_id", name=op.f("uq_person_id_team_id")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_person_pseudonym")),
    )
    op.create_index(op.f("ix_person_area_code"), "person", ["area_code"], unique=False)
    op.create_index(
        "ix_person_search",
        "person",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("ix_person_team_sort", "person", ["team_id", "status", "sort_key", "id"], unique=False)
    op.create_table(
        "role_assignment",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("fte", sa.Numeric(precision=3, scale=2), server_default="1", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "role IN ('youth_worker', 'cm_coordinator', 'credible_messenger', 'jv_director', 'manager', 'trainer', 'analyst', 'privacy_officer', 'administrator', 'external_partner')",
            name=op.f("ck_role_assignment_role"),
        ),
        sa.CheckConstraint("fte >= 0 AND fte <= 1.5", name=op.f("ck_role_assignment_fte")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_role_assignment_period")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_role_assignment_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_role_assignment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
    )
    op.create_index("ix_role_assignment_team", "role_assignment", ["team_id", "role"], unique=False)
    op.create_index(
        "uq_role_assignment_open",
        "role_assignment",
        ["user_id", "team_id", "role"],
        unique=True,
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_table(
        "team_area",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_team_area_area_code")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_area_team_id")),
        sa.PrimaryKeyConstraint("team_id", "area_code", name=op.f("pk_team_area")),
    )
    op.create_table(
        "user_session",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("second_factor", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    op.create_index("ix_user_session_user", "user_session", ["user_id", "ended_at"], unique=False)
    op.create_table(
        "access_grant",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("grantee_user_id", sa.Uuid(), nullable=True),
        sa.Column("grantee_team_id", sa.Uuid(), nullable=True),
        sa.Column("grantee_role", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint(
            "reason IN ('trajectory', 'replacement', 'transfer', 'break_glass')", name=op.f("ck_access_grant_reason")
        ),
        sa.CheckConstraint(
            "(grantee_user_id IS NULL) <> (grantee_team_id IS NULL)", name=op.f("ck_access_grant_one_grantee")
        ),
        sa.CheckConstraint(
            "grantee_team_id IS NULL OR grantee_role IS NOT NULL", name=op.f("ck_access_grant_team_needs_role")
        ),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_access_grant_period")),
        sa.ForeignKeyConstraint(["grantee_team_id"], ["team.id"], name=op.f("fk_access_grant_grantee_team_id")),
        sa.ForeignKeyConstraint(["grantee_user_id"], ["app_user.id"], name=op.f("fk_access_grant_grantee_user_id")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_access_grant_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
    )
    op.create_index("ix_access_grant_person", "access_grant", ["person_id"], unique=False)
    op.create_index("ix_access_grant_record", "access_grant", ["record_id"], unique=False)
    op.create_index("ix_access_grant_team", "access_grant", ["grantee_team_id", "valid_until"], unique=False)
    op.create_index("ix_access_grant_user", "access_grant", ["grantee_user_id", "valid_until"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("dispatch_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('accepted', 'temporary', 'permanent', 'unknown')",
            name=op.f("ck_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(["dispatch_id"], ["dispatch.id"], name=op.f("fk_attempt_dispatch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("dispatch_id", "n", name=op.f("uq_attempt_dispatch_id_n")),
    )
    op.create_table(
        "messenger_area",
        sa.Column("messenger_id", sa.Uuid(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_messenger_area_area_code")),
        sa.ForeignKeyConstraint(
            ["messenger_id"], ["credible_messenger.id"], name=op.f("fk_messenger_area_messenger_id")
        ),
        sa.PrimaryKeyConstraint("messenger_id", "area_code", name=op.f("pk_messenger_area")),
    )
    op.create_table(
        "person_alias",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("length(alias) BETWEEN 1 AND 80", name=op.f("ck_person_alias_alias_length")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_person_alias_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_alias")),
    )
    op.create_index("ix_person_alias_team", "person_alias", ["team_id", "person_id"], unique=False)
    op.create_table(
        "person_assignment",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_person_assignment_period")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_person_assignment_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_person_assignment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_assignment")),
    )
    op.create_index("ix_person_assignment_team", "person_assignment", ["team_id", "person_id"], unique=False)
    op.create_index("ix_person_assignment_user", "person_assignment", ["user_id", "until", "person_id"], unique=False)
    op.create_index(
        "uq_person_assignment_open",
        "person_assignment",
        ["person_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index(
        "uq_person_assignment_primary",
        "person_assignment",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL AND is_primary"),
    )
    op.create_table(
        "related_person",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("may_be_contacted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "role IN ('guardian', 'parent', 'coach', 'mentor_school', 'confidant')", name=op.f("ck_related_person_role")
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 120", name=op.f("ck_related_person_name_length")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_related_person_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_related_person")),
    )
    op.create_index("ix_related_person_team", "related_person", ["team_id", "person_id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("dispatch_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.ForeignKeyConstraint(["dispatch_id"], ["dispatch.id"], name=op.f("fk_reminder_dispatch_id")),
        sa.ForeignKeyConstraint(["recipient_id"], ["app_user.id"], name=op.f("fk_reminder_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "rule_code",
            "object_id",
            "due_on",
            "recipient_id",
            "stage",
            name=op.f("uq_reminder_rule_code_object_id_due_on_recipient_id_stage"),
        ),
    )
    op.create_index(op.f("ix_reminder_dispatch_id"), "reminder", ["dispatch_id"], unique=False)
    op.create_index(
        "ix_reminder_live",
        "reminder",
        ["rule_code"],
        unique=False,
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )
    op.create_index("ix_reminder_object", "reminder", ["object_id"], unique=False)
    op.create_index("ix_reminder_recipient", "reminder", ["recipient_id", "created_at"], unique=False)
    op.create_table(
        "trajectory",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="cm_individual", nullable=False),
        sa.Column("context", sa.Text(), server_default="voluntary_guidance", nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("coordination_team_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="requested", nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_text", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), server_default="", nullable=False),
        sa.Column("youth_agreed_on", sa.Date(), nullable=True),
        sa.Column("messenger_id", sa.Uuid(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("planned_end_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "context IN ('jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', 'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability')",
            name=op.f("ck_trajectory_context"),
        ),
        sa.CheckConstraint(
            "end_reason IS NULL OR end_reason IN ('goals_reached', 'partly_reached', 'stopped_by_youth', 'stopped_by_messenger', 'no_contact', 'moved', 'detained', 'handed_over_care', 'unsafe', 'other')",
            name=op.f("ck_trajectory_end_reason"),
        ),
        sa.CheckConstraint("kind IN ('cm_individual')", name=op.f("ck_trajectory_kind")),
        sa.CheckConstraint(
            "status IN ('requested', 'matching', 'match_proposed', 'ready', 'active', 'paused', 'ending', 'ended', 'rejected', 'stopped')",
            name=op.f("ck_trajectory_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('ended', 'stopped') OR ended_on IS NOT NULL", name=op.f("ck_trajectory_ended_on")
        ),
        sa.CheckConstraint(
            "status NOT IN ('match_proposed', 'ready', 'active', 'paused', 'ending') OR messenger_id IS NOT NULL",
            name=op.f("ck_trajectory_messenger"),
        ),
        sa.CheckConstraint("length(request_text) BETWEEN 1 AND 1000", name=op.f("ck_trajectory_request_text_length")),
        sa.CheckConstraint("length(wish) <= 500", name=op.f("ck_trajectory_wish_length")),
        sa.ForeignKeyConstraint(["coordination_team_id"], ["team.id"], name=op.f("fk_trajectory_coordination_team_id")),
        sa.ForeignKeyConstraint(["messenger_id"], ["credible_messenger.id"], name=op.f("fk_trajectory_messenger_id")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_trajectory_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["app_user.id"], name=op.f("fk_trajectory_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trajectory")),
        sa.UniqueConstraint("id", "team_id", name=op.f("uq_trajectory_id_team_id")),
        sa.UniqueConstraint("number", name=op.f("uq_trajectory_number")),
    )
    op.create_index(
        "ix_trajectory_coordination", "trajectory", ["coordination_team_id", "status", "requested_at"], unique=False
    )
    op.create_index("ix_trajectory_messenger", "trajectory", ["messenger_id", "status"], unique=False)
    op.create_index("ix_trajectory_person", "trajectory", ["person_id"], unique=False)
    op.create_index("ix_trajectory_team", "trajectory", ["team_id", "status"], unique=False)
    op.create_index(
        "uq_trajectory_open",
        "trajectory",
        ["person_id", "kind"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('ended', 'rejected', 'stopped')"),
    )
    op.create_table(
        "contact",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), server_default="jv_district", nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_min", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("confidentiality", sa.Text(), server_default="team", nullable=False),
        sa.Column("idempotency_key", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "channel IN ('street', 'youth_centre', 'home_visit', 'school', 'phone', 'chat', 'video', 'online_platform', 'sport', 'homebase', 'detention_visit', 'meeting')",
            name=op.f("ck_contact_channel"),
        ),
        sa.CheckConstraint(
            "confidentiality IN ('team', 'case_team', 'shared_covenant')", name=op.f("ck_contact_confidentiality")
        ),
        sa.CheckConstraint(
            "context IN ('jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', 'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability')",
            name=op.f("ck_contact_context"),
        ),
        sa.CheckConstraint("purpose IN ('view', 'connection', 'help')", name=op.f("ck_contact_purpose")),
        sa.CheckConstraint(
            "result IN ('reached', 'brief', 'not_reached', 'no_show', 'declined', 'rescheduled', 'third_party', 'seen_only', 'handed_over')",
            name=op.f("ck_contact_result"),
        ),
        sa.CheckConstraint("duration_min BETWEEN 0 AND 1440", name=op.f("ck_contact_duration_min")),
        sa.CheckConstraint("length(note) <= 1500", name=op.f("ck_contact_note_length")),
        sa.CheckConstraint("length(place) <= 120", name=op.f("ck_contact_place_length")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_contact_team_id")),
        sa.ForeignKeyConstraint(["trajectory_id"], ["trajectory.id"], name=op.f("fk_contact_trajectory_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["app_user.id"], name=op.f("fk_contact_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("id", "team_id", name=op.f("uq_contact_id_team_id")),
        sa.UniqueConstraint("worker_id", "idempotency_key", name=op.f("uq_contact_worker_id_idempotency_key")),
    )
    op.create_index("ix_contact_team_occurred", "contact", ["team_id", "occurred_at", "id"], unique=False)
    op.create_index(op.f("ix_contact_trajectory_id"), "contact", ["trajectory_id"], unique=False)
    op.create_index("ix_contact_worker_occurred", "contact", ["worker_id", "occurred_at"], unique=False)
    op.create_table(
        "match",
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("messenger_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("motivation", sa.Text(), server_default="", nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("youth_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("messenger_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_note", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "status IN ('proposed', 'accepted', 'declined', 'withdrawn', 'ended')", name=op.f("ck_match_status")
        ),
        sa.CheckConstraint("length(motivation) <= 1000", name=op.f("ck_match_motivation_length")),
        sa.ForeignKeyConstraint(["messenger_id"], ["credible_messenger.id"], name=op.f("fk_match_messenger_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["app_user.id"], name=op.f("fk_match_proposed_by")),
        sa.ForeignKeyConstraint(
            ["trajectory_id", "team_id"],
            ["trajectory.id", "trajectory.team_id"],
            name=op.f("fk_match_trajectory_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
    )
    op.create_index("ix_match_messenger", "match", ["messenger_id", "status"], unique=False)
    op.create_index(
        "uq_match_open",
        "match",
        ["trajectory_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('proposed', 'accepted')"),
    )
    op.create_table(
        "notification",
        sa.Column("reminder_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["recipient_id"], ["app_user.id"], name=op.f("fk_notification_recipient_id")),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminder.id"], name=op.f("fk_notification_reminder_id")),
        sa.PrimaryKeyConstraint("reminder_id", name=op.f("pk_notification")),
    )
    op.create_index("ix_notification_recipient", "notification", ["recipient_id", "created_at"], unique=False)
    op.create_table(
        "trajectory_event",
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), server_default="", nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_trajectory_event_note_length")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_trajectory_event_by_id")),
        sa.ForeignKeyConstraint(
            ["trajectory_id", "team_id"],
            ["trajectory.id", "trajectory.team_id"],
            name=op.f("fk_trajectory_event_trajectory_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trajectory_event")),
    )
    op.create_index("ix_trajectory_event_trajectory", "trajectory_event", ["trajectory_id", "at"], unique=False)
    op.create_table(
        "contact_participant",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("contact_team_id", sa.Uuid(), nullable=False),
        sa.Column("person_team_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id", "contact_team_id"],
            ["contact.id", "contact.team_id"],
            name=op.f("fk_contact_participant_contact_id_contact_team_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "person_team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_contact_participant_person_id_person_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "person_id", name=op.f("pk_contact_participant")),
    )
    op.create_index(
        "ix_contact_participant_person", "contact_participant", ["person_id", "occurred_at", "contact_id"], unique=False
    )
    op.create_index(
        "ix_contact_participant_team", "contact_participant", ["person_team_id", "occurred_at"], unique=False
    )
    op.create_table(
        "follow_up",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_contact_id", sa.Uuid(), nullable=True),
        sa.Column("end_note", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name=op.f("ck_follow_up_done_at")),
        sa.CheckConstraint("status IN ('open', 'done', 'cancelled')", name=op.f("ck_follow_up_status")),
        sa.CheckConstraint("length(what) <= 120", name=op.f("ck_follow_up_what_length")),
        sa.CheckConstraint("length(end_note) <= 200", name=op.f("ck_follow_up_end_note_length")),
        sa.ForeignKeyConstraint(["assignee_id"], ["app_user.id"], name=op.f("fk_follow_up_assignee_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_follow_up_contact_id")),
        sa.ForeignKeyConstraint(["done_by_contact_id"], ["contact.id"], name=op.f("fk_follow_up_done_by_contact_id")),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_follow_up_person_id_team_id"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(
        "ix_follow_up_assignee",
        "follow_up",
        ["assignee_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(op.f("ix_follow_up_done_by_contact_id"), "follow_up", ["done_by_contact_id"], unique=False)
    op.create_index(op.f("ix_follow_up_contact_id"), "follow_up", ["contact_id"], unique=False)
    op.create_index(
        "ix_follow_up_due", "follow_up", ["due_on", "id"], unique=False, postgresql_where=sa.text("status = 'open'")
    )
    op.create_index("ix_follow_up_person", "follow_up", ["person_id", "status"], unique=False)
    op.create_index("ix_follow_up_team", "follow_up", ["team_id", "due_on"], unique=False)


def load_areas() -> None:
    """Stadsdelen, gebieden and wijken with their official codes; parents first."""
    area = sa.table("area", *(sa.column(name, sa.Text) for name in AREA_COLUMNS[:-1]), sa.column("valid_from", sa.Date))
    with AREAS.open(encoding="utf-8", newline="") as lines:
        rows = [{k: v or None for k, v in row.items()} for row in csv.DictReader(lines)]
    for row in rows:
        row["valid_from"] = date.fromisoformat(row["valid_from"])
    op.bulk_insert(area, rows)


def grant_rights() -> None:
    """Give the processes what they need; nothing is granted by default."""
    both = "app_web, app_worker"
    op.execute(f"GRANT SELECT ON {', '.join(READ)} TO {both}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {', '.join(CHANGE)} TO {both}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(REPLACE)} TO {both}")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND)} TO {both}")
    op.execute(f"GRANT USAGE ON SEQUENCE trj_number_seq TO {both}")
    op.execute("GRANT SELECT ON access_event, app_clock TO app_audit_reader")
    op.execute("GRANT SELECT ON alembic_version TO app_web, app_worker")


def downgrade() -> None:
    listed = ", ".join(sorted({*READ, *CHANGE, *REPLACE, *APPEND}))
    op.execute(f"DROP TABLE {listed}")
    op.execute("DROP SEQUENCE trj_number_seq")
    op.execute("DROP FUNCTION app_clock_set(interval, timestamptz), app_now(), refuse_change()")
