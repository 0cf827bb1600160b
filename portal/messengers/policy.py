"""Who sees and who manages which messengers (domain §4.2): colleagues the name, coordinators the file."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from portal.messengers.models import CredibleMessenger
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach


def visible(actor: Actor) -> ColumnElement[bool]:
    """The messengers whose name, areas, status and room this actor may see."""
    if actor.teams(Permission.MESSENGERS_READ, Reach.ALL):
        return true()
    return or_(
        CredibleMessenger.team_id.in_(actor.teams(Permission.MESSENGERS_READ, Reach.TEAM)),
        own(actor) if actor.can(Permission.TRAJECTORIES_ANSWER) else false(),
    )


def own(actor: Actor) -> ColumnElement[bool]:
    """The messenger whose account this is."""
    return CredibleMessenger.user_id == actor.user_id


def managed(actor: Actor) -> ColumnElement[bool]:
    """The messengers whose file this actor keeps."""
    return CredibleMessenger.team_id.in_(managing_teams(actor))


def can_manage(actor: Actor, messenger: CredibleMessenger) -> bool:
    """Whether `actor` keeps the file of this messenger."""
    return messenger.team_id in managing_teams(actor)


def managing_teams(actor: Actor) -> tuple[object, ...]:
    """The coordinating teams in which this actor manages messengers."""
    return actor.teams(Permission.MESSENGERS_MANAGE, Reach.TEAM)
