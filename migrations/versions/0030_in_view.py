"""Young people in view: the decision, its steps, reviews, letters, and what the young person says about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

LONGEST = 2000
REASON = ("best_interest", "concern", "facts", "fact_source", "expected", "proportionality", "alternatives")
CODES = (
    "'jv_district', 'group_approach', 'public_order_measure', 'voluntary_guidance', 'acvz_referral', "
    "'education_session', 'restorative_table', 'incident_aftercare', 'cm_workforce', 'accountability'"
)
STATUSES = "'proposed', 'active', 'suspended', 'transfer_pending', 'under_objection', 'ended'"
REASONS = (
    "'goals_reached', 'no_longer_needed', 'moved', 'transferred', 'adult_out_of_scope', 'unlawful', 'deceased', "
    "'objection_upheld', 'not_registered'"
)
PARTS = ("in_view_step", "in_view_review", "in_view_letter", "in_view_statement")

#: Views somebody reaches besides those of their teams: of who was granted, on their way to the own team, and those
#: in which a manager or the privacy officer is asked something.
FUNCTIONS = """
CREATE FUNCTION my_view_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ARRAY(
        SELECT id FROM youth_in_view WHERE person_id = ANY ((SELECT my_worked_person_ids())::uuid[])
        UNION ALL SELECT id FROM youth_in_view WHERE transfer_team_id = ANY ((SELECT my_team_ids())::uuid[])
        UNION ALL SELECT id FROM youth_in_view
            WHERE team_id = ANY ((SELECT my_led_team_ids())::uuid[]) AND review_no >= 4
        UNION ALL SELECT id FROM youth_in_view
            WHERE (SELECT oversees_access()) AND (status = 'under_objection' OR letter_due_on IS NOT NULL))
$$;

