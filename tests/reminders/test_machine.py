"""Anything in any order: follow-ups come, move and end, people come and go, the mail server errs, the clock runs on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select, text, update

from portal.accounts.models import User
from portal.contacts.models import FollowUp, FollowUpStatus
from portal.core import clock, db, workdays
from portal.people.models import PersonAssignment
from portal.reminders import delivery, materialise
from portal.reminders.mails import message_id
from portal.reminders.models import Attempt, Dispatch, DispatchState, Notification, Reminder
from portal.reminders.quiet import STAFF
from portal.reminders.slots import SLOTS
from portal.settings import Settings
from tests.conftest import empty
from tests.factories import World
from tests.factories import reminders as make
from tests.reminders.smtp import MailServer

STARTS = (
    datetime(2026, 10, 23, 4, 0, tzinfo=UTC),  # a Friday; the night after the next day the clock goes back
    datetime(2027, 3, 25, 4, 0, tzinfo=UTC),  # before Easter, when the clock goes forward
    datetime(2026, 12, 23, 4, 0, tzinfo=UTC),  # before Christmas
    datetime(2025, 4, 25, 4, 0, tzinfo=UTC),  # King's Day on Saturday, because the 27th is a Sunday
)
DAYS = st.integers(-2, 4)
PICK = st.integers(0, 50)


class Ledger(RuleBasedStateMachine):
    """One team, two workers; `engine` and `server` are set by the test below."""

    engine: Engine
    server: MailServer

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: datetime) -> None:
        """An empty city in the early morning."""
        empty(self.engine)
        self.server.accepted.clear()
        self.server.script.clear()
        self.now = start
        self._freeze()
        self.world = World.build()
        self.workers = [self.world.worker, self.world.colleague]
        self.follow_ups: list[UUID] = []

    def _freeze(self) -> None:
        with db.unit_of_work():
            clock.freeze(db.session(), self.now)

    def _on(self, pick: int, **values: Any) -> None:
        if self.follow_ups:
            make.change(self.follow_ups[pick % len(self.follow_ups)], **values)

    @rule(days=DAYS, who=st.integers(0, 1))
    def promise(self, days: int, who: int) -> None:
        """A new follow-up."""
        self.follow_ups += make.make(self.world.noord, self.workers[who], clock.today() + timedelta(days=days))

    @rule(pick=PICK, days=DAYS)
    def move(self, pick: int, days: int) -> None:
        """To another day, perhaps back to where it was."""
        self._on(pick, due_on=clock.today() + timedelta(days=days))

    @rule(pick=PICK, status=st.sampled_from([FollowUpStatus.OPEN, FollowUpStatus.CANCELLED]))
    def settle(self, pick: int, status: FollowUpStatus) -> None:
        """Cancelled, or open again."""
        self._on(pick, status=status)

    @rule(who=st.integers(0, 1), ended=st.booleans())
    def assign(self, who: int, ended: bool) -> None:
        """A worker loses the young people, or gets them back."""
        until = clock.today() if ended else None
        with db.unit_of_work():
            db.session.execute(
                update(PersonAssignment).where(PersonAssignment.user_id == self.workers[who].id).values(until=until)
            )
            make.logged()

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        """Time goes by."""
        self.now += timedelta(hours=hours)
        self._freeze()

    @rule(answers=st.lists(st.sampled_from(["accept", "busy", "drop"]), max_size=3))
    def mail_server(self, answers: list[str]) -> None:
        """What it says to the next ones."""
        self.server.script[:] = answers

    @rule()
    def tick(self) -> None:
        """All of a tick."""
        materialise.run()
        delivery.drain(lambda: True)

    @rule(accepted=st.booleans())
    def crash(self, accepted: bool) -> None:
        """A worker dies between claim and settle, before or after the server took the mail."""
        claimed = delivery.claim()
        if claimed and accepted:
            delivery.send(claimed)
        with db.unit_of_work():
            db.session.execute(
                update(Dispatch)
                .where(Dispatch.state == DispatchState.CLAIMED)
                .values(lease_until=func.now() - text("interval '1 second'"))
            )

    @invariant()
    def explained(self) -> None:
        """Every accepted mail has an attempt; more than one only when the ledger did not know."""
        with db.unit_of_work():
            keys = {message_id(d.occurrence_key): d for d in db.session.scalars(select(Dispatch))}
            attempts = list(db.session.scalars(select(Attempt)))
        unknown = Counter(a.dispatch_id for a in attempts if a.outcome in {"unknown", None})
        tries = Counter(a.dispatch_id for a in attempts)
        for id_, count in self.server.per_message_id().items():
            assert count - 1 <= unknown[keys[id_].id]
            assert count <= tries[keys[id_].id]
        for mail in self.server.accepted:
            opens = datetime.combine(keys[mail.message_id].slot_on, SLOTS[0], clock.AMSTERDAM)
            left = parsedate_to_datetime(mail.message["Date"])
            assert left >= opens
            assert not STAFF.at(left)

    def teardown(self) -> None:
        """Everything is healed: on the next working day all that is live has arrived."""
        if not hasattr(self, "now"):
            return
        self.server.script.clear()
        for _ in range(4):
            self.wait(12)
            self.tick()
        day = workdays.add(clock.today(), 1)
        self.now = clock.from_local(datetime.combine(day, time(14)))  # all slots passed
        self._freeze()
        self.tick()
        self.tick()
        self._nothing_lost()

    def _nothing_lost(self) -> None:
        accepts = self.server.per_message_id()
        with db.unit_of_work():
            live = list(db.session.scalars(select(Reminder).where(Reminder.cancelled_at.is_(None))))
            told = db.session.scalar(select(func.count()).select_from(Notification))
            made = db.session.scalar(select(func.count()).select_from(Reminder))
            keys = {d.id: (d.occurrence_key, d.state) for d in db.session.scalars(select(Dispatch))}
            wanted = {tuple(row) for row in db.session.execute(self._should_know())}
        assert made == told
        assert {(r.object_id, r.recipient_id) for r in live} == wanted
        for reminder in live:
            key, state = keys[reminder.dispatch_id] if reminder.dispatch_id else ("", "none")
            assert state == DispatchState.SENT
            assert accepts[message_id(key)]

    def _should_know(self) -> Any:
        """The same question in other words: open, due by the next working day, and the worker still has this person."""
        tomorrow = workdays.add(clock.today(), 1)
        mine = (
            select(FollowUp.id, FollowUp.assignee_id)
            .join(PersonAssignment, PersonAssignment.person_id == FollowUp.person_id)
            .where(FollowUp.status == "open", FollowUp.due_on <= tomorrow, PersonAssignment.until.is_(None))
        )
        director = select(FollowUp.id, User.id).join(User, User.id == self.world.director.id)
        orphaned = (
            director.join(PersonAssignment, PersonAssignment.person_id == FollowUp.person_id)
            .where(FollowUp.status == "open", FollowUp.due_on <= clock.today())
            .where(PersonAssignment.until.is_not(None))
        )
        return mine.union(orphaned, director.where(FollowUp.status == "open", FollowUp.due_on <= self._three_back()))

    def _three_back(self) -> Any:
        """The last day that lies three working days back."""
        day, left = clock.today(), 3
        while left:
            left -= workdays.is_workday(day)
            day -= timedelta(days=1)
        return day


def test_whatever_happens_nothing_is_lost(
    app: Flask, admin_engine: Engine, config: Settings, server: MailServer, freeze: Callable[[datetime], None]
) -> None:
    Ledger.engine, Ledger.server = admin_engine, server
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=4,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
