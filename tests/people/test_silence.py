"""R05: who hears that it is long silent around a young person, from which day, and when that stops."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from portal.accounts.models import Team, User
from portal.core import clock, db
from portal.people import silence
from portal.people.models import Person, PersonAssignment, PersonStatus
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.absences import absence
from tests.factories.people import person

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
NORM = 10  # days; four fifths is eight, one and a half is fifteen


@pytest.fixture
def one(world: World, freeze) -> Person:
    freeze(NOW)
    with db.unit_of_work():
        db.session.execute(update(Team).where(Team.id == world.noord.id).values(first_contact_norm_days=NORM))
        return person(world.noord, worker=world.worker)


def silent_for(one: Person, days: int) -> None:
    with db.unit_of_work():
        heard = datetime(2026, 11, 24, 22, 30, tzinfo=UTC) - timedelta(days=days)  # half past eleven in Amsterdam
        db.session.execute(update(Person).where(Person.id == one.id).values(last_contact_at=heard))
        access_log.record(system("test"), Action.UPDATE, Subject("person", one.id, one.id, one.team_id))


def told() -> dict[str, set]:
    """Per rule who is told of whom."""
    with db.unit_of_work():
        asked = {rule.code: db.session.execute(rule.due(clock.today())).all() for rule in silence.RULES}
    return {code: {(row.recipient_id, row.person_id) for row in rows} for code, rows in asked.items() if rows}


@pytest.mark.parametrize("days", [0, 7, 8, 9, 10, 14, 15, 40])
def test_each_hears_from_their_own_day_on(world: World, one: Person, days: int) -> None:
    silent_for(one, days)
    expected = {"R05": {(world.worker.id, one.id)}} if days >= 8 else {}
    expected |= {"R05-regie": {(world.director.id, one.id)}} if days >= 10 else {}
    expected |= {"R05-manager": {(world.manager.id, None)}} if days >= 15 else {}
    assert told() == expected


def test_without_any_contact_the_registration_counts(world: World, one: Person, freeze) -> None:
    assert told() == {}
    freeze(NOW + timedelta(days=8))
    assert told() == {"R05": {(world.worker.id, one.id)}}


def test_an_effective_contact_ends_it_and_an_attempt_does_not(world: World, one: Person) -> None:
    silent_for(one, 9)
    with db.unit_of_work():
        make.contact(one, worker=world.worker, at=NOW, result="not_reached")
    assert told() == {"R05": {(world.worker.id, one.id)}}
    silent_for(one, 0)
    assert told() == {}


def test_a_closed_dossier_is_silent(world: World, one: Person) -> None:
    silent_for(one, 40)
    with db.unit_of_work():
        db.session.execute(update(Person).where(Person.id == one.id).values(status=PersonStatus.CLOSED))
        access_log.record(system("test"), Action.UPDATE, Subject("person", one.id, one.id, one.team_id))
    assert told() == {}


def nobody_given(world: World, one: Person) -> None:
    db.session.execute(update(PersonAssignment).where(PersonAssignment.person_id == one.id).values(until=TODAY))
    access_log.record(system("test"), Action.UPDATE, Subject("person", one.id, one.id, one.team_id))


def worker_left(world: World, _one: Person) -> None:
    db.session.execute(update(User).where(User.id == world.worker.id).values(deactivated_at=clock.now()))


def worker_ill(world: World, _one: Person) -> None:
    absence(world.worker)


@pytest.mark.parametrize("gone", [nobody_given, worker_left, worker_ill])
def test_who_cannot_end_it_is_not_asked_and_the_director_hears_at_once(world: World, one: Person, gone) -> None:
    silent_for(one, 8)
    with db.unit_of_work():
        gone(world, one)
    assert told() == {"R05-regie": {(world.director.id, one.id)}}


def test_who_stands_in_hears_it(world: World, one: Person) -> None:
    silent_for(one, 8)
    with db.unit_of_work():
        absence(world.worker, replacement=world.colleague)
    assert told() == {"R05-waarneming": {(world.colleague.id, one.id)}}


def test_another_silence_is_another_reminder(world: World, one: Person) -> None:
    silent_for(one, 9)
    with db.unit_of_work():
        first = db.session.execute(silence.silent_to_worker(TODAY)).one()
    silent_for(one, 8)
    with db.unit_of_work():
        second = db.session.execute(silence.silent_to_worker(TODAY)).one()
    assert (first.object_id, first.stage) == (second.object_id, second.stage)
    assert (first.due_on, second.due_on) == (TODAY - timedelta(days=1), TODAY)
