"""The state machine of a signal: walked in every order, with every combination of facts."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from portal.core.errors import Conflict, Forbidden, Invalid
from portal.signals import labels
from portal.signals.forms import FORMS, SLUGS
from portal.signals.models import DECIDED, SignalOutcome, SignalStatus
from portal.signals.workflow import MACHINE, OF_A_PERSON, Event, Facts, Party

FACTS = st.builds(
    Facts,
    outcome=st.sampled_from([None, *SignalOutcome]),
    **{name: st.booleans() for name in Facts.__dataclass_fields__ if name != "outcome"},
)


def test_everything_has_words() -> None:
    assert set(labels.STATUS) == set(labels.TONE) == set(SignalStatus)
    assert set(labels.EVENT) == set(labels.HAPPENED) == set(labels.ICON) == set(Event)
    assert set(labels.OUTCOME) == set(labels.OUTCOME_DETAIL) == set(SignalOutcome)
    assert set(FORMS) == set(SLUGS) == set(Event) - {Event.SUBMIT, Event.EXPIRE, Event.LAPSE}


class Walk(RuleBasedStateMachine):
    """One signal; what was true at a decision stays true of it."""

    def __init__(self) -> None:
        super().__init__()
        self.status: SignalStatus = SignalStatus.NEW
        self.decided: Facts | None = None
        self.closed: Facts | None = None
        self.told = False
        self.by: set[tuple[Event, Party]] = set()

    @rule(event=st.sampled_from(Event), party=st.sampled_from(Party), facts=FACTS)
    def step(self, event: Event, party: Party, facts: Facts) -> None:
        """Anybody tries anything."""
        try:
            row = MACHINE.step(event, self.status, facts, frozenset({party}))
        except (Conflict, Forbidden, Invalid):
            return
        if event is Event.DECIDE:
            self.decided = facts
        if event is Event.CLOSE:
            self.closed = facts
        self.by.add((event, party))
        self.status = SignalStatus(row.target)

    @invariant()
    def nothing_is_decided_without_asking_who_is_the_victim(self) -> None:
        """I-18, and the path for who is under twelve."""
        if self.status in DECIDED:
            assert self.decided is not None
            assert self.decided.victim_considered or not self.decided.perhaps_victim
            assert self.decided.guarded or not self.decided.under_twelve
            assert self.decided.identified or self.decided.outcome not in OF_A_PERSON

    @invariant()
    def closed_means_that_something_came_of_it(self) -> None:
        assert self.status is not SignalStatus.CLOSED or (self.closed is not None and self.closed.followed_up)

    @invariant()
    def doing_nothing_is_not_closed_but_expires(self) -> None:
        if self.decided is not None and self.decided.outcome is SignalOutcome.NO_ACTION:
            assert self.status in (SignalStatus.NO_ACTION, SignalStatus.STRIPPED)

    @invariant()
    def only_a_director_judges_and_only_the_reporter_takes_back(self) -> None:
        for event in (Event.TAKE, Event.DECIDE, Event.ASK_INFO, Event.IDENTIFY, Event.CLOSE, Event.TELL):
            assert {party for each, party in self.by if each is event} <= {Party.DIRECTOR}
        for event in (Event.ANSWER, Event.WITHDRAW):
            assert {party for each, party in self.by if each is event} <= {Party.REPORTER}


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
