"""The reminder of what was agreed in a talk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from portal.accounts.models import RoleAssignment, User
from portal.core import clock, db
from portal.reminders import changing, materialise, rulebook
from portal.reminders.models import Reminder
from portal.talks.models import TalkAgreement, TalkStatus
from portal.talks.rules import Stage
from tests.factories import World
from tests.factories import talks as make

Freeze = Callable[[datetime], None]
MONDAY, TUESDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _agreed(world: World, freeze: Freeze) -> None:
    """Two things for Tuesday and one for much later."""
    freeze(clock.from_local(datetime(2026, 11, 19, 12)))
    with db.unit_of_work():
        talk = make.talk(world.noord.id, world.worker, world.manager, status=TalkStatus.HELD, day=date(2026, 11, 18))
        for what, due_on in (("Norm bespreken", TUESDAY), ("Dossier nalopen", TUESDAY), ("Later", date(2026, 12, 24))):
            make.agreement(talk, what, due_on)


def told(freeze: Freeze, day: date) -> list[tuple[object, ...]]:
    """Who has a live reminder on a day, at which stage and of which date."""
    freeze(clock.from_local(datetime(day.year, day.month, day.day, 9)))
    materialise.run()
    live = select(Reminder.recipient_id, Reminder.stage, Reminder.due_on).where(
        Reminder.rule_code == "GESPREK", Reminder.cancelled_at.is_(None)
    )
    with db.unit_of_work():
        return [tuple(row) for row in db.session.execute(live)]


def test_the_worker_is_told_once_a_day_ahead_and_when_it_is_late(world: World, freeze: Freeze) -> None:
    assert told(freeze, date(2026, 11, 20)) == [], "on Friday Tuesday is not near"
    assert told(freeze, MONDAY) == [(world.worker.id, Stage.COMES, TUESDAY)]
    assert told(freeze, FRIDAY) == [(world.worker.id, Stage.LATE, TUESDAY)]


@pytest.mark.parametrize("why", ["done", "left the team", "account closed"])
def test_nothing_is_said_of_what_is_over(world: World, freeze: Freeze, why: str) -> None:
    assert told(freeze, MONDAY)
    with db.unit_of_work():
        if why == "done":
            db.session.execute(update(TalkAgreement).values(status="done", ended_at=clock.now()))
            db.mark_logged()
        elif why == "left the team":
            held = update(RoleAssignment).where(RoleAssignment.user_id == world.worker.id)
            db.session.execute(held.values(valid_from=date(2024, 1, 1), valid_until=date(2026, 11, 22)))
        else:
            closed = update(User).where(User.id == world.worker.id).values(deactivated_at=clock.now())
            db.session.execute(closed)
    assert told(freeze, TUESDAY) == []


def test_an_administrator_tries_the_rule_without_reading_talks(world: World, freeze: Freeze) -> None:
    told(freeze, TUESDAY)
    with db.unit_of_work(on_behalf_of=world.administrator.id):
        assert db.session.scalars(select(TalkAgreement.id)).all() == []
        shown = changing.preview(world.actor(world.administrator), "GESPREK", rulebook.current()["GESPREK"])
    assert shown.new[Stage.COMES].week == 1
