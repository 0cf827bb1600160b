"""Who sees and who keeps which locations (domain §4.2): a team its own, the network for messengers all of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, true

from portal.places.models import MonitoredLocation
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach


def visible(actor: Actor) -> ColumnElement[bool]:
    """The locations this actor may read."""
    if actor.teams(Permission.LOCATIONS_READ, Reach.ALL):
        return true()
    return MonitoredLocation.team_id.in_(actor.teams(Permission.LOCATIONS_READ, Reach.TEAM))


def keeping_teams(actor: Actor) -> tuple[UUID, ...]:
    """The teams whose locations this actor may add and change."""
    return actor.teams(Permission.LOCATIONS_KEEP, Reach.TEAM)