CREATE FUNCTION take_over_view(wanted uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    UPDATE person p SET team_id = v.transfer_team_id, version = p.version + 1
    FROM youth_in_view v
    WHERE v.id = wanted AND v.status = 'transfer_pending' AND p.id = v.person_id
      AND v.transfer_team_id = ANY ((SELECT my_team_ids())::uuid[])
      AND v.transfer_team_id = ANY ((SELECT my_led_team_ids())::uuid[])
$$;
"""
TEAMS = "((SELECT my_team_ids())::uuid[])"
#: By its ids and not by its columns: who declines or stops a view still reaches it in the statement that does so.
OF_VIEW = f"team_id = ANY {TEAMS} OR id = ANY ((SELECT my_view_ids())::uuid[])"
OF_PART = f"team_id = ANY {TEAMS} OR view_id = ANY ((SELECT my_view_ids())::uuid[])"
#: What figures are made of: no reason, no words.
COUNTED = {
    "youth_in_view": "id, person_id, team_id, stadsdeel_code, context, status, level, source_kind, proposed_on, proposed_by,"
    " decided_by, registered_on, next_review_on, review_no, letter_due_on, ended_on, end_reason, created_at, updated_at,"
    " objection_due_on, transfer_team_id, longer_review_no",
    "in_view_review": "id, view_id, team_id, review_no, due_on, held_on, outcome, created_at",
    "in_view_letter": "id, view_id, team_id, kind, side, due_on, sent_on, delayed_until, delay_allowed_at, created_at",
    "in_view_step": "id, view_id, team_id, at, by_id, event, from_status, to_status",
}


def upgrade() -> None:
    op.execute("CREATE SEQUENCE jib_number_seq")
    op.execute("GRANT USAGE ON SEQUENCE jib_number_seq TO app_web, app_worker")
    view()
    step()
    review()
    letter()
    statement()
    op.execute(
        "CREATE TRIGGER keep_context BEFORE UPDATE ON youth_in_view FOR EACH ROW"
        " WHEN (OLD.context IS DISTINCT FROM NEW.context) EXECUTE FUNCTION keep_context()"
    )
    for table in PARTS:
        op.execute(
            f"CREATE TRIGGER keep_context BEFORE UPDATE ON {table} FOR EACH ROW"
            " WHEN (OLD.view_id IS DISTINCT FROM NEW.view_id) EXECUTE FUNCTION keep_context()"
        )
    op.execute("GRANT SELECT, INSERT, UPDATE ON youth_in_view, in_view_letter TO app_web, app_worker")
    # What was written stays, until an objection that was right empties it.
    op.execute("GRANT SELECT, INSERT ON in_view_step, in_view_review, in_view_statement TO app_web, app_worker")
    op.execute("GRANT UPDATE (note) ON in_view_step TO app_web, app_worker")
    op.execute("GRANT UPDATE (motivation, youth_voice, guardian_voice) ON in_view_review TO app_web, app_worker")
    op.execute("GRANT UPDATE (body) ON in_view_statement TO app_web, app_worker")
    walls()


def view() -> None:
    op.create_table(
        "youth_in_view",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), server_default="jv_district", nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("stadsdeel_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("level", sa.Text(), server_default="district", nullable=False),
        *(sa.Column(part, sa.Text(), nullable=False) for part in REASON),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("source_signal_id", sa.Uuid(), nullable=True),
        sa.Column("nominated_by", sa.Text(), server_default="", nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("assigned_worker_id", sa.Uuid(), nullable=True),
        sa.Column("care_partner_org_id", sa.Uuid(), nullable=True),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.Column("review_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("longer_review_no", sa.Integer(), nullable=True),
        sa.Column("letter_due_on", sa.Date(), nullable=True),
        sa.Column("transfer_team_id", sa.Uuid(), nullable=True),
        sa.Column("transfer_stadsdeel", sa.Text(), nullable=True),
        sa.Column("objection_due_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("stripped_at", sa.DateTime(timezone=True), nullable=True),
        *kept(),
        versioned(),
        *checks(
            "youth_in_view",
            context=f"context IN ({CODES})",
            status=f"status IN ({STATUSES})",
            source_kind="source_kind IN ('signal', 'nomination')",
            level="level IN ('district', 'in_between', 'city')",
            end_reason=f"end_reason IN ({REASONS})",
            **{f"{part}_length": f"length({part}) <= {LONGEST}" for part in REASON},
            nominated_by_length="length(nominated_by) <= 120",
            source="stripped_at IS NOT NULL OR (source_kind = 'signal' AND source_signal_id IS NOT NULL)"
            " OR (source_kind = 'nomination' AND nominated_by <> '')",
            other_decider="decided_by <> proposed_by",
            decided="status NOT IN ('active', 'suspended', 'transfer_pending', 'under_objection')"
            " OR (registered_on IS NOT NULL AND decided_by IS NOT NULL AND next_review_on IS NOT NULL)",
            ended="(status = 'ended') = (ended_on IS NOT NULL AND end_reason IS NOT NULL)",
            period="ended_on >= registered_on",
            transfer="(status = 'transfer_pending') = (transfer_team_id IS NOT NULL)",
            transfer_whole="(transfer_team_id IS NULL) = (transfer_stadsdeel IS NULL)",
            objection="(status = 'under_objection') = (objection_due_on IS NOT NULL)",
            stripped="(person_id IS NULL) = (stripped_at IS NOT NULL)",
            stripped_when_ended="stripped_at IS NULL OR status = 'ended'",
            review_no="review_no >= 0 AND longer_review_no > 4",
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "team_id"],
            ["person.id", "person.team_id"],
            name=op.f("fk_youth_in_view_person_id_team_id"),
            onupdate="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_youth_in_view_{column}"))
            for column, target in (
                ("stadsdeel_code", "area.code"),
                ("proposed_by", "app_user.id"),
                ("decided_by", "app_user.id"),
                ("assigned_worker_id", "app_user.id"),
                ("care_partner_org_id", "organisation.id"),
                ("transfer_team_id", "team.id"),
                ("transfer_stadsdeel", "area.code"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_youth_in_view")),
        sa.UniqueConstraint("id", "team_id", name=op.f("uq_youth_in_view_id_team_id")),
        sa.UniqueConstraint("number", name=op.f("uq_youth_in_view_number")),
    )
    index("open", ["person_id", "stadsdeel_code"], "status <> 'ended'", unique=True)
    index("person", ["person_id"])
    index("team", ["team_id", "status", "next_review_on"])
    index("review", ["next_review_on"], "status <> 'ended'")
    index("letter", ["letter_due_on"], "letter_due_on IS NOT NULL")
    index("transfer", ["transfer_team_id"], "transfer_team_id IS NOT NULL")
    index("objection", ["status"], "status = 'under_objection'")


def index(name: str, columns: list[str], where: str | None = None, *, unique: bool = False) -> None:
    """One index of the view."""
    only = sa.text(where) if where else None
    prefix = "uq" if unique else "ix"
    op.create_index(f"{prefix}_youth_in_view_{name}", "youth_in_view", columns, unique=unique, postgresql_where=only)


def step() -> None:
    op.create_table(
        "in_view_step",
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), server_default="", nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        *checks("in_view_step", note_length=f"length(note) <= {LONGEST}"),
        *of_view("in_view_step", by_id="app_user.id"),
    )
    op.create_index("ix_in_view_step_view", "in_view_step", ["view_id", "at"])
    op.create_index("ix_in_view_step_at", "in_view_step", ["at"])


def review() -> None:
    op.create_table(
        "in_view_review",
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("review_no", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("held_by", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("motivation", sa.Text(), nullable=False),
        sa.Column("youth_voice", sa.Text(), nullable=False),
        sa.Column("guardian_voice", sa.Text(), server_default="", nullable=False),
        *kept(),
        *checks(
            "in_view_review",
            outcome="outcome IN ('continue', 'end')",
            **{
                f"{part}_length": f"length({part}) <= {LONGEST}"
                for part in ("motivation", "youth_voice", "guardian_voice")
            },
        ),
        *of_view("in_view_review", held_by="app_user.id"),
        sa.UniqueConstraint("view_id", "review_no", name=op.f("uq_in_view_review_view_id_review_no")),
    )
    op.create_index("ix_in_view_review_due", "in_view_review", ["team_id", "due_on"])


def letter() -> None:
    op.create_table(
        "in_view_letter",
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("way", sa.Text(), nullable=True),
        sa.Column("delay_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("delayed_until", sa.Date(), nullable=True),
        sa.Column("delay_asked_by", sa.Uuid(), nullable=True),
        sa.Column("delay_allowed_by", sa.Uuid(), nullable=True),
        sa.Column("delay_allowed_at", sa.DateTime(timezone=True), nullable=True),
        *kept(),
        versioned(),
        *checks(
            "in_view_letter",
            kind="kind IN ('information', 'ending')",
            side="side IN ('youth', 'guardian')",
            way="way IN ('by_hand', 'post')",
            sent="num_nulls(sent_on, sent_by, way) IN (0, 3)",
            delay="num_nulls(delayed_until, delay_asked_by) IN (0, 2)",
            delayed_until="delayed_until > due_on",
            delay_allowed="num_nulls(delay_allowed_by, delay_allowed_at) IN (0, 2)",
            other_allows="delay_allowed_by <> delay_asked_by",
            delay_reason_length="length(delay_reason) <= 500",
        ),
        *of_view("in_view_letter", sent_by="app_user.id", delay_asked_by="app_user.id", delay_allowed_by="app_user.id"),
        sa.UniqueConstraint("view_id", "kind", "side", name=op.f("uq_in_view_letter_view_id_kind_side")),
    )
    unsent = sa.text("sent_on IS NULL")
    op.create_index("ix_in_view_letter_open", "in_view_letter", ["team_id", "due_on"], postgresql_where=unsent)


def statement() -> None:
    op.create_table(
        "in_view_statement",
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        *kept(),
        *checks(
            "in_view_statement",
            side="side IN ('youth', 'guardian')",
            body_length=f"length(body) <= {LONGEST}",
        ),
        *of_view("in_view_statement", written_by="app_user.id"),
    )
    op.create_index("ix_in_view_statement_view", "in_view_statement", ["view_id", "said_on"])


def kept() -> list[sa.Column]:
    """Key, and who made and changed the row."""
    return [
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
    ]


def versioned() -> sa.Column:
    return sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)


def checks(table: str, **conditions: str) -> list[sa.CheckConstraint]:
    """Checks by their short names."""
    return [sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}")) for name, condition in conditions.items()]


def of_view(table: str, **keys: str) -> list[sa.Constraint]:
    """The primary key, the key to the view with its team, and the keys of single columns."""
    name = op.f(f"fk_{table}_view_id_team_id")
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["view_id", "team_id"], ["youth_in_view.id", "youth_in_view.team_id"], name=name, onupdate="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
            for column, target in keys.items()
        ),
    ]


def walls() -> None:
    """Row-level security, in the form of 0024, and the functions that look behind it."""
    op.execute(FUNCTIONS)
    op.execute("GRANT CREATE ON SCHEMA public TO app_search")
    for function in ("my_view_ids()", "take_over_view(uuid)"):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"ALTER FUNCTION {function} OWNER TO app_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("GRANT EXECUTE ON FUNCTION my_view_ids() TO app_web, app_worker")
    op.execute("GRANT EXECUTE ON FUNCTION take_over_view(uuid) TO app_web, app_worker")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("GRANT SELECT ON youth_in_view TO app_search")
    op.execute("GRANT UPDATE (team_id, version) ON person TO app_search")
    op.execute("CREATE POLICY moved ON person FOR UPDATE TO app_search USING (true)")
    wall("youth_in_view", OF_VIEW)
    for table in PARTS:
        wall(table, OF_PART)
    for table, columns in COUNTED.items():
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO app_figures")
        op.execute(
            f"CREATE POLICY counted ON {table} FOR SELECT TO app_figures"
            " USING (team_id = ANY ((SELECT my_counted_team_ids())::uuid[]) OR (SELECT system_acts()))"
        )


def wall(table: str, reach: str) -> None:
    """Somebody acts, and then the own teams and what asks for them."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY floor ON {table} AS RESTRICTIVE TO app_web, app_worker USING ((SELECT somebody_acts()))")
    op.execute(f"CREATE POLICY reach ON {table} TO app_web, app_worker USING ({reach})")
    op.execute(f"CREATE POLICY system ON {table} TO app_worker USING ((SELECT system_acts()))")
    op.execute(f"CREATE POLICY behind ON {table} FOR SELECT TO app_search USING (true)")


def downgrade() -> None:
    for table in reversed(PARTS):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP TABLE youth_in_view")
    op.execute("DROP POLICY moved ON person")
    op.execute("REVOKE UPDATE (team_id, version) ON person FROM app_search")
    op.execute("SET LOCAL ROLE app_search")
    op.execute("DROP FUNCTION my_view_ids()")
    op.execute("DROP FUNCTION take_over_view(uuid)")
    op.execute("SET LOCAL ROLE app_owner")
    op.execute("DROP SEQUENCE jib_number_seq")
