"""The machine of a young person in view, and a random walk that never breaks I-13, I-14 and I-15."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from portal.core.errors import Conflict, Forbidden, Invalid
from portal.in_view.models import IN_VIEW
from portal.in_view.models import ViewStatus as S
from portal.in_view.workflow import MACHINE, REVIEWS, Event, Facts, Party

FINE = Facts(reasoned=True, own_proposal=False, own_decision=False, age=16, heard=True)
DIRECTOR = frozenset({Party.DIRECTOR})


@pytest.mark.parametrize(
    "wrong",
    [{"own_proposal": True}, {"reasoned": False}, {"age": 7}, {"age": 28}, {"age": 11}],
    ids=["own proposal", "no reason", "too young", "too old", "a child without a care partner"],
)
def test_nobody_comes_in_view_with_one_condition_missing(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        MACHINE.step(Event.APPROVE, S.PROPOSED, replace(FINE, **wrong), DIRECTOR)


@pytest.mark.parametrize("age", [8, 11, 12, 27])
def test_the_ages_at_the_edge_come_in_view(age: int) -> None:
    facts = replace(FINE, age=age, care_partner=age < 12)
    assert MACHINE.step(Event.APPROVE, S.PROPOSED, facts, DIRECTOR).target is S.ACTIVE


def test_while_suspended_nothing_goes_on_but_review_end_and_the_right_to_object() -> None:
    facts = replace(FINE, review_missed=True, review_no=REVIEWS)
    events = {row.event for row in MACHINE.possible(S.SUSPENDED, facts, frozenset(Party))}
    assert events == {Event.REVIEW, Event.ALLOW_LONGER, Event.END, Event.OBJECT}


@pytest.mark.parametrize("event", [Event.UPHOLD, Event.DISMISS])
@pytest.mark.parametrize("mine", ["own_decision", "own_proposal"])
def test_nobody_judges_an_objection_to_what_they_did_themselves(event: Event, mine: str) -> None:
    with pytest.raises(Invalid):
        MACHINE.step(event, S.UNDER_OBJECTION, replace(FINE, **{mine: True}), DIRECTOR)


def test_the_privacy_officer_stops_and_never_goes_on() -> None:
    officer = frozenset({Party.OFFICER})
    assert MACHINE.step(Event.UPHOLD, S.UNDER_OBJECTION, FINE, officer).target is S.ENDED
    with pytest.raises(Forbidden):
        MACHINE.step(Event.DISMISS, S.UNDER_OBJECTION, FINE, officer)


def test_what_is_over_never_starts_again() -> None:
    for event in set(Event) - {Event.PROPOSE}:
        with pytest.raises(Conflict):
            MACHINE.step(event, S.ENDED, replace(FINE, review_missed=True), frozenset(Party))


class Walk(RuleBasedStateMachine):
    """Everybody tries everything in any order; beside it a model of who decided and how many reviews there were."""

    def __init__(self) -> None:
        super().__init__()
        self.status: StrEnum = MACHINE.first
        self.reviews = 0
        self.allowed = False
        self.decided_fairly = False
        self.in_view_at = 0
        self.heard_every_time = True
        self.judged_by_another = True

    @rule(
        event=st.sampled_from(sorted(set(Event) - {Event.PROPOSE})),
        party=st.sampled_from(sorted(Party)),
        mine=st.booleans(), reasoned=st.booleans(), heard=st.booleans(), partner=st.booleans(), missed=st.booleans(),
        age=st.integers(5, 30),
    )  # fmt: skip
    def try_it(
        self, event: Event, party: Party, mine: bool, reasoned: bool, heard: bool, partner: bool, missed: bool, age: int
    ) -> None:
        facts = Facts(reasoned, mine, mine, age, partner, heard, self.reviews, self.allowed, missed)
        before = self.status
        try:
            row = MACHINE.step(event, self.status, facts, frozenset({party}))
        except (Conflict, Forbidden, Invalid):
            return
        self.status = row.target
        if event is Event.APPROVE:
            self.decided_fairly = not mine and reasoned and (age >= 12 or partner) and party is Party.DIRECTOR
            self.in_view_at = age
        if event is Event.REVIEW:
            self.reviews, self.allowed = self.reviews + 1, False
            self.heard_every_time &= heard
        if event is Event.ALLOW_LONGER:
            self.allowed = True
        if event in (Event.UPHOLD, Event.DISMISS):
            self.judged_by_another &= not mine
        if event is Event.SUSPEND:
            assert missed
            assert before in (S.ACTIVE, S.TRANSFER_PENDING)

    @invariant()
    def who_is_in_view_was_decided_on_by_somebody_else(self) -> None:
        assert self.status not in IN_VIEW or (self.decided_fairly and 8 <= self.in_view_at <= 27)

    @invariant()
    def nobody_stays_without_being_heard(self) -> None:
        assert self.heard_every_time
        assert self.judged_by_another

    @invariant()
    def after_four_reviews_only_as_often_as_a_manager_allowed(self) -> None:
        assert self.reviews <= REVIEWS or self.status in (*IN_VIEW, S.ENDED)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
