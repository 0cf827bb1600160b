"""Who reaches which trajectories (domain §4.2): one SQL condition per party, and which party the actor is."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select

from portal.messengers import policy as messengers
from portal.messengers.models import CredibleMessenger
from portal.people import policy as people
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.permissions import Permission, Reach
from portal.trajectories.models import Trajectory
from portal.trajectories.workflow import Party

#: In which part somebody acts when there are several, and for which purpose that reads.
PURPOSE = {
    Party.COORDINATOR: Purpose.MATCHING,
    Party.WORKER: Purpose.OWN_CASELOAD,
    Party.MESSENGER: Purpose.OWN_CASELOAD,
    Party.DIRECTOR: Purpose.SUPERVISION,
}
PERMISSION = {
    Party.COORDINATOR: Permission.TRAJECTORIES_COORDINATE,
    Party.WORKER: Permission.TRAJECTORIES_REQUEST,
    Party.MESSENGER: Permission.TRAJECTORIES_ANSWER,
    Party.DIRECTOR: Permission.TRAJECTORIES_READ,
}


def is_party(actor: Actor, party: Party, about: Person | None = None) -> ColumnElement[bool]:
    """The trajectories in which `actor` has this part; `about`: of those of this young person."""
    permission = PERMISSION[party]
    if not actor.can(permission):
        return false()
    if party is Party.COORDINATOR:
        return Trajectory.coordination_team_id.in_(actor.teams(permission, Reach.TEAM))
    if party is Party.DIRECTOR:
        return people.in_teams(actor.teams(permission, Reach.TEAM), Trajectory.team_id, about)
    if party is Party.MESSENGER:
        return Trajectory.messenger_id.in_(select(CredibleMessenger.id).where(messengers.own(actor)))
    return _of_visible_person(actor, permission, about)


def visible(actor: Actor, about: Person | None = None) -> ColumnElement[bool]:
    """The trajectories this actor may know of, in whatever part."""
    return or_(*(is_party(actor, party, about) for party in Party))


def named(actor: Actor, about: Person | None = None) -> ColumnElement[bool]:
    """Whether this actor may see whose trajectory it is; otherwise only the number and the stadsdeel are shown."""
    return _of_visible_person(actor, Permission.PEOPLE_READ, about)


def fully_named(actor: Actor, about: Person | None = None) -> ColumnElement[bool]:
    """Whether this actor may see more than the given name, which is all a messenger gets."""
    return _of_visible_person(people.beyond_messenger(actor), Permission.PEOPLE_READ, about)


def _of_visible_person(actor: Actor, permission: Permission, about: Person | None) -> ColumnElement[bool]:
    return people.reaches(actor, permission, Trajectory.person_id, Trajectory.team_id, about)


def coordinates(actor: Actor) -> bool:
    """Whether this actor works with the board."""
    return bool(actor.teams(Permission.TRAJECTORIES_COORDINATE, Reach.TEAM))
