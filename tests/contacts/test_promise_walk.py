"""A promise in whatever order: closed only when the young person was told, along every road there is (domain I-19)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from portal.contacts.models import FollowUpStatus, Outcome, Result
from portal.contacts.service import follow_ups, promises
from portal.core import db
from portal.core.errors import Conflict, Invalid
from portal.people import service as people
from portal.people.models import Person, PersonStatus
from portal.privacy.models import AccessEvent
from tests.contacts.test_promises import NOW, TODAY, act, now, promised_on, save
from tests.factories import World
from tests.factories.people import person

Step = Callable[["Walk"], object]
ROADS: dict[str, Step] = {
    "known": lambda w: act(w.world, promises.answer, w.promise, outcome=Outcome.PARTLY),
    "told": lambda w: act(w.world, promises.answer, w.promise, outcome=Outcome.NOT_KEPT, told_on=TODAY),
    "told tomorrow": lambda w: act(
        w.world, promises.answer, w.promise, outcome=Outcome.KEPT, told_on=TODAY + timedelta(1)
    ),
    "undo": lambda w: act(w.world, follow_ups.reopen, w.promise),
    "cancel": lambda w: act(w.world, follow_ups.cancel, w.promise),
    "finish": lambda w: act(w.world, follow_ups.finish, w.promise, reason="Klaar"),
    "call": lambda w: act(w.world, follow_ups.called, w.promise, result=Result.REACHED, confidentiality="team"),
    "move": lambda w: act(w.world, follow_ups.move, w.promise, due_on=TODAY + timedelta(2), what="Iets anders"),
    "empty": lambda w: act(w.world, follow_ups.move, w.promise, due_on=TODAY, what=" "),
    "give": lambda w: act(w.world, follow_ups.reassign, w.promise, who=w.world.director, assignee_id=w.other()),
    "contact": lambda w: save(w.world, w.young, from_follow_up=w.promise.id),
    "missed": lambda w: save(w.world, w.young, from_follow_up=w.promise.id, result=Result.NOT_REACHED),
    "told in a contact": lambda w: save(w.world, w.young, from_follow_up=w.promise.id, told=Outcome.KEPT),
    "told to nobody": lambda w: save(
        w.world, w.young, from_follow_up=w.promise.id, result=Result.NOT_REACHED, told=Outcome.KEPT
    ),
    "close the dossier": lambda w: w.dossier(people.close),
    "open the dossier": lambda w: w.dossier(people.reopen),
}
TELLS = {"told", "told in a contact"}


class Walk(RuleBasedStateMachine):
    """Worker and director take every road in any order; the model remembers whether the young person was told."""

    world: World

    @initialize()
    def begin(self) -> None:
        with db.unit_of_work():
            self.young = person(self.world.noord, worker=self.world.worker)
        self.promise = promised_on(self.young, self.world, TODAY)
        self.told = self.closed = False

    @rule(road=st.sampled_from(sorted(ROADS)))
    def take(self, road: str) -> None:
        before, logged = now(self.promise), self.events()
        try:
            ROADS[road](self)
        except (Conflict, Invalid):
            assert (now(self.promise).version, self.events()) == (before.version, logged), road
            return
        self.told = (self.told or road in TELLS) and road != "undo"
        self.closed = (self.closed or road.startswith("close")) and not road.startswith("open")
        assert self.events() > logged, "nothing happens without a trace"

    @invariant()
    def closed_when_told_and_only_then(self) -> None:
        row = now(self.promise)
        assert (row.status == FollowUpStatus.DONE) == self.told == (row.told_on is not None)
        assert row.status != FollowUpStatus.CANCELLED
        assert row.told_on is None or (row.outcome and row.told_on <= TODAY)
        assert row.what.strip()

    @invariant()
    def no_dossier_closes_over_an_open_promise(self) -> None:
        with db.unit_of_work():
            status = db.session.get_one(Person, self.young.id).status
        assert (status == PersonStatus.CLOSED) == self.closed
        assert not self.closed or self.told

    def other(self) -> object:
        """Somebody else than who has it now."""
        workers = (self.world.worker.id, self.world.colleague.id)
        return next(each for each in workers if each != now(self.promise).assignee_id)

    def dossier(self, step: Callable[..., Person]) -> None:
        actor = self.world.actor(self.world.director)
        with db.unit_of_work(actor.user_id):
            step(actor, self.young.id, version=db.session.get_one(Person, self.young.id).version)

    def events(self) -> int:
        with db.unit_of_work():
            about = AccessEvent.person_id == self.young.id
            return db.session.scalar(select(func.count()).select_from(AccessEvent).where(about)) or 0


def test_whatever_happens_it_is_closed_only_when_told(world: World, freeze: Callable[..., None]) -> None:
    freeze(NOW)
    Walk.world = world
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=10, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
