"""Every record about a person says in which context it is held, and stays there."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NEW = {
    "follow_up": "jv_district",
    "appointment": "jv_district",
    "credible_messenger": "cm_workforce",
    "talk": "accountability",
    "emergency_access": "accountability",
}
#: What may not change: the context itself, or the column that leads to the record whose context it shares.
KEPT = {
    **dict.fromkeys(("person", "contact", "trajectory", *NEW), "context"),
    **dict.fromkeys(("person_alias", "related_person", "person_assignment", "hand_over"), "person_id"),
    **dict.fromkeys(("contact_participant", "contact_correction"), "contact_id"),
    **dict.fromkeys(("match", "trajectory_event"), "trajectory_id"),
    **dict.fromkeys(("talk_note", "talk_agreement"), "talk_id"),
    "appointment_participant": "appointment_id",
}
CODES = (
    "'jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', "
    "'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability'"
)


def upgrade() -> None:
    for table, usual in NEW.items():
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN context text NOT NULL DEFAULT '{usual}'"
            f" CONSTRAINT ck_{table}_context CHECK (context IN ({CODES}))"
        )
    for table in ("follow_up", "appointment"):
        op.execute(
            f"UPDATE {table} SET context = contact.context FROM contact"
            f" WHERE contact.id = {table}.contact_id AND contact.context <> 'jv_district'"
        )
    op.execute(
        "CREATE FUNCTION keep_context() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$"
        " BEGIN RAISE EXCEPTION 'a record of % stays in its context', TG_TABLE_NAME"
        " USING ERRCODE = 'check_violation', CONSTRAINT = 'keep_context'; END $$"
    )
    for table, column in KEPT.items():
        op.execute(
            f"CREATE TRIGGER keep_context BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION keep_context()"
        )


def downgrade() -> None:
    for table in KEPT:
        op.execute(f"DROP TRIGGER keep_context ON {table}")
    op.execute("DROP FUNCTION keep_context()")
    for table in NEW:
        op.execute(f"ALTER TABLE {table} DROP COLUMN context")
