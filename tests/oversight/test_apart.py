"""Who said to know a young person in private does not see or count them, in any order of events (domain I-24)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import ColumnElement, Table, any_, func, literal, select, union_all, update

from portal.cases.models import Case
from portal.core import clock, db
from portal.core.errors import NotFound
from portal.in_view.models import YouthInView
from portal.oversight.service import declaring
from portal.people import policy, rules, service
from portal.people.models import Person, PersonAssignment
from portal.privacy.models import DeclaredRelation
from portal.privacy.permissions import Role
from portal.tables import metadata
from portal.trajectories.models import Trajectory
from tests.factories import World
from tests.factories.filled import Filled
from tests.factories.people import person
from tests.factories.world import user

#: What says who looked, who may look, or whom somebody knows; nobody finds a young person in it.
ABOUT_ACCESS = {"access_event", "access_question", "access_grant", "declared_relation", "emergency_access"}
WHO = ("worker", "colleague", "director", "manager", "coordinator", "messenger")


def tables_about(young: Person, records: dict[str, list[UUID]]) -> set[str]:
    """Every table with rows about somebody or about a record of theirs, past the first wall and as whoever acts now."""
    found = {name: _about(table, young, records) for name, table in metadata.tables.items() if name not in ABOUT_ACCESS}
    parts = [select(literal(name)).where(which) for name, which in found.items() if which is not None]
    return set(db.session.scalars(union_all(*parts)))


def _about(table: Table, young: Person, records: dict[str, list[UUID]]) -> ColumnElement[bool] | None:
    if table.name == "person":
        return table.c.id == young.id
    if "person_ids" in table.c:
        return literal(young.id) == any_(table.c.person_ids)
    if "person_id" in table.c:
        return table.c.person_id == young.id
    return next((table.c[name].in_(ids) for name, ids in records.items() if name in table.c), None)


class Walk(RuleBasedStateMachine):
    """Six colleagues say it and take it back, while two workers are given the young person in turn."""

    world: World
    young: Person
    records: dict[str, list[UUID]]  # of the young person, by how a part of them is called

    @initialize()
    def begin(self) -> None:
        with db.unit_of_work():
            db.session.execute(update(DeclaredRelation).values(ended_at=clock.now()))
            db.mark_logged()
        self.known: set[str] = set()
        self.given("worker")

    @rule(who=st.sampled_from(WHO))
    def says(self, who: str) -> None:
        actor = self.world.actor(getattr(self.world, who))
        with db.unit_of_work(on_behalf_of=actor.user_id):
            try:
                declaring.declare(actor, self.young.id)
            except NotFound:
                reaching = {"director", "coordinator", *self.answers}
                assert who in self.known or who not in reaching
            else:
                self.known.add(who)

    @rule(who=st.sampled_from(WHO))
    def takes_back(self, who: str) -> None:
        actor = self.world.actor(getattr(self.world, who))
        with db.unit_of_work(on_behalf_of=actor.user_id):
            for one in declaring.own(actor):
                declaring.withdraw(actor, one.id)
        self.known.discard(who)

    @rule(who=st.sampled_from(("worker", "colleague")))
    def given(self, who: str) -> None:
        self.answers: set[str] = {who, "messenger"}
        with db.unit_of_work():
            of_young = update(PersonAssignment).where(PersonAssignment.person_id == self.young.id)
            db.session.execute(of_young.values(user_id=getattr(self.world, who).id))
            db.mark_logged()

    @invariant()
    def who_knows_them_finds_nothing(self) -> None:
        for who in WHO:
            actor = self.world.actor(getattr(self.world, who))
            apart = who in self.known - self.answers
            with db.unit_of_work():  # the first wall alone
                reached = db.session.scalars(select(Person.id).where(policy.visible(actor))).all()
                assert not (apart and self.young.id in reached), who
            with db.unit_of_work(on_behalf_of=actor.user_id):
                assert not apart or tables_about(self.young, self.records) == set(), who
                assert apart or who == "manager" or tables_about(self.young, self.records), who
                with db.counting():
                    counted = db.session.scalar(select(func.count()).where(Person.id == self.young.id))
                assert not (apart and counted), who

    @invariant()
    def the_director_hears_that_somebody_else_must_do_it(self) -> None:
        with db.unit_of_work():
            heard = {(row.object_id, row.recipient_id) for row in db.session.execute(
                rules.known_in_private(clock.today())
            )}  # fmt: skip
        asked = bool(self.known & self.answers - {"messenger"}) and "director" not in self.known
        assert heard == ({(self.young.id, self.world.director.id)} if asked else set())


def test_in_any_order_nobody_sees_or_counts_whom_they_know(world: World, filled: Filled) -> None:
    Walk.world, Walk.young = world, filled.own.person
    with db.unit_of_work():
        Walk.records = {
            f"{name}_id": list(db.session.scalars(select(kind.id).where(kind.person_id == Walk.young.id)))
            for name, kind in (("case", Case), ("view", YouthInView), ("trajectory", Trajectory))
        }
    assert all(Walk.records.values())
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_manager_hears_when_no_director_is_left(world: World) -> None:
    """A declaration takes a young person out of sight, and never out of everybody's."""
    with db.unit_of_work():
        young = person(world.noord, "Kanarie Vogelzang", worker=world.worker)
    assert told_to_managers() == []
    director = world.actor(world.director)
    with db.unit_of_work(on_behalf_of=director.user_id):
        declaring.declare(director, young.id)
    assert told_to_managers() == [(world.manager.id, world.noord.id, None)]
    with db.unit_of_work():
        user("Dries Proef", world.city, world.noord, Role.JV_DIRECTOR)
    assert told_to_managers() == []


def told_to_managers() -> list[tuple[UUID, UUID, UUID | None]]:
    with db.unit_of_work():
        rows = db.session.execute(rules.without_director(clock.today()))
        return [(row.recipient_id, row.object_id, row.person_id) for row in rows]


def test_it_is_gone_from_lists_search_and_numbers_at_once(
    world: World, client_as: Callable[..., FlaskClient], freeze: Callable[[datetime], None]
) -> None:
    freeze(datetime(2026, 11, 24, 12, tzinfo=UTC))
    with db.unit_of_work():
        young = person(world.noord, "Kanarie Vogelzang", worker=world.worker)
        person(world.noord, "Merel Vogelzang", worker=world.worker)
    browser = client_as(world.director)
    assert "Kanarie" in browser.get("/jongeren").text
    told = browser.post(f"/jongeren/{young.id}/prive-bekend")
    assert young.pseudonym in browser.get(told.location).text
    found = unescape(browser.post("/jongeren/zoeken", data={"q": "Vogelzang"}, follow_redirects=True).text)
    assert "Merel" in found
    for page in (found, browser.get("/jongeren").text):
        assert "Kanarie" not in page
    assert browser.get(f"/jongeren/{young.id}").status_code == 404
    actor = world.actor(world.director)
    with db.unit_of_work(on_behalf_of=actor.user_id):
        assert [row.name for row in service.listing(actor, filters=service.Filters()).rows] == ["Merel Vogelzang"]
