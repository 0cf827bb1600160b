"""From request to farewell: who may, what it leaves behind, who sees whom, and two coordinators at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Event as Signal
from threading import Thread
from time import sleep
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError

from portal.accounts import open_work
from portal.accounts.sessions import actor_of
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.messengers import service as messengers
from portal.messengers.models import CredibleMessenger, MessengerStatus
from portal.messengers.workflow import Change
from portal.people import service as people_service
from portal.people.models import Person, PersonStatus
from portal.privacy.models import AccessEvent, Action
from portal.trajectories import service
from portal.trajectories.models import EndReason, Match, MatchStatus, Trajectory, TrajectoryEvent
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.service import Decision, Filters
from portal.trajectories.workflow import OPEN, Event, Party
from tests.factories import World, people
from tests.factories import trajectories as made


@pytest.fixture
def ruud(world: World) -> CredibleMessenger:
    with db.unit_of_work():
        return made.messenger(world.network, account=world.messenger, places=1)


def see(world: World, name: str, trajectory_id: UUID) -> service.Seen | None:
    actor = world.actor(getattr(world, name))
    try:
        return service.find(actor, trajectory_id)
    except NotFound:
        return None
    finally:
        db.session.remove()


def who_sees(world: World, trajectory_id: UUID) -> dict[str, str]:
    """Everybody who may know of a trajectory, with the name they are shown."""
    names = (
        "worker", "colleague", "stranger", "director", "manager", "coordinator", "messenger", "trainer", "analyst",
        "privacy_officer", "administrator",
    )  # fmt: skip
    found = {name: see(world, name, trajectory_id) for name in names}
    return {name: seen.name for name, seen in found.items() if seen is not None}


def test_the_whole_way(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.ENDED, with_messenger=ruud)
    with db.unit_of_work():
        events = db.session.scalars(select(TrajectoryEvent).order_by(TrajectoryEvent.id)).all()
        assert [e.event for e in events] == [
            "request", "accept", "propose_match", "youth_ok", "messenger_ok", "first_meeting", "end", "close",
        ]  # fmt: skip
        assert [e.to_status for e in events[:-1]] == [e.from_status for e in events[1:]]
        match = db.session.scalars(select(Match)).one()
        assert (match.status, match.ended_at is not None) == (MatchStatus.ENDED, True)
        again = db.session.get_one(Trajectory, trajectory.id)
        assert again.number.startswith("TRJ-")
        assert (again.ended_on, again.end_reason) == (clock.today(), EndReason.GOALS_REACHED)


def test_who_sees_it_and_by_which_name_follows_the_state(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.REQUESTED)
    always = {"worker": "Yassine V.", "director": "Yassine V."}
    assert who_sees(world, trajectory.id) == always | {"coordinator": "Yassine V."}
    with db.unit_of_work():
        made.bring_to(world, trajectory.id, S.MATCH_PROPOSED, messenger_id=ruud.id)
    assert who_sees(world, trajectory.id) == always | {"coordinator": "Yassine V.", "messenger": ""}
    with db.unit_of_work():
        made.take(world, "messenger", trajectory.id, Event.MESSENGER_OK)
    assert who_sees(world, trajectory.id)["messenger"] == ""
    with db.unit_of_work():
        made.take(world, "worker", trajectory.id, Event.YOUTH_OK)
    assert who_sees(world, trajectory.id) == always | {"coordinator": "Yassine V.", "messenger": "Yassine"}
    with db.unit_of_work():
        for event in (Event.FIRST_MEETING, Event.END, Event.CLOSE):
            made.take(world, "coordinator", trajectory.id, event)
    assert who_sees(world, trajectory.id) == always | {"coordinator": "", "messenger": ""}


def test_replaced_messenger_loses_sight_of_it(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    with db.unit_of_work():
        made.take(world, "coordinator", trajectory.id, Event.REPLACE_MESSENGER)
    assert see(world, "messenger", trajectory.id) is None
    messenger = world.actor(world.messenger)
    with pytest.raises(NotFound):
        people_service.get(messenger, trajectory.person_id)
    db.session.remove()


def test_next_messenger_does_not_see_the_path_of_the_one_before(world: World, ruud: CredibleMessenger) -> None:
    earlier = made.trajectory(world, S.ENDED)
    with db.unit_of_work():
        person = db.session.get_one(Person, earlier.person_id)
        later = made.requested(world, person)
        made.bring_to(world, later.id, S.ACTIVE, messenger_id=ruud.id)
    assert see(world, "messenger", later.id) is not None
    assert see(world, "messenger", earlier.id) is None


@pytest.mark.parametrize("who", ["colleague", "stranger", "coordinator", "messenger", "manager", "director"])
def test_only_the_own_worker_requests(world: World, who: str) -> None:
    with db.unit_of_work():
        young = people.person(world.noord, worker=world.worker)
    with pytest.raises(NotFound), db.unit_of_work():
        made.requested(world, young, by=getattr(world, who))


def test_one_open_trajectory_per_person(world: World) -> None:
    trajectory = made.trajectory(world)
    with db.unit_of_work():
        young = db.session.get_one(Person, trajectory.person_id)
    with pytest.raises(IntegrityError, match="uq_trajectory_open"), db.unit_of_work():
        made.requested(world, young)
    with db.unit_of_work():
        made.bring_to(world, trajectory.id, S.REJECTED)
    with db.unit_of_work():
        assert made.requested(world, young).number != trajectory.number


def test_wrong_requests(world: World) -> None:
    with db.unit_of_work():
        closed = people.person(world.noord, worker=world.worker, status=PersonStatus.CLOSED)
        young = people.person(world.noord, "Noor Voorbeeld", worker=world.worker)
    actor = world.actor(world.worker)
    fine = {
        "request_text": "Sporten",
        "youth_agreed_on": clock.today(),
        "coordination_team_id": world.network.id,
    }
    for person, wrong, field in (
        (closed, {}, ""),
        (young, {"youth_agreed_on": clock.today() + timedelta(days=1)}, "youth_agreed_on"),
        (young, {"coordination_team_id": world.zuidoost.id}, "coordination_team_id"),
    ):
        with pytest.raises(Invalid) as error, db.unit_of_work():
            service.request(actor, person.id, **(fine | wrong))
        assert set(error.value.errors) == {field}


def test_dossier_stays_open_while_a_trajectory_runs(world: World) -> None:
    trajectory = made.trajectory(world)
    with db.unit_of_work():
        assert people_service.blockers(trajectory.person_id)
        made.bring_to(world, trajectory.id, S.REJECTED)
    with db.unit_of_work():
        assert not people_service.blockers(trajectory.person_id)


@pytest.mark.parametrize("who", ["worker", "messenger", "director"])
def test_coordinator_steps_are_the_coordinators(world: World, ruud: CredibleMessenger, who: str) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    for event in (Event.PAUSE, Event.END, Event.REPLACE_MESSENGER, Event.SAFETY_STOP):
        with pytest.raises(Forbidden), db.unit_of_work():
            made.take(world, who, trajectory.id, event)


def test_outdated_page_is_a_conflict(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.REQUESTED)
    actor = world.actor(world.coordinator)
    old = trajectory.version
    with db.unit_of_work():
        made.take(world, "coordinator", trajectory.id, Event.ACCEPT)
    with pytest.raises(Conflict), db.unit_of_work():
        service.decide(actor, trajectory.id, Event.REJECT, version=old, decision=Decision(note="Nee"))


@pytest.mark.parametrize("event", [Event.REJECT, Event.SAFETY_STOP])
def test_weighty_steps_need_a_reason(world: World, event: Event) -> None:
    trajectory = made.trajectory(world, S.REQUESTED)
    with pytest.raises(Invalid) as error, db.unit_of_work():
        made.take(world, "coordinator", trajectory.id, event, note="")
    assert set(error.value.errors) == {"note"}


@pytest.mark.parametrize(
    ("event", "status", "decision", "field"),
    [
        (Event.FIRST_MEETING, S.READY, Decision(), "on"),
        (Event.FIRST_MEETING, S.READY, Decision(on=date(2100, 1, 1)), "on"),
        (Event.FIRST_MEETING, S.READY, Decision(on=date(2020, 1, 1)), "on"),
        (Event.END, S.ACTIVE, Decision(), "end_reason"),
        (Event.CLOSE, S.ENDING, Decision(), "on"),
        (Event.CLOSE, S.ENDING, Decision(on=date(2020, 1, 1)), "on"),
    ],
)
def test_steps_ask_for_what_they_need(world: World, event: Event, status: S, decision: Decision, field: str) -> None:
    trajectory = made.trajectory(world, status)
    actor = world.actor(world.coordinator)
    with pytest.raises(Invalid) as error, db.unit_of_work():
        service.decide(actor, trajectory.id, event, version=trajectory.version, decision=decision)
    assert set(error.value.errors) == {field}
    with db.unit_of_work():
        assert db.session.get_one(Trajectory, trajectory.id).status == status


def test_a_decline_looks_on_and_keeps_the_answer(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    with db.unit_of_work():
        made.take(world, "messenger", trajectory.id, Event.DECLINE, note="")
        again = made.take(world, "coordinator", trajectory.id, Event.PROPOSE_MATCH, messenger_id=ruud.id)
        assert again.status == S.MATCH_PROPOSED
    with db.unit_of_work():
        assert [m.status for m in db.session.scalars(select(Match).order_by(Match.id))] == ["declined", "proposed"]


@pytest.mark.parametrize("status", OPEN)
def test_safety_stop_ends_all_access(world: World, ruud: CredibleMessenger, status: S) -> None:
    trajectory = made.trajectory(world, status, with_messenger=ruud)
    with db.unit_of_work():
        made.take(world, "coordinator", trajectory.id, Event.SAFETY_STOP, note="Er is iets gebeurd")
    for who in ("coordinator", "messenger"):
        seen = see(world, who, trajectory.id)
        assert seen is None or seen.name == ""
    with db.unit_of_work():
        assert messengers.with_room([ruud])[0].taken == 0


def test_every_change_and_read_is_in_the_access_log(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.READY, with_messenger=ruud)
    with db.unit_of_work():
        service.get(world.actor(world.director), trajectory.id)
        service.board(world.actor(world.coordinator), Filters())
    with db.unit_of_work():
        rows = db.session.scalars(
            select(AccessEvent)
            .order_by(AccessEvent.id)
            .where(AccessEvent.subject_type == "trajectory")
            .order_by(AccessEvent.id)
        ).all()
    assert {row.person_id for row in rows} == {trajectory.person_id}
    assert [(r.action, r.role, r.purpose) for r in rows] == [
        (Action.CREATE, "youth_worker", "own_caseload"),
        (Action.UPDATE, "cm_coordinator", "matching"),
        (Action.UPDATE, "cm_coordinator", "matching"),
        (Action.UPDATE, "youth_worker", "own_caseload"),
        (Action.UPDATE, "cm_coordinator", "supervision"),  # there is a messenger now
        (Action.READ, "jv_director", "supervision"),
        (Action.LIST, "cm_coordinator", "supervision"),
    ]


# --- room (I-10) -------------------------------------------------------------


def test_a_full_messenger_is_a_lost_race(world: World, ruud: CredibleMessenger) -> None:
    made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    second = made.trajectory(world, S.MATCHING, name="Noor Voorbeeld")
    with pytest.raises(Conflict), db.unit_of_work():
        made.take(world, "coordinator", second.id, Event.PROPOSE_MATCH, messenger_id=ruud.id)


@pytest.mark.parametrize("status", [s for s in MessengerStatus if s is not MessengerStatus.ACTIVE])
def test_only_active_messengers_are_proposed(world: World, status: MessengerStatus) -> None:
    with db.unit_of_work():
        away = made.messenger(world.network, "Amina Proef", status=status)
    trajectory = made.trajectory(world, S.MATCHING)
    with db.unit_of_work():
        coordinator = world.actor(world.coordinator)
        seen = service.find(coordinator, trajectory.id)
        assert away.id not in {room.messenger.id for room in service.candidates(coordinator, seen)}
    with pytest.raises(Conflict), db.unit_of_work():
        made.take(world, "coordinator", trajectory.id, Event.PROPOSE_MATCH, messenger_id=away.id)


def test_two_coordinators_and_one_place(world: World, ruud: CredibleMessenger, admin_engine: Engine) -> None:
    """The second transaction waits for the first, then hears that somebody else was first."""
    one = made.trajectory(world, S.MATCHING)
    two = made.trajectory(world, S.MATCHING, name="Noor Voorbeeld")
    holding, outcome = Signal(), []

    def second() -> None:
        try:
            with db.unit_of_work():
                made.take(world, "coordinator", two.id, Event.PROPOSE_MATCH, messenger_id=ruud.id)
            outcome.append("given away")
        except Conflict:
            outcome.append("conflict")
        finally:
            holding.set()

    rival = Thread(target=second)
    with db.unit_of_work():
        made.take(world, "coordinator", one.id, Event.PROPOSE_MATCH, messenger_id=ruud.id)
        rival.start()
        assert blocked(admin_engine), "the second transaction did not wait for the lock"
        assert not holding.is_set()
    rival.join(timeout=20)
    assert outcome == ["conflict"]
    with db.unit_of_work():
        assert messengers.with_room([ruud])[0].taken == 1
        assert db.session.get_one(Trajectory, two.id).status == S.MATCHING


def test_both_answers_at_once_make_it_ready(world: World, ruud: CredibleMessenger, admin_engine: Engine) -> None:
    trajectory = made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)

    def answer() -> None:
        with db.unit_of_work():
            actor = actor_of(world.messenger)
            service.decide(actor, trajectory.id, Event.MESSENGER_OK, version=trajectory.version, decision=Decision())

    other = Thread(target=answer)
    with db.unit_of_work():
        made.take(world, "worker", trajectory.id, Event.YOUTH_OK)
        other.start()
        assert blocked(admin_engine)
    other.join(timeout=20)
    with db.unit_of_work():
        assert db.session.get_one(Trajectory, trajectory.id).status == S.READY


def blocked(engine: Engine) -> bool:
    """Whether some transaction of this database waits for a row lock; asked until it does."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with engine.connect() as connection:
        for _ in range(400):
            if connection.scalar(waiting):
                return True
            sleep(0.05)
    return False


