"""The second wall: whatever a statement forgets, the database shows nobody what is not theirs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import NamedTuple
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from portal.accounts import sessions
from portal.accounts.models import User
from portal.core import db
from portal.core.registry import registry
from portal.people import policy as people_policy
from portal.people.models import Person
from portal.privacy.models import AccessGrant
from portal.reminders import changing
from portal.tables import metadata
from tests.factories import World
from tests.factories.filled import Filled
from tests.privacy.unwalled import UNWALLED

Connect = Callable[[], Connection]
ROLES = (
    "worker", "colleague", "director", "manager", "coordinator", "messenger", "trainer", "analyst", "privacy_officer",
    "administrator",
)  # fmt: skip
#: Who has a team of young people, and who knows some of them through a trajectory.
TEAM, GRANTED = ("worker", "colleague", "director"), ("coordinator", "messenger")
BY_PERSON = (
    "person", "person_alias", "related_person", "person_assignment", "follow_up", "hand_over", "access_grant",
)  # fmt: skip


class Key(NamedTuple):
    """The column that holds the id of a record in tests/factories/filled.py, and who of the roles sees the own one."""

    record: str
    column: str = "id"
    seen_by: tuple[str, ...] = ("worker", "colleague", "director")


BY_ID = {
    "contact": Key("contact_id", seen_by=(*TEAM, "messenger")),
    "contact_participant": Key("contact_id", "contact_id", (*TEAM, "messenger")),
    "appointment": Key("appointment_id"),
    "appointment_participant": Key("appointment_id", "appointment_id"),
    "follow_up": Key("follow_up_id"),
    "youth_case": Key("case_id"),
    **{
        part: Key("case_id", "case_id")
        for part in (
            "case_step",
            "case_partner",
            "case_plan",
            "case_goal",
            "case_action",
            "case_measurement",
            "case_conference",
            "case_invitee",
            "case_decision",
        )
    },
    "case_nomination": Key("nomination_id", seen_by=("worker", "colleague", "director", "manager")),
    "trajectory": Key("trajectory_id", seen_by=("worker", "colleague", "director", "messenger")),
    "trajectory_event": Key("trajectory_id", "trajectory_id", ("worker", "colleague", "director", "messenger")),
    "match": Key("trajectory_id", "trajectory_id", ("worker", "colleague", "director", "messenger")),
    "youth_in_view": Key("view_id"),
    "in_view_step": Key("view_id", "view_id"),
    "talk": Key("talk_id", seen_by=("worker", "director", "manager")),
    "talk_note": Key("talk_id", "talk_id", ("worker", "manager")),
    "talk_agreement": Key("talk_id", "talk_id", ("worker", "manager")),
}
WALLED = sorted(set(metadata.tables) - set(UNWALLED))


@pytest.fixture
def as_web(app: Flask) -> Iterator[Connect]:
    """Connections of the web role without the portal around them."""
    engine = create_engine(db.engine().url)
    opened: list[Connection] = []

    def connect() -> Connection:
        opened.append(engine.connect())
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()
    engine.dispose()


def count(connection: Connection, table: str) -> int:
    """How many rows of a table this connection sees."""
    return int(connection.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0)


# --- every table ------------------------------------------------------------------------------------------------------


def test_every_table_has_a_wall_or_a_reason(admin_engine: Engine) -> None:
    with admin_engine.connect() as admin:
        forced = set(
            admin.scalars(
                text(
                    "SELECT relname FROM pg_class c WHERE relrowsecurity AND relforcerowsecurity AND"
                    " EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND NOT polpermissive AND polcmd = '*')"
                    " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polpermissive AND polcmd = '*')"
                )
            )
        )
    assert forced == set(WALLED)


def test_no_policy_asks_per_row(admin_engine: Engine) -> None:
    """A function outside `(SELECT …)` runs for each row; a subquery on a table is walked for each row."""
    with admin_engine.connect() as admin:
        asked = admin.execute(
            text("SELECT polrelid::regclass::text, coalesce(pg_get_expr(polqual, polrelid), 'true') FROM pg_policy")
        ).all()
    assert len(asked) > len(WALLED)
    for table, condition in asked:
        assert " FROM " not in condition, table
        assert condition.count("(") == 0 or condition.count("SELECT ") == condition.count("()"), (table, condition)


def test_what_looks_behind_the_wall_belongs_to_a_role_that_nobody_is(admin_engine: Engine) -> None:
    with admin_engine.connect() as admin:
        owners = dict(
            admin.execute(
                text(
                    "SELECT proname, pg_get_userbyid(proowner) FROM pg_proc WHERE prosecdef"
                    " AND pronamespace = 'public'::regnamespace"
                    " AND proname <> 'app_clock_set' AND proname NOT LIKE 'access_log_%'"  # no young people in those
                )
            ).all()
        )
        for_everybody = admin.scalars(
            text(
                "SELECT proname FROM pg_proc p WHERE prosecdef AND pronamespace = 'public'::regnamespace AND EXISTS"
                " (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0)"
            )
        ).all()
        may_log_in = admin.scalar(text("SELECT rolcanlogin OR rolbypassrls FROM pg_roles WHERE rolname = 'app_search'"))
    assert set(owners.values()) == {"app_search"}
    assert for_everybody == []
    assert may_log_in is False


@pytest.mark.parametrize(
    ("role", "function"),
    [
        ("app_web", "act_as_system(text)"),
        ("app_web", "act_on_behalf_of(uuid)"),
        ("app_web", "act_as(uuid, int)"),
        ("app_web", "sign_context(text)"),
        ("app_web", "renew_context_key()"),
        ("app_worker", "act_as(uuid, int)"),
        ("app_worker", "sign_context(text)"),
    ],
)
def test_nobody_signs_for_themselves(admin_engine: Engine, role: str, function: str) -> None:
    with admin_engine.connect() as admin:
        asked = text("SELECT has_function_privilege(:role, :function, 'EXECUTE')")
        assert not admin.scalar(asked, {"role": role, "function": function})


@pytest.mark.parametrize("role", ["app_web", "app_worker", "app_audit_reader", "app_figures"])
def test_the_key_and_the_hashes_of_secrets_are_not_for_reading(admin_engine: Engine, role: str) -> None:
    with admin_engine.connect() as admin:
        for column in ("context_key.inner_pad", "user_session.token_hash", "calendar_feed.token_hash"):
            table, _, name = column.partition(".")
            asked = text("SELECT has_column_privilege(:role, :table, :name, 'SELECT')")
            assert not admin.scalar(asked, {"role": role, "table": table, "name": name}), column


def test_counting_reads_no_name_and_no_note(admin_engine: Engine) -> None:
    hidden = ("given_name", "family_name", "birth_date", "phone_sealed", "what", "note", "request_text", "motivation")
    with admin_engine.connect() as admin:
        readable = admin.execute(
            text(
                "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                " WHERE c.relnamespace = 'public'::regnamespace AND attnum > 0 AND relkind = 'r' AND NOT attisdropped"
                " AND has_column_privilege('app_figures', c.oid, attnum, 'SELECT')"
            )
        ).all()
    assert {"person", "follow_up"} <= {table for table, _ in readable}
    assert [row for row in readable if row[1] in hidden] == []


# --- who acts ---------------------------------------------------------------------------------------------------------


def test_nobody_sees_nothing(as_web: Connect, filled: Filled, admin_engine: Engine) -> None:
    with admin_engine.connect() as admin:
        assert [table for table in WALLED if not count(admin, table)] == []
    web = as_web()
    assert [table for table in WALLED if count(web, table)] == []


def signed_in(world: World, who: str = "worker") -> bytes:
    """The hash of the secret of a session of somebody."""
    with db.unit_of_work():
        _, secret = sessions.start(db.session.merge(getattr(world, who)))
    return sessions.hash_token(secret)


def act(connection: Connection, secret: bytes) -> str:
    """Begin as production does; returns the context."""
    found = connection.execute(
        text("SELECT user_id FROM act_by_session(:hash, now() - interval '1 hour')"), {"hash": secret}
    ).all()
    assert len(found) == 1
    return str(connection.scalar(text("SELECT current_setting('app.context')")))


def test_a_context_of_another_connection_is_refused(as_web: Connect, world: World, filled: Filled) -> None:
    mine, theirs = as_web(), as_web()
    context = act(mine, signed_in(world))
    assert count(mine, "person")
    theirs.execute(text("SELECT set_config('app.context', :value, true)"), {"value": context})
    assert count(theirs, "person") == 0


def test_a_forged_context_is_refused(as_web: Connect, world: World, filled: Filled) -> None:
    web = as_web()
    parts = act(web, signed_in(world)).split(";")
    foreign = f"{{{world.zuidoost.id}}}"
    body = ";".join([*parts[:3], foreign, *parts[4:8]])
    for forged in (
        ";".join([body, parts[8]]),
        ";".join([body, hashlib.sha256(body.encode()).hexdigest()]),
        ";".join([*parts[:7], "s", parts[8]]),
        ";".join([*parts[:2], str(int(parts[2]) + 1), *parts[3:]]),
        "x",
        ";" * 8,
    ):
        web.execute(text("SELECT set_config('app.context', :value, true)"), {"value": forged})
        assert count(web, "person") == 0, forged


def test_an_expired_context_is_refused(as_web: Connect, world: World, filled: Filled, admin_engine: Engine) -> None:
    """Signed by the key itself, for this connection, until a second ago."""
    web = as_web()
    good = act(web, signed_in(world)).split(";")
    now = int(web.scalar(text("SELECT extract(epoch FROM clock_timestamp())::bigint")) or 0)
    for expiry, seen in ((now + 60, True), (now - 1, False)):
        body = ";".join([*good[:2], str(expiry), *good[3:8]])
        with admin_engine.connect() as admin:
            signed = admin.scalar(
                text(
                    "SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to(:body, 'UTF8'))), 'hex')"
                    " FROM context_key"
                ),
                {"body": body},
            )
        web.execute(text("SELECT set_config('app.context', :value, true)"), {"value": f"{body};{signed}"})
        assert bool(count(web, "person")) is seen


@pytest.mark.parametrize("change", ["ended_at = now()", "expires_at = created_at", "last_seen_at = '2020-01-01'"])
def test_a_session_that_is_over_acts_as_nobody(as_web: Connect, world: World, filled: Filled, change: str) -> None:
    secret = signed_in(world)
    with db.unit_of_work():
        db.session.execute(text(f"UPDATE user_session SET {change}"))
    web = as_web()
    with pytest.raises(AssertionError):
        act(web, secret)
    assert count(web, "person") == 0


def test_who_acted_is_forgotten_with_the_transaction(as_web: Connect, world: World, filled: Filled) -> None:
    web = as_web()
    act(web, signed_in(world))
    web.commit()
    assert count(web, "person") == 0


def test_a_setting_that_leaked_does_not_outlive_the_visit_to_the_pool(app: Flask, world: World, filled: Filled) -> None:
    secret = signed_in(world)
    db.engine().pool.dispose()  # one connection, so that the next visit gets this one
    with db.engine().connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
        connection.execute(text("SELECT set_config('app.context', :value, false)"), {"value": act(connection, secret)})
        connection.commit()
        connection.execute(text("SET statement_timeout = '7s'"))
        connection.commit()
        assert count(connection, "person") == 0  # a transaction begins as nobody
    with db.engine().connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == backend
        assert connection.scalar(text("SHOW statement_timeout")) == "30s"
        assert count(connection, "person") == 0


def test_autocommit_is_refused(app: Flask) -> None:
    with db.engine().connect() as connection, pytest.raises(ValueError, match="AUTOCOMMIT"):
        connection.execution_options(isolation_level="AUTOCOMMIT")


# --- any select -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ROLES)
def test_a_plain_select_gives_own_rows_only(world: World, filled: Filled, who: str) -> None:
    """No scope at all: what comes back is of the own team, or of who was granted."""
    end_talks()
    me = getattr(world, who)
    granted, teams = _granted(me), {world.noord.id} if who in TEAM else set()
    for table in BY_PERSON:
        column = "id" if table == "person" else "person_id"
        asked_me = " WHERE from_user_id <> :me AND to_user_id <> :me" if table == "hand_over" else ""
        with db.unit_of_work(on_behalf_of=me.id):
            rows = db.session.execute(text(f"SELECT {column}, team_id FROM {table}{asked_me}"), {"me": me.id}).all()
        assert [row for row in rows if row.team_id not in teams and row[0] not in granted] == [], table
        assert bool(rows) or who not in TEAM or asked_me, table


@pytest.mark.parametrize("who", sorted(set(ROLES) - {"coordinator"}))
def test_the_records_of_another_team_are_not_there(world: World, filled: Filled, who: str) -> None:
    end_talks()
    me = getattr(world, who)
    for table, key in BY_ID.items():
        with db.unit_of_work(on_behalf_of=me.id):
            seen = set(db.session.scalars(text(f'SELECT {key.column} FROM "{table}"')))
        holds = who == "director" and table.startswith("talk")  # holds one in the other team as well
        assert (filled.foreign.ids[key.record] in seen) is holds, table
        assert (filled.own.ids[key.record] in seen) is (who in key.seen_by), table


@pytest.mark.parametrize("who", ROLES)
def test_a_reminder_is_its_recipients_alone(world: World, filled: Filled, who: str) -> None:
    me = getattr(world, who).id
    for table in ("reminder", "notification"):
        with db.unit_of_work(on_behalf_of=me):
            assert set(db.session.scalars(text(f"SELECT recipient_id FROM {table}"))) <= {me}, table


@pytest.mark.parametrize(("who", "reads"), [("worker", False), ("administrator", True), ("privacy_officer", True)])
def test_the_ledger_counts_reminders_and_does_not_read_about_whom(
    world: World, filled: Filled, who: str, reads: bool
) -> None:
    with db.unit_of_work(on_behalf_of=getattr(world, who).id), db.counting():
        assert bool(db.session.scalars(text("SELECT rule_code FROM reminder")).all()) is reads
        for column in ("person_id", "object_id"):
            with pytest.raises(ProgrammingError), db.session.begin_nested():
                db.session.execute(text(f"SELECT {column} FROM reminder"))


def test_a_coordinator_knows_of_the_trajectories_and_not_of_plans(world: World, filled: Filled) -> None:
    with db.unit_of_work(on_behalf_of=world.coordinator.id):
        trajectories = set(db.session.scalars(text("SELECT id FROM trajectory")))
        events = set(db.session.scalars(text("SELECT trajectory_id FROM trajectory_event")))
        planned = db.session.scalars(text("SELECT id FROM appointment")).all()
    both = {filled.own.ids["trajectory_id"], filled.foreign.ids["trajectory_id"]}
    assert both <= trajectories
    assert both <= events
    assert planned == []  # what a worker plans is not for who coordinates


def test_a_contact_follows_its_participants(world: World, filled: Filled) -> None:
    """Who is in it decides who reaches it, also when that changes."""
    contact_id = filled.foreign.ids["contact_id"]

    def reached() -> bool:
        with db.unit_of_work(on_behalf_of=world.worker.id):
            return contact_id in set(db.session.scalars(text("SELECT id FROM contact")))

    joined = text(
        "INSERT INTO contact_participant (contact_id, person_id, contact_team_id, person_team_id, occurred_at)"
        " SELECT contact_id, :person, contact_team_id, :team, occurred_at FROM contact_participant"
        " WHERE contact_id = :contact LIMIT 1"
    )
    assert not reached()
    with db.unit_of_work():
        given = {"person": filled.own.person.id, "team": world.noord.id, "contact": contact_id}
        db.session.execute(joined, given)
    assert reached()
    with db.unit_of_work():
        left = text("DELETE FROM contact_participant WHERE contact_id = :contact AND person_id = :person")
        db.session.execute(left, {"person": filled.own.person.id, "contact": contact_id})
    assert not reached()


def test_a_confidence_stays_with_the_workers(world: World, filled: Filled) -> None:
    """The messenger was let into the trajectory of this young person; what a worker was told in confidence was not."""
    contact_id = filled.own.ids["contact_id"]
    for confidentiality, seen in (("case_team", True), ("team", False), ("shared_covenant", True)):
        with db.unit_of_work():
            changed = text("UPDATE contact SET confidentiality = :level WHERE id = :id")
            db.session.execute(changed, {"level": confidentiality, "id": contact_id})
        with db.unit_of_work(on_behalf_of=world.messenger.id):
            assert (contact_id in set(db.session.scalars(text("SELECT id FROM contact")))) is seen


def end_talks() -> None:
    """Who holds a talk sees names for as long as it lasts."""
    with db.unit_of_work():
        db.session.execute(text("UPDATE talk SET status = 'held'"))


def test_a_manager_reaches_the_team_while_a_talk_lasts(world: World, filled: Filled) -> None:
    def reached() -> set[UUID]:
        with db.unit_of_work(on_behalf_of=world.manager.id):
            return set(db.session.scalars(select(Person.team_id)))

    assert reached() == {world.noord.id}
    end_talks()
    assert reached() == set()


def _granted(user: User) -> set[UUID]:
    """Young people of the grants that hold for a user, by the factories: the coordinators' and the messenger's."""
    with db.unit_of_work():
        held = select(AccessGrant).where(AccessGrant.valid_until.is_(None))
        roles = {(role.team_id, role.role) for role in db.session.merge(user).roles}
        return {
            row.person_id
            for row in db.session.scalars(held)
            if row.grantee_user_id == user.id or (row.grantee_team_id, row.grantee_role) in roles
        }


def test_a_foreign_row_cannot_be_made_or_changed(world: World, filled: Filled) -> None:
    foreign = filled.foreign.person.id
    with db.unit_of_work(on_behalf_of=world.worker.id):
        renamed = text("UPDATE person SET given_name = 'Ander' WHERE id = :id RETURNING id")
        assert db.session.execute(renamed, {"id": foreign}).all() == []
    with pytest.raises(ProgrammingError, match="row-level security"), db.unit_of_work(on_behalf_of=world.worker.id):
        moved = text("UPDATE person SET team_id = :team WHERE id = :id")
        db.session.execute(moved, {"team": world.zuidoost.id, "id": filled.own.person.id})


# --- the portal without its own scope ---------------------------------------------------------------------------------


@pytest.fixture
def without_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every statement forgot who asks."""
    monkeypatch.setattr(people_policy, "_ways", lambda _actor, _permission, person_id, _team: [person_id.is_not(None)])


