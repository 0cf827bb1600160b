"""Partners who read along about a place: a director says who, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.accounts.service import directory
from portal.core import clock, db, near
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.places import policy
from portal.places.models import LocationShare, LocationStatus, MonitoredLocation
from portal.places.service import keeping
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach


def to_share(actor: Actor, location_id: UUID) -> MonitoredLocation:
    """A watched place of a team this actor directs. Raises NotFound, or Conflict when it is not watched any more."""
    found = keeping.get(actor, location_id)
    if found.team_id not in _directed(actor):
        raise NotFound
    if found.status == LocationStatus.ENDED:
        raise Conflict
    return found


def partners() -> Sequence[User]:
    """With whom a place can be shared, by name."""
    return directory.partners()


def share(actor: Actor, location_id: UUID, *, user_id: UUID, until: date) -> LocationShare:
    """Let a partner read a place from today, up to and including `until`; who did already keeps one such period.

    Raises as `to_share`, or Invalid.
    """
    found = to_share(actor, location_id)
    if user_id not in {user.id for user in partners()}:
        raise Invalid(user_id=N_("Kies een van de mogelijkheden."))
    near.ensure_day("until", until)
    for row in db.session.scalars(_of(found.id).where(LocationShare.user_id == user_id).with_for_update()):
        row.ended_at = clock.now()
    made = LocationShare(location_id=found.id, team_id=found.team_id, user_id=user_id, since=clock.today(), until=until)
    db.session.add(made)
    db.session.flush()
    _log(actor, Action.CREATE, made)
    return made


def stop_sharing(actor: Actor, share_id: UUID) -> LocationShare:
    """From now on this partner does not read the place. Raises NotFound, or Conflict when it ended already."""
    statement = select(LocationShare).where(LocationShare.id == share_id, LocationShare.team_id.in_(_directed(actor)))
    found = db.session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    if found.ended_at is not None:
        raise Conflict
    found.ended_at = clock.now()
    db.session.flush()
    _log(actor, Action.UPDATE, found)
    return found


def shares(actor: Actor, location: MonitoredLocation) -> Sequence[LocationShare]:
    """Who reads along about a place today, for its director; nobody else sees that."""
    if location.team_id not in _directed(actor):
        return []
    statement = _of(location.id).options(joinedload(LocationShare.user).joinedload(User.organisation))
    return db.session.scalars(statement.order_by(LocationShare.until, LocationShare.id)).all()


def log_guest(actor: Actor, found: Sequence[MonitoredLocation], action: Action = Action.READ) -> None:
    """Record what a partner read; who works with places all day reads nothing about anybody in them."""
    if found and policy.is_guest(actor):
        access_log.record(
            actor,
            action,
            [Subject("monitored_location", one.id, None, one.team_id) for one in found],
            permission=Permission.LOCATIONS_READ,
            purpose=Purpose.PLANNING,
            context=Context.JV_DISTRICT,
        )


def _of(location_id: UUID) -> Select[LocationShare]:
    return select(LocationShare).where(LocationShare.location_id == location_id, policy.holds())


def _directed(actor: Actor) -> tuple[UUID, ...]:
    return actor.teams(Permission.LOCATIONS_SHARE, Reach.TEAM)


def _log(actor: Actor, action: Action, row: LocationShare) -> None:
    access_log.record(
        actor,
        action,
        Subject("location_share", row.id, None, row.team_id),
        permission=Permission.LOCATIONS_SHARE,
        context=Context.JV_DISTRICT,
        fields=["user_id", "until"],
    )
