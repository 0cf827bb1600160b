"""The access log in months, insert-only in every one of them, and the seals over it (docs/adr/0008)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ACTIONS = (
    "'read', 'list', 'search', 'create', 'update', 'export', 'denied', 'sign_in', 'sign_in_failed', 'sign_out', "
    "'administer', 'notify'"
)

#: What the processes write themselves; epoch and xid are the database's to fill in.
WRITTEN = (
    "id, at, actor_id, actor_name, on_behalf_of, role, organisation_id, session_id, origin, action, result, "
    "subject_type, subject_id, person_id, team_id, fields, purpose, context, break_glass, request_id"
)

SET_ASIDE = """
-- squawk-ignore renaming-object
ALTER TABLE access_event RENAME CONSTRAINT pk_access_event TO pk_access_event_before;
-- squawk-ignore renaming-object
ALTER INDEX ix_access_event_actor RENAME TO ix_access_event_before_actor;
-- squawk-ignore renaming-object
ALTER INDEX ix_access_event_person_id RENAME TO ix_access_event_before_person_id;
-- squawk-ignore renaming-object
ALTER INDEX ix_access_event_subject RENAME TO ix_access_event_before_subject;
-- squawk-ignore renaming-table
ALTER TABLE access_event RENAME TO access_event_before;
"""

BRING_BACK = f"INSERT INTO access_event ({WRITTEN}) SELECT {WRITTEN} FROM access_event_before"
DROP_BEFORE = "-- squawk-ignore ban-drop-table\nDROP TABLE access_event_before"

INSERT_ONLY = """
CREATE TRIGGER access_event_insert_only BEFORE UPDATE OR DELETE ON access_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_event_no_truncate BEFORE TRUNCATE ON access_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

