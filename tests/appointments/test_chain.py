"""Whatever is done with an appointment in whatever order: its chain stays whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.appointments import service
from portal.appointments.models import Appointment
from portal.appointments.models import AppointmentStatus as S
from portal.appointments.service import Happened, Outcome, feeds
from portal.appointments.workflow import MACHINE, Change
from portal.core import db
from portal.core.errors import Conflict
from portal.core.ids import new_id
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from tests.factories import World
from tests.factories import appointments as make
from tests.factories import contacts as make_contacts
from tests.factories import people as make_people

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
STEPS = ("move", "cancel", "undo", "contact")


@given(changes=st.lists(st.sampled_from(Change), max_size=12))
def test_no_order_of_changes_leaves_the_machine(changes: list[Change]) -> None:
    status = S.PLANNED
    for change in changes:
        known = {row.event for row in MACHINE.possible(status, None)}
        if change in known:
            status = MACHINE.step(change, status, None).target
        else:
            with pytest.raises(Conflict):
                MACHINE.step(change, status, None)
        assert {row.event for row in MACHINE.possible(status, None)}, "a dead end"


class Chain:
    """An appointment, and what a worker does with the last or an earlier one of its chain."""

    def __init__(self, world: World, one: Person) -> None:
        self.world, self.one = world, one
        with db.unit_of_work():
            self.first = make.appointment(one, owner=world.worker, at=NOW + timedelta(hours=2)).id

    def rows(self) -> list[Appointment]:
        with db.unit_of_work():
            found = select(Appointment).where(Appointment.chain_id == self.first).order_by(Appointment.revision)
            return list(db.session.scalars(found))

    def do(self, what: str, place: int) -> None:
        """One step on one row; what cannot be is refused as a conflict and changes nothing."""
        rows = self.rows()
        row, calls = rows[place % len(rows)], self._calls()
        before = [(r.id, r.status, r.revision) for r in rows]
        try:
            with db.unit_of_work():
                calls[what](self.world.actor(self.world.worker), row.id)
        except Conflict:
            assert [(r.id, r.status, r.revision) for r in self.rows()] == before

    def _calls(self) -> dict[str, Callable[[Actor, UUID], object]]:
        later = NOW + timedelta(days=len(self.rows()))
        return {
            "move": lambda actor, row_id: service.move(
                actor, row_id, starts_at=later, ends_at=later + timedelta(hours=1), version=None, despite_clash=True
            ),
            "cancel": lambda actor, row_id: service.cancel(actor, row_id, reason="Ziek", version=None),
            "undo": lambda actor, row_id: service.undo(actor, row_id, version=None),
            "contact": self._contact,
        }

    def _contact(self, actor: Actor, row_id: UUID) -> None:
        contact = make_contacts.contact(self.one, worker=self.world.worker, at=NOW)
        db.session.flush()
        happened = Happened(contact.id, self.world.worker.id, frozenset({self.one.id}), NOW, Outcome.HELD, certain=True)
        service.settle(actor, happened, origin=row_id)
        access_log.record(actor, Action.UPDATE, [])


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), min_size=3, max_size=7))
def test_a_chain_has_one_moment_at_a_time(world: World, freeze, steps: list[tuple[str, int]]) -> None:
    freeze(NOW)
    with db.unit_of_work():
        one = make_people.person(world.noord, f"Yassine {new_id()}", worker=world.worker)
    chain = Chain(world, one)
    for what, place in steps:
        chain.do(what, place)
        rows = [row for row in chain.rows() if not row.withdrawn]
        assert sum(row.status == S.PLANNED for row in rows) <= 1
        followed = {row.moved_from_id for row in rows}
        assert all(row.status == S.MOVED for row in rows if row.id in followed)
        assert len(followed - {None}) == len([row for row in rows if row.moved_from_id])
        with db.unit_of_work():
            shown = [row for row in feeds.events(world.actor(world.worker)) if row.chain_id == chain.first]
        assert [row.id for row in shown] == [rows[-1].id]
        assert not any(row.status == S.PLANNED for row in rows[:-1])