def test_a_messenger_with_trajectories_does_not_end(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    actor = world.actor(world.coordinator)
    with pytest.raises(Invalid), db.unit_of_work():
        messengers.change_status(actor, ruud.id, version=ruud.version, change=Change.END)
    assert left_of(world) == ["Trajecten als messenger"]  # the account stays open as well
    with db.unit_of_work():
        made.take(world, "coordinator", trajectory.id, Event.REPLACE_MESSENGER)
        ended = messengers.change_status(actor, ruud.id, version=ruud.version, change=Change.END)
        assert ended.status == MessengerStatus.ENDED
    assert left_of(world) == []


def left_of(world: World) -> list[str]:
    """What keeps the account of the messenger open, for the administrator."""
    with db.unit_of_work(on_behalf_of=world.administrator.id):
        return [str(work.label) for work in open_work.of(world.messenger.id)]


def test_the_young_person_moves_along_with_the_account(world: World) -> None:
    with db.unit_of_work():
        amina = made.messenger(world.network, "Amina Proef")
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=amina)
    coordinator, messenger = world.actor(world.coordinator), world.actor(world.messenger)
    assert see(world, "messenger", trajectory.id) is None

    def link(user_id: UUID | None) -> None:
        with db.unit_of_work():
            now = messengers.get(coordinator, amina.id)
            details = messengers.Details("Amina Proef", 4, ["N"], user_id=user_id)
            messengers.update(coordinator, amina.id, version=now.version, details=details)

    link(world.messenger.id)
    with db.unit_of_work():
        assert people_service.get(messenger, trajectory.person_id)
    link(None)
    with pytest.raises(NotFound), db.unit_of_work():
        people_service.get(messenger, trajectory.person_id)


