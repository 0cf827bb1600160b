"""Invented messengers and trajectories (demogegevens), brought to a state by the same steps people take."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from portal.accounts.models import Team, User
from portal.accounts.sessions import actor_of
from portal.core import clock, db
from portal.core.text import sort_key
from portal.messengers.models import CredibleMessenger, MessengerArea, MessengerStatus
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from portal.trajectories import service
from portal.trajectories.models import EndReason, Trajectory
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.service import Decision
from portal.trajectories.workflow import Event
from tests.factories.people import person
from tests.factories.world import World


def messenger(
    team: Team,
    name: str = "Ruud Proef",
    *,
    account: User | None = None,
    places: int = 4,
    status: MessengerStatus = MessengerStatus.ACTIVE,
    areas: tuple[str, ...] = ("N",),
) -> CredibleMessenger:
    """A messenger of a coordinating team. Inside a unit of work; committed by it."""
    first, _, family = name.partition(" ")
    made = CredibleMessenger(
        team_id=team.id,
        user_id=account.id if account else None,
        display_name=name,
        sort_key=sort_key(first, family),
        status=status,
        max_individual=places,
        areas=[MessengerArea(area_code=code) for code in areas],
    )
    db.session.add(made)
    db.session.flush()
    access_log.record(system("test"), Action.CREATE, Subject("credible_messenger", made.id, None, made.team_id))
    return made


def requested(world: World, young: Person, *, by: User | None = None) -> Trajectory:
    """A request by the worker, to the network. Inside a unit of work."""
    return service.request(
        actor_of(by or world.worker),
        young.id,
        request_text="Wil weer sporten en iemand die meedenkt over werk.",
        wish="Iemand die zelf heeft gebokst.",
        youth_agreed_on=clock.today() - timedelta(days=1),
        coordination_team_id=world.network.id,
    )


#: The steps from a request to each state, each with whose step it is.
ROUTES: dict[S, tuple[tuple[str, Event], ...]] = {
    S.REQUESTED: (),
    S.MATCHING: (("coordinator", Event.ACCEPT),),
    S.MATCH_PROPOSED: (("coordinator", Event.ACCEPT), ("coordinator", Event.PROPOSE_MATCH)),
}
_READY = (*ROUTES[S.MATCH_PROPOSED], ("worker", Event.YOUTH_OK), ("coordinator", Event.MESSENGER_OK))
_ACTIVE = (*_READY, ("coordinator", Event.FIRST_MEETING))
ROUTES |= {
    S.READY: _READY,
    S.ACTIVE: _ACTIVE,
    S.PAUSED: (*_ACTIVE, ("coordinator", Event.PAUSE)),
    S.ENDING: (*_ACTIVE, ("coordinator", Event.END)),
    S.ENDED: (*_ACTIVE, ("coordinator", Event.END), ("coordinator", Event.CLOSE)),
    S.REJECTED: (("coordinator", Event.REJECT),),
    S.STOPPED: (*_ACTIVE, ("coordinator", Event.SAFETY_STOP)),
}


def bring_to(world: World, trajectory_id: UUID, status: S, *, messenger_id: UUID | None = None) -> Trajectory:
    """Take the steps from a fresh request to `status`. Inside a unit of work."""
    for who, event in ROUTES[status]:
        take(world, who, trajectory_id, event, messenger_id=messenger_id)
    return db.session.get_one(Trajectory, trajectory_id)


def take(
    world: World,
    who: str,
    trajectory_id: UUID,
    event: Event,
    *,
    messenger_id: UUID | None = None,
    note: str = "Afgesproken",
) -> Trajectory:
    """One step, as one of the people of the small city. Inside a unit of work."""
    actor = actor_of(getattr(world, who))
    version = service.find(actor, trajectory_id).trajectory.version
    if event is Event.PROPOSE_MATCH:
        assert messenger_id is not None
        return service.propose(
            actor, trajectory_id, version=version, messenger_id=messenger_id, motivation="Zelfde sport, zelfde wijk."
        )
    decision = Decision(note=note, on=clock.today(), end_reason=EndReason.GOALS_REACHED)
    return service.decide(actor, trajectory_id, event, version=version, decision=decision)


def trajectory(
    world: World,
    status: S = S.REQUESTED,
    *,
    name: str = "Yassine Voorbeeld",
    with_messenger: CredibleMessenger | None = None,
    area: str | None = "NA",
) -> Trajectory:
    """A young person of the worker with a trajectory in this state, committed."""
    with db.unit_of_work():
        young = person(world.noord, name, worker=world.worker, area=area)
        chosen = with_messenger or messenger(world.network, account=None, name="Amina Proef")
        made = requested(world, young)
        return bring_to(world, made.id, status, messenger_id=chosen.id)


def logged(row: Trajectory) -> None:
    """Note a change that a test makes by hand."""
    access_log.record(system("test"), Action.UPDATE, Subject("trajectory", row.id, row.person_id, row.team_id))
