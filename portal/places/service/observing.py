"""What colleagues saw at a place: noted in a few taps, read by whoever reads the place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.places import policy
from portal.places.models import Atmosphere, Headcount, LocationStatus, MonitoredLocation, Observation, Sight
from portal.places.service import keeping
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.privacy.permissions import Permission

OLDEST = timedelta(days=7)  # later nobody remembers what it was like
AHEAD = timedelta(minutes=5)  # clocks of phones differ
#: A place is visited once in so many days (domain §6.2, R28).
EVERY = timedelta(days=30)
MOST = 20  # on the page of a place


@dataclass(frozen=True)
class Look:
    """What somebody saw at one moment."""

    seen_at: datetime
    headcount: Headcount
    atmosphere: Atmosphere
    sights: Sequence[Sight] = ()


@dataclass(frozen=True)
class Observed:
    """One observation with who made it."""

    row: Observation
    by: str
    own: bool


def observe(actor: Actor, location_id: UUID, *, look: Look, key: UUID) -> Observation:
    """Note what it was like at a place; the same `key` again gives the one that was made.

    Raises NotFound for a place this actor does not keep, Conflict when it is not watched any more, or Invalid.
    """
    location = keeping.kept(actor, location_id)
    if actor.user_id is None:
        raise Forbidden  # somebody was there
    if (before := by_key(actor, key)) is not None:
        return before
    _check(location, look)
    made = Observation(
        location_id=location.id, team_id=location.team_id, by_id=actor.user_id, key=key,
        **(vars(look) | {"sights": list(dict.fromkeys(look.sights))}),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _log(actor, Action.CREATE, made)
    return made


def by_key(actor: Actor, key: UUID) -> Observation | None:
    """What this form made before. A second sending waits here until the first is saved or refused."""
    db.hold(key)
    return db.session.scalar(select(Observation).where(Observation.by_id == actor.user_id, Observation.key == key))


def _check(location: MonitoredLocation, look: Look) -> None:
    if location.status == LocationStatus.ENDED:
        raise Conflict
    if look.seen_at > clock.now() + AHEAD:
        raise Invalid(seen_at=N_("Kies een moment dat al geweest is."))
    if look.seen_at < clock.now() - OLDEST:
        raise Invalid(seen_at=N_("Kies een moment in de afgelopen zeven dagen."))


def withdraw(actor: Actor, observation_id: UUID) -> Observation:
    """Say that an own observation was a mistake. Raises NotFound, or Conflict when that was said before."""
    statement = select(Observation).where(
        Observation.id == observation_id,
        Observation.by_id == actor.user_id,
        Observation.team_id.in_(policy.keeping_teams(actor)),
    )
    found = db.session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    if found.withdrawn_at is not None:
        raise Conflict
    found.withdrawn_at = clock.now()
    db.session.flush()
    _log(actor, Action.UPDATE, found, ["withdrawn_at"])
    return found


def observed(actor: Actor, location: MonitoredLocation) -> list[Observed]:
    """The latest observations of a place that the actor reads, newest first."""
    statement = (
        select(Observation, User.name)
        .join(User, User.id == Observation.by_id)
        .where(Observation.location_id == location.id, Observation.withdrawn_at.is_(None))
        .order_by(Observation.seen_at.desc(), Observation.id.desc())
        .limit(MOST)
    )
    rows = db.session.execute(statement)
    return [Observed(row, by, own=row.by_id == actor.user_id) for row, by in rows]


def last_seen(location_ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    """When somebody last was at each of these places; places where nobody was are absent."""
    statement = (
        select(Observation.location_id, func.max(Observation.seen_at))
        .where(Observation.location_id.in_(location_ids), Observation.withdrawn_at.is_(None))
        .group_by(Observation.location_id)
    )
    return dict(list(db.session.execute(statement)))


def _log(actor: Actor, action: Action, row: Observation, fields: Sequence[str] = ()) -> None:
    access_log.record(
        actor,
        action,
        Subject("location_observation", row.id, None, row.team_id),
        permission=Permission.LOCATIONS_KEEP,
        context=Context.JV_DISTRICT,
        fields=fields,
    )
