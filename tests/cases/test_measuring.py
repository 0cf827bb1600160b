"""Measuring in whatever order: what a young person says is theirs, and said together (domain I-27)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal.cases import service
from portal.cases.models import Case, Goal, Measurement, Moment, Rater
from portal.cases.service import Answers, measuring
from portal.cases.service.measuring import Scale
from portal.cases.workflow import Event
from portal.core import clock, db
from portal.core.errors import AppError
from tests.factories import World, cases, people

LEVEL = st.sampled_from([None, 0, 1, 3, 5, 6])


class Walk(RuleBasedStateMachine):
    """Worker, director and a colleague from elsewhere measure while the case moves on; beside it what was said."""

    world: World

    @initialize()
    def begin(self) -> None:
        with db.unit_of_work():
            young = people.person(self.world.noord, worker=self.world.worker)
            case = cases.planned(young, self.world.director, worker=self.world.worker)
            self.case_id = case.id
            self.goal_id = db.session.scalars(select(Goal.id).where(Goal.case_id == case.id)).one()
        self.said: list[tuple[str, str, int]] = []

    @rule(
        who=st.sampled_from(["worker", "director", "stranger"]), moment=st.sampled_from(Moment),
        days=st.integers(-3, 1), worker=LEVEL, youth=LEVEL, together=st.booleans(),
    )  # fmt: skip
    def measure(
        self, who: str, moment: Moment, days: int, worker: int | None, youth: int | None, together: bool
    ) -> None:
        actor = self.world.actor(getattr(self.world, who))
        scale = Scale(moment, clock.today() + timedelta(days=days), worker, youth, together)
        try:
            with db.unit_of_work(actor.user_id):
                measuring.measure(actor, self.goal_id, scale)
        except (AppError, IntegrityError):
            return
        assert who != "stranger"
        assert days <= 0
        assert together or youth is None
        said = ((Rater.WORKER, worker), (Rater.YOUTH, youth))
        self.said += [(rater, moment, level) for rater, level in said if level is not None]

    @rule(event=st.sampled_from(Event))
    def step(self, event: Event) -> None:
        director = self.world.actor(self.world.director)
        answers = Answers(note="Zo is het besproken.", on=clock.today())
        try:
            with db.unit_of_work(director.user_id):
                service.decide(director, self.case_id, event, version=None, answers=answers)
        except AppError:
            return

    @rule()
    def put_words_in_a_mouth(self) -> None:
        """Not even past the portal: nobody adds it, and what was said is never rewritten."""
        with db.unit_of_work():
            case = db.session.get_one(Case, self.case_id)
            invented = Measurement(
                case_id=case.id, team_id=case.team_id, goal_id=self.goal_id, by_id=self.world.worker.id,
                domain=db.session.get_one(Goal, self.goal_id).domain, moment=Moment.INTERIM,
                measured_on=clock.today() - timedelta(days=30), rater=Rater.YOUTH, level=5, assisted=False,
                at=clock.now(),
            )  # fmt: skip
        with pytest.raises(IntegrityError, match="ck_case_measurement_assisted"), db.unit_of_work():
            db.session.add(invented)
        theirs = update(Measurement).where(Measurement.case_id == self.case_id, Measurement.rater == Rater.YOUTH)
        with pytest.raises(ProgrammingError, match="permission denied"), db.unit_of_work():
            db.session.execute(theirs.values(level=5))

    @invariant()
    def what_stands_there_was_said_and_theirs_together(self) -> None:
        with db.unit_of_work():
            rows = db.session.scalars(select(Measurement).where(Measurement.case_id == self.case_id)).all()
            assert sorted((row.rater, row.moment, row.level) for row in rows) == sorted(self.said)
            assert all(row.assisted == (row.rater == Rater.YOUTH) for row in rows)
            assert not rows or db.session.get_one(Case, self.case_id).measure_due_on is not None


def test_whatever_happens_nobody_speaks_for_a_young_person(world: World) -> None:
    Walk.world = world
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
