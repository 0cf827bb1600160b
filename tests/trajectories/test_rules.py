"""Reminder rules: five and ten working days without a match, and news for all concerned but who did it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts.models import RoleAssignment, User
from portal.core import clock, db, workdays
from portal.messengers.models import CredibleMessenger
from portal.people.models import PersonAssignment
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from portal.privacy.permissions import Role
from portal.trajectories.models import TrajectoryEvent
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.rules import RULES
from portal.trajectories.workflow import Event
from tests.factories import World
from tests.factories import trajectories as made

BY_CODE = {rule.code: rule for rule in RULES}
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def ruud(world: World) -> CredibleMessenger:
    with db.unit_of_work():
        return made.messenger(world.network, account=world.messenger)


def due(code: str, today: date) -> list[tuple[date, str]]:
    """Due date and name of each recipient."""
    with db.unit_of_work():
        names = dict(list(db.session.execute(select(User.id, User.name))))
        return sorted((row.due_on, names[row.recipient_id]) for row in db.session.execute(BY_CODE[code].due(today)))


def network_manager(world: World) -> None:
    with db.unit_of_work():
        db.session.add(
            RoleAssignment(
                user_id=world.manager.id, team_id=world.network.id, role=Role.MANAGER, valid_from=date(2024, 1, 1)
            )
        )


@pytest.mark.parametrize("status", [S.REQUESTED, S.MATCHING])
def test_five_and_ten_working_days(world: World, freeze: Callable[[datetime], None], status: S) -> None:
    network_manager(world)
    freeze(MONDAY)
    made.trajectory(world, status)
    assert due("R11", date(2026, 11, 8)) == []
    assert due("R11", date(2026, 11, 9)) == [(date(2026, 11, 9), "Cora Proef")]
    assert due("R11", date(2026, 12, 24)) == [(date(2026, 11, 9), "Cora Proef")], "the same reminder, not a new one"
    assert due("R11-manager", date(2026, 11, 13)) == []
    assert due("R11-manager", date(2026, 11, 16)) == [(date(2026, 11, 16), "Marieke Proef")]


def test_late_in_the_evening_counts_for_the_local_day(world: World, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 2, 23, 30, tzinfo=UTC))  # Tuesday 00:30 in Amsterdam
    made.trajectory(world)
    assert due("R11", date(2026, 11, 9)) == []
    assert due("R11", date(2026, 11, 10)) == [(date(2026, 11, 10), "Cora Proef")]


@pytest.mark.parametrize("status", [S.MATCH_PROPOSED, S.ACTIVE, S.REJECTED, S.STOPPED])
def test_nothing_once_it_moved_on(world: World, freeze: Callable[[datetime], None], status: S) -> None:
    network_manager(world)
    freeze(MONDAY)
    made.trajectory(world, status)
    assert due("R11", date(2026, 11, 30)) == due("R11-manager", date(2026, 11, 30)) == []


def test_nothing_for_who_left(world: World, freeze: Callable[[datetime], None]) -> None:
    freeze(MONDAY)
    made.trajectory(world)
    with db.unit_of_work():
        db.session.get_one(User, world.coordinator.id).deactivated_at = clock.now()
    assert due("R11", date(2026, 11, 30)) == []


@given(start=st.dates(date(2024, 1, 1), date(2030, 12, 31)), count=st.integers(1, 15))
def test_working_days_agree_with_each_other(start: date, count: int) -> None:
    end = workdays.add(start, count)
    assert workdays.between(start, end) == count
    assert workdays.between(start, end - timedelta(days=1)) == count - 1
    assert workdays.latest_start(end, count) >= start


# --- news --------------------------------------------------------------------


def told(event: Event) -> set[str]:
    with db.unit_of_work():
        names = dict(list(db.session.execute(select(User.id, User.name))))
        events = dict(list(db.session.execute(select(TrajectoryEvent.id, TrajectoryEvent.event))))
        rows = list(db.session.execute(BY_CODE["TRJ"].due(clock.today())))
        assert len({(r.object_id, r.recipient_id, r.due_on, r.stage) for r in rows}) == len(rows)
        return {names[row.recipient_id] for row in rows if events[row.object_id] == event}


def test_each_step_reaches_those_concerned(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    assert told(Event.REQUEST) == {"Cora Proef"}
    assert told(Event.ACCEPT) == {"Samira Proef"}
    assert told(Event.PROPOSE_MATCH) == {"Samira Proef", "Ruud Proef"}
    with db.unit_of_work():
        made.take(world, "messenger", trajectory.id, Event.MESSENGER_OK)
        made.take(world, "worker", trajectory.id, Event.YOUTH_OK)
    assert told(Event.MESSENGER_OK) == {"Samira Proef"}, "one yes asks nothing of the coordinator"
    assert told(Event.YOUTH_OK) == {"Ruud Proef", "Cora Proef"}
    with db.unit_of_work():
        made.take(world, "worker", trajectory.id, Event.DECLINE)
    assert told(Event.DECLINE) == {"Cora Proef", "Ruud Proef"}, "also the messenger whom it ended for"
    with db.unit_of_work():
        made.take(world, "coordinator", trajectory.id, Event.SAFETY_STOP)
    assert told(Event.SAFETY_STOP) == {"Samira Proef"}, "not the messenger of before"


def test_who_no_longer_works_with_the_young_person_hears_nothing(world: World, ruud: CredibleMessenger) -> None:
    made.trajectory(world, S.MATCHING)
    with db.unit_of_work():
        for assignment in db.session.scalars(select(PersonAssignment)):
            assignment.until = clock.today()
        access_log.record(system("test"), Action.UPDATE, Subject("person"))
    assert told(Event.ACCEPT) == set()


def test_old_news_is_no_news(world: World, freeze: Callable[[datetime], None]) -> None:
    freeze(MONDAY)
    made.trajectory(world)
    assert len(due("TRJ", date(2026, 11, 9))) == 1
    assert due("TRJ", date(2026, 11, 10)) == []


def test_neutral_words(world: World) -> None:
    """Labels and titles go into mails: the rule says nothing of the kind of case."""
    words = " ".join([rule.label + " ".join(rule.stages.values()) for rule in RULES]).casefold()
    assert not [word for word in ("credible", "messenger", "jongere", "veilig", "naam") if word in words]
