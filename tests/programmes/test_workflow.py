"""The machine of an enrolment: nobody decides alone, nobody takes part against their will, it ends by itself."""

from __future__ import annotations

from enum import StrEnum

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from portal.core.errors import Conflict, Forbidden, Invalid
from portal.programmes import labels, models, workflow
from portal.programmes.forms import FORMS, SLUGS
from portal.programmes.models import EnrolmentStatus as S
from portal.programmes.workflow import DISCLOSURE, MACHINE, Event, Facts, Party, Verdict


def test_every_state_and_step_has_words() -> None:
    assert set(labels.STATUS) == set(labels.TONE) == set(S)
    assert set(labels.HAPPENED) == set(labels.ICON) == set(Event)
    assert set(labels.EVENT) == set(FORMS) == set(SLUGS) == set(Event) - {Event.PROPOSE, Event.LAPSE}
    assert set(labels.END_REASON) == set(models.EndReason)
    assert set(labels.BASIS) == set(models.DisclosureBasis)
    assert set(labels.TOLD) == set(labels.TOLD_TONE) == set(models.DisclosureStatus)
    assert set(labels.VERDICT) == set(Verdict)


class Walk(RuleBasedStateMachine):
    """Everybody tries everything, in any order."""

    status: StrEnum = MACHINE.first
    voluntary = False

    def __init__(self) -> None:
        super().__init__()
        self.entered: tuple[Party, Facts] | None = None

    @initialize(voluntary=st.booleans())
    def begin(self, voluntary: bool) -> None:
        self.voluntary = voluntary

    @rule(
        event=st.sampled_from(sorted(set(Event) - {Event.PROPOSE})), party=st.sampled_from(sorted(Party)),
        agreed=st.booleans(), by_another=st.booleans(), told=st.booleans(), runs=st.booleans(), later=st.booleans(),
        near=st.booleans(),
    )  # fmt: skip
    def try_step(
        self,
        event: Event,
        party: Party,
        agreed: bool,
        by_another: bool,
        told: bool,
        runs: bool,
        later: bool,
        near: bool,
    ) -> None:
        facts = Facts(self.voluntary, agreed, by_another, told, runs, later, near)
        try:
            row = MACHINE.step(event, self.status, facts, frozenset({party}))
        except (Forbidden, Conflict, Invalid):
            return
        if row.target is S.ENROLLED and self.status is S.PROPOSED:
            self.entered = (party, facts)
        if event is Event.EXTEND:
            assert later
            assert near
        self.status = row.target

    @invariant()
    def nobody_is_in_it_without_a_second_voice(self) -> None:
        if self.status not in (S.ENROLLED, S.ENDED):
            return
        assert self.entered is not None
        party, facts = self.entered
        assert facts.runs
        assert facts.told, "what was told with it may be known here"
        if self.voluntary:
            assert (party, facts.agreed) == (Party.WORKER, True)
        else:
            assert (party, facts.by_another) == (Party.DIRECTOR, True)

    @invariant()
    def it_can_always_end_by_itself(self) -> None:
        if self.status is S.ENROLLED:
            assert MACHINE.step(Event.LAPSE, self.status, Facts(), frozenset({Party.CALENDAR})).target is S.ENDED


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


class Telling(RuleBasedStateMachine):
    """Everybody judges what somebody wants to tell, also who wants to tell it."""

    status: StrEnum = DISCLOSURE.first

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[Verdict, Party, bool]] = []

    @rule(verdict=st.sampled_from(Verdict), party=st.sampled_from(sorted(Party)), by_another=st.booleans())
    def judge(self, verdict: Verdict, party: Party, by_another: bool) -> None:
        try:
            row = DISCLOSURE.step(verdict, self.status, workflow.Telling(by_another), frozenset({party}))
        except (Forbidden, Conflict, Invalid):
            return
        self.said.append((verdict, party, by_another))
        self.status = row.target

    @invariant()
    def it_is_told_when_one_other_said_so_once(self) -> None:
        if self.status is DISCLOSURE.first:
            assert self.said == []
            return
        ((verdict, party, by_another),) = self.said
        assert (self.status == models.DisclosureStatus.APPROVED) == (verdict is Verdict.APPROVE)
        assert party in (Party.DIRECTOR, Party.OFFICER)
        assert by_another


TestTelling = Telling.TestCase
TestTelling.settings = settings(max_examples=20, stateful_step_count=8, deadline=None)
