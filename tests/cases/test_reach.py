"""Who has a case in hand, or something to do in it, of the young person of a colleague: the case and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.cases import service
from portal.cases.models import ActionStatus, Case, CaseStatus
from portal.cases.service import Filters, conferring, planning
from portal.cases.workflow import Event, Party
from portal.core import clock, db
from portal.core.errors import Forbidden, NotFound
from portal.people import service as people_service
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import AccessEvent, Action, DeclaredRelation
from portal.privacy.permissions import Role
from tests.factories import World, absences, cases, people
from tests.factories.world import user

TOMORROW = timedelta(days=1)


@pytest.fixture
def young(world: World) -> Person:
    with db.unit_of_work():
        return people.person(world.noord, "Yassine Merelveld", worker=world.worker)


@pytest.fixture
def case(world: World, young: Person) -> Case:
    """A case that runs, in the hands of the director."""
    with db.unit_of_work():
        return cases.running(young, world.director, worker=world.worker)


@contextmanager
def acting(world: World, who: User) -> Iterator[None]:
    """Behind the second wall too."""
    actor = world.actor(who)
    with db.unit_of_work(on_behalf_of=actor.user_id):
        yield


def touched(young: Person) -> None:
    access_log.record(system("test"), Action.UPDATE, Subject("youth_case", None, young.id, young.team_id))


def give(world: World, case: Case, who: User) -> None:
    with db.unit_of_work():
        cases.take(db.session.get_one(Case, case.id), world.director, Event.ASSIGN, director_id=who.id)


def parties(world: World, case: Case, who: User) -> frozenset[Party]:
    with acting(world, who):
        try:
            return service.get(world.actor(who), case.id).parties
        except NotFound:
            return frozenset()


def logged(who: User, case: Case) -> list[tuple[str, str, object]]:
    with db.unit_of_work():
        rows = db.session.execute(
            select(AccessEvent.purpose, AccessEvent.role, AccessEvent.on_behalf_of)
            .where(AccessEvent.actor_id == who.id, AccessEvent.subject_id == case.id, AccessEvent.result == "ok")
            .order_by(AccessEvent.id)
        )
        return [(row.purpose, row.role, row.on_behalf_of) for row in rows]


def test_who_has_it_in_hand_works_on_it_until_another_has(world: World, young: Person, case: Case) -> None:
    assert parties(world, case, world.colleague) == frozenset()
    give(world, case, world.colleague)
    actor = world.actor(world.colleague)
    with acting(world, world.colleague):
        (row,) = service.listing(actor, Filters(mine=True)).rows
        assert (row.name, sum(service.counts(actor).values())) == ("Yassine M.", 1)
        planning.add_task(actor, case.id, what="School bellen", due_on=clock.today(), owner_id=world.colleague.id)
        assert [doing.task.what for doing in service.work.work(actor).doing] == ["School bellen"]
        with pytest.raises(NotFound):  # the case, not the dossier
            people_service.get(actor, young.id)
    with pytest.raises(Forbidden), acting(world, world.colleague):  # weighs more: the director of the team
        service.decide(
            actor, case.id, Event.PAUSE, version=db.session.get_one(Case, case.id).version,
            answers=service.Answers(note="Even rust.", on=clock.today() + TOMORROW),
        )  # fmt: skip
    assert set(logged(world.colleague, case)) == {("own_caseload", Role.YOUTH_WORKER, None)}
    with db.unit_of_work():
        for task in planning.tasks(case.id):
            task.task.status, task.task.ended_on = ActionStatus.DONE, clock.today()
        touched(young)
    give(world, case, world.director)
    assert parties(world, case, world.colleague) == frozenset()


def test_who_stands_in_for_them_does_and_the_log_says_for_whom(world: World, case: Case) -> None:
    give(world, case, world.colleague)
    with db.unit_of_work():
        other = user("Fenna Waarneming", world.city, world.noord, Role.YOUTH_WORKER)
    assert parties(world, case, other) == frozenset()
    with db.unit_of_work():
        absences.absence(world.colleague, replacement=other)
    assert parties(world, case, other) == {Party.IN_CHARGE}
    assert logged(other, case) == [("replacement", Role.YOUTH_WORKER, world.colleague.id)]


@pytest.mark.parametrize("through", ["goal", "action", "conference"])
def test_who_has_something_to_do_in_it_reads_it_until_that_is_done(world: World, case: Case, through: str) -> None:
    worker, colleague = world.actor(world.worker), world.actor(world.colleague)
    with db.unit_of_work():
        other = planning.add_task(worker, case.id, what="Van een ander", due_on=clock.today(), owner_id=world.worker.id)
        if through == "action":
            own = planning.add_task(worker, case.id, what="Van jou", due_on=clock.today(), owner_id=world.colleague.id)
        elif through == "goal":
            (goal, _name), *_ = planning.goals(case.id)
            goal = planning.change_goal(
                worker, goal.id, body=goal.body, owner_id=world.colleague.id, due_on=goal.due_on, version=goal.version
            )
        else:
            asked = conferring.plan(
                worker, case.id, starts_at=clock.now() + TOMORROW, place="", user_ids=[world.colleague.id], names=[]
            )
    assert parties(world, case, world.colleague) == {Party.INVOLVED}
    with pytest.raises(Forbidden), acting(world, world.colleague):
        planning.add_task(colleague, case.id, what="Erbij", due_on=clock.today(), owner_id=world.colleague.id)
    with pytest.raises(Forbidden), acting(world, world.colleague):
        planning.end_task(colleague, other.id, status=ActionStatus.DONE, result="", version=1)
    with acting(world, world.colleague if through == "action" else world.worker):
        if through == "action":
            planning.end_task(colleague, own.id, status=ActionStatus.DONE, result="", version=1)
        elif through == "goal":
            planning.close_goal(worker, goal.id, attainment=0, version=goal.version)
        else:
            conferring.cancel(worker, asked.id, version=1)
    assert parties(world, case, world.colleague) == frozenset()


def test_until_it_is_archived_and_not_of_somebody_known_in_private(world: World, young: Person, case: Case) -> None:
    give(world, case, world.colleague)
    with db.unit_of_work():
        found = db.session.get_one(Case, case.id)
        found.status, found.closed_on = CaseStatus.CLOSED, clock.today()
        touched(young)
    assert parties(world, case, world.colleague) == {Party.IN_CHARGE}  # the measurement of half a year later
    of = {"person_id": young.id, "team_id": young.team_id, "user_id": world.colleague.id}
    with db.unit_of_work():
        db.session.add(DeclaredRelation(**of, declared_at=clock.now()))
        touched(young)
    assert parties(world, case, world.colleague) == frozenset()
    with db.unit_of_work():
        db.session.get_one(Case, case.id).status = CaseStatus.ARCHIVED
        db.session.execute(update(DeclaredRelation).values(ended_at=clock.now()))
        touched(young)
    assert parties(world, case, world.colleague) == frozenset()


def test_its_pages_lead_no_further(
    world: World, young: Person, case: Case, client_as: Callable[..., FlaskClient]
) -> None:
    give(world, case, world.colleague)
    with db.unit_of_work():
        task = planning.add_task(
            world.actor(world.worker), case.id, what="School bellen", due_on=clock.today(), owner_id=world.colleague.id
        )
    browser = client_as(world.colleague)
    page = unescape(browser.get(f"/casussen/{case.id}").text)
    assert "Yassine M." in page
    assert f"/casussen/acties/{task.id}" in page
    assert f"/jongeren/{young.id}" not in page
    assert f"/in-beeld/{case.view_id}" not in page
    assert "Yassine" in browser.get("/mijn-dag").text
    for path in (f"/casussen/acties/{task.id}", f"/casussen/{case.id}/plan", f"/casussen/{case.id}/bijlagen"):
        assert browser.get(path).status_code == 200, path
    assert browser.get(f"/jongeren/{young.id}").status_code == 404
