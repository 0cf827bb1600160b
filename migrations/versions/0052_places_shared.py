"""Partners who read a place, and what a privacy officer counts of signals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

ASKED = """
CREATE FUNCTION my_shared_location_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(
        SELECT s.location_id FROM location_share s
        WHERE s.user_id = my_user_id() AND s.ended_at IS NULL
          AND (app_now() AT TIME ZONE 'Europe/Amsterdam')::date BETWEEN s.since AND s.until)
$$;
"""
TEAM = "team_id = ANY ((SELECT my_team_ids())::uuid[])"
SHARED = "location_id = ANY ((SELECT my_shared_location_ids())::uuid[])"
OBSERVED = f"{TEAM} OR (SELECT reads_all_places())"
WRITTEN = f"{TEAM} AND by_id = (SELECT my_user_id())"
#: How long signals wait and whether they go in time; not what is in them.
OVERSEEN = ("signal", "signal_step")


def upgrade() -> None:
    op.create_table(
        "location_share",
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("until BETWEEN since AND since + 366", name=op.f("ck_location_share_period")),
        sa.ForeignKeyConstraint(
            ["location_id", "team_id"],
            ["monitored_location.id", "monitored_location.team_id"],
            name=op.f("fk_location_share_location_id"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_location_share_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_share")),
    )
    op.create_index("ix_location_share_location", "location_share", ["location_id"])
    op.create_index("ix_location_share_user", "location_share", ["user_id"])
    op.execute("GRANT SELECT, INSERT ON location_share TO app_web, app_worker")
    op.execute("GRANT UPDATE (ended_at, updated_at, updated_by) ON location_share TO app_web, app_worker")
    op.execute("GRANT SELECT ON location_share TO app_search")
    op.execute(ASKED)
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    op.execute("REVOKE EXECUTE ON FUNCTION my_shared_location_ids() FROM PUBLIC")
    op.execute("ALTER FUNCTION my_shared_location_ids() OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("GRANT EXECUTE ON FUNCTION my_shared_location_ids() TO app_web, app_worker")
    op.execute("SET LOCAL ROLE app_owner")
    wall()
    op.execute(f"ALTER POLICY reach ON location_observation USING ({OBSERVED} OR {SHARED}) WITH CHECK ({WRITTEN})")
    op.execute("GRANT SELECT (stub_until) ON signal TO app_figures")
    for table in OVERSEEN:
        op.execute(f"CREATE POLICY overseen ON {table} FOR SELECT TO app_figures USING ((SELECT oversees_access()))")


def wall() -> None:
    """Row-level security on what is shared, in the form of 0024."""
    op.execute("ALTER TABLE location_share ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE location_share FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY floor ON location_share AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))"
    )
    op.execute(
        "CREATE POLICY reach ON location_share TO app_web, app_worker"
        f" USING ({TEAM} OR user_id = (SELECT my_user_id()))"
        " WITH CHECK (team_id = ANY ((SELECT my_judged_team_ids())::uuid[]))"
    )
    op.execute("CREATE POLICY system ON location_share TO app_worker USING ((SELECT system_acts()))")
    op.execute("CREATE POLICY behind ON location_share FOR SELECT TO app_search USING (true)")


def downgrade() -> None:
    for table in OVERSEEN:
        op.execute(f"DROP POLICY overseen ON {table}")
    op.execute("REVOKE SELECT (stub_until) ON signal FROM app_figures")
    op.execute(f"ALTER POLICY reach ON location_observation USING ({OBSERVED}) WITH CHECK ({WRITTEN})")
    op.execute("DROP TABLE location_share")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("DROP FUNCTION my_shared_location_ids()")
    op.execute("SET LOCAL ROLE app_owner")
