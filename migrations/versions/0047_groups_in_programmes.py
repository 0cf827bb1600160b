"""Groups are enrolled in programmes like young people: in a context of their own, and decided by a director."""

from __future__ import annotations

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

WITH_GROUPS = "('jv_district', 'voluntary_guidance', 'group_approach')"
WITHOUT = "('jv_district', 'voluntary_guidance')"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "uq_youth_group_id_team_id",
            "youth_group",
            ["id", "team_id"],
            unique=True,
            postgresql_concurrently=True,
            if_not_exists=True,
        )
    op.execute(
        "ALTER TABLE youth_group ADD CONSTRAINT uq_youth_group_id_team_id UNIQUE USING INDEX uq_youth_group_id_team_id"
    )
    op.execute("ALTER TABLE enrolment ADD COLUMN group_id uuid")
    for table in ("enrolment", "enrolment_event"):
        op.execute(f"-- squawk-ignore ban-drop-not-null\nALTER TABLE {table} ALTER COLUMN person_id DROP NOT NULL")
        _context(table, WITH_GROUPS)
    _check("one_subject", "num_nonnulls(person_id, group_id) = 1")
    _check("group_context", "(group_id IS NOT NULL) = (context = 'group_approach')")
    op.execute(
        "ALTER TABLE enrolment ADD CONSTRAINT fk_enrolment_group_id_team_id FOREIGN KEY (group_id, team_id)"
        " REFERENCES youth_group (id, team_id) ON UPDATE CASCADE NOT VALID"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "ALTER TABLE enrolment ADD CONSTRAINT ex_enrolment_group_period EXCLUDE USING gist (group_id WITH =,"
        " programme_id WITH =, daterange(since, COALESCE(ended_on, until), '[]') WITH &&)"
        " WHERE (status <> 'declined')"
    )
    op.execute("GRANT SELECT (group_id) ON enrolment TO app_figures")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE enrolment VALIDATE CONSTRAINT fk_enrolment_group_id_team_id")
        for name in ("context", "one_subject", "group_context"):
            op.execute(f"ALTER TABLE enrolment VALIDATE CONSTRAINT ck_enrolment_{name}")
        op.execute("ALTER TABLE enrolment_event VALIDATE CONSTRAINT ck_enrolment_event_context")
        op.create_index(
            "ix_enrolment_group", "enrolment", ["group_id", "team_id"], postgresql_concurrently=True, if_not_exists=True
        )


def _context(table: str, codes: str) -> None:
    op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT ck_{table}_context")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_context CHECK (context IN {codes}) NOT VALID")


def _check(name: str, rule: str) -> None:
    op.execute(f"ALTER TABLE enrolment ADD CONSTRAINT ck_enrolment_{name} CHECK ({rule}) NOT VALID")


def downgrade() -> None:
    op.drop_index("ix_enrolment_group", "enrolment")
    for table in ("enrolment_event", "enrolment"):  # the owner is bound by the policies as well
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"DELETE FROM {table} WHERE context = 'group_approach'")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE enrolment DROP CONSTRAINT ex_enrolment_group_period")
    op.execute("ALTER TABLE enrolment DROP CONSTRAINT fk_enrolment_group_id_team_id")
    for name in ("one_subject", "group_context"):
        op.execute(f"ALTER TABLE enrolment DROP CONSTRAINT ck_enrolment_{name}")
    for table in ("enrolment", "enrolment_event"):
        _context(table, WITHOUT)
        op.execute(f"ALTER TABLE {table} ALTER COLUMN person_id SET NOT NULL")
    op.execute("ALTER TABLE enrolment DROP COLUMN group_id")
    op.execute("ALTER TABLE youth_group DROP CONSTRAINT uq_youth_group_id_team_id")
