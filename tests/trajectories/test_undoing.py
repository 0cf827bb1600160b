"""Taking a step back, and another messenger in one step: what comes back, what does not, and who hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from portal.accounts.models import User
from portal.accounts.sessions import actor_of
from portal.core import clock, db
from portal.core.errors import AppError, Conflict, Forbidden, Invalid
from portal.messengers import service as messengers
from portal.messengers.models import CredibleMessenger
from portal.people import service as people
from portal.trajectories import rules, service
from portal.trajectories.models import EndReason, Match, Trajectory, TrajectoryEvent
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.service import Decision
from portal.trajectories.workflow import Event
from tests.factories import trajectories as made
from tests.factories.world import World
from tests.trajectories.test_service import blocked, who_sees

MONDAY = datetime(2026, 11, 9, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(freeze: Callable[[datetime], None]) -> None:
    freeze(MONDAY)


@pytest.fixture
def ruud(world: World) -> CredibleMessenger:
    """A messenger with an account and one place."""
    with db.unit_of_work():
        return made.messenger(world.network, account=world.messenger, places=1)


def state(world: World, trajectory_id: UUID) -> dict[str, Any]:
    """Everything a step may change: the trajectory, its matches, and who sees it."""
    with db.unit_of_work():
        kept = ("status", "status_since", "messenger_id", "started_on", "ended_on", "end_reason", "searching_since")
        trajectory = db.session.get_one(Trajectory, trajectory_id, populate_existing=True)
        found = {name: getattr(trajectory, name) for name in kept}
        open_matches = select(Match.messenger_id, Match.status, Match.youth_ok_at, Match.messenger_ok_at).where(
            Match.trajectory_id == trajectory_id, Match.ended_at.is_(None)
        )
        found["matches"] = [tuple(row) for row in db.session.execute(open_matches)]
    return found | {"seen": who_sees(world, trajectory_id)}


def last_event(trajectory_id: UUID) -> UUID:
    with db.unit_of_work():
        statement = select(TrajectoryEvent.id).where(TrajectoryEvent.trajectory_id == trajectory_id)
        return db.session.scalars(statement.order_by(TrajectoryEvent.at.desc(), TrajectoryEvent.id.desc())).all()[0]


def take(world: World, trajectory_id: UUID, event: Event, **more: Any) -> UUID:
    """A step of the coordinator, half a minute later; its event."""
    with db.unit_of_work():
        made.take(world, "coordinator", trajectory_id, event, **more)
    return last_event(trajectory_id)


def undo(world: World, event_id: UUID, *, by: str = "coordinator") -> None:
    with db.unit_of_work():
        actor = actor_of(getattr(world, by))
        trajectory_id = db.session.get_one(TrajectoryEvent, event_id).trajectory_id
        service.undo(actor, event_id, version=service.find(actor, trajectory_id).trajectory.version)


def swap(world: World, trajectory_id: UUID, messenger_id: UUID, *, note: str = "Ruud is ziek.") -> None:
    with db.unit_of_work():
        actor = actor_of(world.coordinator)
        service.swap(
            actor,
            trajectory_id,
            version=service.find(actor, trajectory_id).trajectory.version,
            messenger_id=messenger_id,
            motivation="Kent de buurt.",
            note=note,
        )


# --- undo --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "event"),
    [
        (S.REQUESTED, Event.ACCEPT),
        (S.REQUESTED, Event.REJECT),
        (S.MATCHING, Event.PROPOSE_MATCH),
        (S.MATCH_PROPOSED, Event.YOUTH_OK),
        (S.MATCH_PROPOSED, Event.MESSENGER_OK),
        (S.MATCH_PROPOSED, Event.DECLINE),
        (S.READY, Event.DECLINE),
        (S.READY, Event.FIRST_MEETING),
        (S.ACTIVE, Event.PAUSE),
        (S.ACTIVE, Event.REPLACE_MESSENGER),
        (S.PAUSED, Event.REPLACE_MESSENGER),
        (S.PAUSED, Event.RESUME),
        (S.ACTIVE, Event.END),
        (S.ENDING, Event.CLOSE),
    ],
)
def test_everything_comes_back(
    world: World, ruud: CredibleMessenger, freeze: Callable[[datetime], None], start: S, event: Event
) -> None:
    trajectory = made.trajectory(world, start, with_messenger=ruud)
    before = state(world, trajectory.id)
    freeze(MONDAY + timedelta(minutes=1))
    step = take(world, trajectory.id, event, messenger_id=ruud.id)
    assert state(world, trajectory.id) != before
    freeze(MONDAY + timedelta(minutes=4))
    undo(world, step)
    assert state(world, trajectory.id) == before


@pytest.mark.parametrize("start", [S.MATCH_PROPOSED, S.READY, S.ACTIVE, S.PAUSED])
def test_a_replacement_comes_back(
    world: World, ruud: CredibleMessenger, freeze: Callable[[datetime], None], start: S
) -> None:
    with db.unit_of_work():
        amina = made.messenger(world.network, "Amina Proef", places=1)
    trajectory = made.trajectory(world, start, with_messenger=ruud)
    before = state(world, trajectory.id)
    freeze(MONDAY + timedelta(minutes=1))
    swap(world, trajectory.id, amina.id)
    freeze(MONDAY + timedelta(minutes=2))
    undo(world, last_event(trajectory.id))
    assert state(world, trajectory.id) == before
    with db.unit_of_work():
        assert [room.taken for room in messengers.with_room([ruud, amina])] == [1, 0]


def test_a_yes_that_told_the_name_stays(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    with db.unit_of_work():
        made.take(world, "worker", trajectory.id, Event.YOUTH_OK)
    step = take(world, trajectory.id, Event.MESSENGER_OK)
    with pytest.raises(Forbidden):
        undo(world, step)


def test_a_safety_stop_stays(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    with pytest.raises(Forbidden):
        undo(world, take(world, trajectory.id, Event.SAFETY_STOP))


def test_only_the_own_step_and_only_once(world: World) -> None:
    trajectory = made.trajectory(world)
    step = take(world, trajectory.id, Event.ACCEPT)
    with pytest.raises(AppError):
        undo(world, step, by="worker")
    undo(world, step)
    with pytest.raises(Conflict):
        undo(world, step)
    with pytest.raises(Forbidden):
        undo(world, last_event(trajectory.id))


def test_ten_minutes(world: World, freeze: Callable[[datetime], None]) -> None:
    trajectory = made.trajectory(world)
    step = take(world, trajectory.id, Event.ACCEPT)
    actor = world.actor(world.coordinator)
    freeze(MONDAY + timedelta(minutes=9))
    with db.unit_of_work():
        assert [each.event_id for each in service.recent(actor)] == [step]
    freeze(MONDAY + timedelta(minutes=11))
    with db.unit_of_work():
        assert service.recent(actor) == []
    with pytest.raises(Invalid):
        undo(world, step)


def test_what_followed_keeps_it(world: World, ruud: CredibleMessenger, freeze: Callable[[datetime], None]) -> None:
    trajectory = made.trajectory(world, S.MATCHING, with_messenger=ruud)
    step = take(world, trajectory.id, Event.PROPOSE_MATCH, messenger_id=ruud.id)
    freeze(MONDAY + timedelta(minutes=1))
    with db.unit_of_work():
        made.take(world, "messenger", trajectory.id, Event.MESSENGER_OK)
    with pytest.raises(Conflict):
        undo(world, step)
    with db.unit_of_work():
        assert service.recent(world.actor(world.coordinator)) == []


def test_a_place_given_to_another_meanwhile_is_gone(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    step = take(world, trajectory.id, Event.REPLACE_MESSENGER)
    made.trajectory(world, S.MATCH_PROPOSED, name="Noor Voorbeeld", with_messenger=ruud)
    with pytest.raises(Invalid):
        undo(world, step)


def test_a_rejected_request_of_a_dossier_that_closed_stays_rejected(world: World) -> None:
    trajectory = made.trajectory(world)
    step = take(world, trajectory.id, Event.REJECT)
    with db.unit_of_work():
        actor = world.actor(world.worker)
        people.close(actor, trajectory.person_id, version=people.get(actor, trajectory.person_id).version)
    with pytest.raises(Invalid):
        undo(world, step)


def test_undo_while_the_messenger_says_yes(world: World, ruud: CredibleMessenger, admin_engine: Engine) -> None:
    """Whoever has the trajectory first wins; the other hears that it moved on. Never half of both."""
    trajectory = made.trajectory(world, S.MATCHING, with_messenger=ruud)
    step = take(world, trajectory.id, Event.PROPOSE_MATCH, messenger_id=ruud.id)
    version, outcome = trajectory.version + 1, []

    def answer() -> None:
        try:
            with db.unit_of_work():
                actor = actor_of(world.messenger)
                service.decide(actor, trajectory.id, Event.MESSENGER_OK, version=version, decision=Decision())
            outcome.append("said yes")
        except AppError as error:
            outcome.append(type(error).__name__)

    rival = Thread(target=answer)
    with db.unit_of_work():
        service.undo(actor_of(world.coordinator), step, version=version)
        rival.start()
        assert blocked(admin_engine), "the messenger did not wait for the lock"
    rival.join(timeout=20)
    assert outcome in (["Conflict"], ["NotFound"])
    after = state(world, trajectory.id)
    assert (after["status"], after["matches"], after["messenger_id"]) == (S.MATCHING, [], None)


# --- another messenger in one step -------------------------------------------


@pytest.fixture
def amina(world: World) -> CredibleMessenger:
    """Somebody else with one place and an account."""
    with db.unit_of_work():
        return made.messenger(world.network, "Amina Proef", account=world.trainer, places=1)


def test_replacing_keeps_the_history_and_moves_the_access(
    world: World, ruud: CredibleMessenger, amina: CredibleMessenger
) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    started = trajectory.started_on
    assert "messenger" in who_sees(world, trajectory.id)
    swap(world, trajectory.id, amina.id)
    assert "messenger" not in who_sees(world, trajectory.id)
    after = state(world, trajectory.id)
    assert (after["status"], after["messenger_id"], after["searching_since"]) == (S.MATCH_PROPOSED, amina.id, MONDAY)
    assert after["started_on"] == started
    with db.unit_of_work():
        old = db.session.scalar(select(Match).where(Match.messenger_id == ruud.id))
        assert old is not None
        assert (old.status, old.end_note, old.ended_at) == ("ended", "Ruud is ziek.", MONDAY)
        assert [room.taken for room in messengers.with_room([ruud, amina])] == [0, 1]
        assert messengers.with_room([amina])[0].promised == 1


def test_a_full_messenger_takes_over_nothing(world: World, ruud: CredibleMessenger, amina: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    made.trajectory(world, S.MATCH_PROPOSED, name="Noor Voorbeeld", with_messenger=amina)
    before = state(world, trajectory.id)
    with pytest.raises(Conflict):
        swap(world, trajectory.id, amina.id)
    assert state(world, trajectory.id) == before


def test_replacing_asks_for_somebody_else_and_a_reason(
    world: World, ruud: CredibleMessenger, amina: CredibleMessenger
) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    before = state(world, trajectory.id)
    for messenger_id, note, field in ((ruud.id, "Ziek", "messenger_id"), (amina.id, "", "note")):
        with pytest.raises(Invalid) as caught:
            swap(world, trajectory.id, messenger_id, note=note)
        assert list(caught.value.errors) == [field]
    assert state(world, trajectory.id) == before


def test_two_coordinators_replace_and_propose_for_one_place(
    world: World, ruud: CredibleMessenger, amina: CredibleMessenger, admin_engine: Engine
) -> None:
    running = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    waiting = made.trajectory(world, S.MATCHING, name="Noor Voorbeeld")
    outcome: list[str] = []

    def second() -> None:
        try:
            with db.unit_of_work():
                made.take(world, "coordinator", waiting.id, Event.PROPOSE_MATCH, messenger_id=amina.id)
            outcome.append("given away")
        except Conflict:
            outcome.append("conflict")

    rival = Thread(target=second)
    with db.unit_of_work():
        actor = actor_of(world.coordinator)
        service.swap(
            actor, running.id, version=running.version, messenger_id=amina.id, motivation="Kent de buurt.", note="Ziek."
        )
        rival.start()
        assert blocked(admin_engine), "the second transaction did not wait for the lock"
    rival.join(timeout=20)
    assert outcome == ["conflict"]


# --- who hears of it ---------------------------------------------------------


def told(event_id: UUID) -> dict[str, int]:
    """Login of everybody who gets news of a step, with the kind of news."""
    with db.unit_of_work():
        news = rules.news(clock.today()).subquery()
        statement = select(User.login, news.c.stage).join(news, news.c.recipient_id == User.id)
        return {row.login: row.stage for row in db.session.execute(statement.where(news.c.object_id == event_id))}


def test_who_was_told_is_told_that_it_was_taken_back(
    world: World, ruud: CredibleMessenger, amina: CredibleMessenger, freeze: Callable[[datetime], None]
) -> None:
    with db.unit_of_work():
        db.session.execute(
            text("UPDATE role_assignment SET role = 'credible_messenger' WHERE user_id = :id"), {"id": world.trainer.id}
        )
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    freeze(MONDAY + timedelta(minutes=1))
    swap(world, trajectory.id, amina.id)
    step = last_event(trajectory.id)
    everybody = {world.worker.login, world.messenger.login, world.trainer.login}
    assert told(step) == dict.fromkeys(everybody, rules.News.STEP)
    freeze(MONDAY + timedelta(minutes=2))
    undo(world, step)
    assert told(last_event(trajectory.id)) == dict.fromkeys(everybody, rules.News.TAKEN_BACK)


def test_a_replacement_starts_the_waiting_anew(
    world: World, ruud: CredibleMessenger, freeze: Callable[[datetime], None]
) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    freeze(MONDAY + timedelta(days=56))
    take(world, trajectory.id, Event.REPLACE_MESSENGER)
    with db.unit_of_work():
        due = db.session.execute(rules.unmatched_to_coordinators(clock.today())).all()
        board = service.board(world.actor(world.coordinator), service.Filters())
        assert due == []
        assert [card.waited for card in board.columns[service.Column.MATCHING].cards] == [0]


def test_the_end_reason_is_gone_again(world: World, ruud: CredibleMessenger) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    step = take(world, trajectory.id, Event.END)
    assert state(world, trajectory.id)["end_reason"] == EndReason.GOALS_REACHED
    undo(world, step)
    assert state(world, trajectory.id)["end_reason"] is None
