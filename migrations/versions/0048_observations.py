"""What colleagues saw at a place, behind the second wall."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

SIGHTS = (
    "'good', 'noise', 'litter', 'vandalism', 'dark', 'substance_use', 'dealing', 'intimidation', 'theft', 'violence',"
    " 'weapons', 'online_incitement'"
)
#: The network for messengers works everywhere, and reads all places.
ASKED = """
CREATE FUNCTION reads_all_places() RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM role_assignment r JOIN team t ON t.id = r.team_id
        WHERE r.user_id = my_user_id() AND r.role IN ('cm_coordinator', 'credible_messenger') AND t.active
          AND r.valid_from <= (app_now() AT TIME ZONE 'Europe/Amsterdam')::date
          AND (r.valid_until IS NULL OR r.valid_until >= (app_now() AT TIME ZONE 'Europe/Amsterdam')::date))
$$;
"""
TEAM = "team_id = ANY ((SELECT my_team_ids())::uuid[])"


def upgrade() -> None:
    op.execute(  # some hundreds of rows: made in a moment
        "-- squawk-ignore require-concurrent-index-creation\n"
        "CREATE UNIQUE INDEX uq_monitored_location_id_team_id ON monitored_location (id, team_id)"
    )
    op.execute(
        "ALTER TABLE monitored_location ADD CONSTRAINT uq_monitored_location_id_team_id"
        " UNIQUE USING INDEX uq_monitored_location_id_team_id"
    )
    op.create_table(
        "location_observation",
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("headcount", sa.Text(), nullable=False),
        sa.Column("atmosphere", sa.Text(), nullable=False),
        sa.Column("sights", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint(
            "headcount IN ('0', '1_5', '6_10', '11_20', '21_up')", name=op.f("ck_location_observation_headcount")
        ),
        sa.CheckConstraint(
            "atmosphere IN ('calm', 'busy', 'tense', 'incident')", name=op.f("ck_location_observation_atmosphere")
        ),
        sa.CheckConstraint(f"sights <@ ARRAY[{SIGHTS}]", name=op.f("ck_location_observation_sights")),
        sa.ForeignKeyConstraint(
            ["location_id", "team_id"],
            ["monitored_location.id", "monitored_location.team_id"],
            name=op.f("fk_location_observation_location_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_location_observation_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_observation")),
        sa.UniqueConstraint("by_id", "key", name=op.f("uq_location_observation_by_id_key")),
    )
    op.create_index("ix_location_observation_location", "location_observation", ["location_id", "seen_at"])
    op.create_index("ix_location_observation_team", "location_observation", ["team_id", "seen_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE (withdrawn_at) ON location_observation TO app_web, app_worker")
    op.execute(
        "GRANT SELECT (id, location_id, team_id, seen_at, headcount, atmosphere, sights, withdrawn_at)"
        " ON location_observation TO app_figures"
    )
    op.execute(ASKED)
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("REVOKE EXECUTE ON FUNCTION reads_all_places() FROM PUBLIC")
    op.execute("ALTER FUNCTION reads_all_places() OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("GRANT EXECUTE ON FUNCTION reads_all_places() TO app_web, app_worker")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("ALTER TABLE location_observation ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE location_observation FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY floor ON location_observation AS RESTRICTIVE TO app_web, app_worker"
        " USING ((SELECT somebody_acts()))"
    )
    op.execute(
        "CREATE POLICY reach ON location_observation TO app_web, app_worker"
        f" USING ({TEAM} OR (SELECT reads_all_places())) WITH CHECK ({TEAM} AND by_id = (SELECT my_user_id()))"
    )
    op.execute("CREATE POLICY system ON location_observation TO app_worker USING ((SELECT system_acts()))")
    op.execute(
        "CREATE POLICY counted ON location_observation FOR SELECT TO app_figures"
        " USING (team_id = ANY ((SELECT my_counted_team_ids())::uuid[]) OR (SELECT system_acts()))"
    )


def downgrade() -> None:
    op.drop_table("location_observation")
    op.execute("DROP FUNCTION reads_all_places()")
    op.drop_constraint(op.f("uq_monitored_location_id_team_id"), "monitored_location")
