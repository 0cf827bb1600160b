"""Who sees and who keeps which locations (domain §4.2).

A team has its own, the network for messengers reads all of them, and a partner what was shared with them.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, true

from portal.core import clock
from portal.places.models import LocationShare, LocationStatus, MonitoredLocation
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach


def visible(actor: Actor) -> ColumnElement[bool]:
    """The locations this actor may read."""
    if actor.teams(Permission.LOCATIONS_READ, Reach.ALL):
        return true()
    if is_guest(actor):
        return and_(MonitoredLocation.id.in_(_shared_with(actor)), MonitoredLocation.status != LocationStatus.ENDED)
    return MonitoredLocation.team_id.in_(actor.teams(Permission.LOCATIONS_READ, Reach.TEAM))


def is_guest(actor: Actor) -> bool:
    """Whether this actor reads only what was shared: the place, and not who of us looks after it."""
    return actor.reach(Permission.LOCATIONS_READ) is Reach.OWN


def _shared_with(actor: Actor) -> Any:
    return select(LocationShare.location_id).where(LocationShare.user_id == actor.user_id, holds())


def holds() -> ColumnElement[bool]:
    """Shared today."""
    today = clock.today()
    return and_(LocationShare.ended_at.is_(None), LocationShare.since <= today, LocationShare.until >= today)


def keeping_teams(actor: Actor) -> tuple[UUID, ...]:
    """The teams whose locations this actor may add and change."""
    return actor.teams(Permission.LOCATIONS_KEEP, Reach.TEAM)
