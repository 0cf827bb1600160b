"""RPT-12 and RPT-19: counted per level and part of life, going back as well, and nothing small is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from portal.accounts.models import User
from portal.cases import figures
from portal.cases.models import Case, Moment, Rater
from portal.cases.service import measuring, planning
from portal.cases.service.measuring import Scale
from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid
from portal.in_view.models import CaseLevel, SourceKind
from tests.factories import World, cases, people

YOUNG = 6  # one more than is too few
ENDS = (4, 4, 4, 4, 4, 1)  # as the workers saw it; all began at 3


def counted(world: World, who: User) -> figures.Numbers:
    """The figures of the team from yesterday until today."""
    with db.unit_of_work(on_behalf_of=who.id):
        return figures.count(world.actor(who), [world.noord.id], clock.today() - timedelta(days=40), clock.today())


def measured(world: World, case: Case, moment: Moment, level: int) -> None:
    (goal, _owner), *_rest = planning.goals(case.id)
    scale = Scale(moment, clock.today(), worker_level=level, youth_level=3, assisted=True)
    measuring.measure(world.actor(world.worker), goal.id, scale)


def test_cases_count_by_level_and_goals_by_where_they_went(world: World, freeze: Callable[[datetime], None]) -> None:
    made = []
    for _n in range(YOUNG):
        with db.unit_of_work():
            young = people.person(world.noord, worker=world.worker)
            case = cases.running(young, world.director, worker=world.worker, level=CaseLevel.IN_BETWEEN)
            measured(world, case, Moment.START, 3)
            made.append(case)
    freeze(clock.now() + timedelta(days=30))
    for case, level in zip(made, ENDS, strict=True):
        with db.unit_of_work():
            measured(world, case, Moment.END, level)
    found = counted(world, world.manager)
    assert found.levels == {CaseLevel.DISTRICT: 0, CaseLevel.IN_BETWEEN: YOUNG, CaseLevel.CITY: 0}
    assert found.inflow == {SourceKind.SIGNAL: YOUNG, SourceKind.NOMINATION: 0}
    by_rater = {course.rater: (course.improved, course.same, course.declined) for course in found.courses}
    assert by_rater[Rater.YOUTH] == (0, YOUNG, 0)
    assert by_rater[Rater.WORKER] == (None, None, None)  # one of them went back: that is not shown, and so nothing is
    assert found.days_to_meeting is None
    assert (found.satisfaction, found.marks) == (None, None)


def test_marks_of_young_people_have_a_mean_when_there_are_enough(world: World) -> None:
    marks = (2, 9, 8, 7, 9, 1, 1)
    for n, mark in enumerate(marks, 1):
        with db.unit_of_work():
            young = people.person(world.noord, worker=world.worker)
            case = cases.running(young, world.director, worker=world.worker)
            known = {"on": clock.today(), "version": case.version}
            with pytest.raises(Invalid):  # nobody fills it in for them
                measuring.mark(world.actor(world.worker), case.id, mark=mark, assisted=False, **known)
            measuring.mark(world.actor(world.worker), case.id, mark=mark, assisted=True, **known)
        found = counted(world, world.manager)
        shown = (7.0, 5) if n >= 5 else (None, None)  # the next ones wait for each other
        assert (found.satisfaction, found.marks) == shown


def test_a_small_part_hides_itself_and_the_rest() -> None:
    assert figures.part(5, 10).rate == 0.5
    assert figures.part(9, 10).count is None  # the one that is left would be known
    assert figures.part(0, 3) == figures.Part(None, None)
    assert figures.part(0, 0).rate is None


def test_a_worker_sees_no_figures(world: World) -> None:
    with pytest.raises(Forbidden):
        counted(world, world.worker)
