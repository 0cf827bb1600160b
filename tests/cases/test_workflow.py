"""The machine of a case and the rules of measuring: random walks, without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from portal.cases import labels
from portal.cases.models import CaseStatus as S
from portal.cases.models import Domain, Measurement, Moment, Rater
from portal.cases.service.measuring import Scale, check, courses
from portal.cases.service.terms import LONGEST_PLAN_MONTHS
from portal.cases.workflow import MACHINE, OVER, WORKED_ON, Event, Facts, Party
from portal.core import clock
from portal.core.errors import Conflict, Forbidden, Invalid

ANYBODY = frozenset(Party)


def test_every_state_and_step_has_words() -> None:
    assert set(labels.STATUS) == set(labels.TONE) == set(labels.NEXT) == set(S)
    assert set(labels.HAPPENED) == set(labels.ICON) == set(Event)
    assert {row.event for row in MACHINE.steps} == set(labels.EVENT) == set(labels.EXPLAINED)
    assert set(labels.DOMAIN) == set(Domain)


@pytest.mark.parametrize("left", [{"promises": 1}, {"actions": 2}, {"unmeasured": 1}], ids=str)
@pytest.mark.parametrize(
    ("event", "status"), [(Event.PROPOSE_CLOSE, S.RUNNING), (Event.PROPOSE_CLOSE, S.PAUSED), (Event.CLOSE, S.CLOSING)]
)
def test_work_left_behind_keeps_a_case_open(left: dict[str, int], event: Event, status: S) -> None:
    with pytest.raises(Invalid):
        MACHINE.step(event, status, Facts(**left), ANYBODY)  # type: ignore[arg-type]


def test_a_coordinator_reads_and_takes_no_step() -> None:
    assert list(MACHINE.possible(S.RUNNING, Facts(), frozenset({Party.COORDINATOR}))) == []


class Walk(RuleBasedStateMachine):
    """Workers and directors try every step in any order while promises, actions and measurements come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.status: S = S.INTAKE
        self.promises = self.actions = self.goals = self.measured = 0
        self.voice = self.agreed = self.accepted = self.followed_up = False
        self.level_is_far = False
        self.closed_clean = True

    @property
    def facts(self) -> Facts:
        return Facts(
            youth_voice=self.voice,
            goals=self.goals,
            accepted=self.accepted,
            promises=self.promises,
            actions=self.actions,
            unmeasured=max(self.goals - self.measured, 0),
            followed_up=self.followed_up,
        )

    @rule(more=st.integers(0, 2))
    def promise(self, more: int) -> None:
        self.promises = more

    @rule(more=st.integers(0, 2))
    def act(self, more: int) -> None:
        self.actions = more

    @rule()
    def set_goal(self) -> None:
        if self.status in WORKED_ON:
            self.goals = min(self.goals + 1, 5)

    @rule()
    def measure(self) -> None:
        if self.status == S.CLOSED:
            self.followed_up = True
        elif self.status in WORKED_ON:
            self.measured = self.goals

    @rule()
    def speak(self) -> None:
        self.voice = True

    @rule()
    def partner_says_yes(self) -> None:
        self.accepted = True

    @rule(event=st.sampled_from(Event), party=st.sampled_from(Party))
    def step(self, event: Event, party: Party) -> None:
        before, facts = self.status, self.facts
        try:
            row = MACHINE.step(event, before, facts, frozenset({party}))
        except (Conflict, Forbidden, Invalid):
            return
        assert party not in (Party.COORDINATOR, Party.INVOLVED)
        self.status = S(row.target)
        if event is Event.AGREE_PLAN:
            assert self.voice
            assert self.goals
            self.agreed, self.voice = True, False
        if event is Event.SCALE_UP:
            assert self.accepted
            self.level_is_far, self.accepted = True, False
        if event is Event.CLOSE:
            self.closed_clean = not (facts.promises or facts.actions or facts.unmeasured)

    @invariant()
    def nothing_is_left_behind(self) -> None:
        assert self.closed_clean

    @invariant()
    def nobody_works_without_an_agreed_plan(self) -> None:
        if self.status in (S.RUNNING, S.PAUSED, S.CLOSING, S.CLOSED, S.ARCHIVED):
            assert self.agreed

    @invariant()
    def the_end_was_followed_up(self) -> None:
        assert self.status != S.ARCHIVED or self.followed_up

    @invariant()
    def broken_off_before_it_ran(self) -> None:
        assert self.status != S.BROKEN_OFF or not self.agreed


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_what_is_over_is_not_worked_on() -> None:
    assert set(WORKED_ON) | OVER == set(S)
    assert not set(WORKED_ON) & OVER


# --- measuring -------------------------------------------------------------------------------------------------------

LEVEL = st.none() | st.integers(0, 6)
ALL = tuple(Moment)


@given(worker=LEVEL, youth=LEVEL, assisted=st.booleans(), days=st.integers(-3, 3))
def test_what_a_young_person_says_is_taken_only_when_they_say_it(
    worker: int | None, youth: int | None, assisted: bool, days: int
) -> None:
    scale = Scale(Moment.START, clock.today() + timedelta(days=days), worker, youth, assisted)
    sound = {worker, youth} <= {None, 1, 2, 3, 4, 5} and not (worker is None and youth is None)
    fine = sound and -1 <= days <= 0 and (youth is None or assisted)
    opened_on = clock.today() - timedelta(days=1)
    if fine:
        check(scale, ALL, since=opened_on)
    else:
        with pytest.raises(Invalid):
            check(scale, ALL, since=opened_on)


@given(levels=st.lists(st.integers(1, 5), min_size=1, max_size=6), rater=st.sampled_from(Rater))
def test_going_back_shows_as_going_forward_does(levels: list[int], rater: Rater) -> None:
    first = date(2026, 1, 1)
    measured = [
        Measurement(domain=Domain.FINANCE, rater=rater, level=level, measured_on=first + timedelta(days=n))
        for n, level in enumerate(levels)
    ]
    (course,) = courses(reversed(measured))
    mirrored = courses(
        [Measurement(domain=m.domain, rater=m.rater, level=6 - m.level, measured_on=m.measured_on) for m in measured]
    )
    assert (course.first, course.last, course.times) == (levels[0], levels[-1], len(levels))
    assert course.change == -mirrored[0].change
    assert set(labels.CHANGE) == set(labels.CHANGE_ICON) == {-1, 0, 1}


@given(day=st.dates(date(2020, 1, 1), date(2035, 1, 1)), months=st.integers(1, 12))
def test_a_month_is_a_civil_month(day: date, months: int) -> None:
    end = clock.months_later(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end + timedelta(days=1)).day == 1


def test_half_a_year_from_the_end_of_august_ends_in_february() -> None:
    assert clock.months_later(date(2026, 8, 31), LONGEST_PLAN_MONTHS) == date(2027, 2, 28)
