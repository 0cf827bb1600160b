"""Who is reminded of an appointment, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts.models import User
from portal.appointments.models import AppointmentStatus
from portal.appointments.rules import RULES, Stage
from portal.core import clock, db
from portal.people.models import Person
from tests.factories import World
from tests.factories import appointments as make
from tests.factories import people as make_people
from tests.factories.absences import absence

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # a Tuesday
THREE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def one(world: World, freeze) -> Person:
    freeze(NOON)
    with db.unit_of_work():
        return make_people.person(world.noord, "Yassine Merelveld", worker=world.worker)


def asked(code: str) -> list[tuple]:
    """Recipient, stage and day of every row of a rule, now."""
    rule = next(rule for rule in RULES if rule.code == code)
    with db.unit_of_work():
        clock.synchronise(db.session())
        rows = db.session.execute(rule.due(clock.today())).all()
    assert all(row.person_id is None for row in rows)
    return sorted((row.recipient_id, row.stage, row.due_on, row.object_id) for row in rows)


def planned(*young: Person, owner: User, at: datetime, **more):
    with db.unit_of_work():
        return make.appointment(*young, owner=owner, at=at, **more)


def test_the_day_before_and_on_the_day_for_everybody_who_goes(world: World, one: Person, freeze) -> None:
    made = planned(one, owner=world.worker, at=THREE + DAY, colleagues=[world.colleague])
    both = sorted([world.worker.id, world.colleague.id])
    assert [(row[0], row[1]) for row in asked("AFS")] == [(who, Stage.DAY_BEFORE) for who in both]
    freeze(NOON + DAY)
    assert [(row[0], row[1]) for row in asked("AFS")] == [(who, Stage.DAY_ITSELF) for who in both]
    freeze(made.ends_at)
    assert asked("AFS") == []


def test_nothing_about_later_or_about_what_does_not_take_place(world: World, one: Person) -> None:
    planned(one, owner=world.worker, at=THREE + 2 * DAY)
    for status in (AppointmentStatus.CANCELLED, AppointmentStatus.MOVED, AppointmentStatus.HELD):
        planned(one, owner=world.worker, at=THREE, status=status)
    assert asked("AFS") == []


def test_who_stands_in_is_told_instead(world: World, one: Person) -> None:
    planned(one, owner=world.worker, at=THREE)
    with db.unit_of_work():
        absence(world.worker, replacement=world.colleague, starts_at=NOON - DAY, ends_at=NOON + 2 * DAY)
    assert [row[0] for row in asked("AFS")] == [world.colleague.id]
    assert asked("AFS-regie") == []


def test_without_replacement_the_director_is_told(world: World, one: Person) -> None:
    planned(one, owner=world.worker, at=THREE)
    with db.unit_of_work():
        absence(world.worker, starts_at=NOON - DAY, ends_at=NOON + 2 * DAY)
    assert asked("AFS") == []
    assert [(row[0], row[1]) for row in asked("AFS-regie")] == [(world.director.id, Stage.DIRECTOR)]


def test_of_a_closed_account_only_the_director_hears(world: World, one: Person) -> None:
    planned(one, owner=world.worker, at=THREE)
    planned(one, owner=world.worker, at=THREE - DAY)
    with db.unit_of_work():
        db.session.merge(world.worker).deactivated_at = NOON
    assert asked("AFS") == asked("AFS-na") == []
    assert [row[0] for row in asked("AFS-regie")] == [world.director.id]


def test_one_without_outcome_is_asked_about_from_the_next_day_for_two_weeks(world: World, one: Person, freeze) -> None:
    made = planned(one, owner=world.worker, at=THREE - DAY, colleagues=[world.colleague])
    assert [row[:3] for row in asked("AFS-na")] == [
        (world.worker.id, Stage.UNSETTLED, clock.to_local(made.starts_at).date())
    ]
    freeze(NOON + 13 * DAY)
    assert len(asked("AFS-na")) == 1
    freeze(NOON + 14 * DAY)
    assert asked("AFS-na") == []
