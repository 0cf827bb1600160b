"""Reading the access log: everyone their own rows, the privacy officer all of them, without content or names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from portal.accounts.models import User
from portal.core import clock, db, paging
from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.people import policy as people
from portal.people.models import Person
from portal.people.service.recognising import LOOKALIKE
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Permission


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


def own(actor: Actor, *, cursor: str = "") -> Page[Access]:
    """What this actor looked at and changed, newest first. A trajectory does not tell whose it is: its page may not."""
    actor.require(Permission.ACCESS_LOG_OWN)
    reachable = people.visible(actor)
    named = or_(AccessEvent.subject_type != "trajectory", reachable)
    told = AccessEvent.subject_type != LOOKALIKE  # that there was an answer is told, not about whom or how many
    return _page(and_(AccessEvent.actor_id == actor.user_id, told), named, reachable, cursor)


def everyone(actor: Actor, wanted: Wanted, *, cursor: str = "") -> Page[Access]:
    """All accesses, for the privacy officer; looking at the log is itself logged."""
    actor.require(Permission.ACCESS_LOG_ALL)
    access_log.record(actor, Action.READ, Subject("access_log"), permission=Permission.ACCESS_LOG_ALL)
    return _page(and_(True, *wanted.conditions()), literal(True), literal(False), cursor)


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
        .order_by(AccessEvent.at.desc(), AccessEvent.id.desc())
        .limit(paging.PAGE_SIZE + 1)
    )
    if cursor:
        statement = paging.after(statement, (AccessEvent.at, AccessEvent.id), _place(cursor), descending=True)
    rows = [Access(event, pseudonym, bool(open_)) for event, pseudonym, open_ in db.session.execute(statement)]
    return paging.page(rows, paging.PAGE_SIZE, lambda row: (row.event.at.isoformat(), row.event.id))


def _place(cursor: str) -> tuple[datetime, UUID]:
    at, last_id = paging.decode(cursor, 2)
    try:
        return datetime.fromisoformat(at), UUID(last_id)
    except ValueError:
        raise NotFound from None
