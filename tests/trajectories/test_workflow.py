"""The machine itself, and a random walk that never breaks its promises (tests/architecture has what holds for all)."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from portal.core.errors import Conflict, Forbidden, Invalid
from portal.trajectories import labels
from portal.trajectories.models import HOLDS_A_PLACE
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.workflow import (
    MACHINE,
    NEVER_UNDONE,
    OPEN,
    Event,
    Facts,
    Party,
    can_undo,
)

EVERYTHING_FINE = Facts(
    youth_agreed=True, youth_ok=True, messenger_ok=True, messenger_active=True, within_capacity=True
)


def test_every_open_state_can_be_stopped_for_safety_by_the_coordinator_only() -> None:
    stops = [t for t in MACHINE.steps if t.event is Event.SAFETY_STOP]
    assert {t.source for t in stops} == set(OPEN)
    assert {t.parties for t in stops} == {frozenset({Party.COORDINATOR})}


def test_same_event_never_has_two_answers() -> None:
    for facts in (Facts(), EVERYTHING_FINE, Facts(youth_ok=True), Facts(messenger_ok=True)):
        for status in S:
            events = [t.event for t in MACHINE.possible(status, facts, frozenset(Party))]
            assert len(events) == len(set(events)), (status, facts)


def test_every_state_and_step_has_words() -> None:
    assert set(labels.STATUS) == set(labels.TONE) == set(labels.NEXT) == set(S)
    assert set(labels.HAPPENED) == set(labels.ICON) == set(Event)
    assert {t.event for t in MACHINE.steps} == set(labels.EVENT)


@pytest.mark.parametrize("missing", ["youth_agreed", "youth_ok", "messenger_ok", "messenger_active", "within_capacity"])
def test_no_first_meeting_with_one_condition_missing(missing: str) -> None:
    with pytest.raises(Invalid):
        MACHINE.step(
            Event.FIRST_MEETING, S.READY, replace(EVERYTHING_FINE, **{missing: False}), frozenset({Party.MESSENGER})
        )


def test_who_may_never_is_refused_and_who_may_not_now_is_late() -> None:
    with pytest.raises(Forbidden):
        MACHINE.step(Event.PAUSE, S.ACTIVE, EVERYTHING_FINE, frozenset({Party.WORKER}))
    with pytest.raises(Forbidden):
        MACHINE.step(Event.ACCEPT, S.REQUESTED, EVERYTHING_FINE, frozenset({Party.DIRECTOR}))
    with pytest.raises(Conflict):
        MACHINE.step(Event.YOUTH_OK, S.MATCHING, EVERYTHING_FINE, frozenset({Party.WORKER}))


def test_what_cannot_be_unsaid_stays() -> None:
    assert not any(can_undo(event, status) for event in NEVER_UNDONE for status in S)
    assert not can_undo(Event.MESSENGER_OK, S.READY)
    assert can_undo(Event.MESSENGER_OK, S.MATCH_PROPOSED)
    assert {t.event for t in MACHINE.steps if can_undo(t.event, t.target)} == set(Event) - NEVER_UNDONE


class Walk(RuleBasedStateMachine):
    """Everybody tries everything, in any order; a model of the answers and the messenger is kept beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.status: StrEnum = MACHINE.first
        self.messenger = False
        self.youth_ok = self.messenger_ok = False
        self.back: list[tuple[Event, S, tuple[S, bool, bool, bool]]] = []

    @rule(
        event=st.sampled_from(sorted(set(Event) - {Event.REQUEST})),
        party=st.sampled_from(sorted(Party)),
        agreed=st.booleans(),
        active=st.booleans(),
        room=st.booleans(),
    )
    def try_step(self, event: Event, party: Party, agreed: bool, active: bool, room: bool) -> None:
        facts = Facts(agreed, self.youth_ok, self.messenger_ok, active, room)
        before = self.status
        try:
            row = MACHINE.step(event, before, facts, frozenset({party}))
        except (Forbidden, Conflict, Invalid):
            return
        assert row.source == before
        was = (before, self.messenger, self.youth_ok, self.messenger_ok)
        self.back = [(event, row.target, was)]
        self.apply(event)
        self.status = row.target
        if event is Event.FIRST_MEETING:
            assert agreed
            assert active
            assert room

    @rule()
    def take_back(self) -> None:
        """Only the latest step, and once."""
        if self.back and can_undo(*self.back[0][:2]):
            *_, (self.status, self.messenger, self.youth_ok, self.messenger_ok) = self.back.pop()

    def apply(self, event: Event) -> None:
        if event in (Event.PROPOSE_MATCH, Event.SWAP_MESSENGER):
            self.messenger = True
        if event is Event.SWAP_MESSENGER:
            self.youth_ok = self.messenger_ok = False
        if event is Event.YOUTH_OK:
            self.youth_ok = True
        if event is Event.MESSENGER_OK:
            self.messenger_ok = True
        if event in (Event.DECLINE, Event.REPLACE_MESSENGER):
            self.messenger = self.youth_ok = self.messenger_ok = False

    @invariant()
    def a_place_is_held_only_with_a_messenger(self) -> None:
        assert self.messenger or self.status not in HOLDS_A_PLACE

    @invariant()
    def nobody_meets_without_two_times_yes(self) -> None:
        if self.status in (S.READY, S.ACTIVE, S.PAUSED, S.ENDING, S.ENDED):
            assert self.youth_ok
            assert self.messenger_ok

    @invariant()
    def two_times_yes_moves_on_at_once(self) -> None:
        assert not (self.status is S.MATCH_PROPOSED and self.youth_ok and self.messenger_ok)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
