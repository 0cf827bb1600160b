"""What a manager knows of running cases: how they stand, by number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.service import conferring, overseeing, planning
from portal.core import clock, db
from portal.core.errors import Forbidden, NotFound
from portal.in_view.models import CaseLevel
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import AccessEvent, Action, DeclaredRelation
from portal.privacy.permissions import Role
from tests.factories import World, cases, people
from tests.factories.world import user

Client = Callable[..., FlaskClient]


def listed(world: World, who: User, level: CaseLevel | None = None) -> list[overseeing.Standing]:
    actor = world.actor(who)
    with db.unit_of_work(on_behalf_of=who.id):
        return list(overseeing.running(actor, level=level).rows)


@pytest.fixture
def case(world: World) -> Case:
    """A case of Yassine Merelveld, with a conference and an action that is late."""
    with db.unit_of_work():
        young = people.person(world.noord, "Yassine Merelveld", worker=world.worker)
        made = cases.running(young, world.director, worker=world.worker, level=CaseLevel.IN_BETWEEN)
        late = {"what": "School bellen", "owner_id": world.worker.id, "due_on": clock.today()}
        task = planning.add_task(world.actor(world.worker), made.id, **late)
        task.due_on = clock.today() - timedelta(days=3)
        conferring.plan(
            world.actor(world.worker), made.id, starts_at=clock.now() + timedelta(days=2), place="",
            user_ids=[world.worker.id], names=[],
        )  # fmt: skip
        return made


def test_a_manager_knows_how_a_case_stands_and_not_whose_it_is(world: World, case: Case, client_as: Client) -> None:
    page = client_as(world.manager).get("/casussen/stand").text
    assert case.number in page
    assert "1 actie" in page
    assert world.director.name in page
    assert "Merelveld" not in page
    with db.unit_of_work():
        logged = db.session.scalars(
            select(AccessEvent).where(AccessEvent.actor_id == world.manager.id, AccessEvent.subject_id == case.id)
        ).one()
    assert (logged.action, logged.purpose, logged.role) == (Action.LIST, "supervision", "manager")
    (one,) = listed(world, world.manager)
    assert one.meets_at is not None
    assert listed(world, world.manager, CaseLevel.CITY) == []
    manager = world.actor(world.manager)
    with pytest.raises(NotFound), db.unit_of_work(on_behalf_of=world.manager.id):
        overseeing.running(manager, cursor="e30")


def test_not_those_of_another_team_nor_of_who_is_known_in_private(world: World, case: Case) -> None:
    with db.unit_of_work():
        elsewhere = people.person(world.zuidoost, worker=world.stranger, area="TA")
        cases.opened(elsewhere, user("Dirk Proef", world.city, world.zuidoost, Role.JV_DIRECTOR), worker=world.stranger)
    assert [one.id for one in listed(world, world.manager)] == [case.id]
    with db.unit_of_work():
        of = {"person_id": case.person_id, "team_id": case.team_id}
        db.session.add(DeclaredRelation(**of, user_id=world.manager.id))
        access_log.record(system("test"), Action.CREATE, Subject("declared_relation", None, **of))
    assert listed(world, world.manager) == []
    for who in (world.director, world.worker):
        with pytest.raises(Forbidden):
            listed(world, who)
