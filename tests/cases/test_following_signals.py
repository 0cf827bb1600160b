"""A signal about somebody whose case runs: an action in that case, or a clear no."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.cases.models import Task
from portal.core import db
from portal.core.errors import Invalid
from portal.in_view.models import ViewStatus, YouthInView
from portal.signals.models import SignalAssessment, SignalOutcome
from tests.factories import World, cases, in_view, people, signals


def test_a_signal_becomes_an_action_of_the_case_that_runs(world: World) -> None:
    with db.unit_of_work():
        young = people.person(world.noord, "Jay Voorbeeld", worker=world.worker)
        case = cases.running(young, world.director, worker=world.worker)
        told = signals.signal(world, world.worker, young)
        signals.judged(world, told, SignalOutcome.ADD_TO_CASE)
    with db.unit_of_work():
        task = db.session.scalars(select(Task).where(Task.case_id == case.id, Task.what == told.number)).one()
        assert task.owner_id == world.director.id
        judged = db.session.scalars(select(SignalAssessment).where(SignalAssessment.signal_id == told.id)).one()
        assert (judged.follow_up_kind, judged.follow_up_id) == ("youth_case", case.id)


def test_a_case_that_stands_still_takes_no_signal_along(world: World) -> None:
    with db.unit_of_work():
        young = people.person(world.noord, "Jay Voorbeeld", worker=world.worker)
        case = cases.running(young, world.director, worker=world.worker)
        told = signals.signal(world, world.worker, young)
    with db.unit_of_work():
        view = db.session.get_one(YouthInView, case.view_id)
        in_view.bring_to(view, ViewStatus.UNDER_OBJECTION, director=world.director)
    with db.unit_of_work(), pytest.raises(Invalid, match="outcome"):
        signals.judged(world, told, SignalOutcome.ADD_TO_CASE)


def test_without_a_case_the_director_reads_that_there_is_none(world: World) -> None:
    with db.unit_of_work():
        young = people.person(world.noord, "Jay Voorbeeld", worker=world.worker)
        told = signals.signal(world, world.worker, young)
    with db.unit_of_work(), pytest.raises(Invalid, match="outcome"):
        signals.judged(world, told, SignalOutcome.ADD_TO_CASE)
