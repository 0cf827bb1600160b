"""Who is reminded of which follow-up, and in which stage, on the real database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts.models import User
from portal.contacts.models import FollowUp, FollowUpStatus
from portal.contacts.rules import RULES, Stage, due_to_assignee, due_to_director
from portal.core import clock, db, workdays
from portal.people.models import Person, PersonAssignment
from portal.privacy import access_log, grants
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.people import person

TODAY = date(2026, 11, 24)  # a Tuesday
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


def add(p: Person, who: User, due_on: date, **more) -> FollowUp:
    with db.unit_of_work():
        return make.follow_up(p, who, due_on, **more)


def asked(query, today: date = TODAY) -> list[tuple]:
    with db.unit_of_work():
        return [(r.object_id, r.recipient_id, r.stage, r.due_on) for r in db.session.execute(query(today))]


def end_assignment(p: Person) -> None:
    with db.unit_of_work():
        db.session.scalars(select(PersonAssignment).where(PersonAssignment.person_id == p.id)).one().until = TODAY
        access_log.record(system("test"), Action.UPDATE, Subject("person", p.id, p.id, p.team_id))


@pytest.mark.parametrize(
    ("days", "stage"),
    [(2, None), (1, Stage.DAY_BEFORE), (0, Stage.DAY_ITSELF), (-1, Stage.LATE), (-30, Stage.LATE)],
)
def test_the_assignee_is_in_one_stage_at_a_time(world: World, one: Person, days: int, stage: Stage | None) -> None:
    row = add(one, world.worker, TODAY + timedelta(days))
    expected = [] if stage is None else [(row.id, world.worker.id, stage, row.due_on)]
    assert asked(due_to_assignee) == expected


@pytest.mark.parametrize("status", [FollowUpStatus.DONE, FollowUpStatus.CANCELLED])
def test_what_is_closed_reminds_nobody(world: World, one: Person, status: FollowUpStatus) -> None:
    add(one, world.worker, TODAY - timedelta(10), status=status)
    assert asked(due_to_assignee) == asked(due_to_director) == []


def test_the_director_hears_after_three_working_days(world: World, one: Person) -> None:
    thursday = date(2026, 11, 19)
    row = add(one, world.worker, thursday)
    assert asked(due_to_director, date(2026, 11, 23)) == []
    assert asked(due_to_director, date(2026, 11, 24)) == [(row.id, world.director.id, Stage.DIRECTOR, thursday)]


def test_without_somebody_to_do_it_the_director_hears_on_the_day(world: World, one: Person) -> None:
    row = add(one, world.worker, TODAY)
    end_assignment(one)
    assert asked(due_to_assignee) == []
    assert asked(due_to_director) == [(row.id, world.director.id, Stage.DIRECTOR, TODAY)]


def test_a_closed_account_is_not_reminded(world: World, one: Person) -> None:
    row = add(one, world.worker, TODAY)
    with db.unit_of_work():
        db.session.get_one(User, world.worker.id).deactivated_at = clock.now()
    assert asked(due_to_assignee) == []
    assert [r[0] for r in asked(due_to_director)] == [row.id]


def test_a_messenger_is_reminded_until_the_grant_ends(world: World, one: Person) -> None:
    with db.unit_of_work():
        trajectory = make.open_to_messenger(one, world)
    row = add(one, world.messenger, TODAY)
    assert asked(due_to_assignee) == [(row.id, world.messenger.id, Stage.DAY_ITSELF, TODAY)]
    with db.unit_of_work():
        grants.end(trajectory.id, user_id=world.messenger.id)
    assert asked(due_to_assignee) == []


def test_a_director_of_another_team_hears_nothing(world: World, one: Person) -> None:
    with db.unit_of_work():
        theirs = person(world.zuidoost, "Milan Voorbeeld", worker=world.stranger)
    add(theirs, world.stranger, TODAY - timedelta(30))
    assert asked(due_to_director) == []


def test_a_new_follow_up_deserves_its_reminder_from_when_it_was_made(world: World, one: Person) -> None:
    add(one, world.worker, TODAY)
    with db.unit_of_work():
        since = db.session.execute(due_to_assignee(TODAY)).one().since
        the_day_after = db.session.execute(due_to_assignee(TODAY + timedelta(1))).one().since
    assert since == NOW
    assert the_day_after == datetime(2026, 11, 24, 23, tzinfo=UTC)  # midnight in Amsterdam


def test_codes_labels_and_stages_are_complete() -> None:
    codes = ["R04", "R04-waarneming", "R04-regie", "R06", "R06-waarneming", "R06-regie", "COR", "R35"]
    assert [rule.code for rule in RULES] == codes
    assert {stage for rule in RULES for stage in rule.stages} == set(Stage)


@given(st.dates(date(2024, 1, 1), date(2035, 12, 31)))
def test_the_director_never_hears_within_three_working_days(due_on: date) -> None:
    first = next(day for n in range(30) if (day := due_on + timedelta(n)) and due_on <= workdays.latest_start(day, 3))
    worked = sum(workdays.is_workday(due_on + timedelta(n)) for n in range(1, (first - due_on).days + 1))
    assert worked == 3
    assert workdays.is_workday(first)
