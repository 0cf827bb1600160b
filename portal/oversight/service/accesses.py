"""Reading the access log: everyone their own rows, the privacy officer all of them, without content or names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from portal.accounts.models import User
from portal.audit import exporting
from portal.core import clock, db, paging
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.core.paging import Page
from portal.people import policy as people
from portal.people import service as people_service
from portal.people.models import Person
from portal.people.service.recognising import LOOKALIKE
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Permission, Reach

#: Rows in one file from the page; the command line has no limit.
MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class Access:
    """One row of the log with the young person's kenmerk; `reachable` when the reader may open the dossier."""

    event: AccessEvent
    pseudonym: str | None
    reachable: bool


@dataclass(frozen=True)
class Wanted:
    """What to show of all accesses. Dates are civil and inclusive."""

    first: date | None = None
    last: date | None = None
    action: str = ""
    actor_id: UUID | None = None
    only_denied: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL conditions."""
        found: list[ColumnElement[bool]] = []
        if self.first:
            found.append(AccessEvent.at >= clock.day_start(self.first))
        if self.last:
            found.append(AccessEvent.at < clock.day_end(self.last))
        if self.action:
            found.append(AccessEvent.action == self.action)
        if self.actor_id:
            found.append(AccessEvent.actor_id == self.actor_id)
        if self.only_denied:
            found.append(AccessEvent.result == "denied")
        return found


@dataclass(frozen=True)
class Reader:
    """Somebody in the log of one dossier: when last, how often looked at, how often changed."""

    name: str
    last_at: datetime
    seen: int
    changed: int


@dataclass(frozen=True)
class Seen:
    """The log of one dossier; the people on its first page only."""

    pseudonym: str
    people: Sequence[Reader]
    page: Page[Access]


def own(actor: Actor, wanted: Wanted | None = None, *, cursor: str = "") -> Page[Access]:
    """What this actor looked at and changed, newest first. A trajectory does not tell whose it is: its page may not."""
    actor.require(Permission.ACCESS_LOG_OWN)
    reachable = people.visible(actor)
    named = or_(AccessEvent.subject_type != "trajectory", reachable)
    told = AccessEvent.subject_type != LOOKALIKE  # that there was an answer is told, not about whom or how many
    asked = wanted.conditions() if wanted else []
    return _page(and_(AccessEvent.actor_id == actor.user_id, told, *asked), named, reachable, cursor)


def everyone(actor: Actor, wanted: Wanted, *, cursor: str = "") -> Page[Access]:
    """All accesses, for the privacy officer; looking at the log is itself logged."""
    actor.require(Permission.ACCESS_LOG_ALL)
    access_log.record(actor, Action.READ, Subject("access_log"), permission=Permission.ACCESS_LOG_ALL)
    return _page(and_(True, *wanted.conditions()), literal(True), literal(False), cursor)


def of_person(actor: Actor, person_id: UUID, *, cursor: str = "") -> Seen:
    """Who saw or changed one dossier, newest first; looking is logged. Raises NotFound out of reach."""
    permission = Permission.ACCESS_LOG_TEAM
    pseudonym, team_id = _named(actor, person_id)
    access_log.record(actor, Action.READ, Subject("access_log", None, person_id, team_id), permission=permission)
    page = _page(AccessEvent.person_id == person_id, literal(True), literal(False), cursor)
    return Seen(pseudonym, [] if cursor else _readers_of(person_id), page)


def _named(actor: Actor, person_id: UUID) -> tuple[str, UUID | None]:
    """The kenmerk and the team; who watches over everybody gets the kenmerk only, and no dossier."""
    if not actor.teams(Permission.ACCESS_LOG_TEAM, Reach.ALL):
        person = people_service.get(actor, person_id, Permission.ACCESS_LOG_TEAM)
        return person.pseudonym, person.team_id
    pseudonym = db.session.scalar(select(func.kenmerk_of(person_id)))
    if pseudonym is None:
        raise NotFound
    return pseudonym, None


def _readers_of(person_id: UUID) -> list[Reader]:
    changing = AccessEvent.action.in_([Action.CREATE, Action.UPDATE])
    statement = (
        select(
            AccessEvent.actor_name,
            func.max(AccessEvent.at),
            func.count().filter(~changing),
            func.count().filter(changing),
        )
        .where(AccessEvent.person_id == person_id, AccessEvent.actor_id.is_not(None), AccessEvent.result == "ok")
        .group_by(AccessEvent.actor_id, AccessEvent.actor_name)
        .order_by(func.max(AccessEvent.at).desc())
        .limit(paging.PAGE_SIZE)
    )
    return [Reader(*row) for row in db.session.execute(statement)]


def export(actor: Actor, wanted: Wanted) -> Sequence[Mapping[str, Any]]:
    """What the filters choose, oldest first, for a file; logged as an export. Raises Invalid when it is too much."""
    actor.require(Permission.ACCESS_LOG_ALL)
    access_log.record(actor, Action.EXPORT, Subject("access_log"), permission=Permission.ACCESS_LOG_ALL)
    columns = [AccessEvent.__table__.c[name] for name in exporting.COLUMNS]
    chosen = select(*columns).where(and_(True, *wanted.conditions()))
    rows = db.session.execute(chosen.order_by(AccessEvent.at, AccessEvent.id).limit(MOST_EXPORTED + 1)).mappings().all()
    if len(rows) > MOST_EXPORTED:
        raise Invalid(van=N_("Dit zijn te veel regels voor één bestand. Kies een kortere periode."))
    return [dict(row) for row in rows]


def readers(actor: Actor) -> list[tuple[UUID, str]]:
    """Everybody with an account, by name, for the filter."""
    actor.require(Permission.ACCESS_LOG_ALL)
    return [(row.id, row.name) for row in db.session.execute(select(User.id, User.name).order_by(User.sort_key))]


def _page(
    condition: ColumnElement[bool], named: ColumnElement[bool], reachable: ColumnElement[bool], cursor: str
) -> Page[Access]:
    """`named`: whether the kenmerk is shown; `reachable`: whether it leads to the dossier."""
    pseudonym = case((named, func.kenmerk_of(AccessEvent.person_id)))
    statement: Select[*tuple[Any, ...]] = (
        select(AccessEvent, pseudonym, and_(Person.id.is_not(None), reachable).label("reachable"))
        .outerjoin(Person, Person.id == AccessEvent.person_id)
        .where(condition)
    )
    found = db.session.execute(paging.newest(statement, cursor, AccessEvent.at, AccessEvent.id))
    rows = [Access(event, pseudonym, bool(open_)) for event, pseudonym, open_ in found]
    return paging.page(rows, lambda row: (row.event.at.isoformat(), row.event.id))
