"""A goal that a messenger reads: only what was shared, as long as it is, and on record; behind the second wall too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.cases import rules
from portal.cases.models import Case, Domain, Goal
from portal.cases.service import sharing
from portal.cases.workflow import Event
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid
from portal.people.models import Person
from portal.privacy.contexts import Context
from portal.privacy.models import AccessEvent, Action
from portal.programmes.models import Disclosure
from portal.trajectories.models import Trajectory, TrajectoryStatus
from portal.trajectories.workflow import Event as Move
from tests.factories import World, cases, trajectories

Client = Callable[..., FlaskClient]


def guided(world: World, status: TrajectoryStatus = TrajectoryStatus.ACTIVE) -> Trajectory:
    """A trajectory, and a case of the same young person of which the plan is being made, with two goals."""
    with db.unit_of_work():
        own = trajectories.messenger(world.network, account=world.messenger)
    path = trajectories.trajectory(world, status, name="Yassine Merelveld", with_messenger=own)
    with db.unit_of_work():
        young = db.session.get_one(Person, path.person_id)
        case = cases.planned(young, world.director, worker=world.worker)
        cases.goal(case, world.worker, Domain.TIME_USE).body = "Twee keer per week boksen"
    return path


def goal_of(domain: Domain) -> Goal:
    with db.unit_of_work():
        return db.session.scalars(select(Goal).where(Goal.domain == domain)).one()


def seen_by_messenger(world: World) -> list[str]:
    """The goals that the database lets the messenger have at all."""
    with db.unit_of_work(on_behalf_of=world.messenger.id):
        return list(db.session.scalars(select(Goal.body)))


def test_a_messenger_reads_the_one_goal_that_was_shared(world: World, client_as: Client) -> None:
    path = guided(world)
    goal = goal_of(Domain.TIME_USE)
    page, messenger, worker = f"/trajecten/{path.id}", client_as(world.messenger), client_as(world.worker)
    assert seen_by_messenger(world) == []
    form = {"share": "yes", "informed_on": clock.today().isoformat(), "version": str(goal.version)}
    assert worker.post(f"/casussen/doelen/{goal.id}/delen", data=form).status_code == 303
    text = messenger.get(page).text
    assert "Twee keer per week boksen" in text
    assert "Elke dag naar school" not in text
    assert seen_by_messenger(world) == ["Twee keer per week boksen"]
    assert messenger.get(f"/casussen/{goal.case_id}").status_code == 403
    with db.unit_of_work():
        told = db.session.scalars(select(Disclosure)).one()
        assert told.status == "approved", "the messenger may read the goals; nobody is asked"
        assert (told.context, told.context_to, told.by_id) == (
            Context.JV_DISTRICT, Context.VOLUNTARY_GUIDANCE, world.worker.id,
        )  # fmt: skip
        read = select(AccessEvent).where(AccessEvent.subject_id == goal.id, AccessEvent.actor_id == world.messenger.id)
        assert [(event.action, event.context) for event in db.session.scalars(read)] == [
            (Action.READ, Context.VOLUNTARY_GUIDANCE)
        ]
        assert [row.recipient_id for row in db.session.execute(rules.goal_shared(clock.today()))] == [
            world.messenger.id
        ]
    form = {"share": "no", "version": str(goal_of(Domain.TIME_USE).version)}
    assert worker.post(f"/casussen/doelen/{goal.id}/delen", data=form).status_code == 303
    assert "boksen" not in messenger.get(page).text
    assert seen_by_messenger(world) == []


def test_not_without_a_messenger_nor_without_the_young_person_saying_yes(world: World) -> None:
    guided(world, TrajectoryStatus.MATCH_PROPOSED)
    goal, worker = goal_of(Domain.TIME_USE), world.actor(world.worker)
    with db.unit_of_work(), pytest.raises(Conflict):
        sharing.share(worker, goal.id, informed_on=clock.today(), version=goal.version)
    with db.unit_of_work():
        db.session.execute(update(Trajectory).values(status=TrajectoryStatus.ACTIVE))
        trajectories.logged(db.session.scalars(select(Trajectory)).one())
    for day in (None, clock.today() + timedelta(days=1)):
        with db.unit_of_work(), pytest.raises(Invalid):
            sharing.share(worker, goal.id, informed_on=day, version=goal.version)


def break_off(world: World, _path: Trajectory) -> None:
    cases.take(db.session.scalars(select(Case)).one(), world.director, Event.BREAK_OFF, note="Thuis was genoeg.")


def replace(world: World, path: Trajectory) -> None:
    trajectories.take(world, "coordinator", path.id, Move.REPLACE_MESSENGER)


def stop(world: World, path: Trajectory) -> None:
    trajectories.take(world, "coordinator", path.id, Move.SAFETY_STOP)


@pytest.mark.parametrize("over", [break_off, replace, stop])
def test_sharing_ends_with_the_case_the_trajectory_and_this_messenger(
    world: World, over: Callable[[World, Trajectory], None]
) -> None:
    path = guided(world)
    goal = goal_of(Domain.TIME_USE)
    with db.unit_of_work():
        sharing.share(world.actor(world.worker), goal.id, informed_on=clock.today(), version=goal.version)
    assert seen_by_messenger(world) != []
    with db.unit_of_work():
        over(world, path)
    assert goal_of(Domain.TIME_USE).shared_with is None
    assert seen_by_messenger(world) == []