SEAL_ONLY_GROWS = """
CREATE TRIGGER access_seal_insert_only BEFORE UPDATE OR DELETE ON access_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_seal_no_truncate BEFORE TRUNCATE ON access_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

#: The trigger for rows comes along from the parent; the one for TRUNCATE does not.
FUNCTIONS = """
CREATE FUNCTION access_log_add_part(part text, bounds text) RETURNS void LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE access_event INCLUDING ALL)', part);
    EXECUTE format('ALTER TABLE access_event ATTACH PARTITION %I %s', part, bounds);
    EXECUTE format('CREATE TRIGGER access_event_no_truncate BEFORE TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
END $$;

CREATE FUNCTION access_log_add_month(day date) RETURNS boolean LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', day);
    part text := 'access_event_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass(part) IS NOT NULL THEN RETURN false; END IF;
    PERFORM access_log_add_part(part, format('FOR VALUES FROM (%L) TO (%L)',
        first::text || ' 00:00:00+00', (first + interval '1 month')::date::text || ' 00:00:00+00'));
    RETURN true;
END $$;

CREATE FUNCTION access_log_keep_months(ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    this_month date := date_trunc('month', app_now() AT TIME ZONE 'UTC');
    strayed boolean := EXISTS (SELECT FROM access_event_default);
    made integer := 0;
    month date;
BEGIN
    IF strayed THEN
        ALTER TABLE access_event DETACH PARTITION access_event_default;
        ALTER TABLE access_event_default RENAME TO access_event_strayed;
        PERFORM access_log_add_part('access_event_default', 'DEFAULT');
        FOR month IN SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC')::date FROM access_event_strayed LOOP
            made := made + access_log_add_month(month)::int;
        END LOOP;
        INSERT INTO access_event SELECT * FROM access_event_strayed;
        DROP TABLE access_event_strayed;
    END IF;
    FOR month IN SELECT generate_series(this_month, this_month + make_interval(months => ahead), '1 month')::date LOOP
        made := made + access_log_add_month(month)::int;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION access_log_expire() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    oldest text := to_char(app_now() AT TIME ZONE 'UTC' - interval '5 years', 'YYYY_MM');
    part text;
    unsealed boolean;
BEGIN
    FOR part IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'access_event'::regclass AND relname ~ '^access_event_[0-9]{4}_[0-9]{2}$'
          AND right(relname, 7) < oldest
        ORDER BY relname
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE (epoch, xid) >= '
            '(SELECT coalesce(max(epoch), 0), coalesce(max(to_xid), 0) FROM access_seal '
            'WHERE epoch = (SELECT max(epoch) FROM access_seal)))', part) INTO unsealed;
        CONTINUE WHEN unsealed;
        EXECUTE format('ALTER TABLE access_event DETACH PARTITION %I', part);
        EXECUTE format('DROP TABLE %I', part);
        RETURN NEXT right(part, 7);
    END LOOP;
END $$;

CREATE FUNCTION access_log_open_epoch() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    number integer;
BEGIN
    LOCK TABLE access_event IN ACCESS EXCLUSIVE MODE;
    SELECT 1 + coalesce(max(n), 0) INTO number FROM access_epoch;
    INSERT INTO access_epoch (n, system_id) SELECT number, system_identifier::text FROM pg_control_system();
    EXECUTE format('ALTER TABLE access_event ALTER COLUMN epoch SET DEFAULT %s', number);
    RETURN number;
END $$;

REVOKE EXECUTE ON FUNCTION access_log_keep_months(integer), access_log_expire(), access_log_open_epoch() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION access_log_add_part(text, text), access_log_add_month(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_log_keep_months(integer), access_log_expire(), access_log_open_epoch() TO app_worker;
"""
NAMES = (
    "access_log_keep_months(integer), access_log_expire(), access_log_open_epoch(), access_log_add_month(date), "
    "access_log_add_part(text, text)"
)

FIRST_EPOCH = "INSERT INTO access_epoch (n, system_id) SELECT 1, system_identifier::text FROM pg_control_system()"


def upgrade() -> None:
    op.execute(SET_ASIDE)
    create_log()
    create_seals()
    op.execute(INSERT_ONLY)
    op.execute(SEAL_ONLY_GROWS)
    op.execute(FUNCTIONS)
    op.execute(FIRST_EPOCH)
    op.execute("SELECT access_log_add_part('access_event_default', 'DEFAULT')")
    op.execute(BRING_BACK)
    op.execute("SELECT access_log_keep_months(2)")
    op.execute(DROP_BEFORE)
    grant_rights()


def create_log() -> None:
    """The log itself: the same columns, and by which transaction of which life of the database each row was written."""
    op.create_table(
        "access_event",
        *columns_of_the_log(),
        sa.Column("epoch", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("xid", sa.BigInteger(), server_default=sa.text("pg_current_xact_id()::text::bigint"), nullable=False),
        sa.CheckConstraint(f"action IN ({ACTIONS})", name=op.f("ck_access_event_action")),
        sa.CheckConstraint("result IN ('ok', 'denied')", name=op.f("ck_access_event_result")),
        sa.PrimaryKeyConstraint("id", "at", name=op.f("pk_access_event")),
        postgresql_partition_by="RANGE (at)",
    )
    create_indexes()
    op.create_index("ix_access_event_xid", "access_event", ["epoch", "xid"], unique=False)


def columns_of_the_log() -> list[sa.Column]:
    """What a row says (NEN 7513)."""
    empty = sa.text("''")
    return [
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), server_default=empty, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.Text(), server_default=empty, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), server_default=sa.text("'ok'"), nullable=False),
        sa.Column("subject_type", sa.Text(), server_default=empty, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("purpose", sa.Text(), server_default=empty, nullable=False),
        sa.Column("context", sa.Text(), server_default=empty, nullable=False),
        sa.Column("break_glass", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("request_id", sa.Text(), server_default=empty, nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
    ]


def create_indexes() -> None:
    """By who, about whom, and by record."""
    op.create_index("ix_access_event_actor", "access_event", ["actor_id", "at"], unique=False)
    op.create_index(op.f("ix_access_event_person_id"), "access_event", ["person_id"], unique=False)
    op.create_index("ix_access_event_subject", "access_event", ["subject_type", "subject_id", "at"], unique=False)


def create_seals() -> None:
    """The lives of the database, and the chain of seals."""
    op.create_table(
        "access_epoch",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("system_id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_access_epoch")),
    )
    hashes = [sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("previous", "root", "hash", "signature")]
    op.create_table(
        "access_seal",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("from_xid", sa.BigInteger(), nullable=False),
        sa.Column("to_xid", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        *hashes,
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('running', 'closing')", name=op.f("ck_access_seal_kind")),
        sa.CheckConstraint("events > 0", name=op.f("ck_access_seal_events")),
        sa.CheckConstraint(
            "length(leaves) = 32 * events AND length(entries) = 24 * events", name=op.f("ck_access_seal_lengths")
        ),
        sa.CheckConstraint("to_xid >= from_xid", name=op.f("ck_access_seal_interval")),
        sa.ForeignKeyConstraint(["epoch"], ["access_epoch.n"], name=op.f("fk_access_seal_epoch")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_access_seal")),
    )
    op.create_index(op.f("ix_access_seal_epoch"), "access_seal", ["epoch"], unique=False)


def grant_rights() -> None:
    """Adding only; the worker seals, the web may show the state of it, the auditor reads."""
    op.execute("GRANT SELECT ON access_event TO app_web, app_worker, app_audit_reader")
    op.execute(f"GRANT INSERT ({WRITTEN}) ON access_event TO app_web, app_worker")
    op.execute("GRANT SELECT ON access_epoch, access_seal TO app_web, app_worker, app_audit_reader")
    op.execute("GRANT INSERT ON access_seal TO app_worker")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {NAMES}")
    op.execute(SET_ASIDE)
    op.execute("ALTER INDEX ix_access_event_xid RENAME TO ix_access_event_before_xid")
    op.create_table(
        "access_event",
        *columns_of_the_log(),
        sa.CheckConstraint(f"action IN ({ACTIONS})", name=op.f("ck_access_event_action")),
        sa.CheckConstraint("result IN ('ok', 'denied')", name=op.f("ck_access_event_result")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_event")),
    )
    create_indexes()
    op.execute(BRING_BACK)
    op.execute(DROP_BEFORE)
    op.execute(INSERT_ONLY)
    op.execute("DROP TABLE access_seal")
    op.execute("DROP TABLE access_epoch")
    op.execute("GRANT SELECT, INSERT ON access_event TO app_web, app_worker")
    op.execute("GRANT SELECT ON access_event TO app_audit_reader")