# --- lists -------------------------------------------------------------------


def test_the_board_and_its_filters(world: World, ruud: CredibleMessenger, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 2, 9, tzinfo=UTC))  # a Monday
    old = made.trajectory(world, S.MATCHING, name="Oude Voorbeeld")
    freeze(datetime(2026, 11, 9, 9, tzinfo=UTC))
    new = made.trajectory(world, S.REQUESTED, name="Nieuwe Voorbeeld", area="TB")
    running = made.trajectory(world, S.ACTIVE, name="Actieve Voorbeeld", with_messenger=ruud)
    made.trajectory(world, S.ENDED, name="Klaar Voorbeeld")
    actor = world.actor(world.coordinator)

    def shown(filters: Filters) -> dict[str, list[UUID]]:
        with db.unit_of_work():
            columns = service.board(actor, filters).columns
            return {str(c): [card.seen.trajectory.id for card in p.cards] for c, p in columns.items() if p.total}

    assert shown(Filters()) == {"requested": [new.id], "matching": [old.id], "active": [running.id]}
    assert shown(Filters(waiting=5)) == {"matching": [old.id]}
    assert shown(Filters(waiting=10)) == {}
    assert shown(Filters(column=service.Column.ACTIVE)) == {"active": [running.id]}
    assert shown(Filters(mine=True)) == {"matching": [old.id], "active": [running.id]}
    assert shown(Filters(stadsdeel="T")) == {"requested": [new.id]}
    assert shown(Filters(messenger_id=ruud.id)) == {"active": [running.id]}
    with db.unit_of_work():
        card = service.board(actor, Filters(waiting=5)).columns[service.Column.MATCHING].cards[0]
        assert (card.waited, card.is_late) == (5, True)


