"""A contact without a note that locks tonight is told to its author, in the portal only (R35)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.contacts.models import Result
from portal.core import clock, db
from portal.reminders import materialise
from portal.reminders.models import Dispatch, Reminder
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.people import person

THURSDAY = datetime(2026, 11, 19, 13, 30, tzinfo=UTC)  # three working days on: Tuesday the 24th
EVENING = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)  # eight o'clock in Amsterdam
Freeze = Callable[[datetime], None]


def told(world: World) -> list[Reminder]:
    materialise.run()
    with db.unit_of_work():
        rows = select(Reminder).where(Reminder.rule_code == "R35", Reminder.cancelled_at.is_(None))
        return list(db.session.scalars(rows))


@pytest.fixture
def contact(world: World, freeze: Freeze):  # type: ignore[no-untyped-def]
    freeze(THURSDAY)

    def build(**more: object):  # type: ignore[no-untyped-def]
        with db.unit_of_work():
            return make.contact(person(world.noord, worker=world.worker), worker=world.worker, at=THURSDAY, **more)

    return build


def test_four_hours_before_it_locks_and_not_after(world: World, contact, freeze: Freeze) -> None:
    made = contact()
    freeze(EVENING - timedelta(seconds=1))
    assert told(world) == []
    freeze(EVENING)
    (one,) = told(world)
    assert (one.object_id, one.recipient_id, one.person_id) == (made.id, world.worker.id, None)
    assert len(told(world)) == 1
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(Dispatch)) == 0
    freeze(EVENING + timedelta(hours=4))
    assert told(world) == []


@pytest.mark.parametrize("more", [{"note": "Het gaat goed"}, {"result": Result.NOT_REACHED}])
def test_nothing_to_add_is_not_told(world: World, contact, freeze: Freeze, more: dict[str, object]) -> None:
    contact(**more)
    freeze(EVENING)
    assert told(world) == []


def test_the_term_is_that_of_changing(world: World, contact, freeze: Freeze, client_as) -> None:
    made = contact()
    freeze(EVENING)
    assert told(world)
    assert client_as(world.worker).get(f"/contacten/{made.id}/wijzigen").status_code == 200
    freeze(EVENING + timedelta(hours=4))
    assert clock.today() == (EVENING + timedelta(days=1)).date()
    assert client_as(world.worker).get(f"/contacten/{made.id}/wijzigen").status_code == 303
