"""The list of monitored locations: adding, changing, and how closely each is watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import joinedload

from portal.accounts.models import RoleAssignment, Team, User
from portal.areas import service as areas
from portal.core import clock, db, paging
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.paging import Page
from portal.places import policy
from portal.places.models import LocationKind, LocationStatus, LocationStep, MonitoredLocation
from portal.places.workflow import MACHINE, Event
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Role

#: Who may look after a place.
KEEPERS = (Role.YOUTH_WORKER, Role.JV_DIRECTOR)
#: When a place is looked at again after a decision about it.
REVIEW_AFTER = timedelta(days=90)
LONGEST = timedelta(days=366)  # so late somebody looks again at most
#: What counts as watched in the stock of a day (domain §5.3, F-06).
WATCHED = (LocationStatus.MONITORED, LocationStatus.PRIORITY)


@dataclass(frozen=True)
class Details:
    """What is filled in about a place."""

    name: str
    kind: LocationKind
    area_code: str
    review_on: date
    owner_id: UUID


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to."""

    status: str | None = None  # None: all but the ended ones
    kind: str | None = None
    area_code: str | None = None


@dataclass(frozen=True)
class Change:
    """One step in the history of a place."""

    event: Event
    at: datetime
    by: str
    to_status: str
    note: str


def listing(actor: Actor, filters: Filters, cursor: str | None = None) -> Page[MonitoredLocation]:
    """One page of the locations this actor may read, by name."""
    statement = _narrowed(select(MonitoredLocation).where(policy.visible(actor)), filters)
    order = (MonitoredLocation.name, MonitoredLocation.id)
    if cursor:
        last = select(*order).where(MonitoredLocation.id == paging.id_in(cursor)).subquery()
        statement = statement.where(tuple_(*order) > select(last.c.name, last.c.id).scalar_subquery())
    rows = db.session.scalars(
        statement.options(joinedload(MonitoredLocation.owner)).order_by(*order).limit(paging.PAGE_SIZE + 1)
    ).all()
    return paging.page(rows, lambda row: [row.id])


def _narrowed(statement: Select[MonitoredLocation], filters: Filters) -> Select[MonitoredLocation]:
    wanted = MonitoredLocation.status == filters.status
    statement = statement.where(wanted if filters.status else MonitoredLocation.status != LocationStatus.ENDED)
    if filters.kind:
        statement = statement.where(MonitoredLocation.kind == filters.kind)
    if filters.area_code:
        statement = statement.where(MonitoredLocation.area_code.in_(areas.within(filters.area_code)))
    return statement


def counts(actor: Actor) -> Mapping[str, int]:
    """How many locations in reach there are per status."""
    statement = select(MonitoredLocation.status, func.count()).where(policy.visible(actor))
    return dict(list(db.session.execute(statement.group_by(MonitoredLocation.status))))


def choices(actor: Actor) -> Sequence[MonitoredLocation]:
    """The locations in reach that are still watched, by name, to choose from."""
    wanted = MonitoredLocation.status != LocationStatus.ENDED
    statement = select(MonitoredLocation).where(policy.visible(actor), wanted)
    return db.session.scalars(statement.order_by(MonitoredLocation.name, MonitoredLocation.id)).all()


def get(actor: Actor, location_id: UUID, *, lock: bool = False) -> MonitoredLocation:
    """One location. Raises NotFound out of reach."""
    statement = select(MonitoredLocation).where(MonitoredLocation.id == location_id, policy.visible(actor))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    else:
        statement = statement.options(joinedload(MonitoredLocation.owner))
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def kept(actor: Actor, location_id: UUID, *, lock: bool = False) -> MonitoredLocation:
    """One location of a team whose list this actor keeps. Raises NotFound otherwise."""
    found = get(actor, location_id, lock=lock)
    if found.team_id not in policy.keeping_teams(actor):
        raise NotFound
    return found


def history(location: MonitoredLocation) -> list[Change]:
    """What was decided about a place, newest first."""
    statement = (
        select(LocationStep, User.name)
        .outerjoin(User, User.id == LocationStep.by_id)
        .where(LocationStep.location_id == location.id)
        .order_by(LocationStep.at.desc(), LocationStep.id.desc())
    )
    rows = db.session.execute(statement)
    return [Change(Event(row.event), row.at, by or "", row.to_status, row.note) for row, by in rows]