def test_work_of_each_part(world: World, ruud: CredibleMessenger, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 9, 9, tzinfo=UTC))
    made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    made.trajectory(world, S.REQUESTED, name="Noor Voorbeeld")

    def titles(name: str) -> dict[str | None, list[str]]:
        with db.unit_of_work():
            groups = service.work(world.actor(getattr(world, name)))
            return {group.status: [item.title for item in group.items] for group in groups}

    assert titles("coordinator") == {S.REQUESTED: ["Noor V."]}, "a fresh proposal asks nothing"
    assert titles("worker") == {None: ["Yassine V."]}
    assert titles("messenger")[None][0].startswith("TRJ-")
    assert titles("stranger") == titles("director") == titles("manager") == {None: []}
    freeze(datetime(2026, 11, 16, 9, tzinfo=UTC))
    assert titles("coordinator") == {S.REQUESTED: ["Noor V."], S.MATCH_PROPOSED: ["Yassine V."]}


def test_a_coordinator_gets_the_first_of_each_kind_and_the_number(world: World) -> None:
    for n in range(7):
        made.trajectory(world, S.REQUESTED, name=f"Jongere{n} Voorbeeld")
    with db.unit_of_work():
        (group,) = service.work(world.actor(world.coordinator))
        assert (len(group.items), group.total) == (5, 7)


def test_one_person_and_counts(world: World) -> None:
    trajectory = made.trajectory(world, S.MATCHING)
    with db.unit_of_work():
        worker = world.actor(world.worker)
        found = service.for_person(worker, db.session.get_one(Person, trajectory.person_id))
        assert [s.trajectory.id for s in found] == [trajectory.id]
        assert found[0].parties == {Party.WORKER}
        assert service.counts(worker) == {"matching": 1}
        assert service.counts(world.actor(world.stranger)) == {}