@pytest.mark.parametrize("who", ["worker", "director", "messenger", "manager"])
def test_pages_that_forgot_who_asks_show_nothing_foreign(
    without_scope: None, world: World, filled: Filled, client_as: Callable[..., FlaskClient], who: str
) -> None:
    assert filled.foreign.person.id not in _granted(getattr(world, who))
    browser = client_as(getattr(world, who))
    for address in ("/mijn-dag", "/jongeren", "/trajecten", "/agenda", "/caseload", "/vervolg"):
        assert filled.foreign.person.family_name not in browser.get(address).text, address
    if who in TEAM:
        assert filled.own.person.family_name in browser.get("/jongeren").text


@pytest.mark.parametrize("who", ["worker", "director"])
def test_a_dossier_that_forgot_who_asks_is_not_found(
    without_scope: None, world: World, filled: Filled, client_as: Callable[..., FlaskClient], who: str
) -> None:
    browser = client_as(getattr(world, who))
    assert browser.get(f"/jongeren/{filled.own.person.id}").status_code == 200
    assert browser.get(f"/jongeren/{filled.foreign.person.id}").status_code == 404


def test_figures_are_counted_over_the_teams_that_somebody_counts(world: World, filled: Filled) -> None:
    """Forgetting the team changes nothing, and a name cannot be read at all."""
    end_talks()
    counted = select(func.count(), func.array_agg(Person.team_id.distinct())).select_from(Person)
    for who, teams in (("manager", {world.noord.id}), ("analyst", {world.noord.id, world.zuidoost.id})):
        with db.unit_of_work(on_behalf_of=getattr(world, who).id):
            assert db.session.execute(counted).one()[0] == 0
            with db.counting():
                assert set(db.session.execute(counted).one()[1]) == teams
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        db.unit_of_work(on_behalf_of=world.analyst.id),
        db.counting(),
    ):
        db.session.execute(select(Person.given_name))


def test_every_rule_of_reminders_can_be_tried_out_by_counting(world: World, filled: Filled) -> None:
    """An administrator sees how often a rule would ask, and reaches nobody by it."""
    administrator = world.actor(world.administrator)
    with db.unit_of_work(on_behalf_of=world.administrator.id):
        counted = {
            rule.code: changing.preview(administrator, rule.code, changing.get(administrator, rule.code)[1])
            for rule in registry.rules.values()
        }
    assert len(counted) > 10