def teams(actor: Actor) -> Sequence[Team]:
    """The teams in which this actor may add a location, by name."""
    return db.session.scalars(select(Team).where(Team.id.in_(policy.keeping_teams(actor))).order_by(Team.name)).all()


def owners(team_ids: Sequence[UUID]) -> Sequence[User]:
    """Who may look after a place of these teams, by name."""
    held = select(RoleAssignment.user_id).where(
        RoleAssignment.team_id.in_(team_ids), RoleAssignment.role.in_(KEEPERS), RoleAssignment.holds_on(clock.today())
    )
    statement = select(User).where(User.id.in_(held), User.deactivated_at.is_(None))
    return db.session.scalars(statement.order_by(User.sort_key, User.id)).all()


def count_of(user_id: UUID) -> Select[int]:
    """How many places somebody looks after: what is left behind when the account closes."""
    return select(func.count()).where(
        MonitoredLocation.owner_id == user_id, MonitoredLocation.status != LocationStatus.ENDED
    )


def create(actor: Actor, *, team_id: UUID, details: Details) -> MonitoredLocation:
    """Take a place into the list of a team. Raises Forbidden for a team of others, or Invalid."""
    if team_id not in policy.keeping_teams(actor):
        raise Forbidden
    _check(team_id, details)
    made = MonitoredLocation(team_id=team_id, status=MACHINE.first, since_on=clock.today(), **vars(details))
    db.session.add(made)
    db.session.flush()
    _step(actor, made, Event.START, "", "")
    _log(actor, Action.CREATE, made)
    return made


def update(actor: Actor, location_id: UUID, *, version: int | None, details: Details) -> MonitoredLocation:
    """Change what is known of a place. Raises NotFound, Conflict or Invalid."""
    found = kept(actor, location_id)
    db.ensure_version(found, version)
    _check(found.team_id, details, found.owner_id)
    changed = [name for name, value in vars(details).items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, getattr(details, name))
    db.session.flush()
    _log(actor, Action.UPDATE, found, changed)
    return found


def move(actor: Actor, location_id: UUID, event: Event, *, version: int | None, note: str = "") -> MonitoredLocation:
    """Watch a place more or less closely, or no longer; it is looked at again in ninety days.

    Raises NotFound or Conflict.
    """
    found = kept(actor, location_id, lock=True)
    db.ensure_version(found, version)
    before = found.status
    found.status = MACHINE.step(event, before, None).target
    if found.status == LocationStatus.ENDED:
        found.ended_on = clock.today()
    else:
        found.review_on = clock.today() + REVIEW_AFTER
    _step(actor, found, event, before, note)
    db.session.flush()
    _log(actor, Action.UPDATE, found, ["status"])
    return found


def _step(actor: Actor, location: MonitoredLocation, event: Event, before: str, note: str) -> None:
    db.session.add(
        LocationStep(
            location_id=location.id,
            at=clock.now(),
            by_id=actor.user_id,
            event=event,
            from_status=before,
            to_status=location.status,
            note=note,
        )
    )


def _check(team_id: UUID, details: Details, kept_owner: UUID | None = None) -> None:
    if details.review_on > clock.today() + LONGEST:
        raise Invalid(review_on=N_("Kies een dag binnen een jaar."))
    if details.area_code not in areas.places():
        raise Invalid(area_code=N_("Kies een gebied uit de lijst."))
    if details.owner_id != kept_owner and details.owner_id not in {user.id for user in owners([team_id])}:
        raise Invalid(owner_id=N_("Deze collega werkt niet in dit team."))


def _log(actor: Actor, action: Action, location: MonitoredLocation, fields: Sequence[str] = ()) -> None:
    access_log.record(
        actor,
        action,
        Subject("monitored_location", location.id, None, location.team_id),
        permission=Permission.LOCATIONS_KEEP,
        context=Context.JV_DISTRICT,
        fields=fields,
    )
