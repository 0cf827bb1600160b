"""Signals and groups in whatever order: what was seen stays apart (I-17), and no group has anybody in it (I-16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.exc import IntegrityError

from portal.core import clock, db
from portal.core.errors import AppError
from portal.core.ids import new_id
from portal.groups import service as groups
from portal.programmes.service import Wanted
from portal.signals import service
from portal.signals.models import Signal, SignalKind, SignalOutcome, SignalStatus, SubjectKind
from portal.signals.service import expiring
from portal.tables import metadata
from tests.factories import World, people, places, programmes
from tests.factories import signals as made

WORDS = st.sampled_from(["", " ", "Zag hem geld aannemen.", "Ik denk dat hij onder druk staat."])
PERHAPS = st.booleans()


def of_a_person(table: Table) -> ColumnElement[bool]:
    """Rows that hold somebody, known or by nickname."""
    columns = [table.c[name] for name in ("person_id", "nickname_sealed") if name in table.c]
    return or_(*(column.is_not(None) for column in columns))


def ties_between(table: Table) -> bool:
    """Whether a row of this table could put somebody in a group."""
    to = {key.column.table.name for key in table.foreign_keys}
    return {"youth_group", "person"} <= to


class Walk(RuleBasedStateMachine):
    """Reporters tell, a director judges, groups are enrolled, and time goes by."""

    world: World
    freeze: Callable[[Any], None]

    @initialize()
    def begin(self) -> None:
        with db.unit_of_work():
            self.young = people.person(self.world.noord, worker=self.world.worker)
            self.group = places.group(self.world.noord, f"N-2026-{next(self.codes):02d}")
            self.into = programmes.programme(self.world.manager, f"Samen {self.group.code}")
        self.told: dict[UUID, tuple[str, str]] = {}

    @rule(
        who=st.sampled_from(["worker", "colleague", "director", "trainer"]), about=st.sampled_from(SubjectKind),
        known=PERHAPS, grouped=PERHAPS, nickname=st.sampled_from(["", "Lange"]), facts=WORDS, meant=WORDS,
    )  # fmt: skip
    def tell(
        self, who: str, about: SubjectKind, known: bool, grouped: bool, nickname: str, facts: str, meant: str
    ) -> None:
        story = made.story(
            subject_kind=about, kind=SignalKind.NUISANCE, facts=facts, interpretation=meant, nickname=nickname,
            person_id=self.young.id if known else None, group_id=self.group.id if grouped else None,
        )  # fmt: skip
        actor = self.world.actor(getattr(self.world, who))

        def report() -> None:
            row = service.report(actor, story=story, key=new_id())
            self.told[row.id] = (facts.strip(), meant.strip())

        self.attempt(actor.user_id, report)

    @rule(
        pick=st.integers(0, 9), outcome=st.sampled_from(SignalOutcome), recognised=PERHAPS, reject=PERHAPS, words=WORDS
    )
    def judge(self, pick: int, outcome: SignalOutcome, recognised: bool, reject: bool, words: str) -> None:
        if not self.told:
            return
        signal_id = sorted(self.told)[pick % len(self.told)]
        director = self.world.actor(self.world.director)
        self.attempt(director.user_id, lambda: service.take(director, signal_id, version=None))
        if recognised:
            self.attempt(
                director.user_id,
                lambda: service.identify(director, signal_id, version=None, person_id=self.young.id),
            )
        verdict = made.verdict(SignalOutcome.NO_ACTION if reject else outcome, motivation=words)
        self.attempt(director.user_id, lambda: service.decide(director, signal_id, version=None, verdict=verdict))

    @rule()
    def enrol_the_group(self) -> None:
        actor, today = self.world.actor(self.world.worker), clock.today()
        wanted = Wanted(self.into.lines[0].id, "Vaak onrust op het plein.", today, today + timedelta(days=30), None)
        self.attempt(actor.user_id, lambda: groups.enrol(actor, self.group.id, wanted))

    @rule(days=st.sampled_from([1, 15, 200]))
    def time_goes_by(self, days: int) -> None:
        self.freeze(clock.now() + timedelta(days=days))
        with db.unit_of_work():
            expiring.sweep()

    @invariant()
    def what_was_seen_is_what_was_told_and_nothing_else(self) -> None:
        with db.unit_of_work():
            rows = {row.id: row for row in db.session.scalars(select(Signal).where(Signal.id.in_(self.told)))}
            assert rows.keys() == self.told.keys()
            for row in rows.values():
                stripped = row.status == SignalStatus.STRIPPED
                assert (row.facts, row.interpretation) == (("", "") if stripped else self.told[row.id])
                assert row.facts.strip() or stripped or row.subject_kind != SubjectKind.PERSON
                assert row.facts.strip() or row.interpretation.strip() or stripped

    @invariant()
    def nobody_is_in_a_group(self) -> None:
        with db.unit_of_work():
            for table in filter(ties_between, metadata.tables.values()):
                both = select(func.count()).where(table.c.group_id.is_not(None), of_a_person(table))
                assert db.session.scalar(both) == 0, table.name

    def attempt(self, user_id: UUID | None, step: Callable[[], object]) -> None:
        try:
            with db.unit_of_work(user_id):
                step()
        except (AppError, IntegrityError):  # a form says both beside the field
            return


def test_what_was_seen_stays_apart_and_groups_have_no_members(world: World, freeze: Callable[[Any], None]) -> None:
    Walk.world, Walk.freeze, Walk.codes = world, staticmethod(freeze), iter(range(1, 99))
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=10, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_somebody_can_only_be_put_in_a_group_by_tables_that_refuse_it() -> None:
    """Names come in an approach, from step 2B of the seven steps: until there is one, no table may hold both."""
    guarded = {"enrolment": "one_subject", "signal": "group_alone"}
    for table in filter(ties_between, metadata.tables.values()):
        checks = {str(each.name) for each in table.constraints}
        assert f"ck_{table.name}_{guarded[table.name]}" in checks
