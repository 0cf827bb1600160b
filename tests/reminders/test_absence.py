"""Reminders of somebody who is away: to whom they go meanwhile, and what comes back; with a real mail server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Absence, RoleAssignment, User
from portal.contacts.rules import Stage, due_to_assignee, due_to_director, due_to_replacement
from portal.core import clock, db
from portal.people.models import Person, PersonAssignment
from portal.people.rules import nobody_stands_in, standing_in
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from portal.reminders.models import Notification, Reminder
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.absences import absence
from tests.factories.people import person
from tests.reminders.smtp import MailServer

TUESDAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 7, 30, 5, tzinfo=UTC)  # just after the first slot
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

Sweep = Callable[[], int]
Freeze = Callable[[datetime], None]


@pytest.fixture
def young(world: World, freeze: Freeze) -> Person:
    freeze(MORNING - 5 * DAY)
    with db.unit_of_work():
        made = person(world.noord, worker=world.worker)
        make.follow_up(made, world.worker, TUESDAY)
    freeze(MORNING)
    return made


def away(who: User, replacement: User | None = None, *, start: datetime = MORNING - DAY, days: int = 7) -> Absence:
    with db.unit_of_work():
        return absence(who, replacement=replacement, starts_at=start, ends_at=start + days * DAY)


def asked(query: Callable, today: date = TUESDAY) -> list[tuple]:
    with db.unit_of_work():
        return [(row.recipient_id, row.stage) for row in db.session.execute(query(today))]


def mailed(server: MailServer) -> list[str]:
    return sorted(mail.to[0].split("@")[0] for mail in server.accepted)


# --- who is asked ----------------------------------------------------------------------------------------------------


def test_the_replacement_is_reminded_as_well(world: World, young: Person) -> None:
    away(world.worker, world.colleague)
    assert asked(due_to_replacement) == [(world.colleague.id, Stage.DAY_ITSELF)]
    assert asked(due_to_assignee) == [(world.worker.id, Stage.DAY_ITSELF)]
    assert asked(due_to_director) == []


@pytest.mark.parametrize("after", [-DAY - MINUTE, 6 * DAY])
def test_outside_the_period_nobody_else_is(world: World, freeze: Freeze, young: Person, after: timedelta) -> None:
    away(world.worker, world.colleague)
    freeze(MORNING + after)
    assert asked(due_to_replacement) == []


@pytest.mark.parametrize("due", [0, 1])
def test_without_replacement_the_director_hears_at_once(world: World, young: Person, due: int) -> None:
    away(world.worker)
    today = TUESDAY - due * DAY
    assert asked(due_to_replacement, today) == []
    assert asked(due_to_director, today) == [(world.director.id, Stage.DIRECTOR)]


def leaves(world: World, row: Absence) -> None:
    db.session.get_one(User, world.colleague.id).deactivated_at = clock.now()


def loses_the_role(world: World, row: Absence) -> None:
    held = select(RoleAssignment).where(RoleAssignment.user_id == world.colleague.id)
    db.session.scalars(held).one().valid_until = TUESDAY - DAY


def is_away_too(world: World, row: Absence) -> None:
    absence(world.colleague, starts_at=MORNING - MINUTE)


def says_no(world: World, row: Absence) -> None:
    db.session.get_one(Absence, row.id).declined_at = clock.now()


@pytest.mark.parametrize("falls_away", [leaves, loses_the_role, is_away_too, says_no])
def test_when_the_replacement_falls_away_the_director_hears(
    world: World, young: Person, falls_away: Callable[[World, Absence], None]
) -> None:
    row = away(world.worker, world.colleague)
    with db.unit_of_work():
        falls_away(world, row)
    assert asked(due_to_replacement) == []
    assert asked(due_to_director) == [(world.director.id, Stage.DIRECTOR)]
    assert (world.director.id, 2) in asked(nobody_stands_in)


def test_a_young_person_who_is_no_longer_theirs_is_not_told_to_the_replacement(world: World, young: Person) -> None:
    away(world.worker, world.colleague)
    with db.unit_of_work():
        held = select(PersonAssignment).where(PersonAssignment.person_id == young.id)
        db.session.scalars(held).one().until = TUESDAY
        access_log.record(system("test"), Action.UPDATE, Subject("person", young.id, young.id, young.team_id))
    assert asked(due_to_replacement) == []


def test_who_stands_in_is_told_and_the_director_only_when_nobody_does(world: World, young: Person) -> None:
    away(world.worker, world.colleague, start=MORNING + 9 * DAY)
    assert asked(standing_in) == [(world.colleague.id, 0)]
    assert asked(nobody_stands_in) == []
    away(world.colleague, start=MORNING + 20 * DAY)
    assert asked(nobody_stands_in) == [(world.director.id, 2)]
    away(world.director)
    assert asked(nobody_stands_in) == [(world.director.id, 2)]


# --- what is mailed --------------------------------------------------------------------------------------------------


def test_the_mail_goes_to_the_replacement_and_the_absent_see_it_in_the_portal(
    world: World, freeze: Freeze, young: Person, sweep: Sweep, server: MailServer
) -> None:
    away(world.worker, world.colleague)
    freeze(MORNING + timedelta(hours=5))  # the slot after the absence was written down
    sweep()
    assert mailed(server) == [world.colleague.login]
    assert young.given_name not in server.accepted[0].raw.decode()
    with db.unit_of_work():
        told = set(db.session.scalars(select(Notification.recipient_id)))
    assert told == {world.worker.id, world.colleague.id}


def test_back_again_one_mail_tells_what_is_still_open(
    world: World, freeze: Freeze, young: Person, sweep: Sweep, server: MailServer
) -> None:
    away(world.worker, world.colleague)
    sweep()
    freeze(MORNING + 6 * DAY)
    sweep()
    sweep()
    assert mailed(server).count(world.worker.login) == 1


def test_a_mail_that_waited_when_the_absence_began_is_kept_until_the_return(
    world: World, freeze: Freeze, young: Person, sweep: Sweep, server: MailServer
) -> None:
    freeze(MORNING - timedelta(hours=1))
    sweep()  # made, waits for its slot
    away(world.worker, world.colleague, start=MORNING - timedelta(minutes=30), days=2)
    freeze(MORNING)
    sweep()
    assert world.worker.login not in mailed(server)
    freeze(MORNING + 2 * DAY)
    sweep()
    assert mailed(server).count(world.worker.login) == 1


def test_after_the_period_the_mail_that_waited_does_not_reach_the_replacement(
    world: World, freeze: Freeze, young: Person, sweep: Sweep, server: MailServer
) -> None:
    row = away(world.worker, world.colleague, start=MORNING - timedelta(hours=2))
    freeze(MORNING - timedelta(hours=1))
    sweep()
    with db.unit_of_work():
        db.session.get_one(Absence, row.id).ends_at = MORNING - timedelta(minutes=30)
    freeze(MORNING)
    sweep()
    assert mailed(server) == [world.worker.login]
    with db.unit_of_work():
        cancelled = select(Reminder.recipient_id).where(Reminder.cancelled_at.is_not(None))
        assert set(db.session.scalars(cancelled)) == {world.colleague.id}
